"""The rows of the table of images: an image, and a group of images.

Both have the same properties to sort by, so that the columns need not know which of them a row is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.image_times import LastChange
from kubeimg_gui.domain.references import Reference, ReferenceState, UnknownReason
from kubeimg_gui.qt.nodes.row import FADE_SECONDS, FADE_STEPS

LAST_NAME = "\U0010ffff"
"""Sorts after all names: images without one."""

REFERENCED_LAST, UNKNOWN_LAST = -2, -1
"""Sort values of rows of which no byte is known to be unreferenced."""


class Highlight(NamedTuple):
    """The tint and the edge of a row that changed.

    Attributes:
        change: the change to show, None before the first.
        marked_at: when it happened, on the steady clock.
        seen: whether the user has selected the row since, so that it needs no edge.
    """

    change: LastChange | None = None
    marked_at: float = float("-inf")
    seen: bool = True

    def tint(self, now: float) -> float:
        """Returns the strength of the tint, from 1 (just changed) to 0; `now` is steady."""
        strength = 1 - (now - self.marked_at) / FADE_SECONDS
        return round(min(1.0, max(0.0, strength)) * FADE_STEPS) / FADE_STEPS


NO_HIGHLIGHT = Highlight()
"""Of a row that has not changed since the table was shown first."""


@dataclass(slots=True, eq=False)
class ImageRow:
    """One image of the cluster; confined to the GUI thread.

    Attributes:
        summary: the image as last counted; of one that left, with 0 nodes.
        reference: whether pods refer to it.
        first_seen: when it appeared, epoch seconds; None for an image that was there before.
        changed: its last arrival on a node or departure from one.
        group: the group that shows it, if any.
        owner: who owns the pods that refer to it, as text; None until it is asked for.
        key: identifies the image.
        registry, repository: as in its summary.
        sort_name: sorts by repository, then by tag; images without a name are last.
        nodes: number of nodes that list it.
        total: its reported size, summed over the nodes.
        size: its largest reported size.
        has_odd_sizes: whether its total lacks entries whose sizes are not believable, as far as is
            known.
    """

    summary: ImageSummary
    reference: Reference
    first_seen: float | None = None
    changed: LastChange | None = None
    group: "GroupRow | None" = None
    owner: str | None = None
    highlight: Highlight = NO_HIGHLIGHT
    key: str = field(init=False)
    registry: str = field(init=False)
    repository: str = field(init=False)
    sort_name: str = field(init=False)
    nodes: int = field(init=False)
    total: int = field(init=False)
    size: int = field(init=False)
    has_odd_sizes: bool = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.summary.key
        self._take_names()
        self._take_sums()

    def take(self, summary: ImageSummary) -> bool:
        """Takes a new count; returns whether the image has other names now."""
        before, self.summary = self.summary, summary
        renamed = summary.image.names != before.image.names
        if renamed:
            self._take_names()
        self._take_sums()
        return renamed

    def _take_names(self) -> None:
        summary = self.summary
        self.registry, self.repository = summary.registry, summary.repository
        if self.repository:
            reference = summary.image.reference
            tag = (reference.tag if reference else None) or LAST_NAME
            self.sort_name = f"{self.repository}:{tag} {self.key}"
        else:
            self.sort_name = f"{LAST_NAME} {self.key}"

    def _take_sums(self) -> None:
        summary = self.summary
        self.nodes, self.total = summary.nodes, summary.total_bytes
        self.size, self.has_odd_sizes = (
            summary.image.size_bytes,
            not summary.image.size_is_believable,
        )

    @property
    def name(self) -> str:
        """The name that identifies the row among those of its kind."""
        return self.key

    @property
    def images(self) -> "Sequence[ImageRow]":
        """The images of the row: itself."""
        return (self,)

    @property
    def unreferenced(self) -> int:
        """Its total if no pod refers to it, else 0."""
        if self.reference.state is ReferenceState.NOT_REFERENCED:
            return self.total
        return 0

    @property
    def pile_up(self) -> int:
        """What the column of references is sorted by."""
        state = self.reference.state
        if state is ReferenceState.NOT_REFERENCED:
            return self.total
        return UNKNOWN_LAST if state is ReferenceState.UNKNOWN else REFERENCED_LAST


@dataclass(slots=True, eq=False)
class GroupRow:
    """Images of one repository or registry; confined to the GUI thread.

    The sums are up to date after `refresh`.

    Attributes:
        name: of the repository or registry; empty for images without a name.
        members: in the order shown once `fetched`.
        number: identifies it in the model.
        fetched: whether a view has asked for its members.
        stale: whether a member has changed since `refresh`.
        nodes: number of nodes that hold a member, at least; exact once `counted`.
        counted: whether `nodes` has been exact.
        recount: whether `nodes` may have changed.
        total, size, unreferenced: sums and the maximum of those of the members.
        has_odd_sizes: whether the total lacks sizes that are not believable.
        referenced, held, unknown: number of members in that state; `held` only by finished pods.
        reason: why members are unknown, if all have the same reason.
        first_seen, changed: the earliest and the latest of the members.
        sort_name: the name; a group without one is last.
    """

    name: str
    number: int
    members: list[ImageRow]
    fetched: bool = False
    stale: bool = True
    counted: bool = False
    recount: bool = True
    nodes: int = 0
    total: int = 0
    size: int = 0
    has_odd_sizes: bool = False
    unreferenced: int = 0
    referenced: int = 0
    held: int = 0
    unknown: int = 0
    reason: UnknownReason | None = None
    first_seen: float | None = None
    changed: LastChange | None = None
    highlight: Highlight = NO_HIGHLIGHT
    sort_name: str = field(init=False)

    def __post_init__(self) -> None:
        self.sort_name = self.name or LAST_NAME
        for member in self.members:
            self._show(member)

    @property
    def key(self) -> str:
        """A group has no image key."""
        return ""

    @property
    def images(self) -> Sequence[ImageRow]:
        """The images of the group."""
        return self.members

    @property
    def pile_up(self) -> int:
        """Bytes in versions that no pod refers to, which the column of references sorts by."""
        if self.unreferenced or self.unknown < len(self.members):
            return self.unreferenced or REFERENCED_LAST
        return UNKNOWN_LAST

    def adopt(self, row: ImageRow) -> None:
        """Adds a member."""
        if len(self.members) == 1:
            self.counted = False
        self.members.append(row)
        self.stale = True
        self._show(row)

    def _show(self, member: ImageRow) -> None:
        """Shows a member; a change that the user has not seen is shown on the group, too."""
        member.group = self
        if not member.highlight.seen:
            self.show_change_of(member)

    def show_change_of(self, row: ImageRow) -> None:
        """Highlights the change of a member, unless a later one is highlighted already."""
        highlight = row.highlight
        if highlight.change is not None and highlight.marked_at >= self.highlight.marked_at:
            self.highlight = highlight

    def refresh(self) -> None:
        """Sums up the members again if one of them has changed."""
        if not self.stale:
            return
        self.stale, self.recount = False, True
        members = self.members
        if len(members) == 1:
            self._copy(members[0])
            return
        self._count_references()
        self.has_odd_sizes = any(member.has_odd_sizes for member in members)
        self.total = sum([member.total for member in members])
        self.size = max([member.size for member in members], default=0)
        if not self.counted:
            self.nodes = max([member.nodes for member in members], default=0)
        times = [member.first_seen for member in members if member.first_seen is not None]
        self.first_seen = min(times) if times and len(times) == len(members) else None
        changes = [member.changed for member in members if member.changed is not None]
        self.changed = max(changes, key=lambda change: change.at, default=None)

    def _copy(self, member: ImageRow) -> None:
        """Takes over the values of the only member: most repositories have one."""
        self.nodes, self.counted, self.recount = member.nodes, True, False
        self.total, self.size = member.total, member.size
        self.has_odd_sizes = member.has_odd_sizes
        self.first_seen, self.changed = member.first_seen, member.changed
        reference = member.reference
        state, self.reason = reference.state, reference.reason
        self.unknown = int(state is ReferenceState.UNKNOWN)
        self.unreferenced = member.total if state is ReferenceState.NOT_REFERENCED else 0
        used = state is ReferenceState.REFERENCED
        self.referenced = int(used and reference.running > 0)
        self.held = used - self.referenced

    def _count_references(self) -> None:
        self.referenced = self.held = self.unknown = self.unreferenced = 0
        reasons: set[UnknownReason | None] = set()
        for member in self.members:
            reference = member.reference
            if reference.state is ReferenceState.UNKNOWN:
                self.unknown += 1
                reasons.add(reference.reason)
            elif reference.state is ReferenceState.NOT_REFERENCED:
                self.unreferenced += member.total
            elif reference.running:
                self.referenced += 1
            else:
                self.held += 1
        self.reason = reasons.pop() if len(reasons) == 1 else None


Entry = ImageRow | GroupRow
"""A row of the table."""
