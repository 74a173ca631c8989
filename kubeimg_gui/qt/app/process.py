"""Process-wide concerns of the window: Qt platform, garbage collection, termination signals.

Only the composition root uses these; each one restores what it changed.
"""

import gc
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType

import PySide6
from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

YOUNG_MS = 100
"""Interval between collections of the youngest generation; short, to keep each one short."""
YOUNG_OBJECTS = 700
"""Minimum number of young objects worth a collection; Python's default."""
FULL_MS = 10 * 60 * 1000
MAX_DEFERRED = 6
"""How many full collections in a row may be deferred until the window is inactive."""
TERMINATION_SIGNALS = (signal.SIGINT, signal.SIGTERM)
FAILED = 1
"""Default exit code of a failure, same as that of the commands."""


def check_versions(
    pyside: str = PySide6.__version__, python: tuple[int, int] = sys.version_info[:2]
) -> str:
    """Why this PySide6 cannot run on this Python, as a sentence; empty if it can.

    PySide6 6.12 loses references to None and True on Python 3.11 and aborts within seconds.
    """
    if pyside.startswith("6.12.") and python < (3, 12):
        return (
            f"PySide6 {pyside} crashes on Python {python[0]}.{python[1]}:"
            " install PySide6 6.11 or use Python 3.12."
        )
    return ""


def choose_platform(environment: Mapping[str, str], *, grab: bool) -> str:
    """The Qt platform to set before the application is created; empty leaves it to Qt.

    A screenshot needs no display.
    """
    return "offscreen" if grab and "QT_QPA_PLATFORM" not in environment else ""


def fail(sentence: str, code: int = FAILED) -> int:
    """Prints why the process exits; returns the exit code."""
    with suppress(OSError):  # a full or closed stderr must not change the exit code
        sys.stderr.write(sentence + "\n")
    return code


class GarbageCollector(QObject):
    """Collects cyclic garbage on the GUI thread only.

    Python's automatic collection runs in any allocating thread and would destroy Qt objects in
    the informer thread. Young objects are collected often and then frozen: survivors are mostly
    records, which hold no cycles. A full collection takes most of a second with many nodes, so it
    is rare and deferred while a window is active, but not indefinitely.

    Attributes:
        due: number of full collections deferred in a row.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.due = 0
        self._young = self._make_timer(YOUNG_MS, self._collect_young)
        self._full = self._make_timer(FULL_MS, self._full_due)
        self._full.start()
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "a window needs one"
        application.applicationStateChanged.connect(self._collect_if_due)

    def freeze(self) -> None:
        """Freezes all objects after the first load and starts collecting young ones.

        It does not collect first, because that would block the window for the whole load. Until
        this call nothing is collected: while a cluster loads, all objects are young.
        """
        gc.freeze()
        self._young.start()

    def stop(self) -> None:
        """Restores Python's automatic collection."""
        self._young.stop()
        self._full.stop()
        gc.unfreeze()
        gc.enable()

    def _make_timer(self, interval: int, collect: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval)
        timer.timeout.connect(collect)
        return timer

    def _collect_young(self) -> None:
        if gc.get_count()[0] >= YOUNG_OBJECTS:
            gc.collect(0)
            gc.freeze()

    def _full_due(self) -> None:
        self.due += 1
        self._collect_if_due(QGuiApplication.applicationState())

    def _collect_if_due(self, state: Qt.ApplicationState) -> None:
        """Collects if due and the application is inactive, or if deferred too often."""
        if self.due > MAX_DEFERRED or (
            self.due and state is not Qt.ApplicationState.ApplicationActive
        ):
            self.due = 0
            gc.unfreeze()
            gc.collect()
            gc.freeze()


class TerminationSignals(QObject):
    """Turns SIGINT and SIGTERM into a Qt signal.

    Python runs signal handlers between bytecode instructions, and an idle Qt event loop executes
    none. So the interpreter writes to a socket that the event loop watches.

    Signals:
        received: SIGINT or SIGTERM arrived.
    """

    received = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._wakeup)
        self._previous_fd = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._previous_handlers = {
            number: signal.signal(number, self._handled) for number in TERMINATION_SIGNALS
        }

    def stop(self) -> None:
        """Restores the previous signal handlers."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._previous_fd)
        for number, handler in self._previous_handlers.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def _wakeup(self) -> None:
        if any(number in TERMINATION_SIGNALS for number in self._read.recv(64)):
            self.received.emit()

    def _handled(self, _number: int, _frame: FrameType | None) -> None:
        """Does nothing: the byte written to the socket triggers `received`."""
