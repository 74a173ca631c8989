"""Each image of a cluster once, and the same grouped by repository or registry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from kubeimg_gui.domain.cut_lists import CutLists
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import SizeMeaning


class ImageSummary(NamedTuple):
    """One image in a whole cluster.

    Attributes:
        key: `ContainerImage.key`, the identity of the image.
        image: the entry to show: the largest one, of these the one with the most names.
        nodes: number of nodes that list it. A node that lists it in two entries counts twice.
        total_bytes: the sum of its reported sizes over these nodes; not disk use.
        sizes: its distinct believable sizes in bytes, ascending. Runtimes that mean different
            things by a size report different ones.
        entries: all its entries, which differ in names or sizes; `image` is the first.
        is_lower_bound: `nodes` and `total_bytes` may be too small: a size is not believable, or
            a list that may be cut can hide the image, see `CutLists`.
    """

    key: str
    image: ContainerImage
    nodes: int
    total_bytes: int
    sizes: tuple[int, ...]
    entries: tuple[ContainerImage, ...]
    is_lower_bound: bool

    @property
    def registry(self) -> str:
        """Host of the registry; empty for an image without a name."""
        reference = self.image.reference
        return reference.registry if reference and reference.repository else ""

    @property
    def repository(self) -> str:
        """Registry and repository, for example `docker.io/library/redis`; empty without a name."""
        reference = self.image.reference
        if reference is None or not reference.repository:
            return ""
        return f"{reference.registry}/{reference.repository}"

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags among all its names in the repository shown, as reported; may be empty."""
        prefix = self.repository
        names = (name for entry in self.entries for name in entry.parsed_names())
        tagged = (n for n in names if n.tag and f"{n.registry}/{n.repository}" == prefix)
        return tuple(dict.fromkeys(name.tag for name in tagged if name.tag))

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, as reported by any node; may be empty."""
        return tuple(dict.fromkeys(name for entry in self.entries for name in entry.names))

    @property
    def digests(self) -> tuple[str, ...]:
        """All its digests, sorted; may be empty, and several may belong to one image."""
        return tuple(sorted({digest for entry in self.entries for digest in entry.digests}))


@dataclass(frozen=True, slots=True)
class ImageGroup:
    """Images of one repository or registry.

    Attributes:
        name: `Grouping.name_of` its members; may be empty.
        members: largest total first.
        nodes: number of nodes that hold at least one of them.
        total_bytes: the sum of their totals.
    """

    name: str
    members: tuple[ImageSummary, ...]
    nodes: int
    total_bytes: int

    @property
    def is_lower_bound(self) -> bool:
        """Whether `nodes` and `total_bytes` may be too small."""
        return any(each.is_lower_bound for each in self.members)


def summarize(
    index: ImageIndex, keys: Iterable[str] | None = None, cut: CutLists | None = None
) -> list[ImageSummary]:
    """Returns the images with these keys, or all, that a node holds; in no particular order.

    Without `cut`, an image that cut lists may hide is not marked as a lower bound.
    """
    return [
        _summary(index, key, cut)
        for key in (index.keys if keys is None else keys)
        if key in index.keys
    ]


def group(
    index: ImageIndex, summaries: Iterable[ImageSummary], grouping: Grouping
) -> list[ImageGroup]:
    """Returns the groups of these images, largest total first."""
    by_name: dict[str, list[ImageSummary]] = {}
    for summary in summaries:
        by_name.setdefault(grouping.name_of(summary), []).append(summary)
    groups = [
        ImageGroup(
            name,
            tuple(sorted(members, key=lambda each: (-each.total_bytes, each.key))),
            len(index.names(image for each in members for image in index.entries(each.key))),
            sum(each.total_bytes for each in members),
        )
        for name, members in by_name.items()
    ]
    groups.sort(key=lambda each: (-each.total_bytes, each.name))
    return groups


def meanings(
    index: ImageIndex, key: str, meaning_of: Callable[[str], SizeMeaning]
) -> frozenset[SizeMeaning]:
    """Returns what the sizes of an image mean on the nodes that hold it.

    `meaning_of` returns the meaning on a node. One node is asked for each size: nodes that report
    the same size for one image mean the same by it.
    """
    found: set[SizeMeaning] = set()
    for image in index.entries(key):
        found.add(meaning_of(index.any_name(image)))
    return frozenset(found)


def _summary(index: ImageIndex, key: str, cut: CutLists | None) -> ImageSummary:
    entries = index.entries(key)
    hidden = cut is not None and cut.may_hide(index, key)
    if len(entries) == 1:
        image, nodes = entries[0], index.count(entries)
        known = image.size_is_believable
        sizes = (image.size_bytes,) if known else ()
        total = nodes * image.size_bytes
        return ImageSummary(key, image, nodes, total, sizes, entries, hidden or not known)
    # In an order of their own, so that it does not depend on when a node listed which.
    entries = tuple(
        sorted(entries, key=lambda e: (-e.size_bytes, -len(e.names), e.names, e.raw_size))
    )
    nodes, total = index.count(entries), index.total_bytes(entries)
    believable = [each.size_bytes for each in entries if each.size_is_believable]
    hidden = hidden or len(believable) < len(entries)
    sizes = tuple(sorted(set(believable)))
    return ImageSummary(key, entries[0], nodes, total, sizes, entries, hidden)
