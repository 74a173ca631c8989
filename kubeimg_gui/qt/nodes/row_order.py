"""All rows sorted by one column, updated incrementally.

Sorting 130,000 rows every second would block the window for a tenth of it. A row whose value
changed is moved to its position in one of many short lists, which are cheap to insert into.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.row import NodeRow

LENGTH = 500
"""Length of a new short list; a list of twice the length is split."""


@dataclass(slots=True)
class Run:
    """Consecutive rows with the values they were inserted with, in ascending order of these.

    Rows of equal values are sorted by name, in the direction of the order they belong to.
    """

    rows: list[NodeRow]
    values: list[Any]

    def insert(self, place: int, row: NodeRow, value: Any) -> None:
        """Inserts a row at a position."""
        self.rows.insert(place, row)
        self.values.insert(place, value)

    def delete(self, place: int) -> None:
        """Removes the row at a position."""
        del self.rows[place], self.values[place]

    def halves(self) -> "tuple[Run, Run]":
        """Returns the first and the second half of the rows."""
        half = len(self.rows) // 2
        return (
            Run(self.rows[:half], self.values[:half]),
            Run(self.rows[half:], self.values[half:]),
        )


def sorted_run(rows: list[NodeRow], value: Callable[[NodeRow], Any], *, descending: bool) -> Run:
    """Returns rows sorted by value, then by name; in descending order the last is shown first.

    Sorts `rows` by name in place, which is quick for a list that was sorted before.
    """
    rows.sort(key=attrgetter("name"), reverse=descending)
    if _is_cheap(value):
        ordered = sorted(rows, key=value)
        return Run(ordered, list(map(value, ordered)))
    # Each value is computed once: for the other columns that takes longer than sorting.
    found = list(map(value, rows))
    places = sorted(range(len(rows)), key=found.__getitem__)
    return Run([rows[place] for place in places], [found[place] for place in places])


def _is_cheap(value: object) -> bool:
    """Returns whether a value is found without running Python code."""
    return isinstance(value, attrgetter)


class RowOrder:
    """Rows sorted by value, then by name; GUI thread only.

    Values are stored in ascending order for `bisect`; a descending order is stored reversed.

    Attributes:
        value: returns the sort value of a row; all values are comparable.
        ends: the first and the last row as last `listed`.
    """

    def __init__(self, value: Callable[[NodeRow], Any], *, descending: bool) -> None:
        self.value = value
        self.ends: list[NodeRow] = []
        self._descending = descending
        self._runs: list[Run] = []
        self._ends = Run([], [])

    def fill(self, rows: Iterable[NodeRow]) -> None:
        """Sorts all rows and replaces the previous ones."""
        self.fill_sorted(sorted_run(list(rows), self.value, descending=self._descending))

    def fill_sorted(self, run: Run) -> None:
        """Replaces the previous rows by those of a `sorted_run` of this value and direction."""
        rows, values = run.rows, run.values
        self._runs = [
            Run(rows[at : at + LENGTH], values[at : at + LENGTH])
            for at in range(0, len(rows), LENGTH)
        ]
        self._ends = Run(
            [run.rows[-1] for run in self._runs], [run.values[-1] for run in self._runs]
        )

    def run(self) -> Run:
        """Returns all rows as `sorted_run` does, without sorting them."""
        whole = Run([], [])
        for run in self._runs:
            whole.rows += run.rows
            whole.values += run.values
        return whole

    def flat(self) -> list[NodeRow]:
        """Returns all rows in order."""
        rows: list[NodeRow] = []
        for run in self._runs:
            rows += run.rows
        if self._descending:
            rows.reverse()
        return rows

    def listed(self, node_filter: NodeFilter) -> Sequence[NodeRow]:
        """Returns the rows that match a filter, in order."""
        rows = node_filter.among(self.flat())
        self.ends = [*rows[:1], *rows[-1:]]
        return rows

    def add(self, row: NodeRow) -> None:
        """Inserts a new row."""
        value = self.value(row)
        number = min(self._place(self._ends, row, value), len(self._runs) - 1)
        if number < 0:
            self._runs, self._ends = [Run([row], [value])], Run([row], [value])
            return
        run = self._runs[number]
        run.insert(self._place(run, row, value), row, value)
        if len(run.rows) >= 2 * LENGTH:
            first, run = run.halves()
            self._runs[number : number + 1] = first, run
            self._ends.insert(number, first.rows[-1], first.values[-1])
            number += 1
        self._ends.rows[number], self._ends.values[number] = run.rows[-1], run.values[-1]

    def remove(self, row: NodeRow, value: Any) -> None:
        """Removes a row that had this value when it was inserted or last moved."""
        number = self._place(self._ends, row, value)
        run = self._runs[number]
        run.delete(self._place(run, row, value))
        if run.rows:
            self._ends.rows[number], self._ends.values[number] = run.rows[-1], run.values[-1]
        else:
            del self._runs[number]
            self._ends.delete(number)

    def move(self, row: NodeRow, before: Any) -> bool:
        """Moves a row that had the value `before`; returns whether its value changed."""
        if self.value(row) == before:
            return False
        self.remove(row, before)
        self.add(row)
        return True

    def places_in(
        self, shown: Sequence[Any], rows: Iterable[object], within: range | None = None
    ) -> dict[Any, int]:
        """Returns the positions of rows in `shown`; omits missing rows, and those of groups.

        The rows `within` these positions, by default all of them, have this order.
        """
        ascending = range(len(shown)) if within is None else within
        kept = ascending[:: -1 if self._descending else 1]
        places: dict[NodeRow, int] = {}
        for row in rows:
            if not isinstance(row, NodeRow):
                continue
            value = self.value(row)
            low = bisect_left(kept, value, key=lambda at: self.value(shown[at]))
            high = bisect_right(kept, value, low, key=lambda at: self.value(shown[at]))
            found = self._by_name(lambda at: shown[kept[at]].name, low, high, row.name)
            if found < len(kept) and shown[kept[found]] is row:
                places[row] = kept[found]
        return places

    def _place(self, run: Run, row: NodeRow, value: Any) -> int:
        """Returns the first position in a run whose row is not before this row and value."""
        low = bisect_left(run.values, value)
        high = bisect_right(run.values, value, low)
        return self._by_name(lambda at: run.rows[at].name, low, high, row.name)

    def _by_name(self, name_at: Callable[[int], str], low: int, high: int, name: str) -> int:
        """Returns the first position between `low` and `high` whose name is not before `name`."""
        while low < high:
            middle = (low + high) // 2
            other = name_at(middle)
            if other > name if self._descending else other < name:
                low = middle + 1
            else:
                high = middle
        return low
