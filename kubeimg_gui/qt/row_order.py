"""All rows in the order of one column, kept while they change.

Sorting 130,000 rows anew every second would hold the window up for a tenth of it: so a row whose
value changed is put where it belongs then and there, in short lists that are cheap to insert into.
"""

from collections.abc import Callable, Iterable
from itertools import chain
from operator import attrgetter
from typing import Any

from kubeimg_gui.qt.node_row import NodeRow

LENGTH = 500
"""How long the short lists are made; one of twice that is halved."""


class RowOrder:
    """Rows by a value, equal ones by name; GUI thread only.

    Attributes:
        value: makes of a row what it is sorted by; all values compare with each other.
    """

    def __init__(self, value: Callable[[NodeRow], Any], *, descending: bool) -> None:
        self.value = value
        self._descending = descending
        self._lists: list[list[NodeRow]] = []
        self._last: list[NodeRow] = []

    def fill(self, rows: Iterable[NodeRow]) -> None:
        """Put all rows in order; any that were there before are let go."""
        ordered = sorted(rows, key=attrgetter("name"))
        ordered.sort(key=self.value, reverse=self._descending)
        self._lists = [ordered[at : at + LENGTH] for at in range(0, len(ordered), LENGTH)]
        self._last = [rows[-1] for rows in self._lists]

    def flat(self) -> list[NodeRow]:
        """All rows in order."""
        return list(chain.from_iterable(self._lists))

    def add(self, row: NodeRow) -> None:
        """Put a new row in."""
        value = self.value(row)
        number = min(self._place(self._last, row, value), len(self._lists) - 1)
        if number < 0:
            self._lists, self._last = [[row]], [row]
            return
        rows = self._lists[number]
        rows.insert(self._place(rows, row, value), row)
        if len(rows) >= 2 * LENGTH:
            self._lists[number : number + 1] = rows[:LENGTH], rows[LENGTH:]
            self._last[number : number + 1] = rows[LENGTH - 1], rows[-1]
        else:
            self._last[number] = rows[-1]

    def remove(self, row: NodeRow, value: Any) -> None:
        """Take out a row that had this value when it was put in or last moved."""
        number = self._place(self._last, row, value)
        rows = self._lists[number]
        del rows[self._place(rows, row, value)]
        if rows:
            self._last[number] = rows[-1]
        else:
            del self._lists[number], self._last[number]

    def move(self, row: NodeRow, before: Any) -> bool:
        """Move a row that had the value `before` to where it belongs; whether it has another."""
        if self.value(row) == before:
            return False
        self.remove(row, before)
        self.add(row)
        return True

    def place_in(self, rows: list[NodeRow], row: NodeRow) -> int | None:
        """Where a row stands among rows that are in this order; None where it does not."""
        place = self._place(rows, row, self.value(row))
        return place if place < len(rows) and rows[place] is row else None

    def _place(self, rows: list[NodeRow], row: NodeRow, value: Any) -> int:
        """The first place whose row does not come before this one with this value."""
        value_of, name, descending = self.value, row.name, self._descending
        low, high = 0, len(rows)
        while low < high:
            middle = (low + high) // 2
            other = rows[middle]
            its_value = value if other is row else value_of(other)
            if its_value == value:
                before = other.name < name
            else:
                before = (its_value < value) is not descending
            if before:
                low = middle + 1
            else:
                high = middle
        return low
