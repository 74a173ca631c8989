"""Which labels the nodes have, without blocking the window: reading 130,000 takes 150 ms."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_labels import in_order, is_label, labels_of
from kubeimg_gui.qt.base.slices import Slices, chunks
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow

SAMPLED = 10_000
"""Number of nodes that are read at once, which takes 10 ms."""


def some_records(nodes: NodeTableModel) -> list[NodeRecord]:
    """Returns all nodes, or at most SAMPLED of them at equal distances."""
    rows = nodes.rows
    return [row.record for row in rows[:: -(-len(rows) // SAMPLED) or 1]]


def some_labels(nodes: NodeTableModel) -> list[str]:
    """Returns the labels of `some_records` in the order of `labels_of`."""
    return [label for label in labels_of(some_records(nodes)) if is_label(label)]


class LabelScan(QObject):
    """Reads the labels of the nodes at one moment, in parts between events; GUI thread only.

    Signals:
        found: all are read; carries the labels in the order of `labels_of`.
    """

    found = Signal(object)

    def __init__(self, nodes: NodeTableModel, parent: QObject) -> None:
        super().__init__(parent)
        Slices(self).start(self._read(nodes.rows))

    def _read(self, rows: Sequence[NodeRow]) -> Iterator[None]:
        labels: set[str] = set()
        for chunk in chunks(rows):
            labels.update(labels_of(row.record for row in chunk))
            yield
        self.found.emit(in_order(filter(is_label, labels)))
