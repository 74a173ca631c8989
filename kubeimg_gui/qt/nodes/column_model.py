"""The columns of the model of the node table, which the user adds labels to."""

from collections.abc import Iterable

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.nodes.table_columns import TableColumns
from kubeimg_gui.qt.nodes.widest_texts import WidestTexts

Index = QModelIndex | QPersistentModelIndex


class ColumnModel(QAbstractTableModel):
    """Columns are `TableColumns`; a subclass has the rows. Confined to the GUI thread.

    Signals:
        reordering, reordered: before and after every change of the order, of the shown rows or of
            the columns, so that a view can keep its selection by name.

    Attributes:
        columns: the columns, including hidden ones.
        widest: the longest text so far in each column that fits its content.
    """

    reordering = Signal()
    reordered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = TableColumns()
        self.widest = WidestTexts()

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of columns, including hidden ones."""
        return 0 if parent.isValid() else len(self.columns)

    def add_label(self, label: str, some: Iterable[NodeRecord]) -> None:
        """Adds a column of a label that has none, after the others; `some` nodes fit its width."""
        last = len(self.columns)
        self.widest.add_label(LabelColumn(label), some)
        self.reordering.emit()
        self.beginInsertColumns(QModelIndex(), last, last)
        self.columns = TableColumns((*self.columns.labels, label))
        self.endInsertColumns()
        self.reordered.emit()

    def remove_label(self, label: str) -> None:
        """Removes the column of a label that has one; rows must not be sorted by it."""
        column = LabelColumn(label)
        section = self.columns.section(column)
        self.reordering.emit()
        self.beginRemoveColumns(QModelIndex(), section, section)
        self.columns = TableColumns([each for each in self.columns.labels if each != label])
        self.endRemoveColumns()
        self.reordered.emit()
        self.widest.remove_label(column)
