"""Lists of lines: described on demand, used with mouse and keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.line_list import SEARCHED, LineList
from kubeimg_gui.qt.base.lines import Line, LineModel
from kubeimg_gui.qt.base.theme import DARK, Theme
from kubeimg_gui.qt.base.tone import Tone
from tests.support.mouse import double_click

ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)

Show = Callable[..., LineList[str]]


def describe(name: str) -> Line:
    return Line(f"<b>{name}</b>", "unknown", Tone.UNKNOWN, "below", "why")


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Show:
    parents: list[QWidget] = []

    def show_list(*names: str, most: int | None = None) -> LineList[str]:
        parent = QWidget()
        parents.append(parent)
        qtbot.addWidget(parent)
        view = LineList(LineModel(describe, parent), theme, parent, details=True, most=most)
        view.resize(280, 200)
        view.show_items(names)
        parent.show()
        parent.activateWindow()
        view.setFocus()
        qtbot.waitUntil(view.hasFocus)
        return view

    return show_list


def test_it_is_a_proper_model(qtmodeltester: ModelTester) -> None:
    model = LineModel(describe)
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    assert model.show(["a", "b"])
    assert not model.show(["a", "b"])
    assert model.show(["b"])
    assert model.rowCount() == 1
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsEditable


def test_assistive_technology_reads_all_texts_and_the_tooltip_shows_them_literally() -> None:
    model = LineModel(describe)
    model.show(["a"])
    assert model.index(0).data() == "<b>a</b>"
    assert model.index(0).data(ACCESSIBLE) == "<b>a</b>, unknown, below, why"
    assert "&lt;b&gt;a&lt;/b&gt;\nunknown\nbelow\nwhy" in model.index(0).data(TOOLTIP)
    assert describe("a").shown_state == "? unknown"


def test_only_lines_on_screen_are_described(qtbot: QtBot, theme: Theme) -> None:
    described: set[int] = set()

    def note(number: int) -> Line:
        described.add(number)
        return Line(str(number))

    parent = QWidget()
    qtbot.addWidget(parent)
    view = LineList(LineModel(note, parent), theme, parent)
    view.resize(280, 200)
    view.show_items(range(50_000))
    parent.show()
    view.grab()
    assert 0 < len(described) < 50


def test_the_current_line_stays_while_the_list_changes(show: Show) -> None:
    view = show("a", "b", "c")
    view.setCurrentIndex(view.lines.index(1))
    view.show_items(("new", "a", "b", "c"))
    assert view.current == "b"
    view.show_items(("a", "c"))
    assert view.current is None


def test_enter_and_double_click_choose(show: Show) -> None:
    view = show("a", "b")
    chosen: list[str] = []
    view.chosen.connect(chosen.append)
    QTest.keyClick(view, Qt.Key.Key_Return)
    at = view.visualRect(view.lines.index(1)).center()
    double_click(view.viewport(), at)
    double_click(view.viewport(), QPoint(5, 190))
    assert chosen == ["a", "b"], "nothing below the last line"


@pytest.mark.parametrize("reason", [*QContextMenuEvent.Reason][:2])
def test_a_menu_is_requested(show: Show, reason: QContextMenuEvent.Reason) -> None:
    view = show("a", "b")
    view.setCurrentIndex(view.lines.index(1))
    requested: list[str] = []

    def note(item: str, _position: QPoint) -> None:
        requested.append(item)

    view.menu_requested.connect(note)
    at = view.visualRect(view.lines.index(1)).center()
    event = QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    assert requested == ["b"]


def test_typing_finds_a_line_unless_there_are_too_many(show: Show) -> None:
    few = show("a", "b", "c")
    QTest.keyClicks(few, "<b>c")
    assert few.current == "c"
    many = show(*(str(number) for number in range(SEARCHED + 1)))
    many.setCurrentIndex(many.lines.index(0))
    QTest.keyClicks(many, "<b>7")
    assert many.current == "0"


def test_a_short_list_asks_for_no_more_room_than_it_needs(show: Show) -> None:
    one, two, many = (show(*names, most=3) for names in ("a", "ab", "abcdefgh"))
    assert one.sizeHint().height() * 2 == two.sizeHint().height()
    assert two.sizeHint().height() < many.sizeHint().height() < 2 * two.sizeHint().height()


def test_both_themes_paint(show: Show) -> None:
    view = show("a", "b")
    light = view.grab().toImage()
    view.set_theme(DARK)
    assert view.grab().toImage() != light


def test_a_bar_is_as_long_as_its_part(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def half(_name: str) -> Line:
        return Line("x", bar=0.5)

    view = LineList(LineModel(half, parent), theme, parent, details=True)
    view.resize(280, 200)
    view.show_items(["x"])
    parent.show()
    picture = view.viewport().grab().toImage()
    colours = [
        [picture.pixelColor(x, y).name().upper() for x in range(picture.width())]
        for y in range(picture.height())
    ]
    longest = max(row.count(theme.accent) for row in colours)
    track = max(row.count(theme.track) for row in colours)
    assert longest > 50
    assert abs(longest - track) <= 1
