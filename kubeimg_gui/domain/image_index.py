"""Which nodes hold an image: what a search for an image and its spread over a cluster start from.

Millions of pairs of node and image fit because each costs one reference: a name that no longer
holds an image is noted beside the list of names, and taken out only with many others.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import is_

from kubeimg_gui.domain.image import ContainerImage, alike


class ImageIndex:
    """The names of the nodes that hold an image, for all images; confined to one thread.

    An image is the object here: equal ones that nodes do not share are told apart, and a name is
    let go under the same objects as it was put in under.
    """

    def __init__(self) -> None:
        self._held: dict[int, _Held] = {}
        self._keys: Counter[str] = Counter()

    @property
    def distinct(self) -> int:
        """How many different images are held, told apart by `ContainerImage.key`."""
        return len(self._keys)

    @property
    def images(self) -> list[ContainerImage]:
        """All images that any node holds."""
        return [held.image for held in self._held.values()]

    def replace(
        self, name: str, old: Sequence[ContainerImage], new: Sequence[ContainerImage]
    ) -> None:
        """Node `name` held the images `old` and now holds `new`; either may be empty."""
        start, end = alike(old, new)
        before = _by_id(old[start : len(old) - end])
        after = _by_id(new[start : len(new) - end])
        kept = (*old[:start], *old[len(old) - end :])
        for key, image in before.items():
            if key not in after and not _among(kept, image):
                self._let_go(name, key, image)
        for key, image in after.items():
            if key not in before and not _among(kept, image):
                held = self._held.get(key) or self._begin(key, image)
                if held.gone and name in held.gone:
                    held.gone.remove(name)
                else:
                    held.names.append(name)

    def count(self, images: Iterable[ContainerImage]) -> int:
        """How many pairs of one of these images and a node that holds it there are."""
        return sum(self._held[id(image)].count for image in images)

    def names(self, images: Iterable[ContainerImage]) -> set[str]:
        """The nodes that hold at least one of these images, which all must be held."""
        found: set[str] = set()
        for image in images:
            held = self._held[id(image)]
            found.update(held.current() if held.gone else held.names)
        return found

    def _begin(self, key: int, image: ContainerImage) -> "_Held":
        held = self._held[key] = _Held(image)
        self._keys[image.key] += 1
        return held

    def _let_go(self, name: str, key: int, image: ContainerImage) -> None:
        held = self._held[key]
        held.gone.add(name)
        if not held.count:
            del self._held[key]
            self._keys[image.key] -= 1
            if not self._keys[image.key]:
                del self._keys[image.key]
        elif len(held.gone) > held.count:
            held.names = held.current()
            held.gone.clear()


class _Held:
    """The holders of one image; `gone` are those among `names` that hold it no more."""

    __slots__ = ("gone", "image", "names")

    def __init__(self, image: ContainerImage) -> None:
        self.image = image
        self.names: list[str] = []
        self.gone: set[str] = set()

    @property
    def count(self) -> int:
        return len(self.names) - len(self.gone)

    def current(self) -> list[str]:
        return [name for name in self.names if name not in self.gone]


def _by_id(images: Sequence[ContainerImage]) -> dict[int, ContainerImage]:
    return dict(zip(map(id, images), images, strict=True))


def _among(images: Sequence[ContainerImage], image: ContainerImage) -> bool:
    """Whether this very object is one of them."""
    return any(map(is_, images, repeat(image)))
