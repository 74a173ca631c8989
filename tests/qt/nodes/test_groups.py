"""Group rows of the node table: membership, order, subtotals, and what a reorder keeps."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes import group_order
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, TOOLTIP
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.group_row import GroupRow, Subtotals
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS
from tests.support.builders import GIB, change, image, known, node
from tests.support.clock import Clock

POOL = "pool"


def pooled(name: str, pool: str | None, size: int = 1, **fields: Any) -> NodeRecord:
    labels = () if pool is None else (f"pool={pool}",)
    return node(name, (image(f"{name}:1", size=size),), labels=labels, **fields)


def model_of(*records: NodeRecord, clock: Clock | None = None) -> NodeTableModel:
    clock = clock or Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(*records))
    model.group_by(POOL)
    return model


def listed(model: NodeTableModel) -> list[str]:
    """The rows top to bottom; groups in brackets."""
    rows = map(model.row_at, range(model.rowCount()))
    return [f"[{row.name}]" if isinstance(row, GroupRow) else row.name for row in rows]


def group(model: NodeTableModel, name: str) -> GroupRow:
    rows = map(model.row_at, range(model.rowCount()))
    return next(row for row in rows if isinstance(row, GroupRow) and row.name == name)


def groups(model: NodeTableModel) -> list[GroupRow]:
    rows = map(model.row_at, range(model.rowCount()))
    return [row for row in rows if isinstance(row, GroupRow)]


FOUR = (pooled("a", "web", 5), pooled("b", "gpu", 9), pooled("c", "web", 7), pooled("d", None, 99))


def test_groups_stand_before_their_rows_and_nodes_without_the_label_come_last(
    qapp: QApplication,
) -> None:
    model = model_of(*FOUR)
    assert listed(model) == ["[web]", "c", "a", "[gpu]", "b", "[no pool]", "d"]
    assert model.grouped_by == POOL
    model.group_by("")
    assert listed(model) == ["d", "b", "c", "a"]
    assert not model.grouped_by


def test_groups_follow_the_sort_by_their_subtotals_or_else_their_names(qapp: QApplication) -> None:
    model = model_of(*FOUR, pooled("e", "web", 1, ready=False))
    model.sort_by(Column.REPORTED, descending=False)
    assert listed(model) == ["[gpu]", "b", "[web]", "e", "a", "c", "[no pool]", "d"]
    model.sort_by(Column.NODE, descending=True)
    assert listed(model) == ["[web]", "e", "c", "a", "[gpu]", "b", "[no pool]", "d"]
    model.sort_by(Column.AGE, descending=True)
    assert [row.name for row in groups(model)] == ["gpu", "web", "no pool"]
    model.sort_by(Column.STATE, descending=True)
    assert [row.name for row in groups(model)] == ["web", "gpu", "no pool"]


def test_an_empty_value_is_named_as_in_the_column_of_the_label(qapp: QApplication) -> None:
    model = model_of(pooled("a", ""))
    assert listed(model) == ['[""]', "a"]


def test_subtotals_count_what_the_filter_shows_without_deleted_nodes(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(*FOUR, pooled("e", "web", 1, ready=None), clock=clock)
    web = group(model, "web")
    assert web.totals == Subtotals(3, 2, web.totals.lower_bounds, 13, 0, 3)
    model.set_filter("c")
    assert group(model, "web").totals.reported == 7
    assert [row.name for row in groups(model)] == ["web"]
    model.set_filter("")
    model.apply(
        [change(pooled("a", "web", 5), None), change(pooled("c", "web", 7), pooled("c", "web", 17))]
    )
    assert (web.totals.nodes, web.totals.reported, web.totals.change) == (2, 18, 10)
    assert "a" in listed(model)
    clock.now += DEPARTED_SECONDS + 1
    model.drop_departed()
    assert "a" not in listed(model)


def test_a_subtotal_is_a_lower_bound_if_a_size_in_it_is_not_believable(
    qapp: QApplication,
) -> None:
    pause = image("registry.k8s.io/pause:3.9", size=1)
    whole = node("a", (image("x:1", size=9), pause), labels=("pool=web",))
    odd = node("b", (replace(image("y:1", size=0), raw_size="1e99"), pause), labels=("pool=web",))
    model = model_of(whole)
    web = group(model, "web")
    assert web.reported_text == "10 Bytes"
    model.apply([change(None, odd)])
    assert web.reported_text.startswith("≥")


def test_a_subtotal_says_that_it_mixes_compressed_and_unpacked_sizes(qapp: QApplication) -> None:
    unpacked = pooled("e", "web", 1, runtime="cri-o://1.31.2")
    model = model_of(*FOUR)
    reported = model.index(0, Column.REPORTED)
    assert reported.data() == "12 Bytes"
    model.apply([change(None, unpacked)])
    assert reported.data() == "13 Bytes · mixed"
    assert "13 Bytes · mixed" in model.index(0, Column.NODE).data(ACCESSIBLE)
    assert "compressed on 2 nodes, unpacked on 1 node" in reported.data(TOOLTIP)
    model.set_filter("runtime:cri-o")
    assert model.index(0, Column.REPORTED).data() == "1 Byte"
    model.set_filter("")
    model.apply([change(unpacked, replace(unpacked, runtime="containerd://2.1.4"))])
    assert not group(model, "web").totals.mixed_meanings
    model.apply([change(None, pooled("f", "web", 1, runtime="other://1"))])
    web = model.index(listed(model).index("[web]"), Column.REPORTED)
    assert "unknown on 1 node" in web.data(TOOLTIP)


def test_sorting_and_grouping_at_once_shows_the_rows_once(qapp: QApplication, qtbot: QtBot) -> None:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(*FOUR))
    shown: list[list[str]] = []
    model.reordered.connect(lambda: shown.append(listed(model)))
    model.arrange(Column.NODE, descending=True, label=POOL)
    assert shown == [["[web]", "c", "a", "[gpu]", "b", "[no pool]", "d"]]
    with qtbot.assertNotEmitted(model.grouping_changed):
        model.arrange(Column.NODE, descending=True, label=POOL)
    model.arrange(Column.REPORTED, descending=False, label="")
    assert listed(model) == ["a", "c", "b", "d"]


@pytest.mark.parametrize("label", ["", POOL])
@pytest.mark.parametrize("column", [Column.REPORTED, Column.NODE])
def test_the_longest_bar_is_that_of_the_largest_row_shown(
    qapp: QApplication, label: str, column: Column
) -> None:
    model = model_of(*FOUR)
    model.arrange(column, descending=False, label=label)
    model.set_filter("pool")
    assert model.scale == 9
    model.set_filter("")
    assert model.scale == 99


def test_new_rows_are_appended_and_join_their_group_at_the_next_reorder(qapp: QApplication) -> None:
    model = model_of(*FOUR)
    model.apply([change(None, pooled("e", "web", 6)), change(None, pooled("f", "new"))])
    assert listed(model)[-2:] == ["e", "f"]
    assert group(model, "web").totals.nodes == 3
    model.reorder()
    assert listed(model) == ["[web]", "c", "e", "a", "[gpu]", "b", "[new]", "f", "[no pool]", "d"]


def test_a_row_whose_label_changes_counts_in_its_new_group_and_moves_later(
    qapp: QApplication,
) -> None:
    model = model_of(*FOUR)
    model.apply([change(pooled("a", "web", 5), pooled("a", "gpu", 5))])
    assert (group(model, "web").totals.reported, group(model, "gpu").totals.reported) == (7, 14)
    assert listed(model)[:3] == ["[web]", "c", "a"]
    assert model.stale
    model.reorder()
    assert listed(model) == ["[gpu]", "b", "a", "[web]", "c", "[no pool]", "d"]


def test_collapsed_groups_stay_collapsed(qapp: QApplication) -> None:
    clock = Clock()
    model = model_of(*FOUR, clock=clock)
    model.collapse(group(model, "web"), collapsed=True)
    assert listed(model) == ["[web]", "[gpu]", "b", "[no pool]", "d"]
    assert (model.place_of("a"), model.place_of("b")) == (None, 2)
    assert model.shown == 4
    model.apply([change(None, pooled("e", "web"))])
    assert "e" not in listed(model)
    assert group(model, "web").totals.nodes == 3
    model.set_filter("gpu")
    model.set_filter("")
    model.sort_by(Column.NODE, descending=False)
    assert listed(model) == ["[gpu]", "b", "[web]", "[no pool]", "d"]
    model.group_by("")
    model.group_by(POOL)
    assert group(model, "web").collapsed
    model.apply([change(pooled(name, "web"), None) for name in "ace"])
    clock.now += DEPARTED_SECONDS + 1
    model.drop_departed()
    assert "[web]" not in listed(model)
    model.apply([change(None, pooled("a", "web"))])
    model.reorder()
    assert "[web]" in listed(model)
    assert "a" not in listed(model)
    model.collapse_all(collapsed=False)
    assert "a" in listed(model)
    model.collapse_all(collapsed=True)
    assert list(model.shown_nodes) == []


def test_values_beyond_the_maximum_share_a_group(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_order, "MAX_GROUPS", 2)
    model = model_of(*(pooled(name, f"p-{name}") for name in "abcd"), pooled("e", None))
    assert listed(model) == [
        "[p-a]",
        "a",
        "[p-b]",
        "b",
        "[other values]",
        "c",
        "d",
        "[no pool]",
        "e",
    ]
    model.apply([change(pooled("a", "p-a"), pooled("a", "p-z"))])
    model.reorder()
    assert listed(model)[:5] == ["[p-b]", "b", "[other values]", "a", "c"]


def test_a_value_as_no_server_accepts_it_is_a_group_of_its_own(qapp: QApplication) -> None:
    model = model_of(pooled("a", "="), pooled("b", "=1+1"), pooled("c", ""), pooled("d", "web"))
    model.sort_by(Column.NODE, descending=False)
    assert listed(model) == ['[""]', "c", "[=]", "a", "[=1+1]", "b", "[web]", "d"]


def test_group_rows_cannot_be_selected_and_describe_themselves(qapp: QApplication) -> None:
    model = model_of(pooled("a", "<b>web", 2 * GIB, ready=False))
    index = model.index(0, Column.NODE)
    assert not index.flags() & Qt.ItemFlag.ItemIsSelectable
    assert model.index(1, 0).flags() & Qt.ItemFlag.ItemIsSelectable
    assert index.data() == "<b>web · 1 node · 1 not ready"
    assert "2.0 GiB" in index.siblingAtColumn(Column.REPORTED).data()
    assert index.siblingAtColumn(Column.CHANGE).data() == "·"
    assert index.siblingAtColumn(Column.IMAGES).data() == ""
    assert index.data(ACCESSIBLE).startswith("Group <b>web, expanded, 1 node, 1 not ready")
    assert "pool=&lt;b&gt;web" in index.data(TOOLTIP)
    assert "2,147,483,648 bytes" in index.data(TOOLTIP)
    assert model.headerData(0, Qt.Orientation.Vertical) == "<b>web"


def test_a_reorder_keeps_persistent_indexes_on_nodes_and_groups(qapp: QApplication) -> None:
    model = model_of(*FOUR)
    kept = [QPersistentModelIndex(model.index(place, 1)) for place in range(model.rowCount())]
    before = [model.row_at(index.row()) for index in kept]
    model.apply([change(pooled("b", "gpu", 9), pooled("b", "gpu", 1000))])
    model.reorder()
    assert listed(model)[0] == "[gpu]"
    assert [model.row_at(index.row()) for index in kept] == before


def test_only_groups_on_screen_are_announced_with_their_rows(qapp: QApplication) -> None:
    model = model_of(*FOUR)
    model.watch(range(4))
    announced: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        announced.append((first.row(), last.row()))

    model.dataChanged.connect(note)
    model.apply([change(pooled("a", "web", 5), pooled("a", "web", 6))])
    assert announced == [(0, 2)]


def test_it_is_a_proper_model_in_groups(qtmodeltester: ModelTester) -> None:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.group_by(POOL)
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    model.apply(known(*FOUR))
    model.reorder()
    model.collapse(group(model, "web"), collapsed=True)
    model.apply([change(FOUR[1], pooled("b", "web", 3)), change(FOUR[3], None)])
    model.reorder()
    model.set_filter("web")
    model.collapse_all(collapsed=False)
    model.sort_by(Column.NODE, descending=False)
    clock.now += DEPARTED_SECONDS + 1
    model.drop_departed()
    model.group_by("")


def expected(rows: Iterable[NodeRecord], changes: dict[str, int]) -> dict[str, Subtotals]:
    sums: dict[str, Subtotals] = {}
    for record in rows:
        pool = record.labels[0].partition("=")[2] if record.labels else "no pool"
        total = sums.setdefault(pool, Subtotals())
        total.nodes += 1
        total.ready += record.ready is True
        total.lower_bounds += record.is_lower_bound
        total.reported += record.reported_bytes
        total.change += changes[record.name]
        total.compressed += size_meaning(record.runtime) is SizeMeaning.COMPRESSED
        total.unpacked += size_meaning(record.runtime) is SizeMeaning.UNPACKED
    return sums


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("apply"),
            st.lists(
                st.tuples(
                    st.sampled_from("abcdef"),
                    st.sampled_from(["web", "gpu", None, "gone"]),
                    st.integers(1, 4),
                    st.sampled_from([True, False, None]),
                    st.sampled_from(["containerd://2.1.4", "cri-o://1.31.2", "other://1"]),
                ),
                max_size=5,
            ),
        ),
        st.tuples(st.just("filter"), st.sampled_from(["", "a", "web", "size>2", "ready", "x"])),
        st.tuples(st.just("group"), st.sampled_from(["", POOL])),
        st.tuples(st.just("collapse"), st.booleans()),
        st.tuples(st.just("sort"), st.tuples(st.sampled_from(list(Column)), st.booleans())),
        st.tuples(st.just("reorder"), st.none()),
        st.tuples(st.just("later"), st.none()),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_subtotals_and_order_equal_those_computed_at_once(
    qapp: QApplication, steps: list[tuple[str, Any]]
) -> None:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.group_by(POOL)
    nodes: dict[str, NodeRecord] = {}
    for step, given_value in steps:
        match step:
            case "apply":
                model.apply(_changes(nodes, given_value))
            case "filter":
                model.set_filter(given_value)
            case "group":
                model.group_by(given_value)
            case "collapse":
                model.collapse_all(collapsed=given_value)
            case "sort":
                model.sort_by(given_value[0], descending=given_value[1])
            case "reorder":
                model.reorder()
            case _:
                clock.now += DEPARTED_SECONDS + 1
                model.drop_departed()
    _check_places(model)
    clock.now += DEPARTED_SECONDS + 1
    model.drop_departed()
    model.reorder()
    model.group_by(POOL)
    model.collapse_all(collapsed=False)
    _check_places(model)
    shown = list(model.shown_nodes)
    sums = expected((row.record for row in shown), {row.name: row.change for row in shown})
    assert {row.name: row.totals for row in groups(model)} == sums
    fresh = NodeTableModel(Clocks(clock, clock))
    fresh.apply(known(*nodes.values()))
    fresh.set_filter(model.filter)
    assert {row.name for row in fresh.matching} == {row.name for row in shown}
    assert model.shown == len(shown)


def _changes(nodes: dict[str, NodeRecord], wanted: list[Any]) -> list[Any]:
    """Adds, changes and deletes ("gone") nodes; a name that is not there is added."""
    changes: list[Any] = []
    for name, pool, size, ready, runtime in wanted:
        old = nodes.get(name)
        if pool == "gone":
            if old is not None:
                changes.append(change(nodes.pop(name), None))
            continue
        new = pooled(name, pool, size, ready=ready, runtime=runtime)
        if old is not None and old.reported_bytes == size:
            new = replace(old, labels=new.labels, ready=ready, runtime=runtime).after(old)
        if new != old:
            changes.append(change(old, new))
            nodes[name] = new
    return changes


def _check_places(model: NodeTableModel) -> None:
    rows = [model.row_at(place) for place in range(model.rowCount())]
    assert model.places_of(rows) == {row: place for place, row in enumerate(rows)}
