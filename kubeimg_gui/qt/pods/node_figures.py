"""What is not referenced on each node, for the column of the node table."""

import time
from collections.abc import Iterable, Sequence
from itertools import islice

from PySide6.QtCore import QObject, QTimer

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.base.slices import SLICE_SECONDS
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.pods.pod_references import PodReferences

SLICE_MS = 8
"""Length of the pause for other events after a slice of computing."""
CHUNK = 20
"""Number of nodes between two checks of the clock."""


class NodeFigures(QObject):
    """Keeps the figures of all nodes up to date while the table shows them; GUI thread only.

    A figure takes about 30 µs, so that those of 130,000 nodes are computed in slices, the rows on
    screen first. After that only the nodes that changed are.
    """

    def __init__(
        self, nodes: NodeTableModel, pods: PodReferences, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._pods = pods
        self._shown = self._on_screen = self._known = False
        self._all: list[NodeRow] = []
        self._due: dict[str, None] = {}
        self._stale: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(SLICE_MS)
        self._timer.timeout.connect(self._go_on)
        nodes.images_changed.connect(self._take_records)
        pods.nodes_changed.connect(self._take_nodes)
        pods.coverage_changed.connect(self._take_coverage)

    @property
    def running(self) -> bool:
        """Whether figures are still being computed."""
        return self._timer.isActive()

    def set_shown(self, shown: bool, *, on_screen: bool) -> None:
        """Sets whether the table has the column, and whether the table is the current view.

        Out of sight it only notes which nodes changed.
        """
        if shown and not self._shown:
            self._shown = True
            self._take_coverage()
        elif self._shown and not shown:
            self._shown = False
            self._forget(UnknownReason.NOT_READ)
        self._on_screen = on_screen
        self._start()

    def stop(self) -> None:
        """Ends all work for good."""
        self._shown = False
        self._clear()

    def _take_coverage(self) -> None:
        if not self._shown:
            return
        reason = self._pods.references.coverage.doubt
        if reason is not None:
            self._forget(reason)
        elif not self._known:
            self._known = True
            self._all = self._nodes.rows
            self._start()
        else:
            # Only figures of nodes with an image newer than the pods may differ now.
            self._ask(self._stale)

    def _forget(self, reason: UnknownReason) -> None:
        self._known = False
        self._stale.clear()
        self._clear()
        self._nodes.forget_not_referenced(reason)

    def _take_nodes(self, names: Iterable[str]) -> None:
        if self._known:
            self._ask(names)

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if not self._shown:
            return
        reason = self._pods.references.coverage.doubt
        names = [new.name for _, new in pairs if new is not None]
        if reason is None:
            self._ask(names)
        else:
            self._nodes.set_not_referenced(dict.fromkeys(names, reason))

    def _ask(self, names: Iterable[str]) -> None:
        self._due.update(dict.fromkeys(names))
        self._start()

    def _clear(self) -> None:
        self._all = []
        self._due.clear()
        self._timer.stop()

    def _start(self) -> None:
        if (self._all or self._due) and self._on_screen:
            if not self._timer.isActive():
                self._timer.start()
        else:
            self._timer.stop()

    def _go_on(self) -> None:
        until = time.perf_counter() + SLICE_SECONDS
        if self._all:
            rows = [row for row in self._nodes.on_screen if isinstance(row, NodeRow)]
            waiting = [row for row in rows if isinstance(row.not_referenced, UnknownReason)]
            self._due.update((row.name, None) for row in waiting)
        while self._all or self._due:
            self._compute(self._next_names())
            if time.perf_counter() >= until:
                break
        self._start()

    def _next_names(self) -> Sequence[str]:
        if self._due:
            names = [*islice(self._due, CHUNK)]
            for name in names:
                del self._due[name]
        else:
            names = [row.name for row in self._all[-CHUNK:]]
            del self._all[-CHUNK:]
        return names

    def _compute(self, names: Iterable[str]) -> None:
        figures: dict[str, int | UnknownReason] = {}
        for name in names:
            figure = self._pods.not_referenced_on(name)
            if figure is not None:
                figures[name] = figure
                self._note_age(name)
        self._nodes.set_not_referenced(figures)

    def _note_age(self, name: str) -> None:
        """Notes whether an image of a node came after pods were known."""
        if self._pods.references.newer_on(name):
            self._stale.add(name)
        else:
            self._stale.discard(name)
