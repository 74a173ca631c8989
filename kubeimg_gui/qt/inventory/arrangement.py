"""Which rows of the table of images are shown, in which groups and in which order."""

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import TypeVar

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.inventory.columns import MEANINGS, Column, Context
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow

EntryT = TypeVar("EntryT", ImageRow, GroupRow, Entry)

_sort_name = attrgetter("sort_name")


class Arrangement:
    """The shown rows as a tree; confined to the GUI thread.

    Members of a group are sorted when they are asked for first, so that a tree of thousands of
    groups costs no more than what is expanded.

    Attributes:
        grouping: what images are grouped by.
        sort_column, descending: the order.
        top: the rows at the top: groups, or images where nothing is grouped.
        shown: all images.
        stale: whether the order may be out of date although no row has changed.
    """

    def __init__(self, context: Callable[[], Context]) -> None:
        self._context = context
        self._groups: dict[int, GroupRow] = {}
        self._by_name: dict[str, GroupRow] = {}
        self._number = 0
        self._places: dict[Entry, int] | None = None
        self._places_in: dict[GroupRow, dict[Entry, int]] = {}
        self.grouping = Grouping.REPOSITORY
        self.sort_column = Column.TOTAL
        self.descending = True
        self.top: list[Entry] = []
        self._named_top: list[Entry] | None = None
        self.shown: set[ImageRow] = set()
        self.stale = False

    @property
    def grouped(self) -> bool:
        """Whether the rows at the top are groups."""
        return self.grouping is not Grouping.NONE

    @property
    def groups(self) -> Collection[GroupRow]:
        """All groups."""
        return self._groups.values()

    def group(self, number: int) -> GroupRow:
        """Returns a group by its number."""
        return self._groups[number]

    def group_for(self, row: ImageRow) -> GroupRow | None:
        """Returns the group that exists for an image, if there is one."""
        return self._by_name.get(self._group_name(row)) if self.grouped else None

    def group_named(self, name: str) -> GroupRow | None:
        """Returns the group of a name, if there is one."""
        return self._by_name.get(name)

    def members(self, group: GroupRow) -> list[ImageRow]:
        """Returns the members of a group in the order shown."""
        if not group.fetched:
            group.fetched = True
            group.members[:] = self._sorted(sorted(group.members, key=_sort_name))
        return group.members

    def place_of(self, entry: Entry) -> int | None:
        """Returns the place of a row at the top or in its group; None if it is not shown."""
        if isinstance(entry, ImageRow) and entry.group is not None:
            return self._places_of_members(entry.group).get(entry)
        if self._places is None:
            self._places = {each: place for place, each in enumerate(self.top)}
        return self._places.get(entry)

    def fill(self, rows: Iterable[ImageRow]) -> None:
        """Shows these rows and no others."""
        self._forget_places()
        for row in self.shown:
            row.group = None
        self.shown = set(rows)
        self._groups.clear()
        self._by_name.clear()
        if not self.grouped:
            entries: Iterable[Entry] = self.shown
        else:
            members: dict[str, list[ImageRow]] = {}
            for row in self.shown:
                members.setdefault(self._group_name(row), []).append(row)
            for name, rows in members.items():
                self._new_group(name, rows)
            self._refresh_groups()
            entries = self._groups.values()
        self._named_top = sorted(entries, key=_sort_name)
        self.top = self._sorted(self._named_top)

    def group_by(self, grouping: Grouping) -> None:
        """Groups the shown rows by something else."""
        self.grouping = grouping
        self.fill(self.shown)

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sets the order, which `new_orders` returns."""
        self.sort_column, self.descending = column, descending

    def append(self, row: ImageRow) -> None:
        """Shows another row as the last at the top or in its group."""
        self._forget_places()
        self._named_top = None
        self.shown.add(row)
        if not self.grouped:
            row.group = None
            self.top.append(row)
            return
        group = self.group_for(row)
        if group is None:
            group = self._new_group(self._group_name(row), [row])
            self.top.append(group)
        else:
            group.adopt(row)
        group.refresh()

    def remove(self, row: ImageRow) -> None:
        """Removes a row, and its group with the last of its members."""
        self._named_top = None
        self.shown.remove(row)
        group, row.group = row.group, None
        if group is None:
            self.top.remove(row)
        else:
            group.members.remove(row)
            group.stale = True
            if not group.members:
                self.top.remove(group)
                del self._groups[group.number], self._by_name[group.name]
        self._forget_places()

    def new_orders(self) -> dict[GroupRow | None, list[Entry]]:
        """Returns the order of the top (None) and of fetched groups where it has changed."""
        orders: dict[GroupRow | None, list[Entry]] = {}
        self._refresh_groups()
        if self._named_top is None:
            self._named_top = sorted(self.top, key=_sort_name)
        top = self._sorted(self._named_top)
        if top != self.top:
            orders[None] = top
        for group in self._groups.values():
            if group.fetched:
                members: list[Entry] = self._sorted(sorted(group.members, key=_sort_name))
                if members != group.members:
                    orders[group] = members
        return orders

    def apply(self, orders: dict[GroupRow | None, list[Entry]]) -> None:
        """Shows rows in an order of `new_orders`."""
        for group, entries in orders.items():
            if group is None:
                self.top[:] = entries
            else:
                group.members[:] = [row for row in entries if isinstance(row, ImageRow)]
        self._forget_places()

    def _group_name(self, row: ImageRow) -> str:
        return row.repository if self.grouping is Grouping.REPOSITORY else row.registry

    def _new_group(self, name: str, members: list[ImageRow]) -> GroupRow:
        self._number += 1
        group = GroupRow(name, self._number, members)
        self._groups[self._number] = self._by_name[name] = group
        return group

    def _refresh_groups(self) -> None:
        for group in self._groups.values():
            if group.stale:
                group.refresh()

    def _places_of_members(self, group: GroupRow) -> dict[Entry, int]:
        places = self._places_in.get(group)
        if places is None:
            members = self.members(group)
            places = self._places_in[group] = {row: place for place, row in enumerate(members)}
        return places

    def _forget_places(self) -> None:
        self._places = None
        self._places_in.clear()

    def _sorted(self, named: Collection[EntryT]) -> list[EntryT]:
        """Returns rows in the current order; rows of equal values stay in that of their names."""
        value = MEANINGS[self.sort_column].sort_value(self._context())
        return sorted(named, key=value, reverse=self.descending)
