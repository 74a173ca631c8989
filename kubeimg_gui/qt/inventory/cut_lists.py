"""How large images may be that cut lists hide, kept up to date while nodes change."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kubeimg_gui.domain.cut_lists import largest_hidden
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning


class HiddenSizes:
    """The largest size that a cut list may hide, for each meaning of sizes; confined to one thread.

    `domain.cut_lists` says what it is for one node.
    """

    def __init__(self) -> None:
        self._sizes: Counter[tuple[SizeMeaning, float]] = Counter()
        self._largest: dict[SizeMeaning, float] | None = {}

    @property
    def largest(self) -> Mapping[SizeMeaning, float]:
        """The largest size of any list, by meaning; no key where no list hides anything."""
        if self._largest is None:
            self._largest = {}
            for meaning, size in self._sizes:
                self._largest[meaning] = max(size, self._largest.get(meaning, size))
        return self._largest

    def read(self, records: Iterable[NodeRecord]) -> None:
        """Reads the lists of all nodes; forgets those before."""
        found = map(_hidden, records)
        self._sizes = Counter([each for each in found if each is not None])
        self._largest = None

    def take(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        """Takes pairs of old and new records."""
        for old, new in pairs:
            before = None if old is None else _hidden(old)
            after = None if new is None else _hidden(new)
            if before == after:
                continue
            if before is not None:
                self._sizes[before] -= 1
                if not self._sizes[before]:
                    del self._sizes[before]
            if after is not None:
                self._sizes[after] += 1
            self._largest = None


def _hidden(record: NodeRecord) -> tuple[SizeMeaning, float] | None:
    largest = largest_hidden(record)
    return None if largest is None else (size_meaning(record.runtime), largest)
