"""Rows of images in groups as a Qt model: which row is where, and how rows come, leave and move.

It does not use a proxy model, which would be slow and would mis-sort byte counts above 2**31.
"""

from typing import Any, overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.inventory.arrangement import Arrangement
from kubeimg_gui.qt.inventory.columns import COLUMNS, Column
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow

Index = QModelIndex | QPersistentModelIndex

MOST_STEPS = 50
"""Maximum number of rows that are inserted or removed one by one, without a reset."""


class ArrangedModel(QAbstractItemModel):
    """Shows an arrangement; confined to the GUI thread. A subclass provides the data.

    Signals:
        rebuilding, rebuilt: before and after rows come, leave or move, so that a view can keep what
            is selected and expanded.

    Attributes:
        arrangement: which rows are shown, in which order.
    """

    rebuilding = Signal()
    rebuilt = Signal()

    def __init__(self, arrangement: Arrangement, parent: QObject) -> None:
        super().__init__(parent)
        self.arrangement = arrangement

    def entry_at(self, index: Index) -> Entry | None:
        """Returns the row at an index; None for an invalid one."""
        if not index.isValid():
            return None
        number = index.internalId()
        if number:
            return self.arrangement.members(self.arrangement.group(number))[index.row()]
        return self.arrangement.top[index.row()]

    def index_of(self, entry: Entry, column: int = 0) -> QModelIndex:
        """Returns the index of a row; an invalid one if it is not shown."""
        place = self.arrangement.place_of(entry)
        if place is None:
            return QModelIndex()
        group = entry.group if isinstance(entry, ImageRow) else None
        return self.createIndex(place, column, group.number if group else 0)

    def group_by(self, grouping: Grouping) -> None:
        """Shows the images flat or in groups."""
        if grouping is not self.arrangement.grouping:
            self.rebuilding.emit()
            self.beginResetModel()
            self.arrangement.group_by(grouping)
            self.endResetModel()
            self.rebuilt.emit()

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sorts groups, and images within them, by the raw values of a column."""
        self.arrangement.sort_by(column, descending=descending)
        self._reorder()

    def show_rows(
        self, wanted: set[ImageRow], leaving: set[ImageRow], coming: set[ImageRow]
    ) -> None:
        """Shows these rows and no others, in their current order.

        `leaving` and `coming` are those that are removed and inserted; some may be in both.
        """
        self.rebuilding.emit()
        if len(leaving) + len(coming) > MOST_STEPS:
            self.beginResetModel()
            self.arrangement.fill(wanted)
            self.endResetModel()
        else:
            for row in leaving:
                self._remove(row)
            for row in coming:
                self._insert(row)
            self._reorder()
        self.rebuilt.emit()

    @guard(QModelIndex())
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        """Override: groups or images at the top, images below groups."""
        top = self.arrangement.top
        if not 0 <= column < COLUMNS or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(top) else QModelIndex()
        group = None if parent.internalId() else top[parent.row()]
        if not isinstance(group, GroupRow) or row >= len(group.members):
            return QModelIndex()
        return self.createIndex(row, column, group.number)

    @overload
    def parent(self) -> QObject: ...
    @overload
    def parent(self, child: Index, /) -> QModelIndex: ...
    @guard(QModelIndex())
    def parent(self, *child: Any) -> Any:
        """Override: the group of an image; without an argument the parent object."""
        if not child:
            return super().parent()
        number = child[0].internalId() if child[0].isValid() else 0
        return self.index_of(self.arrangement.group(number)) if number else QModelIndex()

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of rows at the top, or of images in a group."""
        if not parent.isValid():
            return len(self.arrangement.top)
        if parent.internalId() or parent.column():
            return 0
        entry = self.arrangement.top[parent.row()]
        return len(entry.members) if isinstance(entry, GroupRow) else 0

    @guard(default=False)
    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        """Override: whether there are images below; answers without sorting them."""
        column = parent.column()
        if column < 0:  # the root
            return bool(self.arrangement.top)
        return not column and self.arrangement.grouped and not parent.internalId()

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of columns, including hidden ones."""
        return COLUMNS

    def _remove(self, row: ImageRow) -> None:
        group = row.group
        last: Entry = row if group is None or len(group.members) > 1 else group
        place = self.arrangement.place_of(last)
        assert place is not None, "it is shown"
        parent = self.index_of(group) if group is not None and last is row else QModelIndex()
        self.beginRemoveRows(parent, place, place)
        self.arrangement.remove(row)
        self.endRemoveRows()

    def _insert(self, row: ImageRow) -> None:
        group = self.arrangement.group_for(row)
        parent = self.index_of(group) if group is not None else QModelIndex()
        place = len(group.members) if group is not None else len(self.arrangement.top)
        self.beginInsertRows(parent, place, place)
        self.arrangement.append(row)
        self.endInsertRows()

    def _reorder(self) -> None:
        """Shows the rows in their current order; persistent indexes follow their rows."""
        self.arrangement.stale = False
        orders = self.arrangement.new_orders()
        if not orders:
            return
        self.layoutAboutToBeChanged.emit()
        moved = self.persistentIndexList()
        entries = [(self.entry_at(index), index.column()) for index in moved]
        self.arrangement.apply(orders)
        places = [
            self.index_of(entry, column) if entry is not None else QModelIndex()
            for entry, column in entries
        ]
        self.changePersistentIndexList(moved, places)
        self.layoutChanged.emit()
