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


def test_the_combination_that_crashes_is_refused() -> None:
    assert check_versions("6.12.0", (3, 11)) == (
        "PySide6 6.12.0 crashes on Python 3.11: install PySide6 6.11 or use Python 3.12."
    )


@pytest.mark.parametrize(
    ("pyside", "python"), [("6.11.3", (3, 11)), ("6.12.0", (3, 12)), ("6.13.0", (3, 11))]
)
def test_other_combinations_are_accepted(pyside: str, python: tuple[int, int]) -> None:
    assert check_versions(pyside, python) == ""


def test_the_installed_combination_is_accepted() -> None:
    assert check_versions() == ""


def test_a_screenshot_needs_no_display() -> None:
    assert choose_platform({"DISPLAY": ":0"}, grab=True) == "offscreen"
    assert choose_platform({}, grab=True) == "offscreen"
    assert choose_platform({"QT_QPA_PLATFORM": "xcb"}, grab=True) == ""
    assert choose_platform({}, grab=False) == ""


def test_automatic_collection_is_disabled(qtbot: QtBot) -> None:
    parent = QObject()
    collector = GarbageCollector(parent)
    assert not gc.isenabled()
    collector.freeze()
    assert gc.get_freeze_count() > 0
    collector.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


class Knot:
    """Cyclic garbage."""

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


def set_active(active: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    states = Qt.ApplicationState
    state = states.ApplicationActive if active else states.ApplicationHidden
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: state)


def test_young_objects_are_collected_soon(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(True, monkeypatch)
    monkeypatch.setattr(process, "MAX_DEFERRED", math.inf)
    collector.freeze()
    knots = [weakref.ref(Knot()) for _ in range(process.YOUNG_OBJECTS)]
    qtbot.waitUntil(lambda: not any(knot() for knot in knots))


def test_a_full_collection_runs_while_the_application_is_inactive(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(False, monkeypatch)
    knot = frozen_knot(collector)
    qtbot.waitUntil(lambda: knot() is None)


def test_a_deferred_collection_runs_when_the_application_becomes_inactive(
    collector: GarbageCollector, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(True, monkeypatch)
    monkeypatch.setattr(process, "MAX_DEFERRED", math.inf)
    knot = frozen_knot(collector)
    qtbot.waitUntil(lambda: collector.due > 2)
    assert knot() is not None
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    assert knot() is None


def test_a_full_collection_is_not_deferred_indefinitely(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_active(True, monkeypatch)
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
