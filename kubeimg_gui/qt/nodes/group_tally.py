"""The subtotals of groups: of many rows at once, and then updated one row at a time."""

from collections.abc import Iterable
from functools import lru_cache

from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import size_meaning
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.group_row import GroupRow, Subtotals
from kubeimg_gui.qt.nodes.row import Mark, NodeRow

_meaning = lru_cache(1024)(size_meaning)
"""Nodes have few distinct runtimes."""


class GroupTally:
    """Counts rows in the subtotals of their groups; GUI thread only.

    A row is taken out before it changes and put in afterwards, so nothing needs to be remembered
    of it. It counts twice: among all nodes, and among those that the filter shows. So no nodes are
    counted when the user clears the filter. `inventory` is that of all nodes.
    """

    def __init__(self, node_filter: NodeFilter, inventory: Inventory) -> None:
        self._filter = node_filter
        self._index = inventory.index
        self._out: set[NodeRow] = set()
        self._touched: set[GroupRow] = set()

    def await_row(self, row: NodeRow) -> None:
        """Counts a new row at the next `put_in`, also if it changes before."""
        self._out.add(row)

    def take_out(self, row: NodeRow, group: GroupRow) -> None:
        """Counts a row no longer, which is about to change or to leave its group."""
        if row not in self._out:
            self._out.add(row)
            self._touched.add(group)
            self.add(self._totals(row, group), -1)

    def put_in(self, members: Iterable[tuple[NodeRow, GroupRow]]) -> set[GroupRow]:
        """Counts the rows that are out, as they are now; returns the groups concerned."""
        for row, group in members:
            self._touched.add(group)
            self.add(self._totals(row, group))
        self._out.clear()
        touched, self._touched = self._touched, set()
        return touched

    def add(self, members: Iterable[tuple[NodeRow, Subtotals]], step: int = 1) -> None:
        """Adds each row to a sum, or subtracts it for a `step` of -1; leaves out deleted nodes."""
        # Without such a size in the whole cluster, the images of a node need not be searched.
        are_searched = self._index.unbelievable > 0
        for row, totals in members:
            if row.mark is Mark.DELETED:
                continue
            record = row.record
            totals.nodes += step
            if record.ready:
                totals.ready += step
            if row.capped or (are_searched and record.unbelievable_sizes):
                totals.lower_bounds += step
            totals.reported += step * row.reported
            totals.change += step * row.change
            totals.meanings[_meaning(record.runtime)] += step

    def _totals(self, row: NodeRow, group: GroupRow) -> list[tuple[NodeRow, Subtotals]]:
        if self._filter.is_on and row in self._filter:
            return [(row, group.all_totals), (row, group.totals)]
        return [(row, group.all_totals)]
