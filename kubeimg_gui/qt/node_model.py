"""The table of nodes: applies the informer's changes and owns the order of the rows.

No proxy sorts or filters it (Qt's needs 10 s for 130,000 rows and mis-sorts byte counts above
2**31): the order is a list of rows, made anew when someone asks for it.
"""

from collections.abc import Collection, Iterable, Sequence
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
from kubeimg_gui.qt import columns, node_words, text
from kubeimg_gui.qt.clocks import Clocks
from kubeimg_gui.qt.columns import MEANINGS, NUMERIC, Column, Moment, title
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.node_row import DEPARTED_SECONDS, FADE_SECONDS, NodeRow, matching

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
        self._order: list[NodeRow] = []
        self._places: dict[str, int] = {}
        self._watched = range(0)
        self._departing: set[str] = set()
        self._filter = ""
        self.sort_column = Column.REPORTED
        self.descending = True
        self.opened = clocks.wall()
        self.inventory = Inventory()
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
        return self._filter

    @property
    def known(self) -> int:
        """How many rows there are, shown or not, deleted ones that linger included."""
        return len(self._rows)

    @property
    def shown(self) -> int:
        """How many nodes the filter shows, deleted ones that linger not counted."""
        return len(self._order) - len(self._departing & self._places.keys())

    def row_at(self, place: int) -> NodeRow:
        """The row shown at a place, 0 at the top."""
        return self._order[place]

    def row_named(self, name: str) -> NodeRow | None:
        """The row of a node, shown or not."""
        return self._rows.get(name)

    def place_of(self, name: str) -> int | None:
        """Where a node's row is shown; None where it is not."""
        return self._places.get(name)

    def watch(self, places: range) -> None:
        """Tell which rows are on screen: only for these is `dataChanged` worth a repaint."""
        self._watched = places

    def apply(self, changes: Sequence[NodeChange]) -> None:
        """Follow the changes in order; new rows appear at the end until the next `reorder`."""
        now = self._clocks.steady()
        fresh: list[NodeRow] = []
        touched: set[str] = set()
        for change in changes:
            name = change.record.name
            row = self._rows.get(name)
            if row is None:
                row = self._rows[name] = NodeRow(change.record)
                fresh.append(row)
                self._count(None, change)
            else:
                self._count(row, change)
            row.take(change, now)
            if change.kind is not ChangeKind.CHANGED:
                # Gone, or another node under the same name.
                row.deletes_at = None
                self.counting.discard(name)
            if row.deleted:
                self._departing.add(name)
            else:
                self._departing.discard(name)
            self._widen(Column.NODE, row.shown_name)
            self._widen(Column.STATE, row.condition)
            self._widen(Column.RUNTIME, node_words.runtime(row.record))
            touched.add(name)
        rows = [self._rows[name] for name in touched]
        self.fading_until = max(
            self.fading_until, *(row.marked_at + FADE_SECONDS for row in rows), 0.0
        )
        self.scale = max(self.scale, *(row.record.reported_bytes for row in rows), 1)
        self.stale = True
        self._append(matching(fresh, self._filter))
        self._announce(touched)
        self.applied.emit(touched)

    def count_down(self, names: Collection[str], at: float | None) -> None:
        """Show that these nodes are deleted at a time, on the steady clock; None: no longer."""
        rows = [self._rows[name] for name in names if name in self._rows]
        for row in rows:
            row.deletes_at = at
            self._widen(Column.STATE, columns.state(row, self.moment))
        change = self.counting.difference_update if at is None else self.counting.update
        change(row.name for row in rows)
        self._announce(names)

    def set_filter(self, wanted: str) -> None:
        """Show only rows that hold all the words, see `matching`."""
        if wanted.split() != self._filter.split():
            self._filter = wanted
            self.reorder()

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Order by a column's raw values, equal ones by name."""
        self.sort_column, self.descending = column, descending
        self.reorder()

    def reorder(self) -> None:
        """Make the order fit the rows, the filter and the sort again."""
        self.stale = False
        order = matching(list(self._rows.values()), self._filter)
        order.sort(key=lambda row: row.name)
        order.sort(key=MEANINGS[self.sort_column].value, reverse=self.descending)
        self.scale = max((row.record.reported_bytes for row in order), default=0) or 1
        if order == self._order:
            return
        self.reordering.emit()
        places = {row.name: place for place, row in enumerate(order)}
        if places.keys() == self._places.keys():
            self.layoutAboutToBeChanged.emit()
            moved = self.persistentIndexList()
            names = [self._order[index.row()].name for index in moved]
            self._order, self._places = order, places
            self.changePersistentIndexList(
                moved,
                [
                    self.createIndex(places[name], index.column())
                    for name, index in zip(names, moved, strict=True)
                ],
            )
            self.layoutChanged.emit()
        else:
            self.beginResetModel()
            self._order, self._places = order, places
            self.endResetModel()
        self.reordered.emit()

    def drop_departed(self) -> None:
        """Let go of the rows of nodes that were deleted a while ago."""
        limit = self._clocks.steady() - DEPARTED_SECONDS
        lingering = (self._rows[name] for name in self._departing)
        departed = [row for row in lingering if row.marked_at <= limit]
        for row in departed:
            del self._rows[row.name]
            self._departing.remove(row.name)
        places = [self._places[row.name] for row in departed if row.name in self._places]
        if not places:
            return
        # Qt would select the neighbour of a selected row that goes: so views let go first.
        self.reordering.emit()
        for place in sorted(places, reverse=True):
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._order[place]
            self._number()
            self.endRemoveRows()
        self.reordered.emit()

    def mark_seen(self, names: Iterable[str]) -> None:
        """The person has selected these nodes: their edges may go."""
        for name in names:
            row = self._rows.get(name)
            if row is not None:
                row.seen = True

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: rows shown."""
        return 0 if parent.isValid() else len(self._order)

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
        row = self._order[index.row()]
        if role in (DISPLAY, ACCESSIBLE):
            return MEANINGS[column].words(row, self.moment)
        if role == TOOLTIP:
            return text.tooltip(MEANINGS[column].tip(row, self.moment))
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
        first = len(self._order)
        self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
        self._order.extend(rows)
        for place in range(first, len(self._order)):
            self._places[self._order[place].name] = place
        self.endInsertRows()

    def _announce(self, touched: Iterable[str]) -> None:
        """Emit one `dataChanged` that spans the touched rows on screen."""
        places = [
            place
            for name in touched
            if (place := self._places.get(name)) is not None and place in self._watched
        ]
        if places:
            self.dataChanged.emit(
                self.index(min(places), 0), self.index(max(places), len(Column) - 1)
            )

    def _number(self) -> None:
        self._places = {row.name: place for place, row in enumerate(self._order)}
