"""Switching views: tabs, keys, and what all views share."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSplitter
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.qt.base.theme import DARK
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.window.conftest import OpenViews
from tests.qt.window.image_views import PlainImages
from tests.qt.window.windows import NODES, order, press, state, sync

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_views: OpenViews) -> MainWindow:
    window = open_views()
    sync(window, *NODES)
    return window


def plain(window: MainWindow) -> PlainImages:
    """The view of images, which must be the one shown."""
    widget = window.views.widget
    assert isinstance(widget, PlainImages)
    assert widget.isVisible()
    return widget


def click_tab(window: MainWindow, place: int) -> None:
    tabs = window.page.view_bar.tabs
    QTest.mouseClick(
        tabs,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        tabs.tabRect(place).center(),
    )


def test_a_tab_shows_its_view(window: MainWindow) -> None:
    tabs = window.page.view_bar.tabs
    assert [tabs.tabText(place) for place in range(3)] == ["Nodes", "Plain", "Other && more"]
    assert "Ctrl+2" in tabs.tabToolTip(1)
    click_tab(window, 1)
    assert not window.table.isVisible()
    first = plain(window)
    click_tab(window, 2)
    assert plain(window) is not first
    assert not first.isVisible()
    click_tab(window, 0)
    assert window.table.isVisible()
    click_tab(window, 1)
    assert plain(window) is first, "it is created once"


def test_a_view_follows_the_focus_of_the_window(window: MainWindow) -> None:
    click_tab(window, 1)
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.focusWindowChanged.emit(None)
    assert not plain(window).focused
    application.focusWindowChanged.emit(window.windowHandle())
    assert plain(window).focused


def test_keys_show_views_from_any_view(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitExposed(window)
    window.activateWindow()
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_2, CONTROL)
    assert plain(window).hasFocus(), "the focus goes with the view"
    assert window.page.view_bar.tabs.currentIndex() == 1
    QTest.keyClick(window.views.widget, Qt.Key.Key_Slash)
    assert window.toolbar.filter.hasFocus()
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_3, CONTROL)
    assert window.toolbar.filter.hasFocus(), "but not out of the filter"
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_Return)
    assert plain(window).hasFocus()
    QTest.keyClick(window.views.widget, Qt.Key.Key_P, CONTROL)
    assert window.toolbar.paused_text == "Paused"
    QTest.keyClick(window.views.widget, Qt.Key.Key_1, CONTROL)
    assert window.table.hasFocus()


def test_all_views_have_one_filter(window: MainWindow) -> None:
    window.toolbar.filter.setText("hostname=a")
    click_tab(window, 1)
    first = plain(window)
    assert first.filter == "hostname=a"
    window.toolbar.filter.setText("hostname=b")
    assert first.filter == "hostname=b"
    click_tab(window, 2)
    window.toolbar.filter.setText("nothing like this")
    assert plain(window).filter == first.filter == "nothing like this", "not the nodes' notice"
    click_tab(window, 0)
    assert not window.table.isVisible()
    assert window.notice_page.isVisible()
    click_tab(window, 2)
    assert plain(window).isVisible()


def test_escape_in_a_view_clears_the_filter_then_focuses_the_view(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.waitExposed(window)
    window.activateWindow()
    click_tab(window, 1)
    window.toolbar.filter.setText("hostname=a")
    window.toolbar.filter.setFocus()
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_Escape)
    assert plain(window).filter == ""
    QTest.keyClick(window.toolbar.filter, Qt.Key.Key_Escape)
    assert plain(window).hasFocus()


def test_a_filter_of_a_view_shows_nodes(window: MainWindow) -> None:
    click_tab(window, 1)
    plain(window).filter_requested.emit("hostname=c")
    assert window.table.isVisible()
    assert window.toolbar.filter.text() == "hostname=c"
    assert order(window) == ["c"]


def test_a_node_is_shown_among_the_nodes(window: MainWindow) -> None:
    click_tab(window, 1)
    window.activity.node_requested.emit("unknown")
    assert not window.table.isVisible()
    window.activity.node_requested.emit("b")
    assert window.table.isVisible()
    assert window.table.names == ("b",)


def test_the_selected_image_is_selected_in_the_other_views(window: MainWindow) -> None:
    click_tab(window, 1)
    plain(window).image_selected.emit("sha256:1")
    click_tab(window, 0)
    click_tab(window, 2)
    assert plain(window).image == "sha256:1"
    plain(window).image_selected.emit("sha256:2")
    click_tab(window, 1)
    assert plain(window).image == "sha256:2"


def test_verbs_on_nodes_are_in_the_view_of_nodes(window: MainWindow) -> None:
    assert window.toolbar.verbs.isEnabled()
    click_tab(window, 1)
    assert not window.toolbar.verbs.isEnabled()
    assert "Ctrl+1" in window.toolbar.verbs.accessibleDescription()
    click_tab(window, 0)
    assert window.toolbar.verbs.isEnabled()
    assert window.toolbar.verbs.accessibleDescription() == "Actions on the selected nodes"


def test_a_notice_about_the_connection_replaces_every_view(open_views: OpenViews) -> None:
    window = open_views()
    click_tab(window, 1)
    state(window, Phase.FORBIDDEN, reason="admin may not list nodes.")
    assert window.notice_page.isVisible()
    click_tab(window, 2)
    assert window.notice_page.isVisible()
    sync(window, *NODES)
    assert plain(window).isVisible()
    assert not window.notice_page.isVisible()


def test_switching_keeps_the_splitters(window: MainWindow) -> None:
    splitters = window.page.findChildren(QSplitter)
    assert len(splitters) == 2
    for splitter in splitters:
        first, second = splitter.sizes()
        splitter.setSizes([first - 40, second + 40])
    before = [splitter.sizes() for splitter in splitters]
    for place in (1, 2, 0):
        click_tab(window, place)
        assert [splitter.sizes() for splitter in splitters] == before


def test_a_view_is_settled_every_second_unless_paused(qtbot: QtBot, window: MainWindow) -> None:
    click_tab(window, 1)
    before = plain(window).settled
    window.tick()
    assert plain(window).settled == before + 1
    press(qtbot, window, "Pause")
    window.tick()
    assert plain(window).settled == before + 1


def test_views_follow_the_theme_also_while_hidden(window: MainWindow) -> None:
    click_tab(window, 1)
    first = plain(window)
    click_tab(window, 2)
    picture = window.page.view_bar.tabs.grab().toImage()
    window.set_theme(DARK)
    assert first.theme is plain(window).theme is DARK
    assert window.page.view_bar.tabs.grab().toImage() != picture


def test_the_view_is_restored(open_views: OpenViews) -> None:
    window = open_views()
    click_tab(window, 2)
    window.close_now()
    again = open_views()
    assert again.views.current.name == "other"
    assert again.page.view_bar.tabs.currentIndex() == 2


def test_all_tabs_fit_a_narrow_window(open_views: OpenViews) -> None:
    window = open_views(size=620)
    tabs = window.page.view_bar.tabs
    assert tabs.tabRect(2).right() < tabs.width()
