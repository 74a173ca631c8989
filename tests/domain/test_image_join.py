"""Which image of a node a pod uses: pairs of pods and nodes as real kubelets report them."""

import json
from pathlib import Path

import pytest

from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from kubeimg_gui.cluster.wire.json_pods import JsonPods
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_join import find_image, full_reference, is_exact, possible_images
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import (
    Coverage,
    Reference,
    References,
    ReferenceState,
    UnknownReason,
)
from tests.support.builders import digest, image

PULLED_DIGEST = "registry.example/pods/pulled@" + digest("a")
PULLED = image(PULLED_DIGEST, "registry.example/pods/pulled:v1")
MULTI = image(
    f"docker.io/library/multi@{digest('b')}",
    f"mirror.example/x/multi@{digest('b')}",
    "docker.io/library/multi:1",
    "mirror.example/x/multi:1",
)
IMPORTED = image("docker.io/library/sideonly:2")
DOCKER = image("redis:latest", "istio/proxyv2:1")
LISTED = (PULLED, MULTI, IMPORTED, DOCKER, ContainerImage((), 5))


def uses(requested: str, status: str = "", image_id: str = "") -> PodImage:
    return PodImage("main", requested, status, image_id)


ROWS: dict[str, tuple[PodImage, ContainerImage | None]] = {
    "by tag": (
        uses("registry.example/pods/pulled:v1", "registry.example/pods/pulled:v1", PULLED_DIGEST),
        PULLED,
    ),
    "by digest": (uses(PULLED_DIGEST, "registry.example/pods/pulled:v1", PULLED_DIGEST), PULLED),
    "by tag and digest": (
        uses(
            f"registry.example/pods/pulled:v1@{digest('a')}",
            "registry.example/pods/pulled:v1",
            PULLED_DIGEST,
        ),
        PULLED,
    ),
    "by another repository": (
        uses(
            "mirror.example/x/multi:1",
            "docker.io/library/multi:1",
            f"docker.io/library/multi@{digest('b')}",
        ),
        MULTI,
    ),
    "imported": (uses("sideonly:2", "docker.io/library/sideonly:2", digest("c")), IMPORTED),
    "the pull fails": (uses("nowhere:1", "nowhere:1"), None),
    "the digest under a name that is not listed": (
        uses("other:1", "other:1", f"registry.example/other@{digest('b')}"),
        MULTI,
    ),
    "Docker's prefix": (uses("x", "x", f"docker-pullable://{PULLED_DIGEST}"), PULLED),
    "the digest comes before the tag": (
        uses("sideonly:2", "docker.io/library/sideonly:2", f"x@{digest('a')}"),
        PULLED,
    ),
    "pending, short": (uses("sideonly:2"), IMPORTED),
    "pending, tag and digest": (
        uses(f"registry.example/pods/pulled:v9@{digest('a')}"),
        PULLED,
    ),
    "pending, digest in another repository": (uses(f"else.example/y@{digest('b')}"), MULTI),
    "pending, latest of Docker": (uses("redis"), DOCKER),
    "pending, familiar name of Docker": (uses("istio/proxyv2:1"), DOCKER),
    "pending, another tag": (uses("sideonly"), None),
    "only the status": (uses("", "docker.io/library/sideonly:2"), IMPORTED),
    "nothing at all": (uses(""), None),
    "text that is no name": (uses("<none>"), None),
}


@pytest.mark.parametrize("title", ROWS)
def test_a_use_finds_its_image(title: str) -> None:
    use, wanted = ROWS[title]
    assert find_image(LISTED, use) is wanted
    assert find_image(LISTED[::-1], use) is wanted


def test_the_image_id_in_full_comes_before_its_digest() -> None:
    other = image(f"docker.io/library/other@{digest('a')}")
    assert find_image((other, PULLED), uses("x", "x", PULLED_DIGEST)) is PULLED


def test_a_tag_that_moved_does_not_hide_the_image_that_runs() -> None:
    old, new = image(f"x.example/app@{digest('d')}"), image("x.example/app:1")
    use = uses("x.example/app:1", "x.example/app:1", f"x.example/app@{digest('d')}")
    assert find_image((new, old), use) is old


def test_only_the_image_id_in_full_is_exact() -> None:
    assert is_exact(PULLED, uses("x", "x", PULLED_DIGEST))
    assert is_exact(PULLED, uses("x", "x", f"docker-pullable://{PULLED_DIGEST}"))
    assert not is_exact(PULLED, uses("x", "x", f"x@{digest('a')}"))
    assert not is_exact(PULLED, uses("x"))
    assert not is_exact(None, uses("x"))


@pytest.mark.parametrize(
    ("requested", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("team/app:1", "docker.io/team/app:1"),
        ("localhost:5000/app", "localhost:5000/app:latest"),
        (f"quay.io/a/b:1@{digest('a')}", f"quay.io/a/b@{digest('a')}"),
        ("", ""),
        ("<none>:<none>", ""),
    ],
)
def test_a_requested_reference_in_full(requested: str, full: str) -> None:
    assert full_reference(requested) == full


def test_only_images_whose_names_are_not_all_known_may_be_what_an_unmatched_use_means() -> None:
    many = image(*(f"x.example/app@{digest(letter)}" for letter in "abcde"))
    pause = image(*(f"x.example/pause:{number}" for number in range(5)))
    listed = (*LISTED, many, pause)
    assert possible_images(listed, 0, 0) == ()
    assert possible_images(listed, 1, 0) == (many,)
    assert possible_images(listed, 2, 1) == (IMPORTED, DOCKER, many)


def real() -> tuple[NodeRecord, list[PodRecord]]:
    """A node and its pods as an API server gave them (Kubernetes 1.37, containerd 2.3)."""
    path = Path(__file__).parent / "data" / "pods_and_node.json"
    sample = json.loads(path.read_text(encoding="utf-8"))
    decode = JsonPods()
    node, _ = JsonNodes()(json.dumps(sample["node"]).encode())
    return node, [decode(json.dumps(pod).encode())[0] for pod in sample["pods"]]


def test_a_real_node_and_its_pods() -> None:
    node, pods = real()
    references = References()
    references.coverage = Coverage(float("inf"), None)
    references.update_node(None, node)
    for pod in pods:
        references.update_pod(None, pod)
    found = {i.short_name: references.on_node(node.name, i) for i in node.images}
    by_pods = {name: each[2:4] for name, each in found.items() if each.nodes}
    assert by_pods == {
        "done:1": (0, 1),
        "init:1": (1, 0),
        "moving:latest": (1, 0),
        "multi:1": (2, 0),
        "sideonly:2": (1, 0),
        "pulled:v1": (5, 0),
    }
    for name in ("app:v1", "sideloaded:1", "t41:1", "t40:1"):
        assert found[name] == Reference(ReferenceState.NOT_REFERENCED), name
    assert found[""].reason is UnknownReason.NO_NAME
    assert found["pause:3.10.1"].reason is UnknownReason.SANDBOX
    assert references.unlisted == 4  # three pulls that fail, and a volume
