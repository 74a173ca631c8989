"""Mouse and keyboard on group rows, and what of the selection and the scroll position stays."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.group_button import GroupButton
from kubeimg_gui.qt.nodes.group_row import GroupRow
from kubeimg_gui.qt.nodes.label_dialog import LabelDialog
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, apply, click, nodes, order
from tests.support.builders import change, image, node
from tests.support.mouse import double_click

ZONE = "topology.kubernetes.io/zone"


@pytest.fixture
def view(show: Show) -> NodeView:
    """[web] c a [gpu] b [no pool] d."""
    sizes = {"a": (5, "web"), "b": (9, "gpu"), "c": (7, "web"), "d": (1, None)}
    view = show(
        *(
            node(name, (image(f"{name}:1", size=size),), labels=(f"pool={pool}",) if pool else ())
            for name, (size, pool) in sizes.items()
        )
    )
    nodes(view).group_by("pool")
    view.setFocus()
    return view


def at_cursor(view: NodeView) -> str:
    return nodes(view).row_at(view.currentIndex().row()).name


def put_cursor(view: NodeView, place: int) -> None:
    view.setCurrentIndex(nodes(view).index(place, 0))


def press(view: NodeView, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view, key)


@pytest.mark.parametrize("group", [0, 3, 5])
def test_the_cursor_returns_to_no_group_that_the_filter_hides(view: NodeView, group: int) -> None:
    put_cursor(view, group)
    nodes(view).set_filter("nothing")
    assert not view.currentIndex().isValid()
    nodes(view).set_filter("")
    view.select_names(["a"])
    click(view, 1)
    assert view.names == ("c",), "the selection still follows the pointer"


def test_a_click_toggles_a_group_and_keeps_the_selection(view: NodeView) -> None:
    view.select_names(["a"])
    clicked: list[str] = []
    view.cell_clicked.connect(lambda _column, name: clicked.append(name))  # pyright: ignore
    click(view, 0)
    assert order(view) == ["b", "d"]
    assert view.names == ("a",)
    click(view, 0)
    assert order(view) == ["c", "a", "b", "d"]
    assert view.names == ("a",)
    assert view.selectionModel().selectedRows()[0].row() == 2
    assert clicked == []
    click(view, 1)
    assert (view.names, clicked) == (("c",), ["c"])


def test_a_double_click_toggles_a_group_once(view: NodeView) -> None:
    middle = view.visualRect(nodes(view).index(0, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    double_click(view.viewport(), middle)
    assert order(view) == ["b", "d"]


def test_the_arrow_keys_walk_through_groups(view: NodeView) -> None:
    put_cursor(view, 2)
    assert view.names == ("a",)
    press(view, Qt.Key.Key_Left)
    assert (at_cursor(view), view.names) == ("web", ("a",))
    press(view, Qt.Key.Key_Left)
    assert order(view) == ["b", "d"]
    press(view, Qt.Key.Key_Left, Qt.Key.Key_Down)
    assert (at_cursor(view), view.names) == ("gpu", ("a",))
    press(view, Qt.Key.Key_Up, Qt.Key.Key_Right)
    assert order(view) == ["c", "a", "b", "d"]
    press(view, Qt.Key.Key_Right)
    assert (at_cursor(view), view.names) == ("c", ("c",))


def test_ctrl_a_selects_all_nodes_and_no_group(view: NodeView) -> None:
    QTest.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.names == ("c", "a", "b", "d")
    assert len(view.selectionModel().selectedRows()) == 4


def test_shift_selects_nodes_across_groups(view: NodeView) -> None:
    put_cursor(view, 1)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.names == ("c", "a", "b")
    assert len(view.selectionModel().selectedRows()) == 3


def test_a_drag_selects_nodes_across_groups(view: NodeView) -> None:
    rows = [view.visualRect(nodes(view).index(place, 0)).center() for place in range(5)]
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=rows[2])
    for place in (3, 4):
        at = rows[place].toPointF()
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            at,
            view.viewport().mapToGlobal(at),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view.viewport(), move)
    QTest.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=rows[4])
    assert view.names == ("a", "b")


def test_ctrl_home_goes_to_the_first_node(view: NodeView) -> None:
    put_cursor(view, 6)
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert at_cursor(view) == "c"
    click(view, 0)
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    assert at_cursor(view) == "web"


def test_the_menu_of_a_group_collapses_all_and_offers_no_verb(view: NodeView, qtbot: QtBot) -> None:
    requested: list[QPoint] = []
    view.menu_requested.connect(requested.append)
    at = view.visualRect(nodes(view).index(0, 0)).center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert requested == []
    actions = {action.text(): action for action in menu.actions()}
    actions["Collapse all groups"].trigger()
    assert order(view) == []
    menu.close()
    group = nodes(view).row_at(0)
    assert isinstance(group, GroupRow)
    entries = [action.text() for action in view.group_menu(group).actions()]
    assert entries == ["Expand", "", "Collapse all groups", "Expand all groups"]


def test_the_cursor_stays_on_its_group_while_groups_move(view: NodeView) -> None:
    put_cursor(view, 3)
    assert at_cursor(view) == "gpu"
    old = node("b", (image("b:1", size=9),), labels=("pool=gpu",))
    apply(view, change(old, node("b", (image("b:1", size=90),), labels=("pool=gpu",))))
    view.settle(at_once=True)
    assert (view.currentIndex().row(), at_cursor(view)) == (0, "gpu")


def test_groups_are_painted_with_their_subtotals(view: NodeView) -> None:
    before = view.grab().toImage()
    click(view, 0)
    assert view.grab().toImage() != before
    view.sort_by(Column.NODE, False)
    view.columns.restore(view.columns.layout())
    assert not view.grab().toImage().isNull()


def test_the_button_offers_the_labels_of_the_nodes(view: NodeView, qtbot: QtBot) -> None:
    button = GroupButton(nodes(view), view)
    assert button.text() == "Grouped by Pool"
    apply(view, change(None, node("z", labels=("example.com/team=red", f"{ZONE}=1a"))))
    button.show()
    button.open_menu()
    entries = {action.text(): action for action in button.menu().actions()}
    titles = ["Nothing", "", "Pool (pool)", f"Zone ({ZONE})", "", "example.com/team", ""]
    assert list(entries) == list(dict.fromkeys([*titles, "More labels…"]))
    assert entries["Pool (pool)"].isChecked()
    entries["example.com/team"].trigger()
    assert (nodes(view).grouped_by, button.text()) == ("example.com/team", "Grouped by team")
    entries["Nothing"].trigger()
    assert (nodes(view).grouped_by, button.text()) == ("", "Group by")
    entries["More labels…"].trigger()
    dialog = view.findChild(LabelDialog)
    assert dialog is not None
    assert dialog.ok.text() == "Group"
    dialog.field.setEditText(ZONE)
    dialog.accept()
    assert nodes(view).grouped_by == ZONE
    button.menu().close()


def test_a_choice_of_pools_adapts_to_the_label_of_this_cluster(view: NodeView) -> None:
    button = GroupButton(nodes(view), view)
    nodes(view).group_by("eks.amazonaws.com/nodegroup")
    button.adapt()
    assert nodes(view).grouped_by == "pool"
    nodes(view).group_by(ZONE)
    button.adapt()
    assert nodes(view).grouped_by == ZONE


def test_nodes_of_collapsed_groups_are_read_for_a_file(view: NodeView) -> None:
    click(view, 0)
    view.select_names(["a", "b"])

    def names(*, selected: bool) -> list[str]:
        found = view.ungrouped(selected=selected)
        assert found is not None
        return [found.index(place, 0).data() for place in range(found.rowCount())]

    assert names(selected=False) == ["c", "a", "b", "d"]
    assert names(selected=True) == ["a", "b"]
    old = node("b", (image("b:1", size=9),), labels=("pool=gpu",))
    apply(view, change(old, node("b", old.images, labels=("pool=web",))))
    assert names(selected=False) == ["b", "c", "a", "d"], "it is shown below gpu for the moment"
    nodes(view).group_by("")
    assert view.ungrouped(selected=False) is None
