"""The thread boundary between informer and GUI.

The informer thread puts changes and states into a bounded queue and blocks while it is full. Every
33 ms the GUI thread takes a batch that it can show within a part of a frame. Nothing is lost, the
order is kept, and neither the queue nor a pause of the window grows with the cluster.
"""

import time
from collections import deque
from collections.abc import Sequence
from itertools import groupby
from threading import Condition

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.qt.base.throttle import MOST, BatchSizer

GATHER_MS = 33
BEHIND_MS = 8
"""Time between the first queued change and its delivery, and between batches while more wait."""
BATCH = MOST
"""Maximum length of the queue and of a batch."""


class InformerBridge(QObject):
    """A handler of any informer; forwards changes and states to the GUI thread as signals.

    Created in the GUI thread, where its signals are emitted. `on_changes` and `on_state` run in
    the informer thread and may block it.

    Signals:
        changes: a list of at most BATCH changes, in order.
        state: a ConnectionState, in order with the changes; of consecutive ones only the last.
    """

    changes = Signal(object)
    state = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[object] = deque()
        self._room = Condition()
        self._sizer = BatchSizer()
        self._awake = False
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._gather, Qt.ConnectionType.QueuedConnection)

    def on_changes(self, changes: Sequence[object]) -> None:
        """Queues changes; blocks while the queue is full. After `stop` they are dropped."""
        for start in range(0, len(changes), BATCH):
            self._put(changes[start : start + BATCH])

    def on_state(self, state: ConnectionState) -> None:
        """Queues a state after the changes queued before it."""
        self._put((state,))

    def stop(self) -> None:
        """Releases a blocked thread and emits nothing more; GUI thread, repeatable."""
        with self._room:
            self._stopped = True
            self._queue.clear()
            self._room.notify_all()
        self._timer.stop()

    def _put(self, entries: Sequence[object]) -> None:
        with self._room:
            self._room.wait_for(lambda: self._stopped or len(self._queue) < BATCH)
            if self._stopped:
                return
            if self._queue and all(
                isinstance(entry, ConnectionState) for entry in (self._queue[-1], entries[0])
            ):
                self._queue.pop()
            self._queue.extend(entries)
            asleep, self._awake = not self._awake, True
        if asleep:
            self._woken.emit()

    @Slot()
    def _gather(self) -> None:
        self._timer.start(GATHER_MS)

    @Slot()
    def _deliver(self) -> None:
        began = time.perf_counter()
        with self._room:
            batch = [self._queue.popleft() for _ in range(min(self._sizer.size, len(self._queue)))]
            self._awake = bool(self._queue)
            if self._awake:
                self._timer.start(BEHIND_MS)
            self._room.notify_all()
        for states, entries in groupby(batch, lambda entry: isinstance(entry, ConnectionState)):
            items = list(entries)
            if states:
                self.state.emit(items[-1])
            else:
                self.changes.emit(items)
        self._sizer.took(len(batch), time.perf_counter() - began)
