"""The table of nodes: applies the informer's changes and owns the order of the rows.

No proxy sorts or filters it (Qt's needs 10 s for 130,000 rows and mis-sorts byte counts above
2**31): a `RowOrder` follows the changes, and is shown as a list made of it when someone asks.
"""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes import columns
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.columns import MEANINGS, NUMERIC, Column, Moment, title
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, FADE_SECONDS, NodeRow
from kubeimg_gui.qt.nodes.row_order import RowOrder

# Plain integers: Python's enum lookups would triple the price of data().
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
SORT = int(Qt.ItemDataRole.UserRole)

Index = QModelIndex | QPersistentModelIndex


class NodeTableModel(QAbstractTableModel):
    """Rows are nodes, columns are `Column`; confined to the GUI thread.

    Signals:
        applied: changes were applied; carries the names of the nodes they were about.
        reordering, reordered: around every change of the order or of which rows are shown, so
            that a view can keep its selection by name.

    Attributes:
        opened: since when change is counted, seconds since the epoch.
        inventory: the cluster's figures over all nodes, shown or not.
        change: bytes gained on all nodes since opened; `changed_nodes` are the names involved.
        storage_changes: how many changes of image storage were applied since opened.
        stale: the order no longer fits the rows; `reorder` when it disturbs nobody.
        fading_until: when the last tinted row will have faded, on the steady clock.
        scale: the bytes that the longest bar stands for, at least those of the largest row shown.
        counting: the nodes that will be deleted when their countdown ends.
        widest: the longest text so far in the columns whose width follows their content.
    """

    applied = Signal(object)
    reordering = Signal()
    reordered = Signal()

    def __init__(self, clocks: Clocks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._rows: dict[str, NodeRow] = {}
        self._shown: list[NodeRow] = []
        self._watched = range(0)
        self._departing: set[NodeRow] = set()
        self._runtimes: set[str] = set()
        self.sort_column = Column.REPORTED
        self.descending = True
        self._order = RowOrder(MEANINGS[self.sort_column].value, descending=self.descending)
        self.opened = clocks.wall()
        self.inventory = Inventory()
        self._filter = NodeFilter(self.inventory.index)
        self._others_wanted = False
        self._largest_shrank = False
        self.change = 0
        self.changed_nodes: set[str] = set()
        self.storage_changes = 0
        self.counting: set[str] = set()
        self.stale = False
        self.fading_until = 0.0
        self.scale = 1
        self.widest: dict[Column, str] = {}

    @property
    def moment(self) -> Moment:
        """Now and when the window opened."""
        return Moment(self._clocks.wall(), self.opened, self._clocks.steady())

    @property
    def filter(self) -> str:
        """The filter's words as typed."""
        return self._filter.wanted

    @property
    def known(self) -> int:
        """How many rows there are, shown or not, deleted ones that linger included."""
        return len(self._rows)

    @property
    def shown(self) -> int:
        """How many nodes the filter shows, deleted ones that linger not counted."""
        return len(self._shown) - sum(row in self._filter for row in self._departing)

    def row_at(self, place: int) -> NodeRow:
        """The row shown at a place, 0 at the top."""
        return self._shown[place]

    def row_named(self, name: str) -> NodeRow | None:
        """The row of a node, shown or not."""
        return self._rows.get(name)

    def place_of(self, name: str) -> int | None:
        """Where a node's row is shown; None where it is not."""
        return self.places_of((name,)).get(name)

    def places_of(self, names: Iterable[str]) -> dict[str, int]:
        """Where nodes' rows are shown; those that are not shown are left out.

        Rows do not know their places: to tell them would take longer than putting them in order.
        """
        rows = {row for name in names if (row := self._rows.get(name)) is not None}
        if self.stale:
            places = {row: place for place, row in enumerate(self._shown) if row in rows}
        else:
            places = self._order.places_in(self._shown, rows)
        return {row.name: place for row, place in places.items()}

    def watch(self, places: range) -> None:
        """Tell which rows are on screen: only for these is `dataChanged` worth a repaint."""
        self._watched = places

    def apply(self, changes: Sequence[NodeChange]) -> None:
        """Follow the changes in order; new rows appear at the end until the next `reorder`."""
        now = self._clocks.steady()
        names = dict.fromkeys(change.record.name for change in changes)
        fresh = [name for name in names if name not in self._rows]
        touched = {self._take(change, now) for change in changes}
        self._look_again(touched)
        for row in touched:
            self.fading_until = max(self.fading_until, row.marked_at + FADE_SECONDS)
            if row.reported > self.scale and row in self._filter:
                self.scale = row.reported
        self._append([row for name in fresh if (row := self._rows[name]) in self._filter])
        self._announce(touched)
        self.applied.emit(names.keys())

    def count_down(self, names: Collection[str], at: float | None) -> None:
        """Show that these nodes are deleted at a time, on the steady clock; None: no longer."""
        rows = [self._rows[name] for name in names if name in self._rows]
        for row in rows:
            row.deletes_at = at
            self._widen(Column.STATE, columns.state(row, self.moment))
        change = self.counting.difference_update if at is None else self.counting.update
        change(row.name for row in rows)
        self._announce(rows)

    def set_filter(self, wanted: str) -> None:
        """Show only rows that hold all the words, see `NodeFilter`."""
        if wanted.split() == self._filter.wanted.split():
            return
        self._filter.search(wanted, list(self._rows.values()))
        # Nothing of what these held is counted any more, so it is not found in passing.
        self._filter.look_again(self._departing)
        self._others_wanted = self._largest_shrank = True
        self.reorder()

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Order by a column's raw values, equal ones by name."""
        self.sort_column, self.descending = column, descending
        self._order = RowOrder(MEANINGS[column].value, descending=descending)
        self._order.fill(self._rows.values())
        self.reorder()

    def reorder(self) -> None:
        """Show the rows in the order they have by now, and only those the filter lets through."""
        self.stale = False
        rows = self._filter.among(self._order.flat())
        if self._largest_shrank:
            self._largest_shrank = False
            ends = (rows[0], rows[-1]) if rows and self.sort_column is Column.REPORTED else rows
            self.scale = max(map(attrgetter("reported"), ends), default=0) or 1
        self._show(rows)
        self._others_wanted = False

    def drop_departed(self) -> None:
        """Let go of the rows of nodes that were deleted a while ago; where there are, reorder."""
        limit = self._clocks.steady() - DEPARTED_SECONDS
        departed = {row for row in self._departing if row.marked_at <= limit}
        if not departed:
            return
        for row in departed:
            del self._rows[row.name]
            self._order.remove(row, self._order.value(row))
            self._largest_shrank |= row.reported == self.scale
        self._departing -= departed
        self._filter.forget(departed)
        self._others_wanted = True
        self.reorder()

    def mark_seen(self, names: Iterable[str]) -> None:
        """The person has selected these nodes: their edges may go."""
        for name in names:
            row = self._rows.get(name)
            if row is not None:
                row.seen = True

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: rows shown."""
        return 0 if parent.isValid() else len(self._shown)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: all columns, hidden ones too."""
        return 0 if parent.isValid() else len(Column)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: words, raw values for SORT, escaped text for tooltips."""
        if not index.isValid():
            return None
        column = Column(index.column())
        row = self._shown[index.row()]
        if role in (DISPLAY, ACCESSIBLE):
            return MEANINGS[column].words(row, self.moment)
        if role == TOOLTIP:
            return formatting.tooltip(MEANINGS[column].tip(row, self.moment))
        if role == ALIGNMENT:
            side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == SORT:
            return MEANINGS[column].value(row)
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: the columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or role not in (DISPLAY, ACCESSIBLE):
            return None
        return title(Column(section), self.opened)

    def _take(self, change: NodeChange, now: float) -> NodeRow:
        """Let a node's row, maybe a new one, follow a change."""
        name = change.record.name
        row = self._rows.get(name)
        self._count(row, change)
        if row is None:
            row = self._rows[name] = NodeRow(change.record)
            row.take(change, now)
            self._order.add(row)
            self._widen(Column.NODE, row.shown_name)
            self._widen(Column.STATE, row.condition)
            self.stale = True
        else:
            value, reported, condition = self._order.value(row), row.reported, row.condition
            row.take(change, now)
            if row.condition is not condition:
                self._widen(Column.STATE, row.condition)
            self.stale |= self._order.move(row, value)
            self._largest_shrank |= row.reported < reported == self.scale
        if change.kind is not ChangeKind.CHANGED:
            # Gone, or another node under the same name.
            row.deletes_at = None
            self.counting.discard(name)
            (self._departing.add if row.deleted else self._departing.discard)(row)
        if row.record.runtime not in self._runtimes:
            self._runtimes.add(row.record.runtime)
            self._widen(Column.RUNTIME, node_wording.runtime(row.record))
        return row

    def _look_again(self, rows: Collection[NodeRow]) -> None:
        """Have the filter follow changes of these rows."""
        if self._filter.look_again(rows):
            self._others_wanted = self.stale = True

    def _count(self, row: NodeRow | None, change: NodeChange) -> None:
        """Keep the cluster's figures; what was counted for a node is its row's record."""
        counted = row.record if row is not None and not row.deleted else None
        new = None if change.kind is ChangeKind.DELETED else change.new
        match counted, new:
            case None, None:
                pass
            case None, _:
                self.inventory.add(new)
            case _, None:
                self.inventory.remove(counted)
            case _:
                self.inventory.replace(counted, new)
        if change.storage_changed:
            self.storage_changes += 1
            self.change += change.bytes_new - change.bytes_old
            self.changed_nodes.add(change.record.name)

    def _widen(self, column: Column, words: str) -> None:
        if len(words) > len(self.widest.get(column, "")):
            self.widest[column] = words

    def _append(self, rows: Sequence[NodeRow]) -> None:
        if not rows:
            return
        first = len(self._shown)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._shown.extend(rows)
        self.endInsertRows()

    def _show(self, rows: list[NodeRow]) -> None:
        """Show these rows and no others, in this order.

        In the same list: a new one the garbage collector would go through.
        """
        if rows == self._shown:
            return
        self.reordering.emit()
        if len(rows) == len(self._shown) and not self._others_wanted:
            self.layoutAboutToBeChanged.emit()
            moved = self.persistentIndexList()
            names = [self._shown[index.row()].name for index in moved]
            self._shown[:] = rows
            places = self.places_of(names)
            self.changePersistentIndexList(
                moved,
                [
                    self.createIndex(places[name], index.column())
                    for name, index in zip(names, moved, strict=True)
                ],
            )
            self.layoutChanged.emit()
        else:
            # Removing rows one by one would take as long for each as this does for all.
            self.beginResetModel()
            self._shown[:] = rows
            self.endResetModel()
        self.reordered.emit()

    def _announce(self, touched: Collection[NodeRow]) -> None:
        """Emit one `dataChanged` that spans the touched rows on screen."""
        on_screen = self._shown[self._watched.start : self._watched.stop]
        places = [n for n, row in enumerate(on_screen, self._watched.start) if row in touched]
        if places:
            self.dataChanged.emit(self.index(places[0], 0), self.index(places[-1], len(Column) - 1))
