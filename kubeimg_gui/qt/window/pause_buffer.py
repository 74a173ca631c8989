"""Lets changes through to the table, or keeps them while the person has paused it.

Nothing is dropped: what came in the meantime follows in order and in small shares, so that
resuming after a long pause does not stall the window.
"""

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.base.throttle import BatchSizer
from kubeimg_gui.qt.window.informer_bridge import BEHIND_MS


class PauseBuffer(QObject):
    """A gate between the bridge and the model; confined to the GUI thread.

    Signals:
        passed: a list of at most MOST NodeChanges that may be shown, in order.
    """

    passed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[NodeChange] = deque()
        self._paused = False
        self._share = BatchSizer()
        self._timer = QTimer(self)
        self._timer.setInterval(BEHIND_MS)
        self._timer.timeout.connect(self._pass_on)

    @property
    def paused(self) -> bool:
        """Whether the table is frozen."""
        return self._paused

    @property
    def waiting(self) -> int:
        """How many changes have come and are not shown yet."""
        return len(self._waiting)

    @Slot(object)
    def take(self, changes: Sequence[NodeChange]) -> None:
        """Pass changes on, or keep them behind those that wait already."""
        if self._paused or self._waiting:
            self._waiting.extend(changes)
        else:
            self.passed.emit(changes)

    def set_paused(self, paused: bool) -> None:
        """Freeze the table, or let what waits follow."""
        self._paused = paused
        if paused:
            self._timer.stop()
        elif self._waiting:
            self._timer.start()

    def _pass_on(self) -> None:
        began = time.perf_counter()
        share = [self._waiting.popleft() for _ in range(min(self._share.size, len(self._waiting)))]
        if not self._waiting:
            self._timer.stop()
        self.passed.emit(share)
        self._share.took(len(share), time.perf_counter() - began)
