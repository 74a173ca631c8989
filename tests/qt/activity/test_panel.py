from collections.abc import Callable, Sequence
from unittest.mock import patch

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeySequence,
    QShortcut,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.activity import model as activity_model
from kubeimg_gui.qt.activity.model import Field
from kubeimg_gui.qt.activity.panel import ActivityPanel
from kubeimg_gui.qt.base.cells import EDGE
from kubeimg_gui.qt.base.theme import DARK, LIGHT, Theme
from tests.support.builders import GIB, MIB, change, image, images, node
from tests.support.clock import Clock
from tests.support.mouse import double_click

Show = Callable[..., ActivityPanel]


def arrivals(count: int, first: int = 0) -> list[NodeChange]:
    return [
        change(node(f"n{i}"), node(f"n{i}", (image(f"app:{i}x", size=i + 1),)), at=1000.0 + i)
        for i in range(first, first + count)
    ]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, clock: Clock) -> Show:
    def show_panel(changes: Sequence[NodeChange] = (), width: int = 1000) -> ActivityPanel:
        panel = ActivityPanel(theme, clock)
        qtbot.addWidget(panel)
        panel.take(changes)
        panel.resize(width, 200)
        panel.show()
        panel.activateWindow()
        qtbot.waitUntil(panel.isActiveWindow)
        return panel

    return show_panel


def middle(panel: ActivityPanel, place: int, field: Field = Field.NODE) -> QPoint:
    return panel.view.visualRect(panel.model.index(place, field)).center()


def click(panel: ActivityPanel, place: int, *, more: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier if more else Qt.KeyboardModifier.NoModifier
    viewport, at = panel.view.viewport(), middle(panel, place)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, keys, at)


def node_at(panel: ActivityPanel, y: int) -> str:
    return panel.model.entry_at(panel.view.rowAt(y)).node


def selected(panel: ActivityPanel) -> list[str]:
    rows = panel.view.selectionModel().selectedRows()
    return [panel.model.entry_at(index.row()).node for index in rows]


def clipboard() -> list[list[str]]:
    return [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]


def head_text(panel: ActivityPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def shot(panel: ActivityPanel) -> QImage:
    return panel.view.viewport().grab().toImage()


def popped_up(panel: ActivityPanel, at: QPoint) -> QMenu:
    viewport = panel.view.viewport()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, asked)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(panel: ActivityPanel, words: str) -> None:
    menu = popped_up(panel, middle(panel, 0))
    action = next(action for action in menu.actions() if action.text() == words)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_at_the_top_it_follows_the_newest(show: Show) -> None:
    panel = show(arrivals(50))
    panel.take(arrivals(10, 50))
    QApplication.processEvents()
    assert node_at(panel, 5) == "n59"


def test_new_entries_do_not_move_a_scrolled_list(show: Show) -> None:
    panel = show(arrivals(50))
    panel.view.verticalScrollBar().setValue(300)
    before, seen = shot(panel), node_at(panel, 5)
    for batch in range(5):
        panel.take(arrivals(10, 50 + 10 * batch))
        QApplication.processEvents()
    assert node_at(panel, 5) == seen
    assert shot(panel) == before
    panel.view.scrollToTop()
    panel.take(arrivals(1, 100))
    assert node_at(panel, 5) == "n100"


def test_who_has_selected_rows_keeps_them_selected_and_in_place(show: Show) -> None:
    panel = show(arrivals(50))
    click(panel, 1)
    click(panel, 3, more=True)
    before = panel.view.visualRect(panel.model.index(1, 0))
    panel.take(arrivals(10, 50))
    QApplication.processEvents()
    assert selected(panel) == ["n48", "n46"]
    assert panel.view.visualRect(panel.model.index(11, 0)) == before


def test_a_dropped_row_passes_its_selection_to_no_other_row(show: Show) -> None:
    with patch.multiple(activity_model, MAX_ENTRIES=50, TRIM=5):
        panel = show(arrivals(50))
        panel.view.scrollToBottom()
        click(panel, 49)
        panel.take(arrivals(10, 50))
        QApplication.processEvents()
    assert selected(panel) == []
    assert panel.model.rowCount() == 45


def asked_of(panel: ActivityPanel) -> list[str]:
    """The nodes it asks for from now on."""
    asked: list[str] = []
    panel.node_requested.connect(asked.append)
    return asked


def test_a_double_click_asks_for_the_node(show: Show) -> None:
    panel = show(arrivals(3))
    asked = asked_of(panel)
    click(panel, 1)
    assert asked == []
    at = middle(panel, 1)
    double_click(panel.view.viewport(), at)
    assert asked == ["n1"]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_asks_for_the_node_once(show: Show, key: Qt.Key) -> None:
    panel = show(arrivals(3))
    asked = asked_of(panel)
    click(panel, 2)
    QTest.keyClick(panel.view, key)
    assert asked == ["n0"]


def test_the_menu_shows_the_node(show: Show) -> None:
    panel = show(arrivals(3))
    asked = asked_of(panel)
    click(panel, 0)
    choose(panel, "Show node")
    assert asked == ["n2"]


def test_selected_rows_are_copied_newest_first_with_exact_fields(show: Show) -> None:
    panel = show(arrivals(4))
    click(panel, 2)
    click(panel, 0, more=True)
    QTest.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == [
        ["1970-01-01T00:16:43.000+00:00", "n3", "0", "4", "4", "arrived app:3x (4 bytes)"],
        ["1970-01-01T00:16:41.000+00:00", "n1", "0", "2", "2", "arrived app:1x (2 bytes)"],
    ]


def test_the_menu_copies_the_shown_text(show: Show) -> None:
    panel = show(arrivals(30))
    panel.filter.setText("app:1")
    choose(panel, "Copy all shown")
    assert [line[1] for line in clipboard()] == [f"n{i}" for i in (*range(19, 9, -1), 1)]


def test_copying_nothing_leaves_the_clipboard_alone(show: Show) -> None:
    QGuiApplication.clipboard().setText("kept")
    panel = show(arrivals(3))
    panel.copy_selected()
    panel.filter.setText("?")
    panel.copy_all()
    assert clipboard() == [["kept"]]


def test_hostile_names_stay_in_their_cells(show: Show) -> None:
    hostile = image("a\tb\nc:1", size=7)
    panel = show([change(node('=HYPERLINK("x")'), node('=HYPERLINK("x")', (hostile,)), at=0)])
    panel.copy_all()
    [line] = clipboard()
    assert len(line) == 6
    assert line[1] == '\'=HYPERLINK("x")'
    assert r"a\tb\nc:1" in line[5]


def test_the_field_filters_and_leads_into_the_list(show: Show) -> None:
    panel = show(arrivals(30))
    panel.filter.setFocus()
    QTest.keyClicks(panel.filter, "app:2 N2")
    assert panel.model.rowCount() == 11
    assert "11 of 30" in head_text(panel)
    QTest.keyClick(panel.filter, Qt.Key.Key_Return)
    assert panel.view.hasFocus()
    assert selected(panel) == ["n29"]


def test_escape_leaves_the_filter_then_the_selection_then_the_panel(show: Show) -> None:
    panel = show(arrivals(50))
    beyond: list[bool] = []
    shortcut = QShortcut(QKeySequence("Esc"), panel)
    shortcut.activated.connect(lambda: beyond.append(True))
    panel.filter.setFocus()
    panel.filter.setText("app")
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert panel.filter.text() == ""
    click(panel, 4)
    panel.take(arrivals(20, 50))
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert panel.view.following
    assert node_at(panel, 5) == "n69"
    assert beyond == []
    QTest.keyClick(panel.view, Qt.Key.Key_Escape)
    assert beyond == [True]


def test_the_badge_counts_new_entries_and_removes_the_marks(show: Show) -> None:
    panel = show(arrivals(2))
    assert not panel.seen.isVisible()
    panel.set_watched(False)
    panel.take(arrivals(3, 2))
    assert panel.seen.text() == "3 new"
    edge = QPoint(EDGE - 1, middle(panel, 0).y())
    assert shot(panel).pixelColor(edge) == QColor(LIGHT.accent)
    assert shot(panel).pixelColor(edge.x(), middle(panel, 3).y()) == QColor(LIGHT.page)
    QTest.mouseClick(panel.seen, Qt.MouseButton.LeftButton)
    assert not panel.seen.isVisible()
    assert shot(panel).pixelColor(edge) == QColor(LIGHT.page)


def colours(picture: QImage, panel: ActivityPanel, place: int, field: Field) -> set[str]:
    cell = panel.view.visualRect(panel.model.index(place, field))
    return {
        picture.pixelColor(x, y).name().upper()
        for x in range(cell.left() + EDGE, cell.right())
        for y in range(cell.top() + 1, cell.bottom())
    }


def test_colours_repeat_what_the_words_say(show: Show) -> None:
    some = images(3, GIB)
    panel = show([change(node("a"), node("a", some)), change(node("a", some), node("a"))])
    panel.note(0, "a", "could not be deleted", Severity.CRITICAL)
    for theme in (LIGHT, DARK):
        panel.set_theme(theme)
        picture = shot(panel)
        assert theme.critical in colours(picture, panel, 0, Field.WHAT)
        assert theme.shrunk in colours(picture, panel, 1, Field.CHANGE)
        assert theme.grown in colours(picture, panel, 2, Field.CHANGE)
        assert theme.muted in colours(picture, panel, 2, Field.TIME)


@pytest.mark.parametrize("width", [820, 1100, 1440])
def test_no_number_is_cut_off(show: Show, width: int) -> None:
    panel = show(arrivals(1), width)
    view = panel.view
    assert view.horizontalHeader().length() == view.viewport().width()
    for field, words in (
        (Field.TIME, "23:59:59"),
        (Field.CHANGE, "▼ −88.8 GiB"),
        (Field.SIZES, "≥ 88.8 GiB → ≥ 88.8 GiB"),
    ):
        assert view.columnWidth(field) >= view.fontMetrics().horizontalAdvance(words) + 18
    assert view.columnWidth(Field.WHAT) > width / 4


def test_the_node_column_grows_with_the_names_up_to_its_share(show: Show) -> None:
    panel = show(arrivals(1))
    narrow = panel.view.columnWidth(Field.NODE)
    panel.take([change(None, node("ip-10-0-0-1"))])
    wider = panel.view.columnWidth(Field.NODE)
    panel.take([change(None, node("n" * 200))])
    assert narrow < wider < panel.view.columnWidth(Field.NODE) <= 250


def test_it_says_why_it_is_empty(show: Show) -> None:
    panel = show()
    bare = shot(panel)
    assert panel.view.accessibleDescription() == "Changes will appear here."
    panel.begin()
    assert panel.view.accessibleDescription().startswith("No changes since ")
    panel.filter.setText("redis")
    panel.take(arrivals(1))
    assert panel.view.accessibleDescription() == "No activity matches the filter."
    assert shot(panel) != bare
    panel.filter.clear()
    assert panel.view.accessibleDescription() == ""


def test_it_is_not_called_empty_once_something_happened(show: Show) -> None:
    panel = show()
    panel.take(arrivals(1))
    assert panel.view.accessibleDescription() == ""


def test_the_panel_shows_how_many_entries_were_dropped(show: Show) -> None:
    with patch.multiple(activity_model, MAX_ENTRIES=10, TRIM=3):
        panel = show(arrivals(12))
    assert "5 older entries dropped" in head_text(panel)


def test_its_parts_have_names(show: Show) -> None:
    panel = show()
    assert panel.view.accessibleName() == "Activity"
    assert panel.filter.accessibleName() == "Filter activity"


def test_it_paints_anything(show: Show) -> None:
    odd = image("registry.example/" + "团队/" * 60 + "镜像:最新版", size=MIB)
    panel = show([change(node("n"), node("n", (odd, image("a\nb\u202e:1"))))], width=400)
    panel.take([change(None, node("节点-" * 40)), change(node("<b>x</b>", images(50)), None)])
    assert not shot(panel).isNull()
