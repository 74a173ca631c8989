"""All rows in groups by the values of a label, updated incrementally.

Each group has a `RowOrder` of its own, so showing the order takes no longer than without groups,
and subtotals that follow each change, so they are never summed up for an event.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.group_row import SUBTOTALS, GroupKind, GroupRow, Row, Subtotals
from kubeimg_gui.qt.nodes.group_tally import GroupTally
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.row_order import RowOrder, Run

MAX_GROUPS = 1000
"""Maximum number of groups by value; nodes with further values share one more group."""


@dataclass(slots=True, eq=False)
class _Group:
    """A group, and its rows in their order.

    Attributes:
        members: number of its rows, shown or not.
        place, shown: the position of its row, -1 where it is hidden, and the number of rows below
            that, in the list that `GroupOrder.listed` returned last.
    """

    row: GroupRow
    order: RowOrder
    members: int = 0
    place: int = -1
    shown: int = 0


class GroupOrder:
    """Rows sorted within groups, which are sorted by their subtotals or names; GUI thread only.

    It is used as a `RowOrder` is. `node_filter` and `inventory` are those of all rows. `collapsed`
    holds the keys of collapsed groups, which it keeps up to date.

    Attributes:
        label: the label whose values are the groups.
        value: returns the sort value of a row.
        ends: the first and the last row of each group, collapsed or not, as last `listed`.
        regrouped: whether rows have changed groups, or groups have come or gone; its user resets
            it.
    """

    def __init__(
        self, label: str, node_filter: NodeFilter, inventory: Inventory, collapsed: set[str]
    ) -> None:
        self.label = label
        self.regrouped = False
        self.ends: list[NodeRow] = []
        self._filter = node_filter
        self._collapsed = collapsed
        # No label holds a space, so that no value has the key of the others.
        self._prefix, self._others = f"{label}=", f"{label} "
        # Where the label was last: most nodes have it in the same place.
        self._place = 0
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[NodeRow, _Group] = {}
        self._tally = GroupTally(node_filter, inventory)

    def sort_by(
        self, column: TableColumn, value: Callable[[NodeRow], Any], *, descending: bool
    ) -> None:
        """Sets the order of rows and groups; call `fill_sorted` afterwards."""
        self._column, self.value, self._descending = column, value, descending

    def assign(self, rows: Collection[NodeRow]) -> None:
        """Finds the groups of all rows and sums them up; call `fill_sorted` afterwards.

        Rows in the order of their creation are adjacent in memory, as for `NodeFilter.search`.
        """
        self._tally.add(self._assigned(rows))
        self.follow_filter(rows)

    def fill_sorted(self, run: Run) -> None:
        """Replaces the previous order by that of all rows in a `sorted_run`."""
        parts = {group: Run([], []) for group in self._groups.values()}
        append = {group: (run.rows.append, run.values.append) for group, run in parts.items()}
        for row, value in zip(run.rows, run.values, strict=True):
            append_row, append_value = append[self._group_of[row]]
            append_row(row)
            append_value(value)
        for group, part in parts.items():
            group.members = len(part.rows)
            group.order = RowOrder(self.value, descending=self._descending)
            group.order.fill_sorted(part)

    def add(self, row: NodeRow) -> None:
        """Inserts a new row; call `put_in` afterwards."""
        group = self._group_of[row] = self._group_for(row)
        group.members += 1
        group.order.add(row)

    def remove(self, row: NodeRow, value: Any) -> None:
        """Removes a row that had this value when it was inserted or last moved."""
        group = self._group_of.pop(row)
        group.members -= 1
        group.order.remove(row, value)
        if not group.members:
            del self._groups[group.row.key]
            self.regrouped = True

    def move(self, row: NodeRow, before: Any) -> bool:
        """Moves a row that had the value `before`; returns whether its place may have changed."""
        group = self._group_of[row]
        if self._belongs_to(group, row):
            return group.order.move(row, before)
        self.remove(row, before)
        self.add(row)
        self.regrouped = True
        return True

    def take_out(self, rows: Iterable[NodeRow]) -> set[GroupRow]:
        """Takes rows that are about to change out of the subtotals; returns their groups.

        Call `put_in` afterwards.
        """
        return self._tally.count([(row, self._group_of[row].row) for row in rows], -1)

    def put_in(self, rows: Iterable[NodeRow]) -> set[GroupRow]:
        """Counts rows that are new or were taken out in the subtotals; returns their groups.

        Call it once the filter has checked them.
        """
        return self._tally.count([(row, self._group_of[row].row) for row in rows], 1)

    def follow_filter(self, rows: Iterable[NodeRow]) -> None:
        """Computes the subtotals over those of all rows that the filter has found."""
        is_filtering = self._filter.is_on
        for group in self._groups.values():
            group.row.totals = Subtotals() if is_filtering else group.row.all_totals
        if is_filtering:
            found = self._filter.among(list(rows))
            self._tally.add((row, self._group_of[row].row.totals) for row in found)

    def collapse(self, group: GroupRow, *, collapsed: bool) -> None:
        """Hides or shows the rows of a group."""
        group.collapsed = collapsed
        (self._collapsed.add if collapsed else self._collapsed.discard)(group.key)

    def collapse_all(self, *, collapsed: bool) -> None:
        """Hides or shows the rows of all groups."""
        for group in self._groups.values():
            self.collapse(group.row, collapsed=collapsed)

    def group_of(self, row: NodeRow) -> GroupRow:
        """Returns the group of a row."""
        return self._group_of[row].row

    def expanded(self, rows: Iterable[NodeRow]) -> list[NodeRow]:
        """Returns those of the rows whose groups are not collapsed."""
        return [row for row in rows if not self._group_of[row].row.collapsed]

    def nodes(self) -> list[NodeRow]:
        """Returns the rows that match the filter in order, also those of collapsed groups."""
        groups = [self._filter.among(group.order.flat()) for group in self._in_order()]
        return [row for rows in groups for row in rows]

    def listed(self, node_filter: NodeFilter) -> Sequence[Row]:
        """Returns the groups with rows that match a filter, each followed by these rows."""
        listed: list[Row] = []
        self.ends = []
        for group in self._in_order():
            rows = node_filter.among(group.order.flat())
            group.place, group.shown = -1, 0
            if not rows:
                continue
            group.place = len(listed)
            listed.append(group.row)
            self.ends += rows[0], rows[-1]
            if not group.row.collapsed:
                group.shown = len(rows)
                listed += rows
        return listed

    def places_in(self, shown: list[Row], rows: Iterable[Row]) -> dict[Row, int]:
        """Returns the positions of rows in `shown`, which is as `listed`; omits missing rows."""
        places: dict[Row, int] = {}
        for row in rows:
            if isinstance(row, GroupRow):
                group = self._groups.get(row.key)
                if group is not None and group.row is row and group.place >= 0:
                    places[row] = group.place
            else:
                group = self._group_of[row]
                first = group.place + 1
                within = range(first, first + group.shown)
                places.update(group.order.places_in(shown, (row,), within))
        return places

    def _assigned(self, rows: Iterable[NodeRow]) -> Iterator[tuple[NodeRow, Subtotals]]:
        """Finds the groups of rows; yields each row with the sums it belongs to."""
        groups = self._groups
        for row in rows:
            labels, place = row.record.labels, self._place
            group = groups.get(labels[place]) if place < len(labels) else None
            if group is None:
                group = self._group_for(row)
            self._group_of[row] = group
            yield row, group.row.all_totals

    def _in_order(self) -> list[_Group]:
        groups = sorted(self._groups.values(), key=lambda group: group.row.value)
        if self._column in SUBTOTALS:
            subtotal = SUBTOTALS[self._column]
            groups.sort(key=lambda group: subtotal(group.row), reverse=self._descending)
        elif self._column in (Column.NODE, LabelColumn(self.label)) and self._descending:
            groups.reverse()
        groups.sort(key=lambda group: group.row.kind)
        return groups

    def _key(self, record: NodeRecord) -> str:
        """Returns the label with its value as in the record; the bare label if it is not there."""
        labels, place = record.labels, self._place
        if place < len(labels) and labels[place].startswith(self._prefix):
            return labels[place]
        place = bisect_left(labels, self._prefix)
        if place < len(labels) and labels[place].startswith(self._prefix):
            self._place = place
            return labels[place]
        return self.label

    def _belongs_to(self, group: _Group, row: NodeRow) -> bool:
        key = self._key(row.record)
        if key == group.row.key:
            return True
        return group.row.kind is GroupKind.OTHERS and key != self.label and key not in self._groups

    def _group_for(self, row: NodeRow) -> _Group:
        """Returns the group that a row belongs to, a new one if needed."""
        key = self._key(row.record)
        found = self._groups.get(key)
        if found is not None:
            return found
        kind, value = GroupKind.UNLABELLED, ""
        if key != self.label:
            # Once there is a group of other values, each further value belongs to it.
            is_full = self._others in self._groups or len(self._groups) >= MAX_GROUPS
            if is_full:
                key, kind = self._others, GroupKind.OTHERS
            else:
                kind, value = GroupKind.VALUE, key[len(self._prefix) :]
        found = self._groups.get(key)
        if found is None:
            totals = Subtotals()
            shown = Subtotals() if self._filter.is_on else totals
            is_collapsed = key in self._collapsed
            row_of_group = GroupRow(self.label, value, kind, key, is_collapsed, totals, shown)
            order = RowOrder(self.value, descending=self._descending)
            found = self._groups[key] = _Group(row_of_group, order)
            self.regrouped = True
        return found
