"""The images of the selected nodes, each image once, largest first."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.row import NodeRow

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

Index = QModelIndex | QPersistentModelIndex


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


class ImageListModel(QAbstractListModel):
    """Lists HeldImages; confined to the GUI thread. `clock` is the wall clock.

    Attributes:
        of: number of selected nodes.
        largest: the largest reported size, which the longest bar represents.
        opened: when the window opened, seconds since the epoch.
    """

    def __init__(
        self, opened: float, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._images: list[HeldImage] = []
        self._words: list[str] = []
        self.of = 0
        self.largest = 1
        self.opened = opened

    def show(self, rows: Sequence[NodeRow]) -> bool:
        """Lists the images of these nodes; returns False if nothing changes."""
        held = merge_images(rows)
        if held == self._images and self.of == len(rows):
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
            if self._images:
                self.dataChanged.emit(self.index(0), self.index(len(self._images) - 1))

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
            self.tr("matches the filter") if self.is_marked(held) else "",
        )

    def _spread(self, held: HeldImage) -> str:
        return self.tr("On {count} of {nodes}").format(
            count=held.nodes, nodes=formatting.nodes(self.of)
        )
