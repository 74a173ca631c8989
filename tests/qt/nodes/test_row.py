from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.row import FADE_SECONDS, Mark, NodeRow
from kubeimg_gui.qt.nodes.wording import condition
from tests.support.builders import GIB, change, image, images, known, node


def row_of(record: NodeRecord) -> NodeRow:
    row = NodeRow(record)
    row.take(known(record)[0], now=0)
    return row


def test_initial_images_are_not_marked() -> None:
    row = row_of(node("a", images(3)))
    assert (row.mark, row.change, row.seen) == (None, 0, True)
    assert row.first_seen == {}


def test_an_image_that_arrives_marks_the_row_as_grown() -> None:
    old = node("a", images(2))
    new = node("a", (*old.images, image("x:1", size=GIB)))
    row = row_of(old)
    row.take(change(old, new, at=5), now=6)
    assert (row.mark, row.marked_at, row.seen) == (Mark.GREW, 6, False)
    assert row.change == GIB
    assert row.first_seen == {"x:1": 5}
    assert list(row.samples) == [(0, old.reported_bytes), (5, new.reported_bytes)]


def test_an_image_that_leaves_marks_it_as_shrunk_and_is_forgotten() -> None:
    old = node("a", (image("x:1", size=GIB),))
    row = row_of(node("a"))
    row.take(change(node("a"), old, at=1), now=1)
    row.take(change(old, node("a"), at=2), now=2)
    assert (row.mark, row.change, row.first_seen) == (Mark.SHRANK, 0, {})


def test_a_retag_marks_without_a_tint_of_growth() -> None:
    old = node("a", (image("x:1", "x:2", size=GIB),))
    new = node("a", (image("x:1", "x:3", size=GIB),))
    row = row_of(old)
    row.take(change(old, new), now=1)
    assert (row.mark, row.change) == (Mark.RETAGGED, 0)


def test_a_retagged_image_keeps_the_time_of_its_arrival() -> None:
    row = row_of(node("a"))
    lists = [(), (image("x:1", size=GIB),), (image("y:1", "x:1", size=GIB),), ()]
    records = [node("a", held) for held in lists]
    for at, (old, new) in enumerate(pairwise(records), 5):
        row.take(change(old, new, at=at), now=at)
        assert list(row.first_seen.values()) == [5][: len(new.images)]


LISTS = st.lists(
    st.lists(st.sampled_from([image("x:1"), image("x:1", "x:2"), image("x:2"), image("y:1")])),
    min_size=1,
)


@given(LISTS)
def test_times_of_arrival_are_kept_only_of_images_that_the_node_holds(
    lists: list[list[ContainerImage]],
) -> None:
    row = row_of(node("a"))
    records = [node("a"), *[node("a", held) for held in lists]]
    for old, new in pairwise(records):
        if old != new:
            row.take(change(old, new, at=5), now=6)
        assert row.first_seen.keys() <= {held.key for held in new.images}
    row.take(change(records[-1], None), now=7)
    assert row.first_seen == {}, "a node of the same name may come within seconds"


def test_a_heartbeat_marks_nothing() -> None:
    old = node("a", images(2))
    row = row_of(old)
    row.take(change(old, node("a", old.images, ready=False)), now=1)
    assert row.mark is None
    assert row.condition == "NotReady"


def test_a_node_that_joins_and_leaves() -> None:
    record = node("a", images(2))
    row = NodeRow(record)
    row.take(change(None, record), now=1)
    assert row.mark is Mark.ARRIVED
    assert row.change == record.reported_bytes
    row.take(change(record, None), now=2)
    assert row.deleted
    assert row.condition == "Deleted"
    assert row.change == 0
    row.take(known(record)[0], now=3)
    assert not row.deleted


def test_the_tint_fades_in_ten_seconds() -> None:
    row = row_of(node("a"))
    assert row.tint(0) == 0
    row.take(change(node("a"), node("a", images(1))), now=100)
    assert row.tint(100) == 1
    assert row.tint(100 + FADE_SECONDS / 2) == 0.5
    assert row.tint(100 + FADE_SECONDS) == 0
    # A clock set back must not tint a row for hours.
    assert row.tint(50) == 1


NODES = st.builds(
    node,
    ready=st.sampled_from([True, False, None]),
    unschedulable=st.booleans(),
    terminating=st.booleans(),
    pressures=st.sampled_from([(), ("DiskPressure",), ("DiskPressure", "PIDPressure")]),
    images=st.sampled_from([images(1), images(2)]),
)


@given(NODES, st.lists(st.one_of(st.none(), NODES)))
def test_the_condition_is_that_of_the_record_after_any_sequence(
    first: NodeRecord, following: list[NodeRecord | None]
) -> None:
    row = row_of(first)
    old: NodeRecord | None = first
    for new in following:
        if new != old:
            row.take(change(old, new), now=1)
            old = new
        assert (row.severity, row.condition) == condition(row.record, deleted=old is None)
