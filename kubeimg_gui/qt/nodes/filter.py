"""Which rows the filter's words let be seen, found anew within one keystroke.

Each distinct image is searched once, not once for every node that holds it, and where few nodes
hold what was found they are looked up instead of going through them all.
"""

from collections.abc import Collection
from itertools import compress, repeat
from operator import attrgetter, contains

from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.qt.nodes.row import NodeRow

FEW = 5
"""Up to so many holders for each row, looking them up is quicker than going through the rows."""


class NodeFilter:
    """Space-separated words, each of which must be found in a row; GUI thread only.

    A word may stand in a node's name, its labels or the name of an image it holds, in any case.
    `index` is that of all rows. What was found is kept: a row that changes is to be looked at
    again, and where only less can be found now, only that is searched.

    Attributes:
        wanted: the words as typed.
    """

    def __init__(self, index: ImageIndex) -> None:
        self._index = index
        self._words: list[str] = []
        self._found: set[NodeRow] = set()
        self.wanted = ""

    def __contains__(self, row: NodeRow) -> bool:
        """Whether all words were found in this row when it was last looked at."""
        return not self._words or row in self._found

    def among(self, rows: list[NodeRow]) -> list[NodeRow]:
        """Those of the rows in which all words were found, in their old order."""
        return [row for row in rows if row in self._found] if self._words else rows

    def search(self, wanted: str, rows: list[NodeRow]) -> None:
        """Look for other words in these rows, which are all there are.

        In the order they were made in they are next to each other in memory, which takes a third
        of the time that any other order does.
        """
        words = wanted.casefold().split()
        if self._words and all(any(old in new for new in words) for old in self._words):
            rows = self.among(rows)
        self.wanted, self._words = wanted, words
        for word in sorted(words, key=len, reverse=True):
            rows = self._with_word(rows, word)
        self._found = set(rows) if words else set()

    def look_again(self, rows: Collection[NodeRow]) -> bool:
        """Look at rows that are new or have changed; whether others of them are found now."""
        if not self._words:
            return False
        found = {row for row in rows if self._holds_all(row)}
        if found == self._found.intersection(rows):
            return False
        self._found.difference_update(rows)
        self._found |= found
        return True

    def forget(self, rows: Collection[NodeRow]) -> None:
        """Let go of rows that are gone."""
        self._found.difference_update(rows)

    def _holds_all(self, row: NodeRow) -> bool:
        return all(
            word in row.haystack or any(word in image.folded for image in row.record.images)
            for word in self._words
        )

    def _with_word(self, rows: list[NodeRow], word: str) -> list[NodeRow]:
        # Without a loop of Python's own, this takes half the time.
        said = list(map(contains, map(attrgetter("haystack"), rows), repeat(word)))
        hits = [image for image in self._index.images if word in image.folded]
        if all(said) or not hits:
            return list(compress(rows, said))
        if self._index.count(hits) <= FEW * len(rows):
            names = self._index.names(hits)
            held = map(names.__contains__, map(attrgetter("name"), rows))
            return list(compress(rows, map(bool.__or__, said, held)))
        found = frozenset(map(id, hits))
        return [
            row
            for row, is_said in zip(rows, said, strict=True)
            if is_said or not found.isdisjoint(map(id, row.record.images))
        ]
