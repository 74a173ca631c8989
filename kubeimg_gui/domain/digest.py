"""A digest of many changes: what they add up to, per image and per node.

The builder keeps sums, not changes, so hours of changes take no more memory than a minute. What
appears and disappears again within one digest is left out.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.condition import comes_under_pressure, condition_text, is_free_of_pressure
from kubeimg_gui.domain.image import ContainerImage

MAX_NODES = 10_000
MAX_IMAGES = 500
"""Maximum numbers of distinct nodes and images that one digest counts."""


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One image or node of a digest.

    Attributes:
        name: short name of the image, empty where it has none; or name of the node.
        size: reported bytes of the image, 0 for a node.
        nodes: number of nodes the image arrived on or left.
    """

    name: str
    size: int
    nodes: int


@dataclass(frozen=True, slots=True)
class DigestList:
    """Entries of one kind, largest first; `more` is True where others were not counted."""

    entries: tuple[DigestEntry, ...] = ()
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True, slots=True)
class Digest:
    """What a series of changes adds up to.

    Attributes:
        under_pressure: nodes that came under pressure and still are, with their condition.
        changed_nodes: names of the nodes whose image storage changed.
        more_nodes: whether further nodes changed than `changed_nodes` holds.
        bytes_changed: reported bytes gained, negative for a loss.
        arrived, left, no_longer_listed, listed_now, retagged: images, see `ImageDiff`. An image
            that arrived or left for certain on some nodes only counts as uncertain on all.
        joined, departed: nodes.
    """

    under_pressure: Mapping[str, str]
    changed_nodes: frozenset[str]
    more_nodes: bool
    bytes_changed: int
    arrived: DigestList
    left: DigestList
    no_longer_listed: DigestList
    listed_now: DigestList
    retagged: DigestList
    joined: DigestList
    departed: DigestList

    @property
    def has_storage_changes(self) -> bool:
        """Whether any image or node differs from before."""
        return any(
            (
                self.arrived,
                self.left,
                self.no_longer_listed,
                self.listed_now,
                self.retagged,
                self.joined,
                self.departed,
            )
        )


class DigestBuilder:
    """Adds up changes in bounded memory; confined to one thread."""

    def __init__(self, max_nodes: int = MAX_NODES, max_images: int = MAX_IMAGES) -> None:
        self._max_nodes = max_nodes
        self._max_images = max_images
        self._bytes = 0
        self._changed: set[str] = set()
        self._under_pressure: dict[str, str] = {}
        self._nodes = _Tally(max_nodes)
        self._images = _Tally(max_images)
        self._retagged: dict[str, DigestEntry] = {}

    def add(self, change: NodeChange) -> None:
        """Adds a change; the changes of one node must come in order."""
        name = change.record.name
        if change.storage_changed:
            self._add_storage(name, change)
        if comes_under_pressure(change):
            if len(self._under_pressure) < self._max_nodes:
                self._under_pressure[name] = condition_text(change.record)
        elif is_free_of_pressure(change):
            self._under_pressure.pop(name, None)

    def build(self) -> Digest | None:
        """Returns the digest; None where the changes cancel each other out."""
        digest = Digest(
            under_pressure=dict(self._under_pressure),
            changed_nodes=frozenset(self._changed),
            more_nodes=len(self._changed) == self._max_nodes,
            bytes_changed=self._bytes,
            arrived=self._images.select(_Count.is_certain_gain),
            left=self._images.select(_Count.is_certain_loss),
            no_longer_listed=self._images.select(_Count.is_uncertain_loss),
            listed_now=self._images.select(_Count.is_uncertain_gain),
            retagged=DigestList(
                tuple(self._retagged.values()), more=len(self._retagged) == self._max_images
            ),
            joined=self._nodes.select(_Count.is_certain_gain),
            departed=self._nodes.select(_Count.is_certain_loss),
        )
        return digest if digest.under_pressure or digest.has_storage_changes else None

    def _add_storage(self, name: str, change: NodeChange) -> None:
        # Each change of a node starts where the previous one ended, so the sum over all of them
        # is the difference between the first and the last state.
        self._bytes += change.bytes_new - change.bytes_old
        if len(self._changed) < self._max_nodes:
            self._changed.add(name)
        if change.kind is not ChangeKind.CHANGED:
            self._nodes.count(name, name, 1 if change.kind is ChangeKind.ADDED else -1)
        diff = change.images
        self._images.count_images(diff.arrived, 1)
        self._images.count_images(diff.left, -1)
        self._images.count_images(diff.no_longer_listed, -1, uncertain=True)
        self._images.count_images(diff.listed_now, 1, uncertain=True)
        for retag in diff.retagged:
            if len(self._retagged) < self._max_images:
                image = retag.new
                self._retagged[image.key] = DigestEntry(image.short_name, image.size_bytes, 1)


@dataclass(slots=True)
class _Count:
    name: str
    size: int
    count: int = 0
    uncertain: bool = False

    def is_certain_gain(self) -> bool:
        return self.count > 0 and not self.uncertain

    def is_uncertain_gain(self) -> bool:
        return self.count > 0 and self.uncertain

    def is_certain_loss(self) -> bool:
        return self.count < 0 and not self.uncertain

    def is_uncertain_loss(self) -> bool:
        return self.count < 0 and self.uncertain


class _Tally:
    """Counts up and down by key, for a limited number of distinct keys."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._counts: dict[str, _Count] = {}
        self._full = False

    def count(
        self, key: str, name: str, step: int, *, size: int = 0, uncertain: bool = False
    ) -> None:
        """Counts one; a count of zero is removed."""
        counted = self._counts.get(key)
        if counted is None:
            # After the first key that was left out, a new key may be that one again, and its
            # count would be wrong: so no new key is counted any more.
            self._full = self._full or len(self._counts) == self._limit
            if self._full:
                return
            counted = self._counts[key] = _Count(name, size)
        counted.count += step
        counted.uncertain |= uncertain
        if not counted.count:
            del self._counts[key]

    def count_images(
        self, images: Iterable[ContainerImage], step: int, *, uncertain: bool = False
    ) -> None:
        """Counts the images of one node, each once however often the node lists it."""
        for key, image in {image.key: image for image in images}.items():
            self.count(key, image.short_name, step, size=image.size_bytes, uncertain=uncertain)

    def select(self, wanted: Callable[[_Count], bool]) -> DigestList:
        """Returns the matching counts: largest first, then by number of nodes, then by name."""
        entries = [
            DigestEntry(counted.name, counted.size, abs(counted.count))
            for counted in self._counts.values()
            if wanted(counted)
        ]
        entries.sort(key=lambda entry: (-entry.size, -entry.nodes, entry.name))
        return DigestList(tuple(entries), more=self._full)
