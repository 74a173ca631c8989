"""The subtotals of groups: of many rows at once, and then updated one row at a time."""

from collections.abc import Iterable, Sequence

from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import SizeMeaning, size_meaning
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.group_row import GroupRow, Subtotals
from kubeimg_gui.qt.nodes.row import Mark, NodeRow


class GroupTally:
    """Counts rows in the subtotals of their groups; GUI thread only.

    Rows are taken out before they change and put in afterwards, so nothing needs to be remembered
    of them. They count twice: among all nodes, and among those that the filter shows. So no nodes
    are counted when the user clears the filter. `inventory` is that of all nodes.
    """

    def __init__(self, node_filter: NodeFilter, inventory: Inventory) -> None:
        self._filter = node_filter
        self._index = inventory.index

    def count(self, members: Sequence[tuple[NodeRow, GroupRow]], step: int) -> set[GroupRow]:
        """Puts rows in their groups, or takes them out for a `step` of -1; returns the groups."""
        self.add([(row, group.all_totals) for row, group in members], step)
        if self._filter.is_on:
            found = self._filter
            self.add([(row, group.totals) for row, group in members if row in found], step)
        return {group for _, group in members}

    def add(self, members: Iterable[tuple[NodeRow, Subtotals]], step: int = 1) -> None:
        """Adds each row to a sum, or subtracts it for a `step` of -1; leaves out deleted nodes."""
        # Without such a size in the whole cluster, the images of a node need not be searched.
        are_searched = self._index.unbelievable > 0
        # Looking up a member of an enumeration takes as long as half of what is done with a row.
        deleted = Mark.DELETED
        compressed, unpacked = SizeMeaning.COMPRESSED, SizeMeaning.UNPACKED
        for row, totals in members:
            if row.mark is deleted:
                continue
            record = row.record
            totals.nodes += step
            if record.ready:
                totals.ready += step
            if row.capped or (are_searched and record.unbelievable_sizes):
                totals.lower_bounds += step
            totals.reported += step * row.reported
            totals.change += step * row.change
            meaning = size_meaning(record.runtime)
            if meaning is compressed:
                totals.compressed += step
            elif meaning is unpacked:
                totals.unpacked += step
