import gc
import os
import signal

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.process import (
    EndingSignals,
    GarbageCollector,
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


def test_a_signal_reaches_qt(qtbot: QtBot) -> None:
    parent = QObject()
    before = signal.getsignal(signal.SIGTERM)
    signals = EndingSignals(parent)
    with qtbot.waitSignal(signals.asked):
        os.kill(os.getpid(), signal.SIGTERM)
    signals.stop()
    assert signal.getsignal(signal.SIGTERM) is before
