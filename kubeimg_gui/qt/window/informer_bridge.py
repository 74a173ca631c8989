"""The one crossing from the informer to the GUI thread.

The informer's thread puts what it has to tell into a bounded queue and waits while that is full;
every 33 ms the GUI thread takes what it can show in a part of a frame. So nothing is lost, order is
kept, and neither a Qt event queue nor a single stall of the window can grow with the cluster.
"""

import time
from collections import deque
from collections.abc import Sequence
from itertools import groupby
from threading import Condition

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.base.throttle import MOST, BatchSizer

GATHER_MS = 33
BEHIND_MS = 8
"""How long changes are gathered, and how long the GUI rests between shares while more wait."""
BATCH = MOST
"""How many changes wait at most, and how many are handed over at once."""


class InformerBridge(QObject):
    """A `NodeHandler` that tells the GUI thread, through signals, what the informer tells it.

    Made in the GUI thread, where its signals are emitted; `on_changes` and `on_state` belong to
    the informer's thread and may block it.

    Signals:
        changes: a list of at most BATCH NodeChanges, in order.
        state: a ConnectionState, in order with the changes; only the last one of several that
            follow each other.
    """

    changes = Signal(object)
    state = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: deque[NodeChange | ConnectionState] = deque()
        self._room = Condition()
        self._share = BatchSizer()
        self._awake = False
        self._stopped = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._deliver)
        self._woken.connect(self._gather, Qt.ConnectionType.QueuedConnection)

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Queue changes; blocks while the GUI is behind. After `stop` nothing is kept."""
        for start in range(0, len(changes), BATCH):
            self._put(changes[start : start + BATCH])

    def on_state(self, state: ConnectionState) -> None:
        """Queue a state behind the changes told before it."""
        self._put((state,))

    def stop(self) -> None:
        """Let go of a waiting thread and tell nothing more; GUI thread, may be repeated."""
        with self._room:
            self._stopped = True
            self._queue.clear()
            self._room.notify_all()
        self._timer.stop()

    def _put(self, entries: Sequence[NodeChange | ConnectionState]) -> None:
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
            share = [self._queue.popleft() for _ in range(min(self._share.size, len(self._queue)))]
            self._awake = bool(self._queue)
            if self._awake:
                self._timer.start(BEHIND_MS)
            self._room.notify_all()
        for states, entries in groupby(share, lambda entry: isinstance(entry, ConnectionState)):
            told = list(entries)
            if states:
                self.state.emit(told[-1])
            else:
                self.changes.emit(told)
        self._share.took(len(share), time.perf_counter() - began)
