"""Figures of all images for a view that keeps none itself."""

from collections.abc import Collection, Sequence
from itertools import islice

from PySide6.QtCore import QObject, QTimer

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.inventory.catalog import ImageCatalog
from kubeimg_gui.qt.inventory.figures import Figures, figures
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences

STEP_MS = 15
STEP = 300
"""Images that are brought up to date at a time, and the pause between: no frame is missed."""


class ImageTotals(QObject):
    """Follows images and references while it is active; GUI thread only.

    Attributes:
        figures: as of the last `update`.
    """

    def __init__(
        self, nodes: NodeTableModel, pods: PodReferences, clocks: Clocks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._catalog = ImageCatalog(nodes, pods, clocks)
        self._active = False
        self.figures = Figures()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._step)
        nodes.images_changed.connect(self._take_records)
        pods.changed.connect(self._take_keys)
        pods.coverage_changed.connect(self._take_all)

    def set_active(self, active: bool) -> None:
        """Begins or ends to follow."""
        if active and not self._active:
            self._catalog.begin()
            self._timer.start()
        elif not active:
            self._timer.stop()
        self._active = active

    def update(self) -> None:
        """Brings the figures up to date with the images that are."""
        rows = self._catalog.rows
        self._catalog.forget([row for row in rows.values() if not row.nodes])
        self.figures = figures(rows.values())

    def _step(self) -> None:
        keys = list(islice(self._catalog.dirty, STEP))
        self._catalog.update(keys)
        if self._catalog.dirty:
            self._timer.start()

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if self._active:
            self._catalog.take_records(pairs)
            self._ask()

    def _take_keys(self, keys: Collection[str]) -> None:
        if self._active:
            self._catalog.dirty.update(keys)
            self._ask()

    def _take_all(self) -> None:
        if self._active:
            self._catalog.take_all()
            self._ask()

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()
