"""The images of the selected nodes, each image once, largest first."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.domain.references import PodUse, Reference, ReferenceState, UnknownReason
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import SEPARATOR
from kubeimg_gui.qt.images.references import NO_REFERENCES
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.pods import wording as pod_wording
from kubeimg_gui.qt.pods import workload_wording

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

NAMED_PODS = 10
"""Maximum number of pods in a tooltip."""

Index = QModelIndex | QPersistentModelIndex

_NOT_LOOKED_UP = Reference(ReferenceState.UNKNOWN, UnknownReason.NOT_READ)


@dataclass(frozen=True, slots=True)
class HeldImage:
    """One image on the selected nodes.

    Attributes:
        image: an entry of it; the largest one if nodes report different sizes.
        nodes: number of selected nodes that hold it.
        first_seen: when it arrived or was first listed on one of them, epoch seconds; None if one
            of them listed it before the window opened.
        arrived: whether it arrived on all of them since; others may have held it unlisted.
    """

    image: ContainerImage
    nodes: int
    first_seen: float | None
    arrived: bool


def merge_images(rows: Sequence[NodeRow]) -> list[HeldImage]:
    """Returns the images of these nodes, each once, largest reported size first."""
    entries = list(chain.from_iterable(row.record.images for row in rows))
    # By identity first: nodes share entries, and counting integers is fast.
    identities = list(map(id, entries))
    counted = Counter(identities)
    by_key: dict[str, ContainerImage] = {}
    holders: Counter[str] = Counter()
    for identity, image in dict(zip(identities, entries, strict=True)).items():
        holders[image.key] += counted[identity]
        known = by_key.setdefault(image.key, image)
        if image.size_bytes > known.size_bytes:
            by_key[image.key] = image
    arrivals = _times(row.first_seen for row in rows)
    listings = _times(row.first_listed for row in rows)
    held = [
        _held(image, holders[key], arrivals.get(key, ()), listings.get(key, ()))
        for key, image in by_key.items()
    ]
    held.sort(key=lambda each: (-each.image.size_bytes, each.image.key))
    return held


def _times(rows: Iterable[Mapping[str, float]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {}
    for row in rows:
        for key, at in row.items():
            times.setdefault(key, []).append(at)
    return times


def _held(
    image: ContainerImage, nodes: int, arrivals: Sequence[float], listings: Sequence[float]
) -> HeldImage:
    times = (*arrivals, *listings)
    first = min(times) if len(times) >= nodes else None
    return HeldImage(image, nodes, first, arrived=len(arrivals) >= nodes)


def no_users(_key: str) -> Iterable[PodUse]:
    """Returns no uses: pods are not known."""
    return ()


def no_workloads(_key: str) -> Sequence[WorkloadRecord]:
    """Returns no workloads: they are not known."""
    return ()


class ImageListModel(QAbstractListModel):
    """Lists HeldImages; confined to the GUI thread. `clock` is the wall clock.

    Attributes:
        of: number of selected nodes.
        largest: the largest reported size, which the longest bar represents.
        opened: when the window opened, seconds since the epoch.
        users: returns the uses of an image by pods of the selected nodes, by `ContainerImage.key`.
        scaled_to_zero: returns the workloads scaled to 0 that use an image, by the same key.
    """

    def __init__(
        self, opened: float, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._images: list[HeldImage] = []
        self._words: list[str] = []
        self._references = NO_REFERENCES
        self.users: Callable[[str], Iterable[PodUse]] = no_users
        self.scaled_to_zero: Callable[[str], Sequence[WorkloadRecord]] = no_workloads
        self.of = 0
        self.largest = 1
        self.opened = opened

    def show(
        self, rows: Sequence[NodeRow], references: Mapping[str, Reference] = NO_REFERENCES
    ) -> bool:
        """Lists the images of these nodes; returns False if the list stays the same.

        `references` are those of the images, by key; empty where they are not looked up.
        """
        held = merge_images(rows)
        before, self._references = self._references, references
        if held == self._images and self.of == len(rows) and bool(before) == bool(references):
            if before != references:
                self._announce()
            return False
        self.beginResetModel()
        self._images = held
        self.of = len(rows)
        self.largest = max(1, held[0].image.size_bytes) if held else 1
        self.endResetModel()
        return True

    def mark(self, words: Sequence[str]) -> None:
        """Marks the images that contain one of these case-folded words."""
        if list(words) != self._words:
            self._words = list(words)
            self._announce()

    def is_marked(self, held: HeldImage) -> bool:
        """Returns whether an image is one that the filter of the nodes looks for."""
        return any(word in held.image.folded for word in self._words)

    @property
    def marked(self) -> Sequence[int]:
        """The places of the marked images."""
        return [n for n, held in enumerate(self._images) if self.is_marked(held)]

    def image_at(self, place: int) -> HeldImage:
        """Returns the image at a position, 0 is the largest."""
        return self._images[place]

    @property
    def has_references(self) -> bool:
        """Whether rows say what pods refer to."""
        return bool(self._references)

    def reference(self, held: HeldImage) -> Reference:
        """Returns the reference of an image on the selected nodes; `has_references` must hold."""
        return self._references.get(held.image.key, _NOT_LOOKED_UP)

    def reference_text(self, held: HeldImage) -> str:
        """Returns how many pods refer to an image and what owns them all, or that none does."""
        reference = self.reference(held)
        pods = [use.pod for use in self.users(held.image.key)]
        owners = {(pod.namespace, pod.owner) for pod in pods}
        owner = pod_wording.owner_text(*owners.pop()) if len(owners) == 1 and pods[0].owner else ""
        text = pod_wording.reference_text(reference, owner)
        if not 0 < reference.nodes < held.nodes:
            return text
        some = self.tr("{pods}, on {count} of {nodes}")
        nodes = formatting.nodes(held.nodes)
        return formatting.fill(some, pods=text, count=f"{reference.nodes:,}", nodes=nodes)

    def first_seen(self, held: HeldImage) -> str:
        """Returns the text of when an image was first seen."""
        now = self._clock()
        if held.first_seen is None:
            return self.tr("before {time}").format(time=formatting.clock(self.opened, now))
        text = self.tr("since {time}") if held.arrived else self.tr("in the list since {time}")
        return text.format(time=formatting.clock(held.first_seen, now))

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of distinct images."""
        return 0 if parent.isValid() else len(self._images)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: name and size; all names and the exact size in the tooltip.

        Assistive technology reads what a row shows.
        """
        if not index.isValid():
            return None
        held = self._images[index.row()]
        image = held.image
        if role == DISPLAY:
            return f"{image_wording.long_name(image)}, {node_wording.image_size(image)}"
        if role == ACCESSIBLE:
            return ", ".join(part for part in self._facts(held) if part)
        if role == TOOLTIP:
            facts = [*map(formatting.line, image.names), node_wording.exact_image_size(image)]
            if self.of > 1:
                facts.append(self._spread(held))
            facts.append(self.tr("First seen {when}").format(when=self.first_seen(held)))
            facts.extend(self._reference_lines(held))
            return formatting.tooltip("\n".join(facts))
        return None

    def _facts(self, held: HeldImage) -> tuple[str, ...]:
        image = held.image
        return (
            image_wording.long_name(image),
            node_wording.image_size(image),
            image_wording.registry(image),
            node_wording.image_digest(image),
            self._spread(held) if self.of > 1 else "",
            self.tr("first seen {when}").format(when=self.first_seen(held)),
            self.reference_text(held) if self.has_references else "",
            self.tr("matches the filter") if self.is_marked(held) else "",
        )

    def _spread(self, held: HeldImage) -> str:
        return self.tr("On {count} of {nodes}").format(
            count=held.nodes, nodes=formatting.nodes(self.of)
        )

    def _reference_lines(self, held: HeldImage) -> list[str]:
        """Returns what pods and workloads scaled to 0 refer to an image, a pod on each line."""
        if not self.has_references:
            return []
        pods = {use.pod.key: use.pod for use in self.users(held.image.key)}
        lines = [_pod_line(pod) for _, pod in sorted(pods.items())]
        scaled = workload_wording.scaled_to_zero(self.scaled_to_zero(held.image.key))
        listed = formatting.listed(lines, NAMED_PODS)
        return ["", self.reference_text(held), *filter(None, (listed, scaled))]

    def _announce(self) -> None:
        """Emits `dataChanged` for all rows."""
        if self._images:
            self.dataChanged.emit(self.index(0), self.index(len(self._images) - 1))


def _pod_line(pod: PodRecord) -> str:
    owner = pod_wording.owner_text(pod.namespace, pod.owner) if pod.owner else ""
    return SEPARATOR.join(filter(None, (formatting.line(pod.key), owner)))
