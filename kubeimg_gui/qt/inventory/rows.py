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
    """

    summary: ImageSummary
    reference: Reference
    first_seen: float | None = None
    changed: LastChange | None = None
    group: "GroupRow | None" = None
    owner: str | None = None
    highlight: Highlight = NO_HIGHLIGHT
    key: str = field(init=False)
    sort_name: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = self.summary.key
        reference = self.summary.image.reference
        if reference is None or not reference.repository:
            self.sort_name = f"{LAST_NAME} {self.key}"
        else:
            tag = reference.tag or LAST_NAME
            self.sort_name = f"{reference.registry}/{reference.repository}:{tag} {self.key}"

    def take(self, summary: ImageSummary) -> bool:
        """Takes a new count; returns whether the image has other names now."""
        before, self.summary = self.summary, summary
        renamed = summary.image.names != before.image.names
        if renamed:
            self.__post_init__()
        return renamed

    @property
    def name(self) -> str:
        """The name that identifies the row among those of its kind."""
        return self.key

    @property
    def images(self) -> "Sequence[ImageRow]":
        """The images of the row: itself."""
        return (self,)

    @property
    def nodes(self) -> int:
        """Number of nodes that list it."""
        return self.summary.nodes

    @property
    def total(self) -> int:
        """Its reported size, summed over the nodes."""
        return self.summary.total_bytes

    @property
    def size(self) -> int:
        """Its largest reported size."""
        return self.summary.image.size_bytes

    @property
    def unreferenced(self) -> int:
        """Its total if no pod refers to it, else 0."""
        if self.reference.state is ReferenceState.NOT_REFERENCED:
            return self.summary.total_bytes
        return 0

    @property
    def pile_up(self) -> int:
        """What the column of references is sorted by."""
        state = self.reference.state
        if state is ReferenceState.NOT_REFERENCED:
            return self.summary.total_bytes
        return UNKNOWN_LAST if state is ReferenceState.UNKNOWN else REFERENCED_LAST

    @property
    def has_odd_sizes(self) -> bool:
        """Whether its total lacks entries whose sizes are not believable, as far as is known."""
        return not self.summary.image.size_is_believable


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
    """

    name: str
    number: int
    members: list[ImageRow] = field(default_factory=list[ImageRow])
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

    @property
    def key(self) -> str:
        """A group has no image key."""
        return ""

    @property
    def sort_name(self) -> str:
        """The name; images without one are last."""
        return self.name or LAST_NAME

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
        """Adds a member; a change that the user has not seen is shown on the group, too."""
        if len(self.members) == 1:
            self.counted = False
        self.members.append(row)
        row.group = self
        self.stale = True
        if not row.highlight.seen:
            self.show_change_of(row)

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
        self._count_references()
        if len(members) == 1:
            self._copy(members[0])
            return
        self.has_odd_sizes = any(member.has_odd_sizes for member in members)
        self.total = sum([member.summary.total_bytes for member in members])
        self.size = max([member.summary.image.size_bytes for member in members], default=0)
        if not self.counted:
            self.nodes = max([member.summary.nodes for member in members], default=0)
        times = [member.first_seen for member in members if member.first_seen is not None]
        self.first_seen = min(times) if times and len(times) == len(members) else None
        changes = [member.changed for member in members if member.changed is not None]
        self.changed = max(changes, key=lambda change: change.at, default=None)

    def _copy(self, member: ImageRow) -> None:
        """Takes over the values of the only member: most repositories have one."""
        self.nodes, self.counted, self.recount = member.summary.nodes, True, False
        self.total, self.size = member.total, member.size
        self.has_odd_sizes = member.has_odd_sizes
        self.first_seen, self.changed = member.first_seen, member.changed

    def _count_references(self) -> None:
        self.referenced = self.held = self.unknown = self.unreferenced = 0
        reasons: set[UnknownReason | None] = set()
        for member in self.members:
            reference = member.reference
            if reference.state is ReferenceState.UNKNOWN:
                self.unknown += 1
                reasons.add(reference.reason)
            elif reference.state is ReferenceState.NOT_REFERENCED:
                self.unreferenced += member.summary.total_bytes
            elif reference.running:
                self.referenced += 1
            else:
                self.held += 1
        self.reason = reasons.pop() if len(reasons) == 1 else None


Entry = ImageRow | GroupRow
"""A row of the table."""
