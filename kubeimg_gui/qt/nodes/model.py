"""The table of nodes: applies changes from the informer and answers for the cells."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.change_tally import ChangeTally
from kubeimg_gui.domain.image_times import ImageTimes
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes import columns
from kubeimg_gui.qt.nodes.arranged_rows import ArrangedRows
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, DISPLAY, cell_data, heading_data
from kubeimg_gui.qt.nodes.column_model import Index
from kubeimg_gui.qt.nodes.columns import Column, Moment
from kubeimg_gui.qt.nodes.group_data import group_data
from kubeimg_gui.qt.nodes.group_row import GroupRow, Row
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, FADE_SECONDS, NodeRow


class NodeTableModel(ArrangedRows):
    """Rows are nodes and groups of nodes; confined to the GUI thread.

    Signals:
        applied: changes were applied; carries the names of the nodes concerned.
        images_changed: emitted before `applied`; carries the pairs of old and new NodeRecord of
            the nodes whose image lists changed, None for a record that does not exist.

    Attributes:
        opened: when the window opened, seconds since the epoch; changes count from then.
        times: when images came and last changed, in the whole cluster.
        tally: which nodes grew, shrank, joined and left since opened.
        storage_changes: number of changes of image storage since opened.
        fading_until: when the last tinted row has faded, on the steady clock.
        counting: names of the nodes whose countdown to deletion is running.
    """

    applied = Signal(object)
    images_changed = Signal(object)

    def __init__(self, clocks: Clocks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self.opened = clocks.wall()
        self.times = ImageTimes()
        self._images_changed: list[tuple[NodeRecord | None, NodeRecord | None]] = []
        self.tally = ChangeTally()
        self.storage_changes = 0
        self.counting: set[str] = set()
        self.fading_until = 0.0

    @property
    def moment(self) -> Moment:
        """The current time and when the window opened."""
        return Moment(self._clocks.wall(), self.opened, self._clocks.steady())

    @property
    def known(self) -> int:
        """Number of rows, shown or not, including recently deleted nodes."""
        return len(self._rows)

    @property
    def shown(self) -> int:
        """Number of nodes that the filter shows, without recently deleted ones."""
        return len(self.matching) - sum(row in self._filter for row in self._departing)

    @property
    def waiting(self) -> int:
        """Number of rows that `drop_departed` and `reorder` will move, show or remove."""
        leaving = self._departing - self._misplaced
        return len(self._misplaced) + sum(row in self._filter for row in leaving)

    @property
    def departing(self) -> int:
        """Number of rows of deleted nodes that are still there."""
        return len(self._departing)

    def is_waiting(self, row: Row) -> bool:
        """Returns whether a row is one of those that are `waiting`."""
        return row in self._misplaced or row in self._departing

    def count_hidden(self, names: Iterable[str]) -> int:
        """Returns how many of these nodes the filter hides."""
        rows = (self._rows.get(name) for name in names)
        return sum(row is not None and row not in self._filter for row in rows)

    @property
    def records(self) -> Iterator[NodeRecord]:
        """The records of all nodes, shown or not, without deleted ones."""
        return (row.record for row in self._rows.values() if not row.deleted)

    @property
    def rows(self) -> list[NodeRow]:
        """The rows of all nodes, shown or not, without deleted ones, as they were created."""
        rows = self._rows.values()
        if not self._departing:
            return list(rows)
        return [row for row in rows if row not in self._departing]

    def row_named(self, name: str) -> NodeRow | None:
        """Returns the row of a node, shown or not; None if there is none."""
        return self._rows.get(name)

    def place_of(self, name: str) -> int | None:
        """Returns the position of a node's row; None if it is not shown."""
        row = self._rows.get(name)
        return None if row is None else self.places_of((row,)).get(row)

    def apply(self, changes: Sequence[NodeChange]) -> None:
        """Applies changes in order; new rows appear at the end until the next `reorder`."""
        now = self._clocks.steady()
        names = dict.fromkeys(change.record.name for change in changes)
        fresh = [name for name in names if name not in self._rows]
        concerned: set[Row] = set()
        if self._groups is not None:
            known = [row for name in names if (row := self._rows.get(name)) is not None]
            concerned.update(self._groups.take_out(known))
        touched = {self._take(change, now) for change in changes}
        self._update_filter(touched)
        for row in touched:
            self.fading_until = max(self.fading_until, row.marked_at + FADE_SECONDS)
            if row.reported > self.scale and row in self._filter:
                self.scale = row.reported
        added = [row for name in fresh if (row := self._rows[name]) in self._filter]
        concerned.update(touched)
        if self._groups is not None:
            concerned.update(self._groups.put_in(touched))
            added = self._groups.expanded(added)
        self._append(added)
        self._announce(concerned)
        if self._images_changed:
            pairs, self._images_changed = self._images_changed, []
            self.images_changed.emit(pairs)
        self.applied.emit(names.keys())

    def count_down(self, names: Collection[str], at: float | None) -> None:
        """Shows a countdown to the deletion of nodes at a steady time; None removes it."""
        rows = [self._rows[name] for name in names if name in self._rows]
        for row in rows:
            row.deletes_at = at
            self.widest.take(Column.STATE, columns.state(row, self.moment))
        change = self.counting.difference_update if at is None else self.counting.update
        change(row.name for row in rows)
        self._announce(rows)

    def set_not_referenced(self, figures: Mapping[str, int | UnknownReason]) -> None:
        """Sets `NodeRow.not_referenced` of some nodes, by name."""
        rows: list[NodeRow] = []
        for name, figure in figures.items():
            row = self._rows.get(name)
            if row is None or row.not_referenced == figure:
                continue
            value, row.not_referenced = self._order.value(row), figure
            if self._order.move(row, value) and row in self._filter:
                self._misplaced.add(row)
            rows.append(row)
        self._announce(rows)

    def forget_not_referenced(self, reason: UnknownReason) -> None:
        """Sets why `NodeRow.not_referenced` is not known, of all nodes."""
        rows = self._rows.values()
        is_order = self.sort_column is Column.NOT_REFERENCED
        is_order = is_order and any(isinstance(row.not_referenced, int) for row in rows)
        for row in rows:
            row.not_referenced = reason
        if is_order:
            self._fill()
            self._misplaced.update(self.shown_nodes)
        self._announce(self.on_screen)

    def drop_departed(self) -> None:
        """Removes the rows of nodes deleted more than DEPARTED_SECONDS ago, and reorders then."""
        limit = self._clocks.steady() - DEPARTED_SECONDS
        departed = {row for row in self._departing if row.marked_at <= limit}
        if not departed:
            return
        for row in departed:
            del self._rows[row.name]
            self._order.remove(row, self._order.value(row))
            self._largest_shrank |= row.reported == self.scale
        self._named = [row for row in self._named if row not in departed]
        self._departing -= departed
        self._misplaced -= departed
        self._filter.forget(departed)
        self._others_wanted = True
        self.reorder()

    def mark_seen(self, names: Iterable[str]) -> None:
        """Removes the edges of these nodes: the user has selected them."""
        for name in names:
            row = self._rows.get(name)
            if row is not None:
                row.seen = True

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: see `cell_data`."""
        if not index.isValid():
            return None
        row = self._shown[index.row()]
        column = self.columns[index.column()]
        if isinstance(row, GroupRow):
            return group_data(row, column, role, self.moment)
        return cell_data(row, column, role, self.moment)

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: see `heading_data`; for assistive technology the names of the nodes."""
        if orientation is Qt.Orientation.Horizontal:
            return heading_data(self.columns, section, role, self.moment)
        return self._shown[section].shown_name if role in (DISPLAY, ACCESSIBLE) else None

    def _take(self, change: NodeChange, now: float) -> NodeRow:
        """Applies a change to the row of its node, creating the row if needed."""
        name = change.record.name
        row = self._rows.get(name)
        self._count(row, change)
        if row is None:
            row = self._rows[name] = NodeRow(change.record)
            row.take(change, now)
            self._named.append(row)
            self._order.add(row)
            self.widest.take(Column.NODE, row.shown_name)
            self.widest.take(Column.STATE, row.condition)
            if row in self._filter:
                self._misplaced.add(row)
        else:
            value, reported, condition = self._order.value(row), row.reported, row.condition
            row.take(change, now)
            if row.condition is not condition:
                self.widest.take(Column.STATE, row.condition)
            if self._order.move(row, value) and row in self._filter:
                self._misplaced.add(row)
            self._largest_shrank |= row.reported < reported == self.scale
        if change.kind is not ChangeKind.CHANGED:
            # Deleted, or another node of the same name.
            row.deletes_at = None
            self.counting.discard(name)
            (self._departing.add if row.deleted else self._departing.discard)(row)
        self.widest.take_record(row.record)
        return row

    def _update_filter(self, rows: Collection[NodeRow]) -> None:
        """Updates the filter after changes of these rows."""
        others = self._filter.update(rows)
        if others:
            self._others_wanted = True
            self._misplaced |= others

    def _count(self, row: NodeRow | None, change: NodeChange) -> None:
        """Updates the totals; the record of the row is what was counted so far."""
        counted = row.record if row is not None and not row.deleted else None
        new = None if change.kind is ChangeKind.DELETED else change.new
        if change.storage_changed:
            self.times.take(change, self.inventory.index.keys)
        self.inventory.update(counted, new)
        if counted is None or new is None or counted.images is not new.images:
            self._images_changed.append((counted, new))
        if change.storage_changed:
            self.storage_changes += 1
            self.tally.take(change)
