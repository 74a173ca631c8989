import gc
import math
import os
import signal
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.app import process
from kubeimg_gui.qt.app.process import (
    GarbageCollector,
    TerminationSignals,
    check_versions,
    choose_platform,
)


def test_the_combination_that_crashes_is_refused_in_words() -> None:
    assert check_versions("6.12.0", (3, 11)) == (
        "PySide6 6.12.0 crashes on Python 3.11: install PySide6 6.11 or use Python 3.12."
    )


@pytest.mark.parametrize(
    ("pyside", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("6.13.0", (3, 11))]
)
def test_others_are_welcome(pyside: str, python: tuple[int, int]) -> None:
    assert check_versions(pyside, python) == ""


def test_this_very_combination_works() -> None:
    assert check_versions() == ""


def test_a_picture_needs_no_screen() -> None:
    assert choose_platform({"DISPLAY": ":0"}, grab=True) == "offscreen"
    assert choose_platform({}, grab=True) == "offscreen"
    assert choose_platform({"QT_QPA_PLATFORM": "xcb"}, grab=True) == ""
    assert choose_platform({}, grab=False) == ""


def test_the_collector_runs_only_where_it_is_asked_to(qtbot: QtBot) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    assert not gc.isenabled()
    collector.freeze()
    assert gc.get_freeze_count() > 0
    collector.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


class Knot:
    """Garbage that only a collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(process, "YOUNG_MS", 1)
    monkeypatch.setattr(process, "FULL_MS", 1)
    parent = QObject()
    collector = GarbageCollector(parent)
    yield collector
    collector.stop()


def frozen_knot(collector: GarbageCollector) -> "weakref.ref[Knot]":
    knot = Knot()
    collector.freeze()
    return weakref.ref(knot)


def person_is(at_it: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    active, hidden = Qt.ApplicationState.ApplicationActive, Qt.ApplicationState.ApplicationHidden
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: active if at_it else hidden)


def test_what_is_young_is_collected_soon(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_is(True, monkeypatch)
    monkeypatch.setattr(process, "MAX_DEFERRED", math.inf)
    collector.freeze()
    knots = [weakref.ref(Knot()) for _ in range(process.YOUNG_OBJECTS)]
    qtbot.waitUntil(lambda: not any(knot() for knot in knots))


def test_what_is_old_is_collected_while_nobody_is_at_the_window(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_is(False, monkeypatch)
    knot = frozen_knot(collector)
    qtbot.waitUntil(lambda: knot() is None)


def test_what_is_old_is_collected_once_the_person_leaves(
    collector: GarbageCollector, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_is(True, monkeypatch)
    monkeypatch.setattr(process, "MAX_DEFERRED", math.inf)
    knot = frozen_knot(collector)
    qtbot.waitUntil(lambda: collector.due > 2)
    assert knot() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert knot() is None


def test_what_is_old_is_collected_at_last_though_the_person_stays(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_is(True, monkeypatch)
    knot = frozen_knot(collector)
    qtbot.waitUntil(lambda: knot() is None)


def test_a_signal_reaches_qt(qtbot: QtBot) -> None:
    parent = QObject()
    before = signal.getsignal(signal.SIGTERM)
    signals = TerminationSignals(parent)
    with qtbot.waitSignal(signals.received):
        os.kill(os.getpid(), signal.SIGTERM)
    signals.stop()
    assert signal.getsignal(signal.SIGTERM) is before
