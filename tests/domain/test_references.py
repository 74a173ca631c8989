"""References of pods to images, case by case."""

from dataclasses import replace
from math import inf

import pytest

from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import ImageUse
from kubeimg_gui.domain.references import (
    Coverage,
    ReferenceState,
    UnknownReason,
)
from tests.domain.reference_cases import (
    IMPORTED,
    MANY,
    NAMELESS,
    NGINX,
    NOT_REFERENCED,
    PAUSE,
    REDIS,
    asked,
    pod,
    referenced,
    references_of,
    running,
    unknown,
)
from tests.support.builders import digest, node


def test_a_pod_refers_to_the_image_that_it_asks_for_until_it_is_gone() -> None:
    references = references_of(node("n1", [NGINX]))
    web = pod("web", asked("nginx:1"))
    assert references.update_pod(None, web) == {NGINX.key}
    assert references.on_node("n1", NGINX) == referenced(1, 0, 1, 30)
    assert references.referenced_bytes == 30
    assert references.update_pod(web, None) == {NGINX.key}
    assert references.on_node("n1", NGINX) == NOT_REFERENCED
    assert references.referenced_bytes == 0


@pytest.mark.parametrize("kind", ImageUse)
def test_every_kind_of_use_counts(kind: ImageUse) -> None:
    references = references_of(node("n1", [NGINX]), pod("web", asked("nginx:1", kind=kind)))
    assert references.in_cluster(NGINX).running == 1
    assert [each.use.kind for each in references.users(NGINX.key)] == [kind]


def test_a_pod_that_uses_an_image_twice_counts_once_and_has_two_uses() -> None:
    web = pod("web", running(NGINX), running(NGINX, ImageUse.INIT))
    references = references_of(node("n1", [NGINX]), web)
    assert references.on_node("n1", NGINX) == referenced(1, 0, 1, 30)
    assert [each.use.kind for each in references.users(NGINX.key, "n1")] == ["container", "init"]
    assert references.update_pod(web, None) == {NGINX.key}
    assert references.in_cluster(NGINX) == NOT_REFERENCED


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_holds_its_image(phase: str) -> None:
    web, other = pod("web", running(NGINX)), pod("other", running(NGINX), on="n2")
    references = references_of(node("n1", [NGINX]), node("n2", [NGINX]), web, other)
    finished = replace(web, phase=phase)
    assert references.update_pod(web, finished) == {NGINX.key}
    assert references.on_node("n1", NGINX) == referenced(0, 1, 1, 30)
    assert references.in_cluster(NGINX) == referenced(1, 1, 2, 60)
    references.update_pod(finished, None)
    assert references.in_cluster(NGINX) == referenced(1, 0, 1, 30)


def test_an_update_of_a_pod_moves_its_references() -> None:
    waiting = pod("web", asked("nginx:1"), on="")
    references = references_of(node("n1", [NGINX, REDIS]), waiting)
    assert references.pods_on("") == ()
    bound = replace(waiting, node="n1", phase="Pending")
    assert references.update_pod(waiting, bound) == {NGINX.key}
    changed = replace(bound, images=(running(REDIS),))
    assert references.update_pod(bound, changed) == {NGINX.key, REDIS.key}
    assert references.pods_on("n1") == (changed,)
    assert references.in_cluster(NGINX) == NOT_REFERENCED


def test_a_pod_that_returns_on_another_node_leaves_the_first() -> None:
    first = pod("db-0", running(NGINX))
    second = replace(first, uid="another", node="n2")
    references = references_of(node("n1", [NGINX]), node("n2", [NGINX]), first)
    references.update_pod(first, second)
    assert references.on_node("n1", NGINX) == NOT_REFERENCED
    assert references.on_node("n2", NGINX) == referenced(1, 0, 1, 30)


def test_the_end_of_a_pod_does_not_remove_another_of_its_name() -> None:
    first = pod("db-0", running(NGINX))
    second = replace(first, uid="another")
    references = references_of(node("n1", [NGINX]), first, second)
    assert references.on_node("n1", NGINX) == referenced(1, 0, 1, 30)
    assert references.update_pod(first, None) == set()
    assert references.pods_on("n1") == (second,)
    references.update_pod(second, None)
    assert references.update_pod(second, None) == set()
    assert references.pods_on("n1") == ()


def test_pods_that_come_before_their_node_are_joined_when_it_comes() -> None:
    web = pod("web", asked("nginx:1"), asked("nowhere:1"))
    references = references_of(web)
    assert (references.unlisted, references.in_cluster(NGINX)) == (0, NOT_REFERENCED)
    first = node("n1", [NGINX])
    assert references.update_node(None, first) == {NGINX.key}
    assert references.unlisted == 1
    assert references.update_node(first, None) == {NGINX.key}
    assert (references.unlisted, references.referenced_bytes) == (0, 0)
    assert references.update_node(None, node("n1", [NGINX], uid="new")) == {NGINX.key}
    assert references.in_cluster(NGINX) == referenced(1, 0, 1, 30)
    assert references.update_node(None, None) == set()


def test_a_node_with_the_same_list_changes_nothing() -> None:
    first = node("n1", [NGINX])
    references = references_of(first, pod("web", running(NGINX)))
    assert references.update_node(first, replace(first, unschedulable=True)) == set()


def test_an_equal_list_of_other_objects_changes_nothing() -> None:
    references = references_of(node("n1", [NGINX]), pod("web", running(NGINX)))
    before = references.on_node("n1", NGINX)
    again = node("n1", [replace(NGINX)])
    assert references.update_node(node("n1", [NGINX]), again) == set()
    assert references.on_node("n1", NGINX) == before


def test_an_image_that_arrives_is_what_a_pod_waited_for() -> None:
    first = node("n1", [REDIS])
    references = references_of(first, pod("web", running(REDIS), asked("nginx:1")))
    assert references.unlisted == 1
    assert references.update_node(first, node("n1", [NGINX, REDIS])) == {NGINX.key}
    assert references.unlisted == 0
    assert references.update_node(None, node("n1", [NGINX])) == {REDIS.key}
    assert references.unlisted == 1


def test_an_image_that_got_another_size_counts_with_it() -> None:
    first = node("n1", [NGINX])
    references = references_of(first, pod("web", running(NGINX)))
    assert references.update_node(first, node("n1", [replace(NGINX, size_bytes=35)])) == {NGINX.key}
    assert references.in_cluster(NGINX) == referenced(1, 0, 1, 35)
    assert references.referenced_bytes == 35


def test_pause_images_and_nameless_ones_are_never_called_not_referenced() -> None:
    references = references_of(node("n1", [PAUSE, NAMELESS]))
    for reference in (references.in_cluster(PAUSE), references.on_node("n1", PAUSE)):
        assert reference == unknown(UnknownReason.SANDBOX)
    for reference in (references.in_cluster(NAMELESS), references.on_node("n1", NAMELESS)):
        assert reference == unknown(UnknownReason.NO_NAME)
    references.update_pod(None, pod("placeholder", asked("registry.k8s.io/pause:3.10")))
    assert references.on_node("n1", PAUSE) == referenced(1, 0, 1, 3)


def test_an_image_that_an_unmatched_use_might_mean_is_unknown() -> None:
    lists = node("n1", [MANY, NGINX, IMPORTED]), node("n2", [MANY, NGINX, IMPORTED])
    references = references_of(*lists)
    odd = pod("odd", asked("gone:1", digest("e")))
    assert references.update_pod(None, odd) == {MANY.key, IMPORTED.key}
    for doubted in (MANY, IMPORTED):
        assert references.on_node("n1", doubted) == unknown(UnknownReason.NAMES_DIFFER)
        assert references.on_node("n2", doubted) == NOT_REFERENCED
        assert references.in_cluster(doubted) == unknown(UnknownReason.NAMES_DIFFER)
    assert references.on_node("n1", NGINX) == NOT_REFERENCED
    pulled = replace(odd, images=(asked("gone:1", f"gone@{digest('e')}"),))
    assert references.update_pod(odd, pulled) == {IMPORTED.key}
    assert references.in_cluster(MANY).reason is UnknownReason.NAMES_DIFFER
    assert references.update_pod(pulled, None) == {MANY.key}
    assert references.in_cluster(MANY) == NOT_REFERENCED


def test_an_image_with_a_pod_is_referenced_whatever_else_is_odd() -> None:
    references = references_of(node("n1", [MANY]), pod("odd", asked("gone:1"), running(MANY)))
    assert references.in_cluster(MANY) == referenced(1, 0, 1, 40)
    assert references.unlisted == 1


def test_a_pull_that_fails_puts_no_image_with_known_names_in_doubt() -> None:
    references = references_of(node("n1", [NGINX, IMPORTED]), pod("web", asked("nowhere:1")))
    assert references.in_cluster(IMPORTED) == NOT_REFERENCED


@pytest.mark.parametrize(
    ("coverage", "reason"),
    [
        (Coverage(), UnknownReason.NOT_READ),
        (Coverage(None, UnknownReason.READING), UnknownReason.READING),
        (Coverage(None, None), UnknownReason.READING),
        (Coverage(5.0, UnknownReason.FORBIDDEN), UnknownReason.FORBIDDEN),
    ],
)
def test_while_pods_are_not_known_only_what_they_refer_to_is(
    coverage: Coverage, reason: UnknownReason
) -> None:
    held = node("n1", [NGINX, REDIS, PAUSE])
    references = references_of(held, pod("web", running(NGINX)), coverage=coverage)
    assert references.in_cluster(NGINX) == referenced(1, 0, 1, 30)
    assert references.in_cluster(REDIS) == references.on_node("n1", REDIS) == unknown(reason)
    assert references.in_cluster(PAUSE).reason is UnknownReason.SANDBOX
    assert references.not_referenced_bytes(ImageIndex(), 53) is None
    assert references.not_referenced_on(held) is None


def test_an_image_that_came_after_pods_were_known_is_unknown() -> None:
    held = node("n1", [REDIS])
    references = references_of(held, node("n2", [NGINX, REDIS]), coverage=Coverage(5.0, None))
    references.note_newer()
    both = node("n1", [NGINX, REDIS])
    assert references.update_node(held, both) == {NGINX.key}
    stale = unknown(UnknownReason.PODS_STALE)
    assert references.in_cluster(NGINX) == references.on_node("n1", NGINX) == stale
    assert references.on_node("n2", NGINX) == NOT_REFERENCED, "it was there before"
    assert references.in_cluster(REDIS) == references.on_node("n1", REDIS) == NOT_REFERENCED
    assert references.not_referenced_on(both) == 20
    references.update_pod(None, pod("web", running(NGINX)))
    assert references.on_node("n1", NGINX) == referenced(1, 0, 1, 30)
    assert references.forget_newer()
    assert not references.forget_newer()
    assert references.not_referenced_on(both) == 20


@pytest.mark.parametrize("old", [None, node("n1", [NGINX], uid="another")])
def test_all_images_of_a_node_that_joined_after_pods_were_known_are_unknown(
    old: NodeRecord | None,
) -> None:
    references = references_of(*(() if old is None else (old,)), coverage=Coverage(5.0, None))
    references.note_newer()
    joined = node("n1", [NGINX])
    assert references.update_node(old, joined) == {NGINX.key}
    assert references.on_node("n1", NGINX) == unknown(UnknownReason.PODS_STALE)
    assert references.not_referenced_on(joined) == 0
    references.update_node(joined, None)
    assert references.in_cluster(NGINX) == NOT_REFERENCED


def test_pods_that_are_known_for_some_nodes_say_nothing_of_the_cluster() -> None:
    lists = node("n1", [NGINX, REDIS]), node("n2", [NGINX])
    coverage = Coverage(inf, None, frozenset({"n1"}))
    references = references_of(*lists, pod("web", running(NGINX)), coverage=coverage)
    assert references.on_node("n1", REDIS) == NOT_REFERENCED
    assert references.on_node("n2", NGINX) == unknown(UnknownReason.NOT_READ)
    assert references.in_cluster(NGINX).state is ReferenceState.REFERENCED
    assert references.in_cluster(REDIS) == unknown(UnknownReason.NOT_READ)
    assert references.not_referenced_bytes(ImageIndex(), 80) is None
    assert [references.not_referenced_on(each) for each in lists] == [20, None]
