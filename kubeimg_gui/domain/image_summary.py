"""Each image of a cluster once, and the same grouped by repository or registry."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.node import SizeMeaning


@dataclass(frozen=True, slots=True)
class ImageSummary:
    """One image in a whole cluster.

    Attributes:
        key: `ContainerImage.key`, the identity of the image.
        image: the entry to show: the largest one, of these the one with the most names.
        nodes: number of nodes that list it. A node that lists it in two entries counts twice.
        total_bytes: the sum of its reported sizes over these nodes; not disk use.
        sizes: its distinct believable sizes in bytes, ascending. Runtimes that mean different
            things by a size report different ones.
    """

    key: str
    image: ContainerImage
    nodes: int
    total_bytes: int
    sizes: tuple[int, ...]

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
        """The tags among its names in the repository shown, as reported; may be empty."""
        prefix = self.repository
        names = self.image.parsed_names()
        tagged = (n for n in names if n.tag and f"{n.registry}/{n.repository}" == prefix)
        return tuple(dict.fromkeys(name.tag for name in tagged if name.tag))


class Grouping(StrEnum):
    """What images are grouped by."""

    NONE = "none"
    REPOSITORY = "repository"
    REGISTRY = "registry"

    def name_of(self, summary: ImageSummary) -> str:
        """Returns the name of the group of an image; empty for images without a name."""
        return "" if self is Grouping.NONE else getattr(summary, self.value)


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


def summarize(index: ImageIndex, keys: Iterable[str] | None = None) -> list[ImageSummary]:
    """Returns the images with these keys, or all, that a node holds; in no particular order."""
    return [
        _summary(index, key) for key in (index.keys if keys is None else keys) if key in index.keys
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


def _summary(index: ImageIndex, key: str) -> ImageSummary:
    entries = index.entries(key)
    if len(entries) == 1:
        image, nodes = entries[0], index.count(entries)
        sizes = (image.size_bytes,) if image.size_is_believable else ()
        return ImageSummary(key, image, nodes, nodes * image.size_bytes, sizes)
    best = max(entries, key=lambda each: (each.size_bytes, len(each.names), each.names))
    counts = [index.count((each,)) for each in entries]
    total = sum(map(int.__mul__, counts, map(attrgetter("size_bytes"), entries)))
    sizes = sorted({each.size_bytes for each in entries if each.size_is_believable})
    return ImageSummary(key, best, sum(counts), total, tuple(sizes))
