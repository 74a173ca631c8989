"""Buffer between informer bridge and table: holds changes back while the table is paused.

Changes of one node are merged while they wait, so a pause of any length takes no more memory than
the nodes. After a pause they follow in small batches, so resuming does not block the window.
"""

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.merging import WaitingChanges
from kubeimg_gui.qt.base.throttle import BatchSizer
from kubeimg_gui.qt.window.informer_bridge import BEHIND_MS


class PauseBuffer(QObject):
    """Passes changes on, or holds them back; GUI thread only.

    Signals:
        passed: a list of NodeChanges to show; those of one node are in order.
    """

    passed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting = WaitingChanges()
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

    @property
    def merged(self) -> int:
        """Number of changes since the pause began that were merged into others."""
        return self._waiting.merged

    @Slot(object)
    def take(self, changes: Sequence[NodeChange]) -> None:
        """Passes changes on, or adds them to those held back."""
        if self._paused or self._waiting:
            self._waiting.add(changes)
        else:
            self.passed.emit(changes)

    def set_paused(self, paused: bool) -> None:
        """Holds changes back, or passes on those held back."""
        self._paused = paused
        if not self._waiting:
            self._waiting = WaitingChanges()
        if paused:
            self._timer.stop()
        elif self._waiting:
            self._timer.start()

    def _pass_batch(self) -> None:
        began = time.perf_counter()
        batch = self._waiting.take(self._sizer.size)
        if not self._waiting:
            self._timer.stop()
        self.passed.emit(batch)
        self._sizer.took(len(batch), time.perf_counter() - began)
