"""The images that nodes came to list after pods were read."""

from collections import Counter
from collections.abc import Set

from kubeimg_gui.domain.node import NodeRecord

_NONE: frozenset[str] = frozenset()


class NewerImages:
    """The images that nodes list now and did not when pods were read; confined to one thread.

    That is judged by the lists and not by times, so that clocks do not matter. Of an image that a
    list may have hidden before it is not known whether it is newer; it counts as newer.

    Attributes:
        bytes: the sum of what `resize` was given for these nodes.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._nodes: dict[str, frozenset[str]] = {}
        self._bytes: dict[str, int] = {}
        self._counts: Counter[str] = Counter()

    def __contains__(self, key: str) -> bool:
        """Returns whether an image is newer on any node."""
        return key in self._counts

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._nodes)

    def on(self, node: str) -> Set[str]:
        """Returns the keys of the images that are newer on a node."""
        return self._nodes.get(node, _NONE)

    def update(self, old: NodeRecord | None, new: NodeRecord | None) -> Set[str]:
        """Adds, removes or replaces a node; returns the keys of which the answer changed."""
        record = new or old
        if record is None:
            return _NONE
        before = self._nodes.pop(record.name, _NONE)
        same_node = old is not None and new is not None and old.uid == new.uid
        listed_before = _keys(old) - before if same_node else _NONE
        after = _keys(new) - listed_before
        if after:
            self._nodes[record.name] = after
        else:
            self.resize(record.name, 0)
        self._counts.update(after - before)
        for key in before - after:
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]
        return before ^ after

    def resize(self, node: str, size: int) -> None:
        """Sets how much of the newer images of a node would count as not referenced, in bytes."""
        self.bytes += size - self._bytes.pop(node, 0)
        if size:
            self._bytes[node] = size


def _keys(record: NodeRecord | None) -> frozenset[str]:
    return _NONE if record is None else frozenset([image.key for image in record.images])
