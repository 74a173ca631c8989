"""Which images cut lists of nodes may hide.

A kubelet lists the largest images. A list that is or may be cut can hide any image that is no
larger than the smallest one in it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.node import NodeRecord

NOTHING_HIDDEN = -1


class CutLists:
    """The smallest sizes in the cut lists of all nodes; confined to one thread."""

    def __init__(self) -> None:
        self._least: Counter[int] = Counter()
        self._threshold = NOTHING_HIDDEN
        self._stale = False

    @property
    def threshold(self) -> int:
        """The size in bytes up to which some list may hide an image; NOTHING_HIDDEN for none."""
        if self._stale:
            self._stale = False
            self._threshold = max(self._least, default=NOTHING_HIDDEN)
        return self._threshold

    def read(self, records: Iterable[NodeRecord]) -> None:
        """Reads the lists of all nodes; forgets those before."""
        least = (_least(record) for record in records if record.images)
        self._least = Counter([size for size in least if size is not None])
        self._stale = True

    def take(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        """Takes pairs of old and new records."""
        for old, new in pairs:
            was = None if old is None else _least(old)
            size = None if new is None else _least(new)
            if was == size:
                continue
            if was is not None:
                self._least[was] -= 1
                if not self._least[was]:
                    del self._least[was]
            if size is not None:
                self._least[size] += 1
            self._stale = True

    def may_hide(self, image: ImageSummary, nodes: int) -> bool:
        """Returns whether further nodes may hold an image; `nodes` is the number of all nodes."""
        size = image.sizes[0] if image.sizes else 0
        return size <= self.threshold and image.nodes < nodes


def _least(record: NodeRecord) -> int | None:
    return record.listing.least if record.capped else None
