"""How a node's image storage changed between two records of it.

The diff keeps the honesty rules: an image is its digest, new names are a retag and no arrival,
and what drops off a capped list is "no longer listed", for nobody can say that it left.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kubeimg_gui.domain.image import ContainerImage, alike
from kubeimg_gui.domain.node import NodeRecord


class ChangeKind(StrEnum):
    """What happened to a node, in the words of the `watch` command."""

    ADDED = "added"
    CHANGED = "changed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Retag:
    """One image under other names than before, or with its size told anew."""

    old: ContainerImage
    new: ContainerImage


@dataclass(frozen=True, slots=True)
class ImageDiff:
    """What separates two image lists; all fields empty where nothing does.

    `left` are images that are gone from a list that is complete. `no_longer_listed` are those
    missing from a capped one: pushed off by larger images, or gone, nobody can say.
    """

    arrived: tuple[ContainerImage, ...] = ()
    left: tuple[ContainerImage, ...] = ()
    no_longer_listed: tuple[ContainerImage, ...] = ()
    retagged: tuple[Retag, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.arrived or self.left or self.no_longer_listed or self.retagged)


NO_DIFF = ImageDiff()


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node added, changed or deleted.

    Attributes:
        at: when kubeimg learned of it, seconds since the epoch.
        old, new: None on the side where the node does not exist.
        images: what changed in the image list; empty for a node that joined or left as a whole.
        initial: this node was there when watching began, so nothing happened to it.
        record: the node as last known.
        storage_changed: whether this is news about image storage: a node came or went, or its
            images did.
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
        # Everybody who is told asks for these, some of them several times.
        happened = self.kind is not ChangeKind.CHANGED or bool(self.images)
        object.__setattr__(self, "record", self.new or self.old)
        object.__setattr__(self, "storage_changed", not self.initial and happened)

    @property
    def bytes_old(self) -> int:
        """Reported image size before, 0 where the node did not exist."""
        return self.old.reported_bytes if self.old else 0

    @property
    def bytes_new(self) -> int:
        """Reported image size after, 0 where the node no longer exists."""
        return self.new.reported_bytes if self.new else 0


def compare_nodes(
    old: NodeRecord | None, new: NodeRecord | None, *, at: float, initial: bool = False
) -> NodeChange | None:
    """The change from one record of a node to the next; None where nothing shown changed.

    Both records must be of the same node (the same uid): a name that returns with another uid is
    a deletion and an addition.
    """
    if old == new:
        return None
    if old is None:
        return NodeChange(ChangeKind.ADDED, at, None, new, initial=initial)
    if new is None:
        return NodeChange(ChangeKind.DELETED, at, old, None)
    return NodeChange(ChangeKind.CHANGED, at, old, new, diff_images(old, new))


def diff_images(old: NodeRecord, new: NodeRecord) -> ImageDiff:
    """Tell arrivals, departures and retags apart between two image lists of one node."""
    if old.images == new.images:
        return NO_DIFF
    gone, come = _unlike(old.images, new.images)
    retagged = [
        *_pair(gone, come, lambda image: image.digests, lambda _old, _new: True),
        *_pair(gone, come, _names_with_size, lambda a, b: not (a.digests and b.digests)),
        *_pair(gone, come, _size_if_known, lambda a, b: not (a.names and b.names)),
    ]
    missing = tuple(gone)
    return ImageDiff(
        arrived=tuple(come),
        left=() if new.capped else missing,
        no_longer_listed=missing if new.capped else (),
        retagged=tuple(retagged),
    )


def _unlike(
    old: Sequence[ContainerImage], new: Sequence[ContainerImage]
) -> tuple[list[ContainerImage], list[ContainerImage]]:
    """The images that only the one list holds, and only the other: each as often as it does more.

    Most are the same objects on both sides; these go first, since to compare is dearer.
    """
    start, end = alike(old, new)
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


def _names_with_size(image: ContainerImage) -> list[Hashable]:
    return [(name, image.size_bytes) for name in image.names]


def _size_if_known(image: ContainerImage) -> list[Hashable]:
    return [image.size_bytes] if image.size_bytes else []


def _pair(
    gone: list[ContainerImage],
    come: list[ContainerImage],
    keys: Callable[[ContainerImage], Iterable[Hashable]],
    same: Callable[[ContainerImage, ContainerImage], bool],
) -> Sequence[Retag]:
    """Take out of both lists the pairs that share a key and are the same image, one to one."""
    if not gone or not come:
        return ()
    candidates: dict[Hashable, list[ContainerImage]] = {}
    for image in come:
        for key in keys(image):
            candidates.setdefault(key, []).append(image)
    pairs: list[Retag] = []
    for old in tuple(gone):
        new = next(
            (
                image
                for key in keys(old)
                for image in candidates.get(key, ())
                if image in come and same(old, image)
            ),
            None,
        )
        if new is not None:
            pairs.append(Retag(old, new))
            gone.remove(old)
            come.remove(new)
    return pairs
