"""References of pods to images: known cases, and random ones against a join from scratch.

A runtime gives a name or a digest to one image only, so no two entries of the lists share one.
"""

from dataclasses import replace
from math import inf
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord
from kubeimg_gui.domain.references import (
    Coverage,
    Reference,
    References,
    ReferenceState,
    UnknownReason,
)
from tests.support.builders import digest, image, node

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


LETTERS = "abc"
CATALOG = [
    image(f"r.example/x@{digest(x)}", f"r.example/{x}:1", size=2**number)
    for number, x in enumerate(LETTERS)
]
CATALOG.extend(
    [
        replace(CATALOG[0], size_bytes=2**10),  # the same image, as another runtime counts it
        image("docker.io/library/tag:1", size=2**11),
        image(*(f"many.example/y@{digest(letter)}" for letter in "12345"), size=2**12),
        replace(PAUSE, size_bytes=2**13),
        ContainerImage((), 2**14),
    ]
)
USES = [running(each) for each in CATALOG if each.names]
USES.extend(
    [
        asked("r.example/a:1"),
        asked("tag:1"),
        asked("tag:1", digest("9")),
        asked("registry.k8s.io/pause:3.10"),
        asked("nowhere:1"),
        asked("nowhere:1", digest("8")),
        asked("nowhere:1", f"nowhere@{digest('8')}"),
        asked("b", f"mirror.example/b@{digest('b')}", ImageUse.VOLUME),
    ]
)
LISTS = st.lists(st.sampled_from(range(len(CATALOG))), max_size=7, unique=True).filter(
    lambda held: not {0, 3} <= set(held)
)
NODE_STEPS = st.tuples(st.sampled_from("uvw"), st.one_of(st.none(), LISTS))


def random_pod(uid: str, on: str, phase: str, places: list[int]) -> PodRecord:
    return pod("", *(USES[place] for place in places), on=on, uid=uid, phase=phase)


PODS = st.builds(
    random_pod,
    st.sampled_from("12"),
    st.sampled_from(["", "u", "v", "w"]),
    st.sampled_from(["Pending", "Running", "Succeeded", "Failed"]),
    st.lists(st.sampled_from(range(len(USES))), max_size=3),
)
POD_STEPS = st.tuples(st.sampled_from("pqrs"), st.one_of(st.none(), PODS))
Step = tuple[str, list[int] | PodRecord | None]


def figures(references: References, nodes: dict[str, NodeRecord]) -> dict[str, Any]:
    """All that can be asked of references."""
    index = ImageIndex()
    for record in nodes.values():
        index.replace(record.name, (), record.images)
    reported = sum(record.reported_bytes for record in nodes.values())
    found: dict[str, Any] = {
        "referenced": references.referenced_bytes,
        "unlisted": references.unlisted,
        "not referenced": references.not_referenced_bytes(index, reported),
        "by node": {name: references.not_referenced_on(each) for name, each in nodes.items()},
        "pods": {name: set(references.pods_on(name)) for name in "uvw"},
    }
    for place, each in enumerate(CATALOG):
        found[f"image {place}"] = references.in_cluster(each)
        found[f"users {place}"] = sorted(map(repr, references.users(each.key)))
    for record in nodes.values():
        for each in record.images:
            found[f"{each.names} on {record.name}"] = references.on_node(record.name, each)
    return found


def moved(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The keys of the images whose reference in the cluster differs."""
    places = range(len(CATALOG))
    return {CATALOG[i].key for i in places if before[f"image {i}"] != after[f"image {i}"]}


@settings(max_examples=300)
@given(st.lists(st.one_of(NODE_STEPS, POD_STEPS), max_size=25))
def test_it_equals_a_join_from_scratch_after_any_sequence(steps: list[Step]) -> None:
    references = references_of()
    nodes: dict[str, NodeRecord] = {}
    pods: dict[str, PodRecord] = {}
    before = figures(references, nodes)
    for name, step in steps:
        if name in "uvw":
            assert not isinstance(step, PodRecord)
            new = None if step is None else node(name, [CATALOG[place] for place in step])
            changed = references.update_node(nodes.pop(name, None), new)
            nodes |= {name: new} if new is not None else {}
        else:
            assert not isinstance(step, list)
            new_pod = step if step is None else replace(step, name=name)
            changed = references.update_pod(pods.pop(name, None), new_pod)
            pods |= {name: new_pod} if new_pod is not None else {}
        after = figures(references, nodes)
        assert after == figures(references_of(*nodes.values(), *pods.values()), nodes)
        assert after == figures(references_of(*pods.values(), *nodes.values()), nodes)
        assert after["not referenced"] == sum(after["by node"].values())
        assert moved(before, after) <= changed
        before = after


@given(st.lists(st.one_of(NODE_STEPS, POD_STEPS), max_size=25), st.integers(0, 10))
def test_figures_are_the_sums_of_images_also_after_pods_are_no_longer_read(
    steps: list[Step], lost_after: int
) -> None:
    references = references_of(coverage=Coverage(5.0, None))
    nodes: dict[str, NodeRecord] = {}
    pods: dict[str, PodRecord] = {}
    known: dict[str, set[str]] = {}
    for number, (name, step) in enumerate(steps):
        if number == lost_after:
            references.note_newer()
        if isinstance(step, PodRecord) or (step is None and name not in "uvw"):
            new_pod = step if step is None else replace(step, name=name)
            references.update_pod(pods.pop(name, None), new_pod)
            pods |= {name: new_pod} if new_pod is not None else {}
            continue
        new = None if step is None else node(name, [CATALOG[place] for place in step])
        references.update_node(nodes.pop(name, None), new)
        nodes |= {name: new} if new is not None else {}
        keys = {each.key for each in (() if new is None else new.images)}
        known[name] = keys if number < lost_after else known.get(name, set()) & keys
    total = 0
    for name, record in nodes.items():
        certain = [
            each for each in record.images if references.on_node(name, each) == NOT_REFERENCED
        ]
        assert {each.key for each in certain} <= known[name]
        size = sum([each.size_bytes for each in certain])
        assert references.not_referenced_on(record) == size
        total += size
    assert figures(references, nodes)["not referenced"] == total
    references.forget_newer()
    assert figures(references, nodes) == figures(
        references_of(*nodes.values(), *pods.values(), coverage=Coverage(5.0, None)), nodes
    )
