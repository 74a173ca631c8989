"""The areas of a treemap, each with its children computed when they are first asked for. No Qt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.node import NodeRecord


class Level(Enum):
    """What an area stands for."""

    CLUSTER = "cluster"
    POOL = "pool"
    NODE = "node"
    REGISTRY = "registry"
    REPOSITORY = "repository"
    IMAGE = "image"
    ENTRY = "entry"
    SMALLER = "smaller"


class Entry(NamedTuple):
    """An image on one node: what has a size, a colour and nothing inside."""

    node: str
    image: ContainerImage


class Area:
    """Part of the tree; its `children` are the next level, largest first.

    Attributes:
        level: what it stands for.
        key: identifies it among its siblings, also after a change.
        name: from the cluster, so untrusted; empty where it has none, and where it is that of
            `image`.
        bytes: the sum of the reported sizes.
        stamp: equal for equal contents of areas of the same key; None where it is not known.
        node: the node that holds all of it, "" for several.
        image: the image that all of it is, None for several.
    """

    __slots__ = (
        *("_children", "_lower_bound", "_nodes"),
        *("bytes", "image", "key", "level", "name", "node", "stamp"),
    )
    node: str
    image: ContainerImage | None
    stamp: object

    def __init__(self, level: Level, key: str, name: str, size: int) -> None:
        self.level, self.key, self.name, self.bytes = level, key, name, size
        self.node, self.image, self.stamp = "", None, None
        self._children: tuple[Area, ...] | None = None
        self._lower_bound: bool | None = None
        self._nodes: int | None = None

    @property
    def children(self) -> "Sequence[Area]":
        """The next level, largest first; empty for an entry."""
        if self._children is None:
            children = sorted(self._expand(), key=lambda each: (-each.bytes, each.key))
            _number_equal_keys(children)
            self._children = tuple(children)
        return self._children

    @property
    def has_children(self) -> bool:
        """Whether there is a next level, without computing it."""
        return self.level is not Level.ENTRY

    @property
    def lower_bound(self) -> bool:
        """Whether images may be missing in `bytes`."""
        if self._lower_bound is None:
            self._lower_bound = self._lacks_images()
        return self._lower_bound

    @property
    def nodes(self) -> int:
        """Number of nodes that hold a part of it."""
        if self._nodes is None:
            self._nodes = len(self.names())
        return self._nodes

    def names(self) -> set[str]:
        """Returns the names of the nodes that hold a part of it."""
        if self.node:
            return {self.node}
        return set[str]().union(*(child.names() for child in self.children))

    def entries(self) -> Iterator[Entry]:
        """Yields all images of all nodes in it."""
        for child in self.children:
            yield from child.entries()

    def measured(self) -> "Iterator[Area]":
        """Yields areas that together are this one and whose content is cheap to list."""
        for child in self.children:
            yield from child.measured()

    def way_to_largest_node(self) -> "Sequence[Area]":
        """Returns the areas below this one down to its largest node; may be empty."""
        return ()

    def child(self, key: str) -> "Area | None":
        """Returns the child of that key; None if there is none."""
        return next((each for each in self.children if each.key == key), None)

    def _expand(self) -> "Iterable[Area]":
        return ()

    def _lacks_images(self) -> bool:
        return any(child.lower_bound for child in self.children)


class EntryArea(Area):
    """One image on one node."""

    __slots__ = ()

    def __init__(self, entry: Entry, key: str, name: str = "") -> None:
        super().__init__(Level.ENTRY, key, name, entry.image.size_bytes)
        self.node, self.image = entry

    def entries(self) -> Iterator[Entry]:
        """Yields itself."""
        if self.image is not None:
            yield Entry(self.node, self.image)

    def measured(self) -> Iterator[Area]:
        """Yields itself."""
        yield self

    def _lacks_images(self) -> bool:
        return self.image is not None and not self.image.size_is_believable


class NodeArea(Area):
    """One node; next are its repositories, and single images of a repository as themselves."""

    __slots__ = ("images", "record")

    def __init__(self, record: NodeRecord, keys: frozenset[str] | None) -> None:
        self.record = record
        self.images = record.images
        size = record.reported_bytes
        if keys is not None:
            self.images = tuple([image for image in record.images if image.key in keys])
            size = sum([image.size_bytes for image in self.images])
        super().__init__(Level.NODE, record.name, record.name, size)
        self.node, self.stamp = record.name, self.images
        self._nodes = 1

    def entries(self) -> Iterator[Entry]:
        """Yields its images."""
        return map(partial(Entry, self.node), self.images)

    def measured(self) -> Iterator[Area]:
        """Yields itself."""
        yield self

    def _lacks_images(self) -> bool:
        return self.record.is_lower_bound

    def _expand(self) -> Iterable[Area]:
        by_repository: dict[str, list[ContainerImage]] = {}
        for image in self.images:
            by_repository.setdefault(repository_of(image), []).append(image)
        for repository, images in by_repository.items():
            if len(images) == 1:
                yield EntryArea(Entry(self.node, images[0]), images[0].key)
            else:
                yield NodeRepositoryArea(self.record, repository, images)


class NodeRepositoryArea(Area):
    """The images of one repository on one node, whose list may lack some of them."""

    __slots__ = ("_images",)

    def __init__(
        self, record: NodeRecord, repository: str, images: Sequence[ContainerImage]
    ) -> None:
        size = sum([image.size_bytes for image in images])
        super().__init__(Level.REPOSITORY, f"repository {repository}", repository, size)
        self.node = record.name
        self._images = images
        if record.capped:
            self._lower_bound = True

    def _expand(self) -> Iterable[Area]:
        return (EntryArea(Entry(self.node, image), image.key) for image in self._images)


class GroupArea(Area):
    """Areas under one name: a pool, a registry, a repository, the cluster, the smallest tiles.

    `lacks_images` is true where further images may belong to it than those of its members.
    """

    __slots__ = ("_members",)

    def __init__(
        self, level: Level, name: str, members: Sequence[Area], *, lacks_images: bool = False
    ) -> None:
        size = sum([member.bytes for member in members])
        super().__init__(level, f"{level.value} {name}", name, size)
        self._members = members
        if lacks_images:
            self._lower_bound = True
        if members and all(member.level in (Level.NODE, Level.POOL) for member in members):
            self._nodes = sum([member.nodes for member in members])

    def way_to_largest_node(self) -> Sequence[Area]:
        """Returns the areas below this one down to its largest node.

        Empty if its members are neither nodes nor pools.
        """
        level = self._members[0].level if self._members else None
        if level is Level.NODE:
            return (max(self._members, key=attrgetter("bytes")),)
        if level is Level.POOL:
            ways = ((pool, *pool.way_to_largest_node()) for pool in self._members)
            return max(ways, key=lambda way: way[-1].bytes)
        return ()

    def _expand(self) -> Iterable[Area]:
        return self._members


class ImageArea(Area):
    """One image on all nodes that hold it; next are these nodes."""

    __slots__ = ("_index",)

    def __init__(self, index: ImageIndex, summary: ImageSummary) -> None:
        super().__init__(Level.IMAGE, summary.key, "", summary.total_bytes)
        self._index = index
        self.image = summary.image
        self.stamp = (summary.nodes, summary.total_bytes)

    def names(self) -> set[str]:
        """Returns the nodes that hold it."""
        return self._index.names(self._index.entries(self.key))

    def entries(self) -> Iterator[Entry]:
        """Yields the image on each node that holds it."""
        for image in self._index.entries(self.key):
            for node in self._index.names((image,)):
                yield Entry(node, image)

    def measured(self) -> Iterator[Area]:
        """Yields itself."""
        yield self

    def _expand(self) -> Iterable[Area]:
        return (EntryArea(entry, entry.node, entry.node) for entry in self.entries())

    def _lacks_images(self) -> bool:
        entries = self._index.entries(self.key)
        return not all(image.size_is_believable for image in entries)


def repository_of(image: ContainerImage) -> str:
    """Returns registry and repository of an image; "" for one without a name."""
    reference = image.reference
    if reference is None or not reference.repository:
        return ""
    return f"{reference.registry}/{reference.repository}"


def _number_equal_keys(areas: Sequence[Area]) -> None:
    """Makes the keys of siblings differ: a node may list one image in two entries."""
    if len({area.key for area in areas}) == len(areas):
        return
    seen: Counter[str] = Counter()
    for area in areas:
        seen[area.key] += 1
        if seen[area.key] > 1:
            area.key = f"{area.key}\n{seen[area.key]}"
