import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Slot
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.notify.dbus import NotificationService
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.message import Message
from kubeimg_gui.qt.notify.notifier import REMEMBERED, Notifier
from kubeimg_gui.qt.notify.tray import Tray
from tests.support.clock import Clock

HOUR = 3600


def message(window: str = "prod-eu-1") -> Message:
    return Message(window, f"{window}: n1 changed", "Arrived: redis:7")


class Service(NotificationService):
    """Numbers what it is asked to show; waits for `open` first, and may be `missing`."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Message] = []
        self.asked = threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()
        self.missing = False
        self.mistake: Exception | None = None

    def notify(self, message: Message) -> int | None:
        self.asked.release()
        assert self.open.wait(5)
        if self.mistake:
            raise self.mistake
        if self.missing:
            return None
        self.shown.append(message)
        return len(self.shown)


class Balloons(Tray):
    """A tray that notes what it is asked to show."""

    def __init__(self, silence: DoNotDisturb) -> None:
        super().__init__(QIcon(), silence)
        self.shown: list[Message] = []

    @Slot(object)
    def show_message(self, message: Message) -> None:
        self.shown.append(message)


class WindowManager:
    """A notifier with all it needs, and the windows it asked for."""

    def __init__(self, clock: Clock) -> None:
        self.silence = DoNotDisturb(None, Clocks(clock, clock))
        self.service = Service()
        self.tray = Balloons(self.silence)
        self.notifier = Notifier(self.silence, self.service, self.tray)
        self.activated: list[str] = []
        self.notifier.activated.connect(self.activated.append)

    def stop(self) -> None:
        self.service.open.set()
        self.notifier.stop()
        self.tray.stop()


@pytest.fixture
def desk(qtbot: QtBot, clock: Clock) -> Iterator[WindowManager]:
    desk = WindowManager(clock)
    yield desk
    desk.stop()


def test_a_message_goes_to_the_service_and_not_to_the_tray(
    desk: WindowManager, qtbot: QtBot
) -> None:
    desk.notifier.send(message())
    qtbot.waitUntil(lambda: desk.service.shown == [message()])
    assert desk.tray.shown == []


def test_where_there_is_no_service_the_tray_shows_it(desk: WindowManager, qtbot: QtBot) -> None:
    desk.service.missing = True
    desk.notifier.send(message())
    qtbot.waitUntil(lambda: desk.tray.shown == [message()])


def test_a_click_finds_the_window_it_belongs_to(desk: WindowManager, qtbot: QtBot) -> None:
    desk.notifier.send(message("one"))
    desk.notifier.send(message("two"))
    qtbot.waitUntil(lambda: len(desk.service.shown) == 2)
    desk.service.clicked.emit(99)  # another program's
    desk.service.clicked.emit(2)
    desk.service.clicked.emit(1)
    desk.service.clicked.emit(1)
    qtbot.waitUntil(lambda: desk.activated == ["two", "one"])


def test_a_click_that_is_faster_than_the_answer_is_understood(
    desk: WindowManager, qtbot: QtBot
) -> None:
    desk.service.open.clear()
    desk.notifier.send(message())
    assert desk.service.asked.acquire(timeout=5)
    desk.service.clicked.emit(1)
    desk.service.open.set()
    qtbot.waitUntil(lambda: desk.activated == ["prod-eu-1"])


def test_a_click_on_a_balloon_finds_its_window(desk: WindowManager) -> None:
    desk.tray.message_clicked.emit("prod-eu-1")
    assert desk.activated == ["prod-eu-1"]


def test_only_the_last_notifications_are_remembered(desk: WindowManager, qtbot: QtBot) -> None:
    for i in range(REMEMBERED + 1):
        desk.notifier.send(message(f"w{i}"))
    qtbot.waitUntil(lambda: len(desk.service.shown) == REMEMBERED + 1)
    for number in (1, 2):
        desk.service.clicked.emit(number)
    qtbot.waitUntil(lambda: desk.activated == ["w1"])


def test_a_slow_service_does_not_block_the_gui(desk: WindowManager, qtbot: QtBot) -> None:
    desk.service.open.clear()
    desk.notifier.send(message("one"))
    desk.notifier.send(message("two"))
    assert desk.service.asked.acquire(timeout=5)
    desk.notifier.stop()
    desk.notifier.send(message("three"))
    desk.service.clicked.emit(1)
    assert desk.service.shown == []
    desk.service.open.set()
    qtbot.waitUntil(lambda: desk.service.shown == [message("one")])
    # What waited is given up, and what comes later is not taken.
    assert not desk.service.asked.acquire(timeout=0.05)


def test_an_error_in_the_thread_is_reported(
    desk: WindowManager, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def hook(*mistake: object) -> None:
        seen.append(mistake[1])

    monkeypatch.setattr(sys, "excepthook", hook)
    desk.service.mistake = ValueError("wrong")
    desk.notifier.send(message())
    qtbot.waitUntil(lambda: seen == [desk.service.mistake])


def test_in_silence_nothing_is_sent(desk: WindowManager, qtbot: QtBot, clock: Clock) -> None:
    desk.silence.begin_hour()
    desk.notifier.send(message("one"))
    clock.now += HOUR
    desk.notifier.send(message("two"))
    desk.silence.begin_for_good()
    desk.notifier.send(message("three"))
    desk.silence.end()
    desk.notifier.send(message("four"))
    qtbot.waitUntil(lambda: desk.service.shown == [message("two"), message("four")])


def test_silence_for_an_hour_ends_by_itself(qtbot: QtBot, clock: Clock) -> None:
    silence = DoNotDisturb(None, Clocks(clock, clock))
    assert (silence.active, silence.until) == (False, None)
    with qtbot.waitSignal(silence.changed):
        silence.begin_hour()
    assert (silence.active, silence.until) == (True, clock.now + HOUR)
    clock.now += HOUR
    assert (silence.active, silence.until) == (False, None)


def test_silence_for_good_is_kept_and_an_hour_is_not(
    qtbot: QtBot, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "folder" / "window.ini"
    DoNotDisturb(path, Clocks(clock, clock)).begin_hour()
    assert not DoNotDisturb(path, Clocks(clock, clock)).active
    DoNotDisturb(path, Clocks(clock, clock)).begin_for_good()
    kept = DoNotDisturb(path, Clocks(clock, clock))
    assert (kept.active, kept.for_good, kept.until) == (True, True, None)
    kept.begin_hour()
    assert not DoNotDisturb(path, Clocks(clock, clock)).active


def test_silence_touches_nothing_else_in_the_file(
    qtbot: QtBot, clock: Clock, tmp_path: Path
) -> None:
    path = tmp_path / "window.ini"
    other = QSettings(str(path), QSettings.Format.IniFormat)
    other.setValue("window/panel", 355)
    other.sync()
    silence = DoNotDisturb(path, Clocks(clock, clock))
    silence.begin_for_good()
    silence.end()
    assert path.read_text().split() == ["[window]", "panel=355"]


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe not an ini file \x80", b"[notifications]\nsilenced=perhaps"]
)
def test_a_damaged_file_means_no_silence(
    qtbot: QtBot, clock: Clock, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "window.ini"
    path.write_bytes(content)
    assert not DoNotDisturb(path, Clocks(clock, clock)).active


def test_silence_is_kept_in_memory_where_no_file_can_be(
    qtbot: QtBot, clock: Clock, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    silence = DoNotDisturb(in_the_way / "window.ini", Clocks(clock, clock))
    silence.begin_for_good()
    assert silence.active
