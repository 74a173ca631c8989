from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import LIGHT
from kubeimg_gui.qt.notify import tray as trays
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.message import Message
from kubeimg_gui.qt.notify.tray import Tray, badged
from tests.support.clock import Clock


class Icon(QSystemTrayIcon):
    """An icon on a desktop that has a tray; it and its balloons are noted and not shown."""

    def __init__(self, icon: QIcon, parent: QObject) -> None:
        super().__init__(icon, parent)
        self.shown = False
        self.balloons: list[tuple[object, ...]] = []

    @staticmethod
    def isSystemTrayAvailable() -> bool:  # noqa: N802
        return True

    def show(self) -> None:
        self.shown = True

    def hide(self) -> None:
        self.shown = False

    def showMessage(self, *words: object) -> None:  # noqa: N802  # pyright: ignore
        self.balloons.append(words)


@pytest.fixture
def silence(clock: Clock) -> DoNotDisturb:
    return DoNotDisturb(None, Clocks(clock, clock))


@pytest.fixture
def tray(qtbot: QtBot, silence: DoNotDisturb, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tray]:
    monkeypatch.setattr(trays, "QSystemTrayIcon", Icon)
    tray = Tray(blue(), silence)
    tray.appear()
    yield tray
    tray.stop()


def blue() -> QIcon:
    pixmap = QPixmap(64, 64)
    pixmap.fill(QColor("blue"))
    return QIcon(pixmap)


def icon_of(tray: Tray) -> Icon:
    (icon,) = tray.findChildren(QSystemTrayIcon)
    assert isinstance(icon, Icon)
    return icon


def entries(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions()]


def choose(tray: Tray, words: str) -> None:
    tray.menu.actions()[entries(tray).index(words)].trigger()


def checked(tray: Tray) -> list[str]:
    return [action.text() for action in tray.menu.actions() if action.isChecked()]


def test_where_there_is_no_tray_nothing_is_missed(qtbot: QtBot, silence: DoNotDisturb) -> None:
    tray = Tray(blue(), silence)
    tray.appear()
    assert not tray.available
    tray.show_state("prod-eu-1", Severity.CRITICAL, "1 node needs you")
    tray.show_message(Message("prod-eu-1", "title", "body"))
    tray.forget("prod-eu-1")
    tray.stop()
    assert tray.findChildren(QSystemTrayIcon) == []


def test_the_icon_appears_with_what_is_known_by_then(
    qtbot: QtBot, silence: DoNotDisturb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trays, "QSystemTrayIcon", Icon)
    tray = Tray(blue(), silence)
    tray.show_state("prod-eu-1", Severity.CRITICAL, "1 node under pressure")
    tray.show_message(Message("prod-eu-1", "title", "body"))
    assert not tray.available, "it asks the desktop when asked to, not before"
    tray.appear()
    assert icon_of(tray).toolTip() == "prod-eu-1 · 1 node under pressure"
    assert picture(icon_of(tray).icon()) == picture(badged(blue(), Severity.CRITICAL))
    tray.stop()


def test_each_window_has_an_entry_and_a_line(tray: Tray, qtbot: QtBot) -> None:
    assert tray.available
    assert icon_of(tray).toolTip() == "kubeimg"
    tray.show_state("prod-eu-1", Severity.FINE, "Live")
    tray.show_state("staging", Severity.UNCERTAIN, "Reconnecting")
    tray.show_state("prod-eu-1", Severity.CRITICAL, "1 node under pressure")
    assert entries(tray) == [
        *("prod-eu-1 · 1 node under pressure", "staging · Reconnecting", ""),
        *("Do not disturb for an hour", "Do not disturb until turned off", "", "Quit"),
    ]
    assert icon_of(tray).toolTip().splitlines() == entries(tray)[:2]
    with qtbot.waitSignal(tray.window_requested, check_params_cb="staging".__eq__):
        choose(tray, "staging · Reconnecting")
    tray.forget("prod-eu-1")
    tray.forget("prod-eu-1")
    assert entries(tray)[:2] == ["staging · Reconnecting", ""]
    assert icon_of(tray).toolTip() == "staging · Reconnecting"


def test_names_are_plain(tray: Tray) -> None:
    tray.show_state("<b>a&b", Severity.FINE, "Live")
    assert entries(tray)[0] == icon_of(tray).toolTip() == "‹b›a＆b · Live"


def test_a_click_opens_the_window_that_needs_it_most(tray: Tray, qtbot: QtBot) -> None:
    icon, reasons = icon_of(tray), QSystemTrayIcon.ActivationReason
    with qtbot.assertNotEmitted(tray.window_requested):
        icon.activated.emit(reasons.Trigger)
    for window, severity in (
        ("one", Severity.FINE),
        ("two", Severity.CRITICAL),
        ("three", Severity.GONE),
    ):
        tray.show_state(window, severity, "words")
    with qtbot.waitSignal(tray.window_requested, check_params_cb="two".__eq__):
        icon.activated.emit(reasons.Trigger)
    with qtbot.assertNotEmitted(tray.window_requested):
        icon.activated.emit(reasons.Context)


def test_the_icon_is_there_until_it_is_taken_away(tray: Tray) -> None:
    icon = icon_of(tray)
    assert icon.shown
    assert not icon.icon().isNull()
    tray.stop()
    assert not icon.shown


def test_quit_is_asked_for(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.quit_requested):
        choose(tray, "Quit")


def test_silence_is_chosen_and_ended_in_the_menu(
    tray: Tray, silence: DoNotDisturb, clock: Clock
) -> None:
    choose(tray, "Do not disturb for an hour")
    until = f"Do not disturb until {formatting.clock(clock.now + 3600, clock.now)}"
    assert silence.until == clock.now + 3600
    assert checked(tray) == [until]
    choose(tray, "Do not disturb until turned off")
    assert silence.for_good
    assert checked(tray) == ["Do not disturb until turned off"]
    choose(tray, "Do not disturb until turned off")
    assert not silence.active
    choose(tray, "Do not disturb for an hour")
    choose(tray, until)
    assert not silence.active
    assert checked(tray) == []


def test_the_menu_shows_how_long_it_will_be_silent(
    tray: Tray, silence: DoNotDisturb, clock: Clock
) -> None:
    silence.begin_hour()
    clock.now += 3600
    tray.menu.aboutToShow.emit()
    assert checked(tray) == []
    assert "Do not disturb for an hour" in entries(tray)


def test_a_balloon_leads_to_its_window_once(tray: Tray, qtbot: QtBot) -> None:
    icon = icon_of(tray)
    with qtbot.assertNotEmitted(tray.message_clicked):
        icon.messageClicked.emit()
    tray.show_message(Message("prod-eu-1", "title", "body"))
    tray.show_message(Message("staging", "title", "body", critical=True))
    looks = QSystemTrayIcon.MessageIcon
    assert icon.balloons == [
        ("title", "body", looks.Information),
        ("title", "body", looks.Critical),
    ]
    with qtbot.waitSignal(tray.message_clicked, check_params_cb="staging".__eq__):
        icon.messageClicked.emit()
    with qtbot.assertNotEmitted(tray.message_clicked):
        icon.messageClicked.emit()


def test_the_worst_of_all_windows_is_on_the_icon(tray: Tray) -> None:
    icon = icon_of(tray)
    tray.show_state("one", Severity.CRITICAL, "words")
    tray.show_state("two", Severity.FINE, "words")
    assert picture(icon.icon()) == picture(badged(blue(), Severity.CRITICAL))
    tray.forget("one")
    assert picture(icon.icon()) == picture(badged(blue(), Severity.FINE))


def picture(icon: QIcon, size: int = 64) -> QImage:
    return icon.pixmap(size, size).toImage().convertToFormat(QImage.Format.Format_ARGB32)


@pytest.mark.parametrize("size", trays.SIZES)
def test_badges_differ_in_colour_and_shape(qtbot: QtBot, size: int) -> None:
    fine, gone, uncertain, critical = (picture(badged(blue(), each), size) for each in Severity)
    assert fine == gone == picture(blue(), size)
    middle = round(size * 0.72)
    assert uncertain.pixelColor(middle, middle).alpha() < 60
    assert critical.pixelColor(middle, middle).alpha() == 255
    reds = [
        critical.pixelColor(x, y) == QColor(LIGHT.critical)
        for x in range(size)
        for y in range(size)
    ]
    assert sum(reds) > size * size * 0.05


def test_a_context_s_name_is_plain_in_menu_and_tooltip(tray: Tray) -> None:
    tray.show_state("<b>A & B</b>\t\u202e" + "x" * 100_000, Severity.FINE, "Live")
    label = entries(tray)[0]
    assert label.startswith(r"‹b›A ＆ B‹/b› \u202exxx")
    assert label.endswith("… · Live")
    assert len(label) < 80
    assert icon_of(tray).toolTip() == label
