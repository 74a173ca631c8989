"""Watches pods while a visible view needs them and the user wants it."""

import time
from collections.abc import Callable
from threading import Thread

from PySide6.QtCore import QObject, QTimer, Signal

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informers import PodInformer
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.window.informer_bridge import InformerBridge

LINGER_MS = 30_000
"""The user may return soon, and reading all pods again costs the server more than watching them."""


class PodWatch(QObject):
    """Starts an informer of pods on demand, and feeds PodReferences; GUI thread only.

    `make_informer` returns a new informer each time.

    Signals:
        changed: `wanted`, `state` or `since` changed.

    Attributes:
        references: what is known about pods; empty while they are not watched.
        wanted: whether the user wants pods to be watched.
        state: the state of the informer; None while pods are not watched.
        since: when all pods were first known, seconds since the epoch; None before.
        linger_ms: how long pods are watched after the last view that needs them was left.
    """

    changed = Signal()

    def __init__(
        self,
        make_informer: Callable[[], PodInformer],
        references: PodReferences,
        clocks: Clocks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_informer = make_informer
        self._clocks = clocks
        self._needed = False
        self._informer: PodInformer | None = None
        self._bridge: InformerBridge | None = None
        self._stopping: list[tuple[Thread, InformerBridge]] = []
        self._closed = False
        self.references = references
        self.wanted = False
        self.state: ConnectionState | None = None
        self.since: float | None = None
        self.linger_ms = LINGER_MS
        self._linger = QTimer(self)
        self._linger.setSingleShot(True)
        self._linger.timeout.connect(self._end)

    @property
    def settled(self) -> bool:
        """Whether waiting longer shows nothing new: pods are known, refused or not watched."""
        refused = (Phase.FORBIDDEN, Phase.LOGIN_NEEDED, Phase.MISCONFIGURED)
        return self.state is None or self.since is not None or self.state.phase in refused

    def set_wanted(self, wanted: bool) -> None:
        """Sets whether the user wants pods to be watched."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._update()
            self.changed.emit()

    def set_needed(self, needed: bool) -> None:
        """Sets whether a visible view needs pods."""
        self._needed = needed
        self._update()

    def close(self) -> None:
        """Stops watching for good."""
        self._closed = True
        self._update()

    def wait(self, seconds: float) -> None:
        """Waits until the threads of all informers have ended; blocks, any thread."""
        deadline = time.monotonic() + seconds
        for thread, _ in tuple(self._stopping):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _update(self) -> None:
        if self._closed or not self.wanted:
            self._end()
        elif self._needed:
            self._linger.stop()
            self._begin()
        elif self._informer is not None and not self._linger.isActive():
            self._linger.start(self.linger_ms)

    def _begin(self) -> None:
        if self._informer is not None:
            return
        self._forget_stopped()
        self.references.begin()
        self._informer = informer = self._make_informer()
        self._bridge = bridge = InformerBridge(self)
        bridge.changes.connect(self.references.take_changes)
        bridge.state.connect(self._take_state)
        self.state = ConnectionState(Phase.CONNECTING, since=self._clocks.steady())
        informer.add_handler(bridge)
        informer.start()
        self.changed.emit()

    def _end(self) -> None:
        self._linger.stop()
        informer, bridge = self._informer, self._bridge
        if informer is None or bridge is None:
            return
        self._informer = self._bridge = self.state = self.since = None
        bridge.stop()
        # Closing a connection may block.
        thread = Thread(target=informer.stop, name="stop-pods", daemon=True)
        thread.start()
        self._stopping.append((thread, bridge))
        self.references.end()
        self.changed.emit()

    def _forget_stopped(self) -> None:
        for thread, bridge in tuple(self._stopping):
            if not thread.is_alive():
                self._stopping.remove((thread, bridge))
                bridge.deleteLater()

    def _take_state(self, state: ConnectionState) -> None:
        before = self.state or state
        self.state = self._clocks.steadied(state, before)
        if state.phase is Phase.LIVE and self.since is None:
            self.since = self._clocks.wall()
        self.references.take_state(state)
        self.changed.emit()
