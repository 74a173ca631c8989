"""Changes that wait are merged without a difference to what they add up to."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import ChangeKind, NodeChange, compare_nodes
from kubeimg_gui.domain.merging import WaitingChanges
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import change, image, images, known, node

A, B, C, D = (
    image(f"{name}:1", size=size) for name, size in zip("abcd", (1, 2, 4, 8), strict=True)
)
States = list[NodeRecord | None]


def changes_of(*states: NodeRecord | None, at: float = 1.0) -> list[NodeChange]:
    """The changes from each state of one node to the next; None is its absence."""
    found: list[NodeChange] = []
    for number, (old, new) in enumerate(pairwise(states)):
        if old is not None and new is not None and old.uid != new.uid:
            found += [change(old, None, at=at + number), change(None, new, at=at + number)]
        elif (one := compare_nodes(old, new, at=at + number)) is not None:
            found.append(one)
    return found


def merged(changes: Sequence[NodeChange]) -> list[NodeChange]:
    waiting = WaitingChanges()
    waiting.add(changes)
    return waiting.take(len(waiting))


def test_a_node_that_changed_often_has_one_change_from_first_to_last() -> None:
    waiting = WaitingChanges()
    waiting.add(changes_of(node("n", [A]), node("n", [A, B]), node("n", [B]), node("n", [B, C])))
    assert (len(waiting), waiting.merged) == (1, 2)
    (one,) = waiting.take(5)
    assert (one.kind, one.at, one.bytes_old, one.bytes_new) == (ChangeKind.CHANGED, 3.0, 1, 6)
    assert (one.images.left, set(one.images.arrived)) == ((A,), {B, C})
    assert dict(one.arrivals()) == {B: 1.0, C: 3.0}, "an image keeps the time of its arrival"
    assert len(waiting) == 0


def test_a_change_that_was_taken_back_is_none() -> None:
    waiting = WaitingChanges()
    waiting.add(changes_of(node("n", [A]), node("n", [A, B]), node("n", [A])))
    assert (len(waiting), waiting.merged, waiting.take(5)) == (0, 2, [])


def test_an_image_that_was_retagged_keeps_the_time_of_its_arrival() -> None:
    renamed = image("b:2", "b:1", size=B.size_bytes)
    (one,) = merged(changes_of(node("n"), node("n", [B]), node("n", [renamed])))
    assert list(one.arrivals()) == [(renamed, 1.0)]


@pytest.mark.parametrize(
    ("states", "kinds"),
    [
        ((node("n", [A]), node("n", [B]), None), ["deleted"]),
        ((None, node("n", [A]), node("n", [B])), ["added", "changed"]),
        ((None, node("n", [A]), node("n", [B]), None), []),
        ((node("n", [A]), node("n", [B], uid="2")), ["deleted", "added"]),
        ((node("n", [A]), node("n", uid="2"), node("n", uid="3")), ["deleted", "added"]),
        ((node("n", [A]), node("n", uid="2"), None), ["deleted"]),
    ],
)
def test_another_node_of_the_same_name_is_not_merged(states: States, kinds: list[str]) -> None:
    assert [one.kind for one in merged(changes_of(*states))] == kinds


def test_a_node_that_was_there_from_the_start_stays_so() -> None:
    changes = [*known(node("n", [A])), *changes_of(node("n", [A]), node("n", [B]), node("n", [C]))]
    first, second = merged(changes)
    assert (first.initial, second.initial, second.images.arrived) == (True, False, (C,))
    gone = merged([*changes, change(node("n", [C]), None)])
    assert [one.kind for one in gone] == [ChangeKind.ADDED, ChangeKind.DELETED]


def test_changes_are_taken_node_by_node_in_order() -> None:
    waiting = WaitingChanges()
    joined = changes_of(None, node("b"), node("b", [A]))
    waiting.add([*joined, change(node("a"), node("a", [B]))])
    assert waiting.take(1) == joined[:1]
    assert [one.record.name for one in waiting.take(10)] == ["b", "a"]


def test_the_number_of_waiting_changes_is_bounded_by_the_nodes() -> None:
    waiting = WaitingChanges()
    states = [node("n", images(3), uid=str(uid)) for uid in range(500)]
    waiting.add(changes_of(None, *states))
    for number in range(500):
        waiting.add(changes_of(None, node(f"short-lived-{number}", [A]), None))
    assert len(waiting) == 1
    assert waiting.merged == 2 * 500 + 998


STATES = st.lists(
    st.one_of(
        st.none(),
        st.builds(
            node,
            st.just("n"),
            st.lists(st.sampled_from([A, B, C, D, image("a:1", "a:2", size=1)]), unique=True),
            uid=st.sampled_from(["1", "2"]),
            ready=st.booleans(),
        ),
    ),
    min_size=1,
    max_size=12,
)


@given(STATES)
def test_merged_changes_add_up_to_the_same(states: States) -> None:
    changes = changes_of(*states)
    waiting = WaitingChanges()
    waiting.add(changes)
    assert len(waiting) <= 4
    assert len(waiting) + waiting.merged == len(changes)
    left = waiting.take(4)
    growth = [sum(one.bytes_new - one.bytes_old for one in some) for some in (changes, left)]
    assert growth[0] == growth[1]
    assert all(one.old == before.new for before, one in pairwise(left))
    if left:
        assert (left[0].old, left[-1].new) == (states[0], states[-1])
        assert left[-1].at <= changes[-1].at
    else:
        assert states[0] == states[-1]
