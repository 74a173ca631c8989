"""Decides when changes of nodes and pods are laid out: at most once a second, while shown."""

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.colouring import Colouring
from kubeimg_gui.qt.treemap.composer import Composer

LAYOUT_MS = 1000
"""Minimum interval between two layouts that changes in the cluster cause."""


class ChangeFollower(QObject):
    """Follows nodes and pods while it is active; confined to the GUI thread.

    Signals:
        due: the picture should be made from what the nodes hold now.

    Attributes:
        active: whether to follow.
    """

    due = Signal()

    def __init__(
        self,
        nodes: NodeTableModel,
        pods: PodReferences,
        colouring: Colouring,
        composer: Composer,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.active = False
        self._colouring, self._composer = colouring, composer
        self._changed = False
        self._throttle = Throttle(self._ask, LAYOUT_MS, self)
        nodes.applied.connect(self._take_change)  # labels and states of nodes matter, too
        pods.changed.connect(self._take_references)
        pods.coverage_changed.connect(self._take_coverage)
        composer.finished.connect(self._take_picture)

    def stop(self) -> None:
        """Stops following for good."""
        self.active = self._changed = False
        self._throttle.stop()

    def _take_change(self, _names: object) -> None:
        if self.active:
            self._throttle.ask()

    def _take_references(self, keys: frozenset[str]) -> None:
        if self._colouring.by is ColourBy.REFERENCES:
            self._colouring.forget(keys)
            self._take_change(keys)

    def _take_coverage(self) -> None:
        if self._colouring.by is ColourBy.REFERENCES:
            self._colouring.refresh()
            self._take_change(None)

    def _ask(self) -> None:
        if self._composer.running:  # otherwise the picture of a large fleet is never complete
            self._changed = True
        else:
            self.due.emit()

    def _take_picture(self) -> None:
        if self._changed:
            self._changed = False
            self._throttle.ask()
