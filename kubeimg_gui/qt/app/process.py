"""What the process around a window needs: a fit platform, a quiet collector, a way to end it.

These touch the whole process (interpreter, signals, Qt's platform), so only the composition root
uses them, and each undoes what it did.
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
"""Often, for each time what thousands of changes have left is gone through."""
YOUNG_OBJECTS = 700
"""Fewer are not worth a look; Python's own figure."""
FULL_MS = 10 * 60 * 1000
PATIENCE = 6
"""How many times in a row everything may be left for when nobody is looking."""
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM)
FAILED = 1
"""The exit code where no other is said, as the other faces have it."""


def check_versions(
    pyside: str = PySide6.__version__, python: tuple[int, int] = sys.version_info[:2]
) -> str:
    """Why this PySide6 cannot run on this Python, as a sentence; empty where it can.

    PySide6 6.12 loses references to None and True on Python 3.11 and aborts within seconds.
    """
    if pyside.startswith("6.12.") and python < (3, 12):
        return (
            f"PySide6 {pyside} crashes on Python {python[0]}.{python[1]}:"
            " install PySide6 6.11 or use Python 3.12."
        )
    return ""


def choose_platform(environment: Mapping[str, str], *, grab: bool) -> str:
    """The Qt platform to ask for before there is an application; empty leaves it to Qt.

    A picture needs no screen.
    """
    return "offscreen" if grab and "QT_QPA_PLATFORM" not in environment else ""


def fail(sentence: str, code: int = FAILED) -> int:
    """Say why the process ends; gives the exit code back."""
    with suppress(OSError):  # what is full or closed must not change how it ends
        sys.stderr.write(sentence + "\n")
    return code


class GarbageCollector(QObject):
    """Collects cyclic garbage on the GUI thread only.

    Python's own collector runs in whichever thread allocates, and would destroy Qt objects in
    the informer's. What is young is looked through often and only once: what outlives that is
    mostly records, which hold no cycles and would be gone through again and again for nothing.
    Everything is looked through rarely and, since that holds a window of many nodes up for most
    of a second, when nobody is at one; but it does not wait for that for ever.

    Attributes:
        due: how many times in a row everything was left for later.
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
        application.applicationStateChanged.connect(self._follow)

    def freeze(self) -> None:
        """Leave all that exists now to the rare collections: the first load is here to stay.

        Without a collection first: that would go through the whole load, and hold the window up.
        Before this, nothing young is looked through: while a cluster loads, all of it is young.
        """
        gc.freeze()
        self._young.start()

    def stop(self) -> None:
        """Give collecting back to Python."""
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
        self._follow(QGuiApplication.applicationState())

    def _follow(self, state: Qt.ApplicationState) -> None:
        """Collect what is due if the person is elsewhere, or has stayed too long."""
        if self.due > PATIENCE or (self.due and state is not Qt.ApplicationState.ApplicationActive):
            self.due = 0
            gc.unfreeze()
            gc.collect()
            gc.freeze()


class EndingSignals(QObject):
    """Turns SIGINT and SIGTERM into a Qt signal.

    Python runs a handler only between two of its own instructions, and Qt's event loop has none
    of them while nothing happens: so the interpreter writes to a socket that the loop watches.

    Signals:
        asked: the process was asked to end.
    """

    asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._read, self._write = socket.socketpair()
        for end in (self._read, self._write):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._old_fd = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._old_handlers = {
            number: signal.signal(number, self._handled) for number in ENDING_SIGNALS
        }

    def stop(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._old_fd)
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)
        self._read.close()
        self._write.close()

    def _woken(self) -> None:
        if any(number in ENDING_SIGNALS for number in self._read.recv(64)):
            self.asked.emit()

    def _handled(self, _number: int, _frame: FrameType | None) -> None:
        """Nothing to do here: the byte written to the socket is what counts."""
