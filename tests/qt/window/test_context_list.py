"""The list of contexts with a search field: typing, keys, marks, hostile names, time."""

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from kubeimg_gui.qt.window.context_list import ContextList
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.toolbar import SEARCH_FROM

NAMES = [f"arn:aws:eks:eu-west-1:0:cluster/c-{i:05}" for i in range(9800)]


@pytest.fixture
def contexts(window: MainWindow) -> ContextList:
    """The list of a window whose context is prod-eu-1."""
    return opened(window, [*NAMES, "prod-eu-1", "Prod-EU-2"])


def opened(window: MainWindow, names: list[str], note: str = "") -> ContextList:
    popup = window.toolbar.offer_contexts(names, note)
    assert isinstance(popup, ContextList)
    return popup


def selected(contexts: ContextList) -> str:
    return str(contexts.view.currentIndex().data())


def keys(contexts: ContextList, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(contexts.field, key)


def test_few_contexts_are_a_menu(window: MainWindow) -> None:
    menu = window.toolbar.offer_contexts(NAMES[: SEARCH_FROM - 1])
    assert isinstance(menu, QMenu)
    menu.close()


def test_typing_filters_by_all_words_in_any_case(contexts: ContextList) -> None:
    assert contexts.field.hasFocus()
    assert contexts.count_text == "9,802 contexts"
    QTest.keyClicks(contexts.field, "EU prod")
    assert contexts.count_text == "2 of 9,802 contexts"
    assert contexts.field.accessibleDescription() == contexts.count_text
    QTest.keyClicks(contexts.field, " nothing")
    assert contexts.count_text == "0 of 9,802 contexts"
    keys(contexts, Qt.Key.Key_Return)
    assert contexts.isVisible(), "there is nothing to choose"


def test_the_current_context_is_marked_and_in_sight(contexts: ContextList) -> None:
    assert selected(contexts) == "prod-eu-1 (this window)"
    assert (
        contexts.view.viewport()
        .rect()
        .contains(contexts.view.visualRect(contexts.view.currentIndex()))
    )
    contexts.field.setText("c-00007")
    assert selected(contexts) == NAMES[7]
    contexts.field.clear()
    assert selected(contexts) == "prod-eu-1 (this window)"


def test_the_keys_move_choose_and_close(window: MainWindow, contexts: ContextList) -> None:
    chosen: list[str] = []
    window.toolbar.context_chosen.connect(chosen.append)
    contexts.field.setText("c-0000")
    keys(contexts, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
    assert selected(contexts) == NAMES[1]
    keys(contexts, Qt.Key.Key_PageDown)
    assert selected(contexts) == NAMES[9]
    keys(contexts, Qt.Key.Key_Return)
    assert chosen == [NAMES[9]]
    again = opened(window, NAMES)
    keys(again, Qt.Key.Key_Escape)
    assert not again.isVisible()
    assert chosen == [NAMES[9]]


def test_a_click_chooses(window: MainWindow, contexts: ContextList) -> None:
    chosen: list[str] = []
    window.toolbar.context_chosen.connect(chosen.append)
    contexts.field.setText("eu-2")
    place = contexts.view.visualRect(contexts.view.currentIndex()).center()
    QTest.mouseClick(contexts.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert chosen == ["Prod-EU-2"]


def test_names_are_plain_text(window: MainWindow) -> None:
    contexts = opened(window, ["<b>&x</b>\n\u202e", "y" * 5000, *NAMES[:40]], "<i>note</i>")
    index = contexts.view.model().index(0, 0)
    assert str(index.data()).startswith("<b>&x</b>")
    assert not set("\n\u202e") & set(str(index.data()))
    assert "&lt;b&gt;" in str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert contexts.width() < 600, "long names are cut"
    chosen: list[str] = []
    contexts.chosen.connect(chosen.append)
    contexts.view.clicked.emit(index)
    assert chosen == ["<b>&x</b>\n\u202e"], "what is chosen is the name itself"


def test_everything_has_a_name(contexts: ContextList) -> None:
    for widget in (contexts, contexts.field, contexts.view):
        assert widget.accessibleName()


def test_thousands_of_contexts_open_within_a_few_frames(window: MainWindow) -> None:
    began = time.process_time()
    again = opened(window, NAMES)
    again.repaint()
    assert time.process_time() - began < 0.1
    began = time.process_time()
    again.field.setText("c-049")
    assert time.process_time() - began < 0.1
