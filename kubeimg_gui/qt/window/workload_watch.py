"""Watches workloads while pods are watched, to find those that are scaled to 0."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.informers import WorkloadInformer
from kubeimg_gui.qt.pods.workload_references import WorkloadReferences
from kubeimg_gui.qt.window.informer_runner import InformerRunner, Run


class WorkloadWatch(QObject):
    """Starts an informer for each kind of workload, and feeds WorkloadReferences; GUI thread only.

    `make_informers` returns new informers by kind each time.
    """

    def __init__(
        self,
        make_informers: Callable[[], Mapping[str, WorkloadInformer]],
        references: WorkloadReferences,
        runner: InformerRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make_informers = make_informers
        self._references = references
        self._runner = runner
        self._runs: dict[str, Run] = {}
        self._begun = False

    def begin(self) -> None:
        """Starts watching; does nothing while it has begun."""
        if self._begun:
            return
        self._begun = True
        self._references.begin()
        for kind, informer in self._make_informers().items():
            take_state = partial(self._take_state, kind)
            self._runs[kind] = self._runner.start(
                informer, self._references.take_changes, take_state
            )

    def end(self) -> None:
        """Stops watching, and forgets all workloads."""
        self._begun = False
        for run in self._runs.values():
            self._runner.stop(run)
        self._runs.clear()
        self._references.end()

    def _take_state(self, kind: str, state: ConnectionState) -> None:
        self._references.take_state(kind, state)
        # The permission is optional: the server is not asked again before pods are watched again.
        if state.phase is Phase.FORBIDDEN and kind in self._runs:
            self._runner.stop(self._runs.pop(kind))
