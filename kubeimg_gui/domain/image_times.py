"""When the images of a cluster came and when they last changed, while kubeimg watches."""

from collections.abc import Collection, Iterator
from enum import Enum
from itertools import chain, repeat
from typing import NamedTuple

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage

SPARE_TIMES = 1000
"""Times of images that no node holds any more, kept before they are dropped together."""


class Direction(Enum):
    """Whether an image arrived on a node or left one."""

    ARRIVED = "arrived"
    LEFT = "left"


class LastChange(NamedTuple):
    """The last certain arrival or departure of an image on any node; epoch seconds."""

    at: float
    direction: Direction


class ImageTimes:
    """Times of distinct images, by `ContainerImage.key`; confined to one thread.

    A node that joins or leaves with its images is not a change of these images.

    Attributes:
        arrived: number of certain arrivals of images on nodes, whether or not they left again.
        arrived_bytes: the sum of their reported sizes.
    """

    def __init__(self) -> None:
        self._first: dict[str, float] = {}
        self._last: dict[str, LastChange] = {}
        self.arrived = self.arrived_bytes = 0

    def first_seen(self, key: str) -> float | None:
        """When the image appeared in the cluster, epoch seconds.

        None where a node held it before kubeimg began to watch.
        """
        return self._first.get(key)

    def last_change(self, key: str) -> LastChange | None:
        """The last arrival or departure on a node; None for none since kubeimg began."""
        return self._last.get(key)

    def take(self, change: NodeChange, known: Collection[str]) -> None:
        """Takes a change of image storage.

        `known` are the keys of all images that nodes held before the change.
        """
        self.arrived += len(change.images.arrived)
        self.arrived_bytes += change.images.arrived_bytes
        for image, at in _appeared(change):
            if image.key not in known:
                self._first[image.key] = at
        for image, at in change.arrivals():
            self._last[image.key] = LastChange(at, Direction.ARRIVED)
        for image in change.images.left:
            self._last[image.key] = LastChange(change.at, Direction.LEFT)
        if len(self._first) + len(self._last) > 2 * len(known) + SPARE_TIMES:
            self._first = {key: at for key, at in self._first.items() if key in known}
            self._last = {key: last for key, last in self._last.items() if key in known}


def _appeared(change: NodeChange) -> Iterator[tuple[ContainerImage, float]]:
    """Yields the images that the node lists now and did not before, each with its time."""
    if change.kind is ChangeKind.ADDED and change.new is not None:
        images = change.new.images
        return zip(images, repeat(change.at, len(images)), strict=True)
    listed_now = change.images.listed_now
    return chain(
        change.arrivals(), zip(listed_now, repeat(change.at, len(listed_now)), strict=True)
    )
