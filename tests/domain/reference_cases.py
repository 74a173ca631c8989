"""Images, pods and states that the tests of references share."""

from dataclasses import replace
from math import inf
from typing import Any

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from kubeimg_gui.domain.references import (
    Coverage,
    Reference,
    References,
    ReferenceState,
    UnknownReason,
)
from tests.support.builders import digest, image

KNOWN = Coverage(inf, None)
NGINX = image(f"docker.io/library/nginx@{digest('a')}", "docker.io/library/nginx:1", size=30)
REDIS = image(f"docker.io/library/redis@{digest('b')}", "docker.io/library/redis:7", size=20)
IMPORTED = image("docker.io/library/imported:1", size=10)
PAUSE = image("registry.k8s.io/pause:3.10", size=3)
NAMELESS = ContainerImage((), 5)
MANY = image(*(f"docker.io/library/many@{digest(letter)}" for letter in "12345"), size=40)
NOT_REFERENCED = Reference(ReferenceState.NOT_REFERENCED)


def running(image: ContainerImage, kind: ImageUse = ImageUse.CONTAINER) -> PodImage:
    """A use that matches by imageID."""
    return PodImage(f"c-{kind}", image.names[-1], image.names[-1], image.names[0], kind)


def asked(reference: str, image_id: str = "", kind: ImageUse = ImageUse.CONTAINER) -> PodImage:
    return PodImage(f"c-{kind}", reference, "", image_id, kind)


def pod(name: str, *images: PodImage, on: str = "n1", **fields: Any) -> PodRecord:
    record = PodRecord("shop", name, f"uid-{name}", 0.0, False, "", on, "Running", images)
    return replace(record, **fields)


def references_of(*records: NodeRecord | PodRecord, coverage: Coverage = KNOWN) -> References:
    references = References()
    references.coverage = coverage
    for record in records:
        if isinstance(record, NodeRecord):
            references.update_node(None, record)
        else:
            references.update_pod(None, record)
    return references


def referenced(running: int, finished: int, nodes: int, size: int) -> Reference:
    return Reference(ReferenceState.REFERENCED, None, running, finished, nodes, size)


def unknown(reason: UnknownReason) -> Reference:
    return Reference(ReferenceState.UNKNOWN, reason)
