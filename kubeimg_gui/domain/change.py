"""Compares two records of a node and reports how its image storage changed.

The identity of an image is its digest. New names are a retag, not an arrival. Whether an image that
disappears from a list has left the node, and whether a new one has arrived, is decided image by
image: a kubelet lists only its largest images.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, repeat
from operator import attrgetter

from kubeimg_gui.domain.image import ContainerImage, common_ends
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.node import NodeRecord


class ChangeKind(StrEnum):
    """What happened to a node, as the `watch` command names it."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Retag:
    """One image with other names or another size than before."""

    old: ContainerImage
    new: ContainerImage


@dataclass(frozen=True, slots=True)
class ImageDiff:
    """The difference between two image lists; all fields are empty where there is none.

    Attributes:
        arrived: new in the list, and not on the node before.
        left: missing from the list, and no longer on the node.
        no_longer_listed: missing from a list that may be cut, and no larger than its smallest
            image: gone, or displaced by larger images.
        listed_now: new in the list, but no larger than the smallest image of the list before, which
            may have been cut: arrived, or there before.
        retagged: the same image with other names or another size.
        arrived_at: the times at which those in `arrived` arrived, seconds since the epoch; empty
            where all arrived at the time of the change.
    """

    arrived: tuple[ContainerImage, ...] = ()
    left: tuple[ContainerImage, ...] = ()
    no_longer_listed: tuple[ContainerImage, ...] = ()
    retagged: tuple[Retag, ...] = ()
    listed_now: tuple[ContainerImage, ...] = ()
    arrived_at: tuple[float, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.arrived or self.left or self.no_longer_listed or self.retagged or self.listed_now
        )

    @property
    def arrived_bytes(self) -> int:
        """Reported size of the images that arrived."""
        return sum(image.size_bytes for image in self.arrived)

    @property
    def left_bytes(self) -> int:
        """Reported size of the images that left."""
        return sum(image.size_bytes for image in self.left)


NO_DIFF = ImageDiff()


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node added, changed or deleted.

    Attributes:
        at: when kubeimg received it, seconds since the epoch.
        old, new: None on the side where the node does not exist.
        images: changes of the image list; empty for a node that joined or left.
        initial: the node existed when watching began, so nothing happened to it.
        record: the node as last known.
        storage_changed: whether a node joined or left, or the images of a node changed.
    """

    kind: ChangeKind
    at: float
    old: NodeRecord | None
    new: NodeRecord | None
    images: ImageDiff = NO_DIFF
    initial: bool = False
    record: NodeRecord = field(init=False, compare=False, repr=False)
    storage_changed: bool = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Computed once: every handler reads these, some of them several times.
        happened = self.kind is not ChangeKind.CHANGED or bool(self.images)
        object.__setattr__(self, "record", self.new or self.old)
        object.__setattr__(self, "storage_changed", not self.initial and happened)

    def arrivals(self) -> Iterator[tuple[ContainerImage, float]]:
        """Yields the images that arrived, each with its time in seconds since the epoch."""
        arrived = self.images.arrived
        return zip(arrived, self.images.arrived_at or repeat(self.at, len(arrived)), strict=True)

    @property
    def bytes_old(self) -> int:
        """Reported image size before the change, 0 where the node did not exist."""
        return self.old.reported_bytes if self.old else 0

    @property
    def bytes_new(self) -> int:
        """Reported image size after the change, 0 where the node no longer exists."""
        return self.new.reported_bytes if self.new else 0


def compare_nodes(
    old: NodeRecord | None, new: NodeRecord | None, *, at: float, initial: bool = False
) -> NodeChange | None:
    """Returns the change from one record of a node to the next; None where they are equal.

    Both records must have the same uid: a name that returns with another uid is a deletion and an
    addition.
    """
    if old is new or old == new:
        return None
    if old is None:
        return NodeChange(ChangeKind.ADDED, at, None, new, initial=initial)
    if new is None:
        return NodeChange(ChangeKind.DELETED, at, old, None)
    return NodeChange(ChangeKind.CHANGED, at, old, new, diff_images(old, new))


def diff_images(old: NodeRecord, new: NodeRecord) -> ImageDiff:
    """Returns the differences between two image lists of one node.

    Larger than an image that a list holds, an image would be in that list too: if it is missing
    from the new list it has left, and if it was missing from the old list it has arrived. The same
    holds for any size where that list is complete.
    """
    if old.images == new.images:
        return NO_DIFF
    missing, added = _differences(old.images, new.images)
    retagged = [
        *_pair(missing, added, attrgetter("digests"), lambda _old, _new: True),
        *_pair(missing, added, attrgetter("names"), _may_be_one),
        *_pair(missing, added, _size_if_known, lambda a, b: not (a.names and b.names)),
    ]
    left, no_longer_listed = _lacked_by(new, missing)
    arrived, listed_now = _lacked_by(old, added)
    return ImageDiff(arrived, left, no_longer_listed, tuple(retagged), listed_now)


def _lacked_by(
    record: NodeRecord, images: Sequence[ContainerImage]
) -> tuple[tuple[ContainerImage, ...], tuple[ContainerImage, ...]]:
    """Splits images that a list lacks into those that the node lacked too, and the others."""
    listing = record.listing
    if not images or listing.state is ListState.COMPLETE:
        return tuple(images), ()
    return (
        tuple([image for image in images if not listing.may_hide(image)]),
        tuple([image for image in images if listing.may_hide(image)]),
    )


def _differences(
    old: Sequence[ContainerImage], new: Sequence[ContainerImage]
) -> tuple[list[ContainerImage], list[ContainerImage]]:
    """Returns the images that only the old and only the new list holds, counting duplicates.

    Most images are the same objects in both lists; identity is checked first because comparing
    is more expensive.
    """
    start, end = common_ends(old, new)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    before, after = set(map(id, old)), set(map(id, new))
    if len(before) == len(old) and len(after) == len(new):
        old = [image for image in old if id(image) not in after]
        new = [image for image in new if id(image) not in before]
    if len(old) < 2 and len(new) < 2:
        return ([], []) if list(old) == list(new) else (list(old), list(new))
    surplus = Counter(new)
    surplus.subtract(old)
    return (
        [image for image, count in surplus.items() for _ in range(-count)],
        [image for image, count in surplus.items() for _ in range(count)],
    )


def _may_be_one(old: ContainerImage, new: ContainerImage) -> bool:
    """Returns whether two images that share a name may be the same: one has no digest."""
    same_size = old.size_bytes == new.size_bytes and old.raw_size == new.raw_size
    return same_size and not (old.digests and new.digests)


def _size_if_known(image: ContainerImage) -> list[Hashable]:
    return [image.size_bytes] if image.size_bytes else []


def _pair(
    missing: list[ContainerImage],
    added: list[ContainerImage],
    keys: Callable[[ContainerImage], Iterable[Hashable]],
    same: Callable[[ContainerImage, ContainerImage], bool],
) -> Sequence[Retag]:
    """Removes pairs that share a key and are the same image from both lists, and returns them."""
    if not missing or not added:
        return ()
    candidates: dict[Hashable, list[ContainerImage]] = {}
    for image in added:
        for key in keys(image):
            candidates.setdefault(key, []).append(image)
    if candidates.keys().isdisjoint(chain.from_iterable(map(keys, missing))):
        return ()
    pairs: list[Retag] = []
    for old in tuple(missing):
        new = next(
            (
                image
                for key in keys(old)
                for image in candidates.get(key, ())
                if image in added and same(old, image)
            ),
            None,
        )
        if new is not None:
            pairs.append(Retag(old, new))
            missing.remove(old)
            added.remove(new)
    return pairs
