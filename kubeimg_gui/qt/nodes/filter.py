"""The filter of the table, fast enough to run at every keystroke.

Each distinct image is searched once, not once per node. If few nodes hold the images that match,
the filter looks these nodes up instead of checking every row.
"""

from collections.abc import Collection, Sequence
from itertools import compress
from operator import attrgetter, not_

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.query import Field, Query, Term, TextTerm, parse_query
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.row_test import RowTest

MAX_PAIRS_PER_ROW = 5
"""Maximum number of pairs of image and node per row for which looking them up is faster."""


class NodeFilter:
    """The rows that match all terms of a `Query`; GUI thread only.

    Words are looked up in the name and the labels of a node and in the names of its images,
    ignoring case. `index` covers all rows. The filter remembers the matching rows: call `update`
    for rows that changed. A text whose terms match less than those before is searched in the
    previous matches only.

    Attributes:
        wanted: the text as typed.
    """

    def __init__(self, index: ImageIndex) -> None:
        self._index = index
        self._query = Query()
        self._tests: list[RowTest] = []
        self._found: set[NodeRow] = set()
        self.wanted = ""

    @property
    def is_on(self) -> bool:
        """Whether there is anything to match; without that all rows match."""
        return bool(self._tests)

    def __contains__(self, row: NodeRow) -> bool:
        """Returns whether the row matched when it was last checked."""
        return not self._tests or row in self._found

    def among(self, rows: list[NodeRow]) -> list[NodeRow]:
        """Returns the matching rows, in their order."""
        return [row for row in rows if row in self._found] if self._tests else rows

    def matching(self, rows: Collection[NodeRow]) -> Collection[NodeRow]:
        """Returns the matching ones of `rows`, which must be all rows; in no particular order."""
        return self._found if self._tests else rows

    def keeps(self, wanted: str) -> bool:
        """Takes a text that matches the same rows as the one before; returns False for others."""
        if parse_query(wanted) != self._query:
            return False
        self.wanted = wanted
        return True

    def search(self, wanted: str, rows: list[NodeRow]) -> None:
        """Searches for another text in `rows`, which must be all rows.

        Rows in the order of their creation are adjacent in memory; any other order takes three
        times as long.
        """
        query = parse_query(wanted)
        if self._tests and _narrows(query, self._query):
            rows = self.among(rows)
        self.wanted, self._query = wanted, query
        self._tests = sorted(map(RowTest, query.terms), key=attrgetter("order"))
        for test in self._tests:
            rows = self._passing(rows, test)
        self._found = set(rows) if self._tests else set()

    def update(self, rows: Collection[NodeRow]) -> set[NodeRow]:
        """Checks rows that are new or have changed; returns those that match now or no longer."""
        if not self._tests:
            return set()
        found = {row for row in rows if all(test.matches(row) for test in self._tests)}
        others = found ^ self._found.intersection(rows)
        self._found ^= others
        return others

    def forget(self, rows: Collection[NodeRow]) -> None:
        """Removes departed rows."""
        self._found.difference_update(rows)

    def _passing(self, rows: list[NodeRow], test: RowTest) -> list[NodeRow]:
        mask = test.mask(rows)
        hits = test.hits(self._index.images)
        if hits and not all(mask):
            mask = self._with_images(rows, mask, hits)
        return list(compress(rows, map(not_, mask) if test.negated else mask))

    def _with_images(
        self, rows: Sequence[NodeRow], mask: Sequence[bool], hits: Sequence[ContainerImage]
    ) -> list[bool]:
        """Returns the mask, also true for the rows that hold at least one of the images."""
        if self._index.count(hits) <= MAX_PAIRS_PER_ROW * len(rows):
            names = self._index.names(hits)
            return list(
                map(bool.__or__, mask, map(names.__contains__, map(attrgetter("name"), rows)))
            )
        found = frozenset(map(id, hits))
        return [
            is_set or not found.isdisjoint(map(id, row.record.images))
            for row, is_set in zip(rows, mask, strict=True)
        ]


def _narrows(query: Query, old: Query) -> bool:
    """Returns whether all that matches the query certainly matches the old one."""
    return all(any(_implies(new, each) for new in query.terms) for each in old.terms)


def _implies(new: Term, old: Term) -> bool:
    if new == old:
        return True
    if not (isinstance(new, TextTerm) and isinstance(old, TextTerm)):
        return False
    # A longer text is found in less; a label is compared whole.
    return (
        new.field is old.field is not Field.LABEL
        and not (old.negated or new.negated or old.exact)
        and old.text in new.text
    )
