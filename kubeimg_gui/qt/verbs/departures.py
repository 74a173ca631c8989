"""Which of the nodes of a menu or a dialog have left the cluster since it was opened."""

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs.verb import Selection


class Departures(QObject):
    """Follows nodes by name and uid: a new node of the same name is another one.

    GUI thread only. There may be 130,000 nodes; following them costs only what changes.

    Signals:
        changed: `left` has changed.

    Attributes:
        uids: the uids of the nodes by name.
        left: names of those that have left the cluster.
    """

    changed = Signal()

    def __init__(self, model: NodeTableModel, uids: Mapping[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.uids = uids
        self.left = self._left_of(uids)
        model.applied.connect(self._follow)

    @property
    def selection(self) -> Selection:
        """The nodes that are left."""
        return Selection(self._model, self.uids.keys(), self.uids)

    @property
    def complete(self) -> bool:
        """Whether none of the nodes is left."""
        return len(self.left) == len(self.uids)

    def _follow(self, touched: Collection[str]) -> None:
        if self.uids.keys().isdisjoint(touched):
            return
        names = self.uids.keys() & touched
        left = (self.left - names) | self._left_of(names)
        if left != self.left:
            self.left = left
            self.changed.emit()

    def _left_of(self, names: Iterable[str]) -> set[str]:
        row_named, uids = self._model.row_named, self.uids
        return {
            name
            for name in names
            if (row := row_named(name)) is None or row.deleted or row.record.uid != uids[name]
        }
