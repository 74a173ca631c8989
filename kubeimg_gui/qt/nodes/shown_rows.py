"""The rows that the table of nodes shows: one list, in groups or not, replaced as a whole."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, Qt

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes.column_model import ColumnModel, Index
from kubeimg_gui.qt.nodes.group_row import GroupRow, Row
from kubeimg_gui.qt.nodes.row import NodeRow

if TYPE_CHECKING:
    from kubeimg_gui.qt.nodes.group_order import GroupOrder


class ShownRows(ColumnModel):
    """Rows of nodes and of groups of nodes; confined to the GUI thread.

    A subclass says what is in the cells, and what rows `reorder` shows.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: list[Row] = []
        self._watched = range(0)
        self._groups: GroupOrder | None = None
        self._collapsed: set[str] = set()
        self._others_wanted = False

    @property
    def grouped_by(self) -> str:
        """The label whose values group the rows; "" for none."""
        return "" if self._groups is None else self._groups.label

    def row_at(self, place: int) -> Row:
        """Returns the row at a position, 0 at the top."""
        return self._shown[place]

    def node_at(self, place: int) -> NodeRow | None:
        """Returns the row of a node at a position; None for a group."""
        row = self._shown[place]
        return row if isinstance(row, NodeRow) else None

    @property
    def shown_nodes(self) -> Iterator[NodeRow]:
        """The rows of nodes, top to bottom, without those of collapsed groups."""
        return (row for row in self._shown if isinstance(row, NodeRow))

    def places_of(self, rows: Iterable[Row]) -> dict[Row, int]:
        """Returns the positions of rows, without those that are not shown."""
        wanted = set(rows)
        return {row: place for place, row in enumerate(self._shown) if row in wanted}

    def reorder(self) -> None:
        """Shows the rows in their current order."""
        raise NotImplementedError

    def collapse(self, group: GroupRow, *, collapsed: bool) -> None:
        """Hides or shows the rows of a group, and reorders."""
        if self._groups is not None and group.collapsed is not collapsed:
            self._groups.collapse(group, collapsed=collapsed)
            self._others_wanted = True
            self.reorder()

    def collapse_all(self, *, collapsed: bool) -> None:
        """Hides or shows the rows of all groups, and reorders."""
        if self._groups is not None:
            self._groups.collapse_all(collapsed=collapsed)
            self._others_wanted = True
            self.reorder()

    def watch(self, places: range) -> None:
        """Sets which rows are on screen; `dataChanged` is emitted only for these."""
        self._watched = places

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    @guard(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Override: groups cannot be selected."""
        if index.isValid() and isinstance(self._shown[index.row()], GroupRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
        return super().flags(index)

    def _append(self, rows: Sequence[NodeRow]) -> None:
        if not rows:
            return
        first = len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._shown.extend(rows)
        self.endInsertRows()

    def _show(self, rows: Sequence[Row]) -> None:
        """Shows exactly these rows, in this order.

        Reuses the list: the garbage collector would traverse a new one.
        """
        others_wanted = self._others_wanted or (self._groups is not None and self._groups.regrouped)
        self._others_wanted = False
        if self._groups is not None:
            self._groups.regrouped = False
        if rows == self._shown:
            return
        self.reordering.emit()
        if len(rows) == len(self._shown) and not others_wanted:
            self.layoutAboutToBeChanged.emit()
            indexes = self.persistentIndexList()
            moved = [self._shown[index.row()] for index in indexes]
            self._shown[:] = rows
            places = self.places_of(moved)
            self.changePersistentIndexList(
                indexes,
                [
                    self.createIndex(places[row], index.column())
                    for row, index in zip(moved, indexes, strict=True)
                ],
            )
            self.layoutChanged.emit()
        else:
            # Removing one row takes as long as resetting all of them.
            self.beginResetModel()
            self._shown[:] = rows
            self.endResetModel()
        self.reordered.emit()

    def _announce(self, touched: Collection[Row]) -> None:
        """Emits one `dataChanged` that spans the touched rows on screen."""
        on_screen = self._shown[self._watched.start : self._watched.stop]
        places = [n for n, row in enumerate(on_screen, self._watched.start) if row in touched]
        if places:
            last = self.index(places[-1], len(self.columns) - 1)
            self.dataChanged.emit(self.index(places[0], 0), last)
