"""A row stays where it is on the screen while others arrive, leave and move."""

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.nodes.order_hold import AIM_SECONDS
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show, apply, nodes, sized
from tests.support.builders import change
from tests.support.clock import Clock

COUNT = 100


@pytest.fixture
def view(show: Show) -> NodeView:
    """n99 on top, n00 at the end; the first visible row is n89, half of it."""
    view = show(*(sized(f"n{number:02}", 1000 + number) for number in range(COUNT)))
    view.verticalScrollBar().setValue(10 * view.rowHeight(0) + 13)
    return view


def top_of(view: NodeView, name: str) -> int:
    place = nodes(view).place_of(name)
    assert place is not None
    return view.rowViewportPosition(place)


def test_rows_that_arrive_and_leave_above_do_not_move_it(view: NodeView, clock: Clock) -> None:
    assert top_of(view, "n89") == -13
    apply(view, *(change(None, sized(f"new-{number}", 5000)) for number in range(7)))
    apply(view, change(sized("n95", 1095), None), change(sized("n96", 1096), None))
    view.settle()
    assert top_of(view, "n89") == -13
    clock.now += DEPARTED_SECONDS
    view.settle()
    assert top_of(view, "n89") == -13
    assert view.verticalScrollBar().value() == (10 + 7 - 2) * view.rowHeight(0) + 13


def test_the_current_row_stays_if_it_is_visible(view: NodeView) -> None:
    view.select_names(["n85"])
    view.setCurrentIndex(nodes(view).index(nodes(view).place_of("n85") or 0, 0))
    before = top_of(view, "n85")
    apply(view, change(None, sized("between", 1087)), change(None, sized("above", 5000)))
    view.settle()
    assert top_of(view, "n85") == before
    view.verticalScrollBar().setValue(60 * view.rowHeight(0))
    apply(view, change(None, sized("above too", 5000)))
    view.settle()
    assert view.verticalScrollBar().value() == 61 * view.rowHeight(0), "it is not visible"


def test_a_row_that_moves_or_leaves_is_not_followed(view: NodeView, clock: Clock) -> None:
    before = top_of(view, "n87")
    apply(view, change(sized("n89", 1089), sized("n89", 1)), change(sized("n88", 1088), None))
    clock.now += DEPARTED_SECONDS
    view.settle()
    assert top_of(view, "n87") == before
    assert nodes(view).place_of("n89") == COUNT - 2


def test_a_table_that_shows_its_top_keeps_showing_it(view: NodeView) -> None:
    view.verticalScrollBar().setValue(0)
    apply(view, change(None, sized("largest", 9000)))
    view.settle()
    assert view.verticalScrollBar().value() == 0
    assert top_of(view, "largest") == 0


def test_it_survives_a_table_that_becomes_empty(view: NodeView, clock: Clock) -> None:
    apply(view, *(change(sized(f"n{i:02}", 1000 + i), None) for i in range(COUNT)))
    clock.now += DEPARTED_SECONDS
    view.settle()
    assert nodes(view).rowCount() == 0
    apply(view, change(None, sized("first", 1)))
    view.settle()
    assert top_of(view, "first") == 0


@pytest.mark.parametrize("rows_above", [0, 10])
def test_a_banner_above_the_table_does_not_push_held_rows(
    qtbot: QtBot, view: NodeView, rows_above: int, clock: Clock
) -> None:
    window, banner = QWidget(), QLabel("Reconnecting")
    banner.setFixedHeight(40)
    banner.hide()
    column = QVBoxLayout(window)
    column.addWidget(banner)
    column.addWidget(view)
    qtbot.addWidget(window)
    window.resize(900, 500)
    window.show()
    bar = view.verticalScrollBar()
    bar.setValue(rows_above * view.rowHeight(0))

    def where(name: str) -> int:
        return view.viewport().mapTo(window, view.viewport().pos()).y() + top_of(view, name)

    before = where("n85")
    view.hold.begin("menu")
    banner.show()
    qtbot.waitUntil(lambda: bar.value() > rows_above * view.rowHeight(0))
    assert where("n85") == before
    banner.hide()
    qtbot.waitUntil(lambda: bar.value() == rows_above * view.rowHeight(0))
    assert where("n85") == before
    banner.show()
    qtbot.waitUntil(lambda: bar.value() > rows_above * view.rowHeight(0))
    view.hold.end("menu")
    clock.now += AIM_SECONDS
    view.settle()
    assert (bar.value() == 0) is (rows_above == 0), "the top is shown again"
    view.setParent(None)
