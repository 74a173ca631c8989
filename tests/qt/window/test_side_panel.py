from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.theme import DARK
from kubeimg_gui.qt.window.layout import NARROW_WINDOW
from kubeimg_gui.qt.window.main_window import MainWindow


def narrowed(window: MainWindow) -> MainWindow:
    window.resize(NARROW_WINDOW - 1, 700)
    return window


def test_the_panel_collapses_in_a_narrow_window(qtbot: QtBot, window: MainWindow) -> None:
    handle = window.page.side.handle
    assert window.panel.isVisible()
    assert not handle.isVisible()
    table = window.table.width()
    narrowed(window)
    assert not window.panel.isVisible()
    assert handle.isVisible()
    qtbot.waitUntil(lambda: window.table.width() > table - (1440 - NARROW_WINDOW) + 250)
    window.resize(NARROW_WINDOW, 700)
    assert window.panel.isVisible()
    assert not handle.isVisible()


def test_a_click_on_the_handle_opens_and_closes_it(window: MainWindow) -> None:
    handle = narrowed(window).page.side.handle
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton)
    assert window.panel.isVisible()
    assert window.panel.width() >= 280
    assert handle.isVisible()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton)
    assert not window.panel.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_the_keyboard_opens_it(window: MainWindow, key: Qt.Key) -> None:
    handle = narrowed(window).page.side.handle
    assert handle.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(handle, key)
    assert window.panel.isVisible()


def test_a_shortcut_opens_and_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    narrowed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window.table, Qt.Key.Key_I, control)
    assert window.panel.isVisible()
    QTest.keyClick(window.table, Qt.Key.Key_I, control)
    assert not window.panel.isVisible()
    window.resize(1440, 900)
    QTest.keyClick(window.table, Qt.Key.Key_I, control)
    assert window.panel.isVisible(), "there is room for it"


def test_it_stays_open_in_the_next_narrow_window(open_window: Callable[[], MainWindow]) -> None:
    window = narrowed(open_window())
    window.page.side.show_panel()
    window.close_now()
    again = narrowed(open_window())
    assert again.panel.isVisible()
    again.page.side.toggle()
    again.close_now()
    third = narrowed(open_window())
    assert not third.panel.isVisible()
    third.close_now()


def test_the_width_of_the_panel_comes_back(window: MainWindow) -> None:
    width = window.panel.width()
    narrowed(window)
    window.resize(1440, 900)
    assert window.panel.width() == width


def test_assistive_technology_knows_the_handle(window: MainWindow) -> None:
    handle = narrowed(window).page.side.handle
    interface = QAccessible.queryAccessibleInterface(handle)
    assert interface.text(QAccessible.Text.Name) == "Images of the selected nodes"
    assert interface.text(QAccessible.Text.Description) == "Show the images (Ctrl+I)"
    handle.click()
    assert interface.text(QAccessible.Text.Description) == "Hide the images (Ctrl+I)"


def test_the_handle_is_drawn_in_both_themes(window: MainWindow) -> None:
    handle = narrowed(window).page.side.handle
    light = handle.grab().toImage()
    window.set_theme(DARK)
    dark = handle.grab().toImage()
    assert light != dark
    handle.click()
    assert handle.grab().toImage() != dark
