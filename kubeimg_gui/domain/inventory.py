"""Running totals of the image storage of a cluster, updated one node at a time.

The cost of an update depends only on the node, so a cluster of any size is never summed again.
"""

import sys
from collections import Counter
from collections.abc import Sequence

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning


class Inventory:
    """Running totals over a set of node records; confined to one thread.

    Attributes:
        nodes, ready, capped, under_pressure: number of nodes, and of nodes in that state; `capped`
            are those whose list may be cut.
        reported_bytes: the sum of the nodes' reported image sizes.
        meanings: number of nodes per meaning of sizes; with more than one key, `reported_bytes`
            mixes them.
        index: the nodes that hold each image.
    """

    def __init__(self) -> None:
        self.nodes = 0
        self.ready = 0
        self.capped = 0
        self.under_pressure = 0
        self.reported_bytes = 0
        self.meanings: Counter[SizeMeaning] = Counter()
        self.index = ImageIndex()

    @property
    def distinct_images(self) -> int:
        """Number of distinct images, by `ContainerImage.key`."""
        return self.index.distinct

    @property
    def is_lower_bound(self) -> bool:
        """Whether `reported_bytes` may lack images."""
        return self.capped > 0 or self.index.unbelievable > 0

    @property
    def mixed_meanings(self) -> bool:
        """Whether `reported_bytes` adds up sizes of different meanings."""
        return len(self.meanings) > 1

    def update(self, old: NodeRecord | None, new: NodeRecord | None) -> None:
        """Adds, removes or replaces a record; None is no record."""
        if old is not None and new is not None:
            self.replace(old, new)
        elif new is not None:
            self.add(new)
        elif old is not None:
            self.remove(old)

    def add(self, record: NodeRecord) -> None:
        """Adds a record."""
        self._count(record, 1)
        self._index_images(record.name, (), record.images)

    def remove(self, record: NodeRecord) -> None:
        """Removes a record that was added."""
        self._count(record, -1)
        self._index_images(record.name, record.images, ())

    def replace(self, old: NodeRecord, new: NodeRecord) -> None:
        """Replaces a record of a node by the next; unchanged parts cost next to nothing."""
        self._count_condition(old, -1)
        self._count_condition(new, 1)
        if old.runtime != new.runtime:
            self._count_meaning(old, -1)
            self._count_meaning(new, 1)
        if old.images is not new.images:
            self._count_size(old, -1)
            self._count_size(new, 1)
            self._index_images(new.name, old.images, new.images)

    def _index_images(
        self, name: str, old: Sequence[ContainerImage], new: Sequence[ContainerImage]
    ) -> None:
        # Every record has its own copy of the name; the index keeps one of them.
        self.index.replace(sys.intern(name), old, new)

    def _count(self, record: NodeRecord, step: int) -> None:
        self.nodes += step
        self._count_condition(record, step)
        self._count_meaning(record, step)
        self._count_size(record, step)

    def _count_condition(self, record: NodeRecord, step: int) -> None:
        self.ready += step if record.ready else 0
        self.under_pressure += step if record.pressures else 0

    def _count_size(self, record: NodeRecord, step: int) -> None:
        self.capped += step if record.capped else 0
        self.reported_bytes += step * record.reported_bytes

    def _count_meaning(self, record: NodeRecord, step: int) -> None:
        meaning = size_meaning(record.runtime)
        self.meanings[meaning] += step
        if not self.meanings[meaning]:
            del self.meanings[meaning]
