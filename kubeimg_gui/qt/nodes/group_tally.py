"""The subtotals of groups, updated one row at a time, so that no event sums up a group."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.group_row import GroupRow, Subtotals
from kubeimg_gui.qt.nodes.row import Mark, NodeRow


class _Share(NamedTuple):
    """What a row adds to the subtotals of its group, read from a record with these images."""

    group: GroupRow
    images: tuple[ContainerImage, ...]
    ready: bool
    is_lower_bound: bool
    reported: int
    change: int


class GroupTally:
    """Counts rows in the subtotals of their groups; GUI thread only.

    It counts each node twice: among all nodes, and among those that the filter shows. So it need
    not count all nodes when the user clears the filter. `inventory` is that of all nodes.
    """

    def __init__(self, node_filter: NodeFilter, inventory: Inventory) -> None:
        self._filter = node_filter
        self._inventory = inventory
        self._shares: dict[NodeRow, _Share] = {}
        self._matched: set[NodeRow] = set()

    def update(self, members: Iterable[tuple[NodeRow, GroupRow]]) -> set[GroupRow]:
        """Counts rows in their groups, as they are now; returns the groups concerned."""
        touched: set[GroupRow] = set()
        is_filtering = self._filter.is_on
        for row, group in members:
            old = self._shares.get(row)
            new = None if row.mark is Mark.DELETED else self._share(row, group, old)
            if new is old and not is_filtering:
                continue
            if old is not None:
                self._remove(row, old)
                touched.add(old.group)
            if new is not None:
                self._shares[row] = new
                _add(group.all_totals, new)
                if is_filtering and row in self._filter:
                    self._matched.add(row)
                    _add(group.totals, new)
                touched.add(group)
        return touched

    def follow_filter(self, groups: Iterable[GroupRow], found: Collection[NodeRow]) -> None:
        """Computes the subtotals of all groups over the rows that the filter has found."""
        is_filtering = self._filter.is_on
        self._matched.clear()
        for group in groups:
            group.totals = Subtotals() if is_filtering else group.all_totals
        if is_filtering:
            for row in found:
                share = self._shares.get(row)
                if share is not None:
                    self._matched.add(row)
                    _add(share.group.totals, share)

    def _remove(self, row: NodeRow, share: _Share) -> None:
        del self._shares[row]
        _subtract(share.group.all_totals, share)
        if row in self._matched:
            self._matched.remove(row)
            _subtract(share.group.totals, share)

    def _share(self, row: NodeRow, group: GroupRow, old: _Share | None) -> _Share:
        """Returns the share of a row now; `old` itself if that is still right."""
        record = row.record
        images, ready = record.images, record.ready is True
        if old is None or old.images is not images:
            is_lower_bound = self._is_lower_bound(record)
        elif old.group is group and old.ready is ready and old.change == row.change:
            return old
        else:
            is_lower_bound = old.is_lower_bound
        return _Share(group, images, ready, is_lower_bound, row.reported, row.change)

    def _is_lower_bound(self, record: NodeRecord) -> bool:
        # Without such a size in the whole cluster, the images of a node need not be searched.
        return record.capped or (
            self._inventory.index.unbelievable > 0 and record.unbelievable_sizes > 0
        )


def _add(totals: Subtotals, share: _Share) -> None:
    totals.nodes += 1
    totals.ready += share.ready
    totals.lower_bounds += share.is_lower_bound
    totals.reported += share.reported
    totals.change += share.change


def _subtract(totals: Subtotals, share: _Share) -> None:
    totals.nodes -= 1
    totals.ready -= share.ready
    totals.lower_bounds -= share.is_lower_bound
    totals.reported -= share.reported
    totals.change -= share.change
