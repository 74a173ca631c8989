"""Which rows the filter's words let be seen, found anew within one keystroke.

Each distinct image is searched once, not once for every node that holds it, and where few nodes
hold what was found they are looked up instead of going through them all.
"""

from collections.abc import Sequence

from kubeimg_gui.domain.holders import Holders
from kubeimg_gui.qt.node_row import NodeRow

FEW = 5
"""Up to so many holders for each row, looking them up is quicker than going through the rows."""


class NodeFilter:
    """Space-separated words, each of which must be found in a row; GUI thread only.

    A word may stand in a node's name, its labels or the name of an image it holds, in any case.
    `holders` are those of all rows.

    Attributes:
        wanted: the words as typed.
    """

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._words: list[str] = []
        self.wanted = ""

    def __bool__(self) -> bool:
        return bool(self._words)

    def want(self, wanted: str) -> bool:
        """Look for other words; whether only rows that were let through before can still be."""
        before, self._words = self._words, wanted.casefold().split()
        self.wanted = wanted
        return all(any(old in new for new in self._words) for old in before)

    def lets_through(self, row: NodeRow) -> bool:
        """Whether all words are found in this row."""
        return all(
            word in row.haystack or any(word in image.folded for image in row.record.images)
            for word in self._words
        )

    def sift(self, rows: Sequence[NodeRow]) -> Sequence[NodeRow]:
        """Those of many rows in which all words are found, in their old order."""
        for word in sorted(self._words, key=len, reverse=True):
            rows = self._with_word(rows, word)
        return rows

    def _with_word(self, rows: Sequence[NodeRow], word: str) -> Sequence[NodeRow]:
        hits = [image for image in self._holders.images if word in image.folded]
        if not hits:
            return [row for row in rows if word in row.haystack]
        if self._holders.count(hits) <= FEW * len(rows):
            names = self._holders.names(hits)
            return [row for row in rows if row.name in names or word in row.haystack]
        found = frozenset(map(id, hits))
        return [
            row
            for row in rows
            if word in row.haystack or not found.isdisjoint(map(id, row.record.images))
        ]
