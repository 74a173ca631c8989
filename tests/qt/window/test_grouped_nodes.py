"""Nodes in groups in a window: grouping, collapsing, jumping to a node, restart, a saved table."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.nodes.group_row import GroupRow
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.views import NODES
from tests.qt.driver import event_loop, until
from tests.qt.window.image_views import VIEWS
from tests.qt.window.windows import order, sync
from tests.support.builders import images, node

POOL = "eks.amazonaws.com/nodegroup"
NODES_IN_POOLS = (
    node("a", images(3), labels=(f"{POOL}=web",)),
    node("b", images(9), labels=(f"{POOL}=gpu",)),
    node("c", images(4), labels=(f"{POOL}=web",)),
)
OpenViews = Callable[..., MainWindow]


def grouped(open_views: OpenViews) -> MainWindow:
    """[gpu] b [web] c a."""
    window = open_views()
    sync(window, *NODES_IN_POOLS)
    window.model.group_by(POOL)
    window.settle()
    return window


def collapse(window: MainWindow, name: str) -> None:
    rows = map(window.model.row_at, range(window.model.rowCount()))
    group = next(row for row in rows if isinstance(row, GroupRow) and row.name == name)
    window.model.collapse(group, collapsed=True)


def test_a_selected_node_stays_selected_in_a_collapsed_group(open_views: OpenViews) -> None:
    window = grouped(open_views)
    assert order(window) == ["b", "c", "a"]
    window.table.select_names(["a"])
    collapse(window, "web")
    assert order(window) == ["b"]
    assert window.table.names == ("a",)
    assert "3 of 3 nodes" in window.status.text


def test_showing_a_node_expands_its_group(open_views: OpenViews) -> None:
    window = grouped(open_views)
    collapse(window, "web")
    window.views.show_node("a")
    assert order(window) == ["b", "c", "a"]
    assert window.table.names == ("a",)
    place = window.model.place_of("a")
    assert place is not None
    assert window.table.selectionModel().isRowSelected(place)


def test_enter_toggles_the_group_at_the_cursor(open_views: OpenViews, qtbot: QtBot) -> None:
    window = grouped(open_views)
    qtbot.waitUntil(lambda: window.table.names != ())
    window.table.setFocus()
    window.table.setCurrentIndex(window.model.index(0, 0))
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert order(window) == ["c", "a"]
    window.table.setCurrentIndex(window.model.index(2, 0))
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert order(window) == ["c", "a"]


def test_the_first_node_is_selected_below_its_group(open_views: OpenViews, qtbot: QtBot) -> None:
    window = open_views()
    window.model.group_by(POOL)
    sync(window, *NODES_IN_POOLS)
    qtbot.waitUntil(lambda: window.table.names == ("b",))
    assert isinstance(window.model.row_at(0), GroupRow)


def test_what_nodes_are_grouped_by_is_kept_and_adapts_to_another_cluster(
    open_views: OpenViews,
) -> None:
    window = grouped(open_views)
    window.close_now()
    again = open_views()
    assert again.page.grouping.text() == "Grouped by Pool"
    sync(again, *NODES_IN_POOLS)
    assert again.model.grouped_by == POOL
    again.close_now()
    other = open_views()
    sync(other, node("x", labels=("pool=web",)))
    assert other.model.grouped_by == "pool"


def test_a_saved_view_keeps_what_nodes_are_grouped_by(open_views: OpenViews) -> None:
    window = grouped(open_views)
    window.saved.save("pools")
    window.model.group_by("")
    assert window.saved.changed
    window.saved.apply("pools")
    assert window.model.grouped_by == POOL
    assert window.page.grouping.text() == "Grouped by Pool"


def test_the_choice_belongs_to_the_view_of_nodes(open_views: OpenViews) -> None:
    window = grouped(open_views)
    assert window.page.grouping.isVisible()
    window.views.show(VIEWS[1].name)
    assert not window.page.grouping.isVisible()
    window.views.show(NODES.name)
    assert window.page.grouping.isVisible()


def test_a_saved_table_has_nodes_only_and_those_of_collapsed_groups(
    open_views: OpenViews, qapp: Any, tmp_path: Path
) -> None:
    window = grouped(open_views)
    collapse(window, "web")
    file = tmp_path / "nodes.csv"
    with event_loop(qapp) as loop:

        async def act() -> None:
            window.export.table.trigger()
            assert window.export.dialog is not None
            window.export.dialog.fileSelected.emit(str(file))
            window.export.dialog.reject()
            await until(file.exists)

        loop.run_until_complete(act())
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["Node"] for row in rows] == ["b", "c", "a"]
    assert float(rows[0]["Reported size (number)"]) == NODES_IN_POOLS[1].reported_bytes
