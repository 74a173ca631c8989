"""Buffer between informer bridge and table: holds changes back while the table is paused.

No change is dropped. After a pause they follow in order and in small batches, so resuming does not
block the window.
"""

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.base.throttle import BatchSizer
from kubeimg_gui.qt.window.informer_bridge import BEHIND_MS


class PauseBuffer(QObject):
    """Passes changes on, or holds them back; GUI thread only.

    Signals:
        passed: a list of NodeChanges to show, in order.
    """

    passed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[NodeChange] = deque()
        self._paused = False
        self._sizer = BatchSizer()
        self._timer = QTimer(self)
        self._timer.setInterval(BEHIND_MS)
        self._timer.timeout.connect(self._pass_batch)

    @property
    def paused(self) -> bool:
        """Whether changes are held back."""
        return self._paused

    @property
    def waiting(self) -> int:
        """Number of changes held back."""
        return len(self._waiting)

    @Slot(object)
    def take(self, changes: Sequence[NodeChange]) -> None:
        """Passes changes on, or appends them to those held back."""
        if self._paused or self._waiting:
            self._waiting.extend(changes)
        else:
            self.passed.emit(changes)

    def set_paused(self, paused: bool) -> None:
        """Holds changes back, or passes on those held back."""
        self._paused = paused
        if paused:
            self._timer.stop()
        elif self._waiting:
            self._timer.start()

    def _pass_batch(self) -> None:
        began = time.perf_counter()
        batch = [self._waiting.popleft() for _ in range(min(self._sizer.size, len(self._waiting)))]
        if not self._waiting:
            self._timer.stop()
        self.passed.emit(batch)
        self._sizer.took(len(batch), time.perf_counter() - began)
