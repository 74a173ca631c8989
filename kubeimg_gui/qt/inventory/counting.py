"""Counts the nodes of groups, a little at a time.

A group's number of nodes is not the sum of its images': a node may hold several of them. With
100,000 nodes counting one registry takes longer than a frame.
"""

from collections.abc import Iterable, Iterator
from time import perf_counter

from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.qt.inventory.rows import GroupRow

BUDGET_SECONDS = 0.006
"""How long one call of `work` may take: less than half of a frame."""


class NodeCounter:
    """Counts the nodes of groups; GUI thread only."""

    def __init__(self, index: ImageIndex) -> None:
        self._index = index
        self._current: GroupRow | None = None
        self._steps: Iterator[None] = iter(())

    def work(self, groups: Iterable[GroupRow]) -> bool:
        """Counts for a moment; returns whether some of these groups remain to be counted."""
        end = perf_counter() + BUDGET_SECONDS
        for group in groups:
            if group.stale:
                group.refresh()
            if not group.recount and group is not self._current:
                continue
            if group is not self._current:
                if self._current is not None:
                    self._current.recount = True
                self._current, self._steps = group, self._count(group)
            for _ in self._steps:
                if perf_counter() > end:
                    return True
            self._current = None
        return False

    def _count(self, group: GroupRow) -> Iterator[None]:
        group.recount = False
        found: set[str] = set()
        for row in tuple(group.members):
            found |= self._index.names(self._index.entries(row.key))
            yield
        group.nodes, group.counted = len(found), True
