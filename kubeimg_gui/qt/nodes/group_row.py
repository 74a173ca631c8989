"""A row of the table that stands for a group of nodes: those with one value of a label."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import EMPTY
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Groups = TranslationContext("Groups")


class GroupKind(IntEnum):
    """Which nodes a group holds; groups of a higher kind are always below the others."""

    VALUE = 0
    """Those with one value of the label."""
    OTHERS = 1
    """Those with values beyond the number of groups, see `group_order.MAX_GROUPS`."""
    UNLABELLED = 2
    """Those without the label."""


@dataclass(slots=True)
class Subtotals:
    """Sums over nodes; confined to the GUI thread.

    Attributes:
        nodes, ready, lower_bounds: number of nodes, of Ready ones, and of those whose reported
            size may lack images.
        reported, change: the sums of the reported sizes and of what they gained, in bytes.
        compressed, unpacked: number of nodes whose sizes are known to have that meaning.
    """

    nodes: int = 0
    ready: int = 0
    lower_bounds: int = 0
    reported: int = 0
    change: int = 0
    compressed: int = 0
    unpacked: int = 0

    @property
    def unknown(self) -> int:
        """Number of nodes whose sizes may be compressed or not."""
        return self.nodes - self.compressed - self.unpacked

    @property
    def mixed_meanings(self) -> bool:
        """Whether `reported` adds up sizes of different meanings."""
        return self.nodes not in (self.compressed, self.unpacked, self.unknown)


@dataclass(slots=True, eq=False)
class GroupRow:
    """A group of nodes; GUI thread only.

    Attributes:
        label, value: the label, and its value for the kind VALUE.
        kind: which nodes it holds.
        key: identifies the group, also among those of other labels.
        collapsed: whether its nodes are hidden.
        all_totals: over all its nodes. Deleted nodes count no longer, although their rows stay
            for a moment.
        totals: over those of its nodes that the filter shows; without one the same object.
    """

    label: str
    value: str
    kind: GroupKind
    key: str
    collapsed: bool
    all_totals: Subtotals
    totals: Subtotals

    @property
    def name(self) -> str:
        """The value of the label, EMPTY for an empty one; or what nodes it holds."""
        match self.kind:
            case GroupKind.VALUE:
                return self.value or EMPTY
            case GroupKind.OTHERS:
                return translate("Groups", "other values")
            case GroupKind.UNLABELLED:
                return formatting.fill(translate("Groups", "no {label}"), label=self.label)

    @property
    def shown_name(self) -> str:
        """The name as it is shown."""
        return formatting.line(self.name)

    @property
    def reported_text(self) -> str:
        """The reported size as it is shown."""
        return units.reported_size(self.totals.reported, self.totals.lower_bounds > 0)

    @property
    def mixed_text(self) -> str:
        """The mark of a reported size that adds up different meanings; "" for one that does not."""
        return translate("Groups", "mixed") if self.totals.mixed_meanings else ""

    @property
    def counts(self) -> tuple[str, str]:
        """The number of nodes, and of those that are not ready; the second is "" for none."""
        unready = self.totals.nodes - self.totals.ready
        return formatting.nodes(self.totals.nodes), (
            Groups.tr("%Ln not ready", "", unready) if unready else ""
        )


Row = NodeRow | GroupRow
"""What a row of the table stands for."""

SUBTOTALS: Mapping[TableColumn, Callable[[GroupRow], int]] = {
    Column.STATE: lambda group: group.totals.nodes - group.totals.ready,
    Column.REPORTED: attrgetter("totals.reported"),
    Column.CHANGE: attrgetter("totals.change"),
}
"""The sort values of groups when rows are sorted by these columns."""
