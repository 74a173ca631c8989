import gc
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.cell_data import SORT, TOOLTIP
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, FADE_SECONDS, Mark
from tests.support.builders import GIB, change, image, images, known, node
from tests.support.clock import Clock


def names(model: NodeTableModel) -> list[str]:
    return [row.name for row in model.shown_nodes]


def model_of(*records: NodeRecord, clock: Clock | None = None) -> NodeTableModel:
    clock = clock or Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(*records))
    model.reorder()
    return model


def sized(name: str, size: int, **fields: Any) -> NodeRecord:
    return node(name, (image(f"{name}:1", size=size),), **fields)


def test_it_is_a_proper_model(qtmodeltester: ModelTester) -> None:
    model = NodeTableModel(Clocks(Clock(), Clock()))
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    model.apply(known(sized("a", 1), sized("b", 2), sized("c", 3)))
    model.reorder()
    model.apply([change(sized("a", 1), sized("a", 9)), change(sized("b", 2), None)])
    model.set_filter("a")
    model.set_filter("")
    model.sort_by(Column.NODE, descending=False)
    model.drop_departed()


def test_byte_counts_above_two_to_the_31_sort_by_value(qapp: QApplication) -> None:
    sizes = {"a": 2**31 - 1, "b": 2**31, "c": 2**32 + 5, "d": 2**40, "e": 7}
    model = model_of(*(sized(name, size) for name, size in sizes.items()))
    assert names(model) == ["d", "c", "b", "a", "e"]
    assert model.index(0, Column.REPORTED).data(SORT) == 2**40


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("descending", [False, True])
def test_every_column_sorts_with_the_name_as_tiebreak(
    qapp: QApplication, column: Column, descending: bool
) -> None:
    same = [sized(name, 5, uid="u", labels=()) for name in ("b", "c", "a")]
    model = model_of(*same, sized("z", 2**33, runtime="zzz://1", ready=False, created=5.0))
    model.sort_by(column, descending=descending)
    order = names(model)
    if column is Column.NODE:
        assert order == (["z", "c", "b", "a"] if descending else ["a", "b", "c", "z"])
    else:
        assert [name for name in order if name != "z"] == ["a", "b", "c"]


def test_new_rows_appear_at_the_end_until_the_next_reorder(qapp: QApplication) -> None:
    model = model_of(sized("a", 5))
    model.apply([change(None, sized("b", 9))])
    assert names(model) == ["a", "b"]
    assert model.stale
    model.reorder()
    assert names(model) == ["b", "a"]


def test_a_reorder_keeps_persistent_indexes_on_their_nodes(qapp: QApplication) -> None:
    model = model_of(sized("a", 5), sized("b", 9))
    kept = QPersistentModelIndex(model.index(0, 3))
    model.sort_by(Column.NODE, descending=False)
    assert (kept.row(), kept.column()) == (1, 3)
    model.set_filter("b:1")
    assert not kept.isValid()


def test_only_rows_on_screen_are_announced_and_at_once(qapp: QApplication, qtbot: QtBot) -> None:
    records = [sized(f"n{i}", 100 - i) for i in range(20)]
    model = model_of(*records)
    model.watch(range(5, 10))
    announced: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        announced.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    model.apply([change(old, node(old.name, old.images, ready=False)) for old in records[:8]])
    assert announced == [(5, 7)]
    model.apply([change(records[15], node("n15", ready=False))])
    assert announced == [(5, 7)]


def test_a_heartbeat_highlights_nothing_and_growth_does(qapp: QApplication) -> None:
    clock = Clock()
    old = node("a", images(2))
    model = model_of(old, clock=clock)
    quiet = node("a", old.images, ready=False)
    model.apply([change(old, quiet)])
    assert model.fading_until <= clock.now
    model.apply([change(quiet, node("a", images(3)))])
    assert model.fading_until == clock.now + FADE_SECONDS
    row = next(model.shown_nodes)
    assert (row.mark, row.seen) == (Mark.GREW, False)
    model.mark_seen(["a", "not there"])
    assert row.seen


def test_a_deleted_node_leaves_visibly(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(sized("a", 5), sized("b", 4), clock=clock)
    model.apply([change(sized("a", 5), None)])
    assert names(model) == ["a", "b"]
    assert model.index(0, Column.STATE).data() == "Deleted"
    assert (model.inventory.nodes, model.shown, model.known) == (1, 1, 2)
    clock.now += DEPARTED_SECONDS - 1
    model.drop_departed()
    assert names(model) == ["a", "b"]
    clock.now += 1
    model.drop_departed()
    assert names(model) == ["b"]
    assert model.place_of("b") == 0
    assert model.row_named("a") is None


def test_a_departed_row_is_released_by_the_filter_too(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(sized("a", 5), sized("b", 4), clock=clock)
    model.set_filter("a:1")
    row = model.row_named("a")
    model.apply([change(sized("a", 5), None)])
    assert names(model) == ["a"]
    clock.now += DEPARTED_SECONDS
    model.drop_departed()
    assert names(model) == []
    containers = (dict, list, set)
    assert not [each for each in gc.get_referrers(row) if isinstance(each, containers)]


def test_a_node_that_returns_stays(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(sized("a", 5), clock=clock)
    model.apply([change(sized("a", 5), None), change(None, sized("a", 6, uid="other"))])
    clock.now += 60
    model.drop_departed()
    assert names(model) == ["a"]
    assert (model.inventory.nodes, model.inventory.reported_bytes) == (1, 6)
    assert (model.tally.joined, model.tally.left, model.tally.net_bytes) == (1, 1, 1)


def test_change_is_counted_over_all_nodes(qapp: QApplication) -> None:
    model = model_of(sized("a", GIB), sized("b", GIB))
    model.apply(
        [
            change(sized("a", GIB), sized("a", 3 * GIB)),
            change(None, sized("c", GIB)),
            change(sized("b", GIB), None),
        ]
    )
    tally = model.tally
    assert tally.net_bytes == 2 * GIB
    assert (tally.grown, tally.shrunk, tally.joined, tally.left) == (1, 0, 1, 1)
    assert model.storage_changes == 3


def test_the_longest_bar_is_that_of_the_largest_row_shown(qapp: QApplication) -> None:
    model = model_of(sized("a", 100), sized("b", 900))
    assert model.scale == 900
    model.set_filter("a:1")
    assert model.scale == 100


def test_names_like_markup_stay_text(qapp: QApplication) -> None:
    model = model_of(node("<b>x</b>", (image("<img src=y>:1", size=5),)))
    for column in Column:
        tip = model.index(0, column).data(TOOLTIP)
        assert "<b>" not in tip
        assert "<img" not in tip
    assert model.index(0, Column.NODE).data() == "<b>x</b>"


def test_indexes_that_are_not_cells_hold_nothing(qapp: QApplication) -> None:
    model = model_of(sized("a", 1))
    assert model.data(QModelIndex()) is None
    assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
    assert model.headerData(0, Qt.Orientation.Vertical) == "a", "a row is called like its node"
    assert model.headerData(0, Qt.Orientation.Vertical, int(Qt.ItemDataRole.FontRole)) is None
    assert model.headerData(Column.NODE, Qt.Orientation.Horizontal) == "Node"
    assert model.index(0, Column.IMAGES).data(int(Qt.ItemDataRole.DecorationRole)) is None


def record(name: str, count: int, ready: bool | None, size: int) -> NodeRecord:
    return node(name, images(count, size), ready=ready)


RECORDS = st.builds(
    record,
    st.sampled_from("abcdefgh"),
    st.integers(0, 3),
    st.sampled_from([True, False, None]),
    st.sampled_from([100, 2**33]),
)
DELETE = st.tuples(st.just("delete"), st.sampled_from("abcdefgh"))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), RECORDS),
        DELETE,
        st.tuples(st.just("filter"), st.sampled_from(["", "a", "APP-1", "pool=web b"])),
        st.tuples(st.just("sort"), st.sampled_from(Column)),
        st.tuples(st.just("wait"), st.just(DEPARTED_SECONDS)),
    ),
    max_size=40,
)


def follow(nodes: dict[str, NodeRecord], verb: str, value: Any) -> Iterable[NodeChange]:
    if verb == "set":
        old = nodes.get(value.name)
        nodes[value.name] = value
        if old != value:
            yield change(old, value)
    elif value in nodes:
        yield change(nodes.pop(value), None)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_it_equals_a_plain_dictionary_after_any_story(steps: list[tuple[str, Any]]) -> None:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    nodes: dict[str, NodeRecord] = {}
    for verb, value in steps:
        if verb == "filter":
            model.set_filter(value)
        elif verb == "sort":
            model.sort_by(value, descending=True)
        elif verb == "wait":
            clock.now += value
        else:
            model.apply(list(follow(nodes, verb, value)))
    clock.now += DEPARTED_SECONDS
    model.drop_departed()
    model.reorder()
    check_equal(model, nodes)


def totals(inventory: Inventory) -> dict[str, object]:
    index = inventory.index
    # By equality: the records of these stories do not share their images.
    held = {each: index.names(i for i in index.images if i == each) for each in index.images}
    return {**vars(inventory), "index": held, "distinct": inventory.distinct_images}


def check_equal(model: NodeTableModel, nodes: dict[str, NodeRecord]) -> None:
    def matches(record: NodeRecord) -> bool:
        parts = [record.name, *record.labels, *(n for i in record.images for n in i.names)]
        return all(
            any(word in part.casefold() for part in parts)
            for word in model.filter.casefold().split()
        )

    wanted = {name for name, record in nodes.items() if matches(record)}
    assert set(names(model)) == wanted
    assert len(names(model)) == len(wanted) == model.shown
    assert all(row.record == nodes[row.name] for row in model.shown_nodes)
    assert all(model.row_at(model.place_of(row.name) or 0) is row for row in model.shown_nodes)
    fresh = Inventory()
    for record in nodes.values():
        fresh.add(record)
    assert totals(model.inventory) == totals(fresh)
    section = model.columns.section(model.sort_column)
    values = [model.index(place, section).data(SORT) for place in range(len(wanted))]
    assert values == sorted(values, reverse=model.descending)


def test_a_row_shows_a_countdown_until_it_ends_or_the_node_does(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(sized("a", 1), sized("b", 2), clock=clock)

    def state_text(name: str) -> str:
        place = model.place_of(name)
        assert place is not None
        return model.index(place, Column.STATE).data()

    model.count_down({"a", "b", "gone"}, clock() + 9.5)
    assert (state_text("a"), state_text("b")) == ("Deleting 10 s ✕", "Deleting 10 s ✕")
    assert model.widest[Column.STATE] == "Deleting 10 s ✕"
    clock.now += 9
    assert state_text("a") == "Deleting 1 s ✕"
    assert "Click to cancel" in model.index(0, Column.STATE).data(TOOLTIP)
    model.apply([change(sized("a", 1), sized("a", 1, ready=False))])
    assert state_text("a") == "Deleting 1 s ✕"
    model.count_down({"a"}, None)
    assert state_text("a") == "NotReady"
    model.apply([change(sized("b", 2), None), change(None, sized("b", 2, uid="another"))])
    assert state_text("b") == "Ready"
    assert not model.counting


def test_it_counts_nodes_that_the_filter_hides(qapp: QApplication) -> None:
    model = model_of(sized("a", 3), sized("b", 2), sized("c", 1))
    assert model.count_hidden(["a", "b", "gone"]) == 0
    model.set_filter("a:1")
    assert model.count_hidden(["a", "b", "c", "gone"]) == 2
    model.apply([change(sized("b", 2), None)])
    assert model.count_hidden(["b"]) == 1, "it is still in the table"
