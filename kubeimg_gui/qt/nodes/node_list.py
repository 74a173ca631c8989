"""The rows of nodes at one moment, without groups, to be read while the table changes."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes.cell_data import DISPLAY, cell_data, heading_data
from kubeimg_gui.qt.nodes.column_model import Index
from kubeimg_gui.qt.nodes.columns import Moment
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.table_columns import TableColumns


class NodeList(QAbstractTableModel):
    """Rows that keep their places and columns that stay; only the cells follow the nodes."""

    def __init__(self, rows: Iterable[NodeRow], columns: TableColumns, moment: Moment) -> None:
        super().__init__()
        self._rows = list(rows)
        self._columns = columns
        self._moment = moment

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of nodes."""
        return 0 if parent.isValid() else len(self._rows)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of columns, including hidden ones."""
        return 0 if parent.isValid() else len(self._columns)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: see `cell_data`."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        return cell_data(row, column, role, self._moment)

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: see `heading_data`."""
        if orientation is Qt.Orientation.Horizontal:
            return heading_data(self._columns, section, role, self._moment)
        return None
