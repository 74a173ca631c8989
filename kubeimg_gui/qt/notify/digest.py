"""Emits a notification message when a window's digest of changes is due.

What a digest holds and when it is due is decided in `domain.digest` and `domain.pace`; here is
the timer.
"""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.pace import DEFAULT_LIMITS, DigestSchedule, PaceLimits
from kubeimg_gui.qt.notify.message import digest_message


class ChangeDigest(QObject):
    """Turns one window's changes into messages; GUI thread only.

    `clock` returns seconds and never goes back.

    Attributes:
        window: the name that messages carry.

    Signals:
        ready: a Message to show.
    """

    ready = Signal(object)

    def __init__(
        self,
        window: str,
        clock: Callable[[], float],
        limits: PaceLimits = DEFAULT_LIMITS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.window = window
        self._clock = clock
        self._schedule = DigestSchedule(limits)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._emit)

    @Slot(object)
    def take(self, changes: Sequence[NodeChange]) -> None:
        """Adds changes, in order; most of them are not reported and cost next to nothing."""
        now = self._clock()
        self._schedule.add(changes, now)
        if (due := self._schedule.due) < math.inf:
            self._timer.start(max(0, math.ceil((due - now) * 1000)))

    def stop(self) -> None:
        """Drops the changes collected so far and emits no further message for them."""
        self._timer.stop()

    def _emit(self) -> None:
        digest = self._schedule.take(self._clock())
        if digest is not None:
            self.ready.emit(digest_message(digest, self.window))
