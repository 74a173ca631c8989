from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change_tally import ChangeTally
from kubeimg_gui.domain.node import NodeRecord
from tests.support.builders import GIB, change, image, node


def sized(name: str, size: int, uid: str = "") -> NodeRecord:
    return node(name, (image(f"{name}:{size}", size=size),), uid=uid or f"uid-of-{name}")


def counts(tally: ChangeTally) -> tuple[int, int, int, int]:
    return tally.grown, tally.shrunk, tally.joined, tally.left


def sizes(tally: ChangeTally) -> tuple[int, int, int, int]:
    return tally.grown_bytes, tally.shrunk_bytes, tally.joined_bytes, tally.left_bytes


def test_nothing_happened() -> None:
    tally = ChangeTally()
    assert not tally
    assert tally.net_bytes == 0


def test_each_kind_is_counted_apart() -> None:
    tally = ChangeTally()
    tally.take(change(sized("a", GIB), sized("a", 3 * GIB)))
    tally.take(change(sized("b", 5 * GIB), sized("b", GIB)))
    tally.take(change(None, sized("c", 7 * GIB)))
    tally.take(change(sized("d", 6 * GIB), None))
    assert counts(tally) == (1, 1, 1, 1)
    assert sizes(tally) == (2 * GIB, 4 * GIB, 7 * GIB, 6 * GIB)
    assert tally.net_bytes == -GIB


def test_a_node_that_grew_and_left_has_left() -> None:
    tally = ChangeTally()
    tally.take(change(sized("a", 10), sized("a", 15)))
    tally.take(change(sized("a", 15), None))
    assert counts(tally) == (0, 0, 0, 1)
    assert sizes(tally) == (0, 0, 0, 10)


def test_a_node_that_joined_and_grew_has_joined() -> None:
    tally = ChangeTally()
    tally.take(change(None, sized("a", 10)))
    tally.take(change(sized("a", 10), sized("a", 15)))
    assert counts(tally) == (0, 0, 1, 0)
    assert sizes(tally) == (0, 0, 15, 0)
    tally.take(change(sized("a", 15), None))
    assert not tally


def test_a_node_that_grew_and_shrank_back_did_not_change() -> None:
    tally = ChangeTally()
    tally.take(change(sized("a", 10), sized("a", 15)))
    tally.take(change(sized("a", 15), sized("a", 10)))
    assert not tally


def test_another_node_of_the_same_name_left_and_joined() -> None:
    tally = ChangeTally()
    tally.take(change(sized("a", 10), None))
    tally.take(change(None, sized("a", 30, uid="other")))
    assert counts(tally) == (0, 0, 1, 1)
    assert tally.net_bytes == 20


def test_a_node_that_joins_without_images_counts() -> None:
    tally = ChangeTally()
    tally.take(change(None, node("a")))
    assert counts(tally) == (0, 0, 1, 0)


STEPS = st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(0, 50)), max_size=40)


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50)), STEPS)
def test_the_parts_add_up(start: dict[str, int], steps: list[tuple[str, int | None]]) -> None:
    """What was there, what joined and what left add up to what is there, in nodes and bytes."""
    tally, present = ChangeTally(), {name: sized(name, size) for name, size in start.items()}
    for number, (name, size) in enumerate(steps):
        old = present.pop(name, None)
        if size is not None:
            uid = old.uid if old else f"uid-{number}"
            present[name] = sized(name, size, uid)
        new = present.get(name)
        if old != new:
            tally.take(change(old, new))
    assert len(present) == len(start) + tally.joined - tally.left
    reported = sum(record.reported_bytes for record in present.values())
    assert reported == sum(start.values()) + tally.net_bytes
    assert tally.grown + tally.shrunk + tally.joined <= len(present)
    assert min(sizes(tally)) >= 0
