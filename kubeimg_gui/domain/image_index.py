"""Index from images to the nodes that hold them, for searching and counting.

A pair of node and image costs one reference, so millions of pairs fit in memory. Names of nodes
that dropped an image are collected beside the list and removed from it many at a time.
"""

from collections.abc import Collection, Iterable, KeysView, Sequence, Set
from itertools import filterfalse, repeat
from operator import is_

from kubeimg_gui.domain.image import ContainerImage, common_ends


class ImageIndex:
    """The names of the nodes that hold each image; confined to one thread.

    Images are compared by identity: equal images that nodes do not share count separately, and a
    node must be removed with the same objects with which it was added.

    Attributes:
        unbelievable: number of images whose size is not believable.
    """

    def __init__(self) -> None:
        self.unbelievable = 0
        self._unjoined: dict[int, ContainerImage] = {}
        self._held: dict[int, _Held] = {}
        self._by_key: dict[str, tuple[ContainerImage, ...]] = {}

    @property
    def distinct(self) -> int:
        """Number of distinct images, by `ContainerImage.key`."""
        return len(self._by_key)

    @property
    def keys(self) -> KeysView[str]:
        """The distinct images, by `ContainerImage.key`; a view that follows the index."""
        return self._by_key.keys()

    def entries(self, key: str) -> tuple[ContainerImage, ...]:
        """Returns the entries of a distinct image, which differ in names or sizes."""
        return self._by_key.get(key, ())

    @property
    def images(self) -> list[ContainerImage]:
        """All images that at least one node holds."""
        return [held.image for held in self._held.values()]

    @property
    def unjoined(self) -> Collection[ContainerImage]:
        """The images that pods do not name: pause images, and those without a usable name."""
        return self._unjoined.values()

    def replace(
        self, name: str, old: Sequence[ContainerImage], new: Sequence[ContainerImage]
    ) -> None:
        """Replaces the images of node `name`; `old` or `new` may be empty."""
        start, end = common_ends(old, new)
        before = _by_id(old[start : len(old) - end])
        after = _by_id(new[start : len(new) - end])
        kept = (*old[:start], *old[len(old) - end :])
        for key, image in before.items():
            if key not in after and not _among(kept, image):
                self._remove(name, key, image)
        for key, image in after.items():
            if key not in before and not _among(kept, image):
                held = self._held.get(key) or self._add(key, image)
                if held.gone and name in held.gone:
                    held.gone.remove(name)
                else:
                    held.names.append(name)

    def count(self, images: Iterable[ContainerImage]) -> int:
        """Returns the number of pairs of one of these images and a node that holds it."""
        return sum([self._held[id(image)].count for image in images])

    def total_bytes(self, images: Iterable[ContainerImage]) -> int:
        """Returns the reported size of these images, summed over the nodes that hold them."""
        return sum(self._held[id(image)].count * image.size_bytes for image in images)

    def names(self, images: Iterable[ContainerImage]) -> set[str]:
        """Returns the nodes that hold at least one of these images; all must be in the index."""
        found: set[str] = set()
        for image in images:
            held = self._held[id(image)]
            found.update(held.current() if held.gone else held.names)
        return found

    def on_any(self, images: Iterable[ContainerImage], names: Set[str]) -> list[ContainerImage]:
        """Returns those of these images that one of these nodes holds; all must be in the index.

        The more of the nodes hold an image, the faster it is found.
        """
        return [image for image in images if self._held[id(image)].is_on_any(names)]

    def any_name(self, image: ContainerImage) -> str:
        """Returns one node that holds an image of the index."""
        held = self._held[id(image)]
        return next(name for name in held.names if name not in held.gone)

    def _add(self, key: int, image: ContainerImage) -> "_Held":
        held = self._held[key] = _Held(image)
        self._by_key[image.key] = (*self.entries(image.key), image)
        self.unbelievable += not image.size_is_believable
        if image.is_pause or image.reference is None:
            self._unjoined[key] = image
        return held

    def _remove(self, name: str, key: int, image: ContainerImage) -> None:
        held = self._held[key]
        held.gone.add(name)
        if not held.count:
            del self._held[key]
            self._unjoined.pop(key, None)
            self.unbelievable -= not image.size_is_believable
            others = tuple([other for other in self._by_key[image.key] if other is not image])
            if others:
                self._by_key[image.key] = others
            else:
                del self._by_key[image.key]
        elif len(held.gone) > held.count:
            held.names = held.current()
            held.gone.clear()


class _Held:
    """The nodes of one image; `gone` are those in `names` that no longer hold it."""

    __slots__ = ("gone", "image", "names")

    def __init__(self, image: ContainerImage) -> None:
        self.image = image
        self.names: list[str] = []
        self.gone: set[str] = set()

    @property
    def count(self) -> int:
        return len(self.names) - len(self.gone)

    def is_on_any(self, names: Set[str]) -> bool:
        if not self.gone:
            return not names.isdisjoint(self.names)
        return not names.isdisjoint(filterfalse(self.gone.__contains__, self.names))

    def current(self) -> list[str]:
        return [name for name in self.names if name not in self.gone]


def _by_id(images: Sequence[ContainerImage]) -> dict[int, ContainerImage]:
    return dict(zip(map(id, images), images, strict=True))


def _among(images: Sequence[ContainerImage], image: ContainerImage) -> bool:
    """Returns whether this object, not an equal one, is among them."""
    return any(map(is_, images, repeat(image)))
