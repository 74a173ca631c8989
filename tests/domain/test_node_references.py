"""References of one node as of one list of its pods, while its image list goes on changing."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_references import NodeReferences, PodList, summed
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import Reference, ReferenceState, UnknownReason
from tests.support.builders import digest, image, node

NGINX = image(f"docker.io/library/nginx@{digest('a')}", "docker.io/library/nginx:1", size=30)
REDIS = image("docker.io/library/redis:7", size=20)
FRESH = image("docker.io/library/fresh:1", size=40)
PAUSE = image("registry.k8s.io/pause:3.10", size=3)
NOT_REFERENCED = Reference(ReferenceState.NOT_REFERENCED)
NEWER = Reference(ReferenceState.UNKNOWN, UnknownReason.PODS_STALE)


def pod(name: str, asked: str, *, on: str = "n1", phase: str = "Running") -> PodRecord:
    uses = (PodImage("main", asked, "", ""),)
    return PodRecord("shop", name, f"uid-{name}", 0.0, False, "", on, phase, uses)


def checked(
    before: NodeRecord, *pods: PodRecord, now: NodeRecord | None = None, unreadable: int = 0
) -> NodeReferences:
    return NodeReferences(before, now or before, PodList(pods, unreadable), 100.0)


def test_an_image_is_referenced_by_the_pods_of_its_node_alone() -> None:
    record = node("n1", [NGINX, REDIS, PAUSE])
    found = checked(record, pod("web", "nginx:1"), pod("other", "redis:7", on="n2"))
    assert found.of(NGINX) == Reference(ReferenceState.REFERENCED, None, 1, 0, 1, 30)
    assert found.of(REDIS) == NOT_REFERENCED
    assert found.of(PAUSE).reason is UnknownReason.SANDBOX
    assert [use.pod.name for use in found.users(NGINX.key)] == ["web"]
    assert not list(found.users(REDIS.key))
    assert found.pods == 1
    assert found.newer == 0


def test_an_image_that_comes_later_is_unknown_unless_a_pod_of_the_list_asks_for_it() -> None:
    found = checked(node("n1", [REDIS]), pod("web", "nginx:1"))
    found.follow(node("n1", [FRESH, NGINX, REDIS]))
    assert found.of(FRESH) == NEWER
    assert found.of(NGINX).state is ReferenceState.REFERENCED
    assert found.of(REDIS) == NOT_REFERENCED
    assert found.newer == 2


def test_what_came_while_the_pods_were_read_is_unknown() -> None:
    found = checked(node("n1", [REDIS]), now=node("n1", [FRESH, REDIS]))
    assert found.of(FRESH) == NEWER
    assert found.of(REDIS) == NOT_REFERENCED


def test_an_image_that_left_and_returned_is_unknown() -> None:
    both = node("n1", [NGINX, REDIS])
    found = checked(both)
    assert found.of(NGINX) == NOT_REFERENCED
    found.follow(node("n1", [REDIS]))
    assert found.newer == 0
    found.follow(both)
    assert found.of(NGINX) == NEWER


def test_an_image_of_another_digest_under_the_same_name_is_another_image() -> None:
    moved = image(f"docker.io/library/nginx@{digest('b')}", "docker.io/library/nginx:1", size=31)
    found = checked(node("n1", [NGINX]))
    found.follow(node("n1", [moved]))
    assert found.of(moved) == NEWER


def test_pods_that_do_not_decode_may_refer_to_any_image() -> None:
    found = checked(node("n1", [NGINX, REDIS]), pod("web", "nginx:1"), unreadable=2)
    assert found.of(NGINX).state is ReferenceState.REFERENCED
    assert found.of(REDIS) == Reference(ReferenceState.UNKNOWN, UnknownReason.NOT_READ)


lists = st.lists(st.sets(st.sampled_from((NGINX, REDIS, FRESH))), min_size=1)


@given(lists, st.sets(st.sampled_from(("nginx:1", "redis:7", "fresh:1"))))
def test_not_referenced_is_said_only_of_what_was_there_all_the_time(
    history: Sequence[set[ContainerImage]], asked: set[str]
) -> None:
    records = [node("n1", sorted(held, key=lambda each: each.key)) for held in history]
    found = checked(records[0], *(pod(name, name) for name in sorted(asked)))
    for record in records[1:]:
        found.follow(record)
    for held in history[-1]:
        there = all(held in each for each in history)
        used = held.short_name in asked
        state = found.of(held).state
        assert (state is ReferenceState.REFERENCED) is used
        assert (state is ReferenceState.NOT_REFERENCED) is (there and not used)


USED = Reference(ReferenceState.REFERENCED, None, 2, 1, 1, 30)
READING = Reference(ReferenceState.UNKNOWN, UnknownReason.READING)


@pytest.mark.parametrize(
    ("of_nodes", "together"),
    [
        ([USED, NOT_REFERENCED, USED], Reference(ReferenceState.REFERENCED, None, 4, 2, 2, 60)),
        ([READING, USED], USED),
        ([NOT_REFERENCED, READING, NEWER], READING),
        ([NOT_REFERENCED, NOT_REFERENCED], NOT_REFERENCED),
    ],
)
def test_a_reference_on_several_nodes(of_nodes: list[Reference], together: Reference) -> None:
    assert summed(of_nodes) == together
