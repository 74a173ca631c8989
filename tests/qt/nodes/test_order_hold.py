"""Rows keep their places while a person aims at one of them."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kubeimg_gui.qt.nodes import view as views
from kubeimg_gui.qt.nodes.order_hold import AIM_SECONDS, OrderHold
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, apply, nodes, order, point_at_rows, sized
from tests.support.builders import change, image, node
from tests.support.clock import Clock


@pytest.fixture
def hold(qapp: QApplication, clock: Clock) -> OrderHold:
    return OrderHold(clock, qapp)


def leave(view: NodeView) -> None:
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))


def test_a_pointer_over_the_rows_holds_them_however_long_it_rests(show: Show, clock: Clock) -> None:
    view = show(sized("a", 3), sized("b", 2))
    point_at_rows(view)
    apply(view, change(sized("b", 2), sized("b", 9)))
    clock.now += 3600
    view.settle()
    assert order(view) == ["a", "b"]
    assert nodes(view).waiting == 1
    view.hold.released.connect(view.settle)
    leave(view)
    assert order(view) == ["b", "a"], "at once"
    assert nodes(view).waiting == 0


def test_rows_of_deleted_nodes_are_held_up_to_a_number(
    show: Show, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_DEPARTED", 3)
    view = show(*(sized(f"n{i}", 100 - i) for i in range(8)))
    point_at_rows(view)
    apply(view, *(change(sized(f"n{i}", 100 - i), None) for i in range(3)))
    clock.now += 2 * DEPARTED_SECONDS
    view.settle()
    assert len(order(view)) == 8
    apply(view, change(sized("n3", 97), None))
    clock.now += 2 * DEPARTED_SECONDS
    view.settle()
    assert order(view) == ["n4", "n5", "n6", "n7"]


def test_a_key_holds_the_rows_for_some_seconds(show: Show, clock: Clock) -> None:
    view = show(sized("a", 3), sized("b", 2))
    QTest.keyClick(view, Qt.Key.Key_Down)
    apply(view, change(sized("b", 2), sized("b", 9)))
    clock.now += AIM_SECONDS - 0.1
    view.settle()
    assert order(view) == ["a", "b"]
    clock.now += 0.1
    view.settle()
    assert order(view) == ["b", "a"]


def test_while_held_rows_only_come_at_the_end_and_none_leaves(show: Show, clock: Clock) -> None:
    view = show(*(sized(name, size) for name, size in zip("abc", (5, 4, 3), strict=True)))
    view.hold.begin("menu")
    apply(
        view,
        change(sized("a", 5), None),
        change(None, sized("new", 9)),
        change(sized("c", 3), sized("c", 8)),
    )
    clock.now += DEPARTED_SECONDS + 60
    view.settle()
    assert order(view) == ["a", "b", "c", "new"]
    assert nodes(view).waiting == 3
    view.hold.end("menu")
    clock.now += AIM_SECONDS
    view.settle()
    assert order(view) == ["new", "c", "b"]


def test_rows_that_the_filter_takes_in_or_out_wait_and_hidden_ones_do_not_count(
    show: Show,
) -> None:
    view = show(sized("a", 5), sized("b", 4), sized("c", 3))
    nodes(view).set_filter(":2")
    assert order(view) == []
    view.hold.begin("menu")
    apply(view, change(sized("a", 5), node("a", (image("a:2", size=7),))))
    apply(view, change(sized("c", 3), sized("c", 30)), change(sized("b", 4), None))
    view.settle()
    assert order(view) == []
    assert nodes(view).waiting == 1
    view.settle(at_once=True)
    assert order(view) == ["a"]


def test_the_user_sorts_and_filters_held_rows_at_once(show: Show) -> None:
    view = show(sized("a", 3), sized("b", 2))
    view.hold.begin("menu")
    view.header.sort_requested.emit(view.header.sortIndicatorSection(), False)
    assert order(view) == ["b", "a"]
    nodes(view).set_filter("a:1")
    assert order(view) == ["a"]


def test_a_window_that_opens_under_the_pointer_holds_nothing(show: Show) -> None:
    view = show(sized("a", 3))
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Enter))
    assert not view.hold.held


def test_a_drag_of_the_scroll_bar_holds_the_rows(show: Show, clock: Clock) -> None:
    view = show(*(sized(f"n{number}", number) for number in range(50)))
    view.verticalScrollBar().setSliderDown(True)
    assert view.hold.held
    view.verticalScrollBar().setSliderDown(False)
    clock.now += AIM_SECONDS
    assert not view.hold.held


def test_a_window_without_focus_holds_nothing_unless_the_pointer_moves(
    hold: OrderHold, clock: Clock
) -> None:
    hold.move_pointer()
    hold.begin("dialog")
    hold.set_focused(False)
    assert not hold.held
    hold.move_pointer()
    assert hold.held
    clock.now += AIM_SECONDS
    assert not hold.held, "the pointer was left behind"
    hold.set_focused(True)
    assert hold.held
    hold.leave_pointer()
    assert hold.held, "the dialog is still open"


def test_a_pointer_that_comes_back_from_a_menu_holds_again(hold: OrderHold, clock: Clock) -> None:
    hold.move_pointer()
    hold.begin("menu")
    hold.leave_pointer()
    hold.end("menu")
    hold.enter_pointer()
    clock.now += 2 * AIM_SECONDS
    assert hold.held


@pytest.mark.parametrize("close", ["reject", "accept", "close", "deleteLater"])
def test_a_dialog_holds_the_rows_until_it_closes_in_any_way(
    qtbot: QtBot, hold: OrderHold, clock: Clock, close: str
) -> None:
    dialog = QDialog()
    hold.follow(dialog)
    dialog.show()
    clock.now += 3600
    assert hold.held
    getattr(dialog, close)()
    dialog.deleteLater()
    qtbot.waitUntil(lambda: not isValid(dialog))
    assert hold.held, "the user looks for the row again"
    clock.now += AIM_SECONDS
    assert not hold.held


def test_closing_twice_holds_once(hold: OrderHold, clock: Clock) -> None:
    hold.begin("menu")
    hold.end("menu")
    clock.now += AIM_SECONDS
    hold.end("menu")
    assert not hold.held
