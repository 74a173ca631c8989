"""When a window's changes are told in a notification: a burst at once, a storm ever more seldom.

What a node needs a person for is paced apart from the rest, so that a disk under pressure does
not wait an hour because a long rollout has been told of already.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.notify.message import Gathering, comes_under_pressure


@dataclass(frozen=True, slots=True)
class Timing:
    """How changes are paced, in seconds.

    Attributes:
        gather: how long changes are gathered after the first one.
        spacing, most: the least time between two messages; it doubles from one to the other
            while changes keep coming and falls back after a quiet stretch of its own length.
    """

    gather: float = 5.0
    spacing: float = 60.0
    most: float = 3600.0


USUAL = Timing()


class ChangeDigest(QObject):
    """Sums up one window's changes and says when there is a message; GUI thread only.

    `clock` tells seconds and never goes back.

    Attributes:
        window: the name that messages bear.

    Signals:
        ready: the Message to bring to the person.
    """

    ready = Signal(object)

    def __init__(
        self,
        window: str,
        clock: Callable[[], float],
        timing: Timing = USUAL,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.window = window
        self._clock = clock
        self._gathering = Gathering()
        self._storage = _Pace(timing)
        self._pressure = _Pace(timing)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tell)

    @Slot(object)
    def take(self, changes: Sequence[NodeChange]) -> None:
        """Gather changes, in order; most of them are no news and cost next to nothing."""
        now = self._clock()
        for change in changes:
            if change.storage_changed:
                self._storage.stir(now)
            if comes_under_pressure(change):
                self._pressure.stir(now)
            self._gathering.add(change)
        due = min(self._storage.due, self._pressure.due)
        if due < math.inf:
            self._timer.start(max(0, math.ceil((due - now) * 1000)))

    def stop(self) -> None:
        """Tell nothing more of what was taken."""
        self._timer.stop()

    def _tell(self) -> None:
        now = self._clock()
        message, self._gathering = self._gathering.message(self.window), Gathering()
        for pace in (self._storage, self._pressure):
            pace.rest(now, told=message is not None)
        if message is not None:
            self.ready.emit(message)


class _Pace:
    """When the next message of one kind is due."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._spacing = 0.0
        self._began: float | None = None
        self._stirred = -math.inf
        self._told = -math.inf

    @property
    def due(self) -> float:
        """The moment, never while there is nothing to tell."""
        if self._began is None:
            return math.inf
        return max(self._began + self._timing.gather, self._told + self._spacing)

    def stir(self, now: float) -> None:
        """There is news."""
        if now - self._stirred >= self._spacing:
            self._spacing = 0.0
        self._stirred = now
        if self._began is None:
            self._began = now

    def rest(self, now: float, *, told: bool) -> None:
        """The news so far has been told, or came to nothing."""
        if self._began is not None and told:
            self._spacing = min(max(self._timing.spacing, 2 * self._spacing), self._timing.most)
            self._told = self._stirred = now
        self._began = None
