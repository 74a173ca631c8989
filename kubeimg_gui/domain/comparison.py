"""Compares the images of two nodes: what only one of them holds, and what both hold."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning


class SharedImage(NamedTuple):
    """An image that both nodes hold, as each of them lists it; names and sizes may differ."""

    here: ContainerImage
    there: ContainerImage


@dataclass(frozen=True, slots=True)
class ImageComparison:
    """The images of one node (here) and another (there); every list is largest first.

    Attributes:
        only_here: here and certainly not there.
        only_there: there and certainly not here.
        both: on both nodes, by the larger of both sizes.
        perhaps_here: listed here alone, but perhaps not only here: the list of the other node may
            be cut and hide it.
        perhaps_there: listed there alone, but perhaps not only there.
        same_meaning: whether both runtimes mean the same by a size. If not, the two sizes of an
            image in `both` differ though it is the same image.
    """

    only_here: tuple[ContainerImage, ...]
    only_there: tuple[ContainerImage, ...]
    both: tuple[SharedImage, ...]
    perhaps_here: tuple[ContainerImage, ...]
    perhaps_there: tuple[ContainerImage, ...]
    same_meaning: bool


def compare_images(one: NodeRecord, other: NodeRecord) -> ImageComparison:
    """Returns what the image lists of two nodes have in common and what not.

    Images are the same if they share a digest. An image without a digest is compared by its names;
    if only one of the two has a digest, their sizes must not contradict, because a tag can move.

    An image that one list lacks may still be on that node, if the list may be cut and the image is
    no larger than the smallest one listed. If the runtimes mean different things by a size, any
    image may be hidden by such a list.
    """
    meanings = {size_meaning(one.runtime), size_meaning(other.runtime)}
    same_meaning = len(meanings) == 1 and SizeMeaning.UNKNOWN not in meanings
    here = _Finder(one.images, sizes_compare=same_meaning)
    there = _Finder(other.images, sizes_compare=same_meaning)
    both: list[SharedImage] = []
    listed_here: list[ContainerImage] = []
    for image in one.images:
        found = there.find(image)
        if found is None:
            listed_here.append(image)
        else:
            both.append(SharedImage(image, found))
    paired = {id(pair.there) for pair in both}
    listed_there: list[ContainerImage] = []
    for image in other.images:
        found = here.find(image)
        if found is None:
            listed_there.append(image)
        elif id(image) not in paired:
            both.append(SharedImage(found, image))
    both.sort(key=lambda pair: -max(pair.here.size_bytes, pair.there.size_bytes))
    only_here, perhaps_here = _split(listed_here, _may_be_on(other, same_meaning))
    only_there, perhaps_there = _split(listed_there, _may_be_on(one, same_meaning))
    return ImageComparison(
        only_here, only_there, tuple(both), perhaps_here, perhaps_there, same_meaning
    )


class _Finder:
    """Finds the image in the list of a node that is the same as one of another node."""

    def __init__(self, images: Sequence[ContainerImage], *, sizes_compare: bool) -> None:
        self._sizes_compare = sizes_compare
        self._by_digest: dict[str, ContainerImage] = {}
        self._by_name: dict[str, list[ContainerImage]] = {}
        for image in images:
            self._by_digest |= dict.fromkeys(image.digests, image)
            for name in image.names:
                self._by_name.setdefault(name, []).append(image)

    def find(self, image: ContainerImage) -> ContainerImage | None:
        for digest in image.digests:
            if digest in self._by_digest:
                return self._by_digest[digest]
        for name in image.names:
            for found in self._by_name.get(name, ()):
                if self._may_be_one(image, found):
                    return found
        return None

    def _may_be_one(self, image: ContainerImage, found: ContainerImage) -> bool:
        if image.digests and found.digests:
            return False
        if not image.digests and not found.digests:
            return True
        sizes_known = image.size_is_believable and found.size_is_believable
        comparable = self._sizes_compare and sizes_known
        return not comparable or image.size_bytes == found.size_bytes


def _may_be_on(node: NodeRecord, same_meaning: bool) -> Callable[[ContainerImage], bool]:
    """Returns whether a node may hold an image that its list lacks."""
    listing = node.listing
    if same_meaning or listing.state is ListState.COMPLETE:
        return listing.may_hide
    return lambda _image: True


def _split(
    images: Iterable[ContainerImage], perhaps: Callable[[ContainerImage], bool]
) -> tuple[tuple[ContainerImage, ...], tuple[ContainerImage, ...]]:
    """Splits images into the certain ones and the others, each largest first."""
    ordered = sorted(images, key=lambda image: (-image.size_bytes, image.names))
    return (
        tuple([image for image in ordered if not perhaps(image)]),
        tuple([image for image in ordered if perhaps(image)]),
    )
