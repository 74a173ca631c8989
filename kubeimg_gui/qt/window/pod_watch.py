"""Watches pods while a visible view needs them and the user wants it."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informers import PodInformer, WorkloadInformer
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.window.informer_runner import InformerRunner, Run
from kubeimg_gui.qt.window.workload_watch import WorkloadWatch

LINGER_MS = 30_000
"""The user may return soon, and reading all pods again costs the server more than watching them."""


class PodWatch(QObject):
    """Starts an informer of pods on demand, and feeds PodReferences; GUI thread only.

    Once all pods are known, it watches workloads too. `make_informer` returns a new informer of
    pods each time, `make_workload_informers` those of workloads by kind.

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
        make_workload_informers: Callable[[], Mapping[str, WorkloadInformer]],
        references: PodReferences,
        clocks: Clocks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_informer = make_informer
        self._clocks = clocks
        self._needed = False
        self._runner = InformerRunner(self)
        self._workloads = WorkloadWatch(
            make_workload_informers, references.workloads, self._runner, self
        )
        self._run: Run | None = None
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
        self._runner.wait(seconds)

    def _update(self) -> None:
        if self._closed or not self.wanted:
            self._end()
        elif self._needed:
            self._linger.stop()
            self._begin()
        elif self._run is not None and not self._linger.isActive():
            self._linger.start(self.linger_ms)

    def _begin(self) -> None:
        if self._run is not None:
            return
        self.references.begin()
        self.state = ConnectionState(Phase.CONNECTING, since=self._clocks.steady())
        self._run = self._runner.start(
            self._make_informer(), self.references.take_changes, self._take_state
        )
        self.changed.emit()

    def _end(self) -> None:
        self._linger.stop()
        if self._run is None:
            return
        self._runner.stop(self._run)
        self._run = self.state = self.since = None
        self._workloads.end()
        self.references.end()
        self.changed.emit()

    def _take_state(self, state: ConnectionState) -> None:
        before = self.state or state
        self.state = self._clocks.steadied(state, before)
        if state.phase is Phase.LIVE and self.since is None:
            self.since = self._clocks.wall()
            self._workloads.begin()
        self.references.take_state(state)
        self.changed.emit()
