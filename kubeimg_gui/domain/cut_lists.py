"""Which images lists of nodes that may be cut can hide.

A list that may be cut hides no image that is larger than the smallest one in it. Sizes are compared
within one meaning: an image whose size on such a node is not known may be there. Only that an
unpacked image is no smaller than a compressed one is taken for granted.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning

ANY_SIZE = float("inf")


class KnownSizes:
    """The smallest known size of one image for each meaning.

    `entries` are the image as nodes list it, each with the meaning of its size.
    """

    def __init__(self, entries: Iterable[tuple[ContainerImage, SizeMeaning]]) -> None:
        self._sizes: dict[SizeMeaning, int] = {}
        for image, meaning in entries:
            if image.size_is_believable and meaning is not SizeMeaning.UNKNOWN:
                known = self._sizes.get(meaning, image.size_bytes)
                self._sizes[meaning] = min(image.size_bytes, known)
        if SizeMeaning.COMPRESSED in self._sizes:
            self._sizes.setdefault(SizeMeaning.UNPACKED, self._sizes[SizeMeaning.COMPRESSED])

    def least(self, meaning: SizeMeaning) -> int:
        """Returns the least size in bytes that the image has on a node where sizes mean this."""
        return self._sizes.get(meaning, 0)

    def may_be_on(self, record: NodeRecord) -> bool:
        """Returns whether a node may hold the image though its list lacks it."""
        listing = record.listing
        if listing.state is ListState.COMPLETE:
            return False
        return listing.least is None or self.least(size_meaning(record.runtime)) <= listing.least


def largest_hidden(record: NodeRecord) -> float | None:
    """Returns the largest size that an image may have which the list of a node hides.

    In bytes, in the meaning of its runtime; ANY_SIZE where that meaning or the smallest size in the
    list is not known. None where the list hides nothing, and for an empty list, which says nothing.
    """
    listing = record.listing
    if listing.state is ListState.COMPLETE or not record.images:
        return None
    least = listing.least
    if least is None or size_meaning(record.runtime) is SizeMeaning.UNKNOWN:
        return ANY_SIZE
    return least


class CutLists:
    """What the lists of some nodes that may be cut can hide; as of when it was created."""

    def __init__(self, records: Iterable[NodeRecord]) -> None:
        self._meanings: dict[str, SizeMeaning] = {}
        cut: dict[SizeMeaning, list[tuple[float, str]]] = {}
        for record in records:
            meaning = self._meanings[record.name] = size_meaning(record.runtime)
            largest = largest_hidden(record)
            if largest is not None:
                cut.setdefault(meaning, []).append((largest, record.name))
        self._cut = {meaning: sorted(nodes) for meaning, nodes in cut.items()}

    def meaning_of(self, node: str) -> SizeMeaning:
        """Returns what sizes mean on one of these nodes."""
        return self._meanings[node]

    def may_hide(self, index: ImageIndex, key: str) -> bool:
        """Returns whether one of these nodes may hold an image of the index and not list it."""
        if not self._cut:
            return False
        entries = index.entries(key)
        sizes = KnownSizes((each, self.meaning_of(index.any_name(each))) for each in entries)
        starts = {
            meaning: bisect_left(nodes, (sizes.least(meaning), ""))
            for meaning, nodes in self._cut.items()
        }
        suspects = sum(len(self._cut[meaning]) - start for meaning, start in starts.items())
        if not suspects or suspects > index.count(entries):
            return suspects > 0  # not all of them can be among those that list it
        names = index.names(entries)
        return any(
            name not in names
            for meaning, start in starts.items()
            for _, name in islice(self._cut[meaning], start, None)
        )
