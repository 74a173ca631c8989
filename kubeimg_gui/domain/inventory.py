"""The cluster's image storage in a few figures, kept up to date one node at a time.

Adding and removing records costs only what they hold, so a live cluster of any size never has
to be summed again.
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
        nodes, ready, capped, under_pressure: how many nodes are in that state.
        reported_bytes: the sum of the nodes' reported image sizes.
        meanings: how many nodes report sizes in which meaning; more than one key with a count
            makes the sum a mixture.
        index: which nodes hold which image.
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
        """How many different images are listed, told apart by `ContainerImage.key`."""
        return self.index.distinct

    @property
    def mixed_meanings(self) -> bool:
        """Whether compressed and unpacked sizes are added up in `reported_bytes`."""
        return len(self.meanings) > 1

    def add(self, record: NodeRecord) -> None:
        """Count a record in."""
        self._count(record, 1)
        self._mean(record, 1)
        self._hold(record.name, (), record.images)

    def remove(self, record: NodeRecord) -> None:
        """Count out a record that was counted in."""
        self._count(record, -1)
        self._mean(record, -1)
        self._hold(record.name, record.images, ())

    def replace(self, old: NodeRecord, new: NodeRecord) -> None:
        """Count `old` out and `new` in, both of one node; what stays costs next to nothing."""
        self._count(old, -1)
        self._count(new, 1)
        if old.runtime != new.runtime:
            self._mean(old, -1)
            self._mean(new, 1)
        if old.images is not new.images:
            self._hold(new.name, old.images, new.images)

    def _hold(
        self, name: str, old: Sequence[ContainerImage], new: Sequence[ContainerImage]
    ) -> None:
        # Every record brings its name as a string of its own; one of them is enough to keep.
        self.index.replace(sys.intern(name), old, new)

    def _count(self, record: NodeRecord, step: int) -> None:
        self.nodes += step
        self.ready += step if record.ready else 0
        self.capped += step if record.capped else 0
        self.under_pressure += step if record.pressures else 0
        self.reported_bytes += step * record.reported_bytes

    def _mean(self, record: NodeRecord, step: int) -> None:
        meaning = size_meaning(record.runtime)
        self.meanings[meaning] += step
        if not self.meanings[meaning]:
            del self.meanings[meaning]
