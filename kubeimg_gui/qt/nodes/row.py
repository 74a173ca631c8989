"""One row of the table: the record of a node and its history since the window opened.

The change, the trend and the first-seen times of images all count from then, and say so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from operator import attrgetter
from types import MappingProxyType

from kubeimg_gui.domain.change import ChangeKind, ImageDiff, NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.query_match import haystack
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.domain.samples import SizeSamples
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.wording import condition

FADE_SECONDS = 10.0
FADE_STEPS = 100
"""How long the background of a changed row stays tinted, and in how many steps it fades."""

DEPARTED_SECONDS = 5.0
"""How long a deleted node stays in the table."""

_NO_TIMES: Mapping[str, float] = MappingProxyType({})
"""Shared by the rows of nodes whose images have not changed, which are most."""

_condition_fields = attrgetter("ready", "pressures", "terminating", "unschedulable")
"""The fields of a record that determine its condition."""


class Mark(Enum):
    """Why a row is highlighted."""

    GREW = "grew"
    SHRANK = "shrank"
    RETAGGED = "retagged"
    ARRIVED = "arrived"
    DELETED = "deleted"


@dataclass(slots=True, eq=False)
class NodeRow:
    """A node and its history since the window opened; confined to the GUI thread.

    Attributes:
        record: the node as last known.
        change: reported bytes gained since opened, negative for a loss.
        samples: the reported size over time.
        mark: why the row is highlighted, None if nothing happened to it.
        marked_at: when the highlight started, on the steady clock.
        seen: whether the user has selected the row since, so that it needs no edge.
        deletes_at: when the node is deleted unless cancelled, on the steady clock.
        first_seen: when an image arrived, by image key; absent for initial images.
        first_listed: when an image was first listed that may have been there before, by image key.
        shown_name: the name as it is shown.
        severity, condition: the node's condition, see `wording.condition`.
        largest: the image with the largest reported size.
        capped: whether its list of images may be cut.
        not_referenced: reported bytes of the images that no pod of the node refers to, or why
            that is not known.
        name: name of the node, the identity of the row.
        reported: the reported bytes of the record.
        haystack: name and labels as the filter searches them, see `query_match.haystack`.
    """

    record: NodeRecord
    change: int = 0
    samples: SizeSamples = field(default_factory=SizeSamples)
    mark: Mark | None = None
    marked_at: float = 0.0
    seen: bool = True
    deletes_at: float | None = None
    first_seen: Mapping[str, float] = field(default_factory=lambda: _NO_TIMES)
    first_listed: Mapping[str, float] = field(default_factory=lambda: _NO_TIMES)
    not_referenced: int | UnknownReason = UnknownReason.NOT_READ
    name: str = field(init=False)
    reported: int = field(init=False)
    shown_name: str = field(init=False)
    severity: Severity = field(init=False)
    condition: str = field(init=False)
    largest: ContainerImage | None = field(init=False)
    capped: bool = field(init=False)
    haystack: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.record.name
        self.shown_name = formatting.line(self.name)
        self.reported = self.record.reported_bytes
        self.largest = self.record.largest
        self.capped = self.record.capped
        self.haystack = haystack(self.record)
        self._update_condition()

    @property
    def deleted(self) -> bool:
        """Whether the node was deleted; its row stays for a moment."""
        return self.mark is Mark.DELETED

    def take(self, change: NodeChange, now: float) -> None:
        """Applies a change of this node at `now` on the steady clock."""
        before, was_deleted = self.record, self.deleted
        self._read(change.record)
        size = change.bytes_new
        growth = size - change.bytes_old
        self.samples.add(change.at, size)
        if not change.initial:
            self.change += growth
        if change.storage_changed:
            self.mark, self.marked_at, self.seen = _mark(change, growth), now, False
            self._update_first_seen(change)
        elif was_deleted:
            self.mark = None
        same = _condition_fields(before) == _condition_fields(self.record)
        if not same or self.deleted is not was_deleted:
            self._update_condition()

    def tint(self, now: float) -> float:
        """Returns the strength of the tint, from 1 (just changed) to 0; `now` is steady.

        Fades in steps too small to see, so that the cached picture of a row stays valid for some
        frames.
        """
        if self.mark is None:
            return 0.0
        strength = 1 - (now - self.marked_at) / FADE_SECONDS
        return round(min(1.0, max(0.0, strength)) * FADE_STEPS) / FADE_STEPS

    def _update_first_seen(self, change: NodeChange) -> None:
        if change.kind is not ChangeKind.CHANGED:
            self.first_seen = self.first_listed = _NO_TIMES
            return
        diff = change.images
        if self.first_seen or diff.arrived:
            self.first_seen = _updated(self.first_seen, diff, change.arrivals())
        if self.first_listed or diff.listed_now:
            fresh = ((image, change.at) for image in diff.listed_now)
            self.first_listed = _updated(self.first_listed, diff, fresh)

    def _update_condition(self) -> None:
        self.severity, self.condition = condition(self.record, deleted=self.deleted)

    def _read(self, record: NodeRecord) -> None:
        """Takes a new record; values that depend on unchanged fields stay."""
        before, self.record = self.record, record
        self.reported = record.reported_bytes
        if record.images is not before.images:
            self.largest = record.largest
            self.capped = record.capped
        if record.labels != before.labels:
            self.haystack = haystack(record)


def _updated(
    times: Mapping[str, float], diff: ImageDiff, fresh: Iterable[tuple[ContainerImage, float]]
) -> Mapping[str, float]:
    """Returns the times of the images that the node still holds, by current key, and fresh ones."""
    kept = dict(times)
    for image in (*diff.left, *diff.no_longer_listed):
        kept.pop(image.key, None)
    for retag in diff.retagged:
        if retag.old.key in kept:
            kept[retag.new.key] = kept.pop(retag.old.key)
    kept.update((image.key, at) for image, at in fresh)
    return kept or _NO_TIMES


def _mark(change: NodeChange, growth: int) -> Mark:
    if change.kind is ChangeKind.DELETED:
        return Mark.DELETED
    if change.kind is ChangeKind.ADDED:
        return Mark.ARRIVED
    if growth:
        return Mark.GREW if growth > 0 else Mark.SHRANK
    return Mark.RETAGGED
