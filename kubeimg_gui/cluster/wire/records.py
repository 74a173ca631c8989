"""Builds records from the fields that a decoder has read, the same for every encoding."""

import sys
from collections.abc import Iterable

from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord

SHARED_IMAGES_MAX = 1000
"""Decoded images in the table of shared ones, or twice those that nodes hold if that is more."""
IMAGE_BYTES_END = 2**53
"""Larger sizes are not exact in JSON and do not fit Qt's numbers; no image has 9 PB."""

_READY = {"True": True, "False": False}


def node_record(
    *,
    name: str,
    uid: str,
    created: float | None,
    terminating: bool,
    unschedulable: bool,
    conditions: Iterable[tuple[str, str]],
    runtime: str,
    labels: Iterable[str],
    images: tuple[ContainerImage, ...],
) -> NodeRecord:
    """Builds the record of a node; `conditions` are pairs of type and status.

    Raises DecodeError where the node has no name or no uid.
    """
    if not name or not uid:
        raise DecodeError("a node needs a name and a uid")
    ready: bool | None = None
    pressures: set[str] = set()
    for kind, status in conditions:
        if kind == "Ready":
            ready = _READY.get(status)
        elif status == "True" and kind.endswith("Pressure"):
            pressures.add(sys.intern(kind))
    return NodeRecord(
        name=name,
        uid=uid,
        created=created,
        ready=ready,
        unschedulable=unschedulable,
        terminating=terminating,
        pressures=tuple(sorted(pressures)),
        runtime=sys.intern(runtime),
        labels=tuple(sorted(labels)),
        images=images,
    )


def container_image(names: Iterable[str | None], size_bytes: int) -> ContainerImage:
    """Builds an image entry, without empty names. Raises DecodeError for an impossible size."""
    if size_bytes >= IMAGE_BYTES_END:
        raise DecodeError("an image size is too large")
    return ContainerImage(tuple(sys.intern(name) for name in names if name), max(size_bytes, 0))


def pod_record(
    *,
    namespace: str,
    name: str,
    uid: str,
    created: float | None,
    terminating: bool,
    owner: tuple[str, str],
    node: str,
    phase: str,
    containers: Iterable[tuple[str, str]],
    statuses: Iterable[tuple[str, str, str]],
) -> PodRecord:
    """Builds the record of a pod.

    `owner` is the kind and name of the controlling owner, `containers` are pairs of name and
    requested image, `statuses` are container name, image and imageID as the kubelet reports them.
    A status without a container counts too. Raises DecodeError where the pod has no namespace,
    name or uid.
    """
    if not namespace or not name or not uid:
        raise DecodeError("a pod needs a namespace, a name and a uid")
    reported = {container: (image, image_id) for container, image, image_id in statuses}
    images = [
        _pod_image(container, requested, *reported.pop(container, ("", "")))
        for container, requested in containers
    ]
    images += [_pod_image(container, "", *status) for container, status in reported.items()]
    kind, owner_name = owner
    return PodRecord(
        namespace=sys.intern(namespace),
        name=name,
        uid=uid,
        created=created,
        terminating=terminating,
        owner=sys.intern(f"{kind}/{owner_name}") if kind else "",
        node=sys.intern(node),
        phase=sys.intern(phase),
        images=tuple(images),
    )


def _pod_image(container: str, requested: str, image: str, image_id: str) -> PodImage:
    return PodImage(
        sys.intern(container), sys.intern(requested), sys.intern(image), sys.intern(image_id)
    )
