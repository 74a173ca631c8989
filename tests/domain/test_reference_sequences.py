"""References after random changes equal a join from scratch.

A runtime gives a name or a digest to one image only, so no two entries of the lists share one.
"""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import ImageUse, PodRecord
from kubeimg_gui.domain.references import (
    Coverage,
    References,
)
from tests.domain.reference_cases import (
    NOT_REFERENCED,
    PAUSE,
    asked,
    pod,
    references_of,
    running,
)
from tests.support.builders import digest, image, node

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
