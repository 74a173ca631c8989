"""The columns of the table of images: text, sort value and tooltip of each.

Sorting compares raw values, never text.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image_times import Direction
from kubeimg_gui.domain.node import SizeMeaning
from kubeimg_gui.domain.references import ReferenceState
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.inventory import wording
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow
from kubeimg_gui.qt.inventory.wording import Inventory
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.pods import wording as pod_wording
from kubeimg_gui.qt.pods import workload_wording
from kubeimg_gui.text import units

translate = QCoreApplication.translate


class Column(IntEnum):
    """The columns in the order a new window shows them."""

    NAME = 0
    TAGS = 1
    DIGEST = 2
    SIZE = 3
    NODES = 4
    TOTAL = 5
    REFERENCES = 6
    FIRST_SEEN = 7
    CHANGED = 8
    MEANING = 9


COLUMNS = len(Column)
NUMERIC = frozenset({Column.SIZE})
"""Columns whose titles are at the right."""
HIDDEN_AT_FIRST = frozenset({Column.DIGEST, Column.MEANING})
DESCENDING_FIRST = frozenset(
    {Column.SIZE, Column.NODES, Column.TOTAL, Column.REFERENCES, Column.FIRST_SEEN, Column.CHANGED}
)
"""Columns that the first click sorts in descending order."""


class Use(Enum):
    """How many images of a row pods refer to; those held only by finished pods do not count."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Context:
    """What the texts of a row depend on beside the row.

    Attributes:
        now, opened: now and when the window opened, seconds since the epoch.
        steady: now on the steady clock.
        grouping: what images are grouped by.
        nodes: number of all nodes.
        is_bound: whether cut lists may hide further nodes of an entry.
        meanings: what the sizes of an entry mean on its nodes.
        owner: who owns all pods that refer to an image, as text; empty for several owners.
        scaled_to_zero: the workloads scaled to 0 that use an image.
    """

    now: float
    opened: float
    steady: float
    grouping: Grouping
    nodes: int
    is_bound: Callable[[Entry], bool]
    meanings: Callable[[Entry], frozenset[SizeMeaning]]
    owner: Callable[[ImageRow], str]
    scaled_to_zero: Callable[[ImageRow], Sequence[WorkloadRecord]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column shows of an entry.

    Attributes:
        value: raw value to sort by; all of one column are comparable. None: sort by the text.
        text: text of the cell, also for a screen reader.
        tip: details for the tooltip, as plain text.
    """

    value: Callable[[Entry], Any] | None
    text: Callable[[Entry, Context], str]
    tip: Callable[[Entry, Context], str]

    def sort_value(self, context: Context) -> Callable[[Entry], Any]:
        """Returns a function from an entry to its sort value."""
        return self.value or (lambda entry: self.text(entry, context))


def title(column: Column, grouping: Grouping) -> str:
    """Returns the heading of a column."""
    first = {
        Grouping.NONE: translate("ImageColumns", "Image"),
        Grouping.REPOSITORY: translate("ImageColumns", "Repository / image"),
        Grouping.REGISTRY: translate("ImageColumns", "Registry / image"),
    }
    titles = {
        Column.NAME: first[grouping],
        Column.TAGS: translate("ImageColumns", "Tags"),
        Column.DIGEST: translate("ImageColumns", "Digest"),
        Column.SIZE: translate("ImageColumns", "Size"),
        Column.NODES: translate("ImageColumns", "Nodes"),
        Column.TOTAL: translate("ImageColumns", "Total over nodes"),
        Column.REFERENCES: translate("ImageColumns", "References"),
        Column.FIRST_SEEN: translate("ImageColumns", "First seen"),
        Column.CHANGED: translate("ImageColumns", "Changed"),
        Column.MEANING: translate("ImageColumns", "Meaning of sizes"),
    }
    return titles[column]


def sorted_by(column: Column) -> str:
    """Returns the sort order as part of a sentence."""
    texts = {
        Column.NAME: translate("ImageColumns", "sorted by name"),
        Column.TAGS: translate("ImageColumns", "sorted by tag"),
        Column.DIGEST: translate("ImageColumns", "sorted by digest"),
        Column.SIZE: translate("ImageColumns", "sorted by size"),
        Column.NODES: translate("ImageColumns", "sorted by number of nodes"),
        Column.TOTAL: translate("ImageColumns", "sorted by total over nodes"),
        Column.REFERENCES: translate("ImageColumns", "sorted by bytes not referenced"),
        Column.FIRST_SEEN: translate("ImageColumns", "sorted by first seen"),
        Column.CHANGED: translate("ImageColumns", "sorted by last change"),
        Column.MEANING: translate("ImageColumns", "sorted by meaning of sizes"),
    }
    return texts[column]


def name(entry: Entry, context: Context) -> str:
    """Returns the name of a group, or that of an image as its group shows it."""
    if isinstance(entry, GroupRow):
        return wording.group_title(entry)
    return wording.image_title(entry.summary, context.grouping)


def size(entry: Entry, context: Context) -> str:
    """Returns the largest reported size of an image, or the number of images of a group."""
    if isinstance(entry, GroupRow):
        count = len(entry.members)
        if context.grouping is Grouping.REPOSITORY and entry.name:
            return wording.versions(count)
        return formatting.images(count)
    return node_wording.image_size(entry.summary.image)


def is_mixed(entry: Entry, context: Context) -> bool:
    """Returns whether the sizes of an entry mean different things."""
    return len(context.meanings(entry)) > 1


def nodes(entry: Entry, context: Context) -> str:
    """Returns the number of nodes, `≥` where there may be more."""
    uncounted = isinstance(entry, GroupRow) and not entry.counted
    count = str(entry.nodes)
    return units.at_least(count) if uncounted or context.is_bound(entry) else count


def total(entry: Entry, context: Context) -> str:
    """Returns the total over all nodes, `≥` where it may lack some."""
    return units.reported_size(entry.total, has_lower_total(entry, context))


def has_lower_total(entry: Entry, context: Context) -> bool:
    """Returns whether the total of an entry is a lower bound."""
    return entry.has_odd_sizes or context.is_bound(entry)


def references(entry: Entry, context: Context) -> str:
    """Returns whether pods refer to an image, or to how many of a group."""
    if isinstance(entry, GroupRow):
        if len(entry.members) > 1:
            return wording.group_reference_text(entry)
        entry = entry.members[0]
    reference = entry.reference
    owner = context.owner(entry) if reference.running else ""
    return pod_wording.reference_text(reference, owner)


def use(entry: Entry) -> Use:
    """Returns how many images of a row pods refer to."""
    if isinstance(entry, GroupRow):
        count, referenced, unknown = len(entry.members), entry.referenced, entry.unknown
    else:
        state = entry.reference.state
        count, unknown = 1, int(state is ReferenceState.UNKNOWN)
        referenced = int(entry.reference.running > 0)
    if unknown == count:
        return Use.UNKNOWN
    if not referenced:
        return Use.NONE
    return Use.ALL if referenced == count else Use.SOME


def first_seen(entry: Entry, context: Context) -> str:
    """Returns when an image appeared; "before 14:02" where it was there from the start."""
    if entry.first_seen is None:
        text = translate("ImageColumns", "before {time}")
        return text.format(time=formatting.clock(context.opened, context.now))
    return formatting.clock(entry.first_seen, context.now)


def changed(entry: Entry, context: Context) -> str:
    """Returns direction and time of the last change, `·` for none."""
    if entry.changed is None:
        return "·"
    arrow = "▲" if entry.changed.direction is Direction.ARRIVED else "▼"
    return f"{arrow} {formatting.clock(entry.changed.at, context.now)}"


def _tags(entry: Entry, context: Context) -> str:
    return "" if isinstance(entry, GroupRow) else wording.tags_text(entry.summary)


def _digest(entry: Entry, context: Context) -> str:
    return "" if isinstance(entry, GroupRow) else wording.digest_text(entry.summary.image)


def _name_tip(entry: Entry, context: Context) -> str:
    if isinstance(entry, GroupRow):
        count = formatting.images(len(entry.members))
        return f"{wording.group_title(entry)}\n{count}"
    names = entry.summary.image.names
    return "\n".join(map(formatting.line, names)) or name(entry, context)


def _digest_tip(entry: Entry, context: Context) -> str:
    digests = () if isinstance(entry, GroupRow) else entry.summary.image.digests
    return "\n".join(map(formatting.line, digests))


def _size_tip(entry: Entry, context: Context) -> str:
    lines: list[str] = []
    if isinstance(entry, ImageRow):
        summary = entry.summary
        lines += [formatting.exact_size(each) for each in reversed(summary.sizes)]
        if not summary.image.size_is_believable:
            lines.append(node_wording.exact_image_size(summary.image))
    else:
        lines.append(size(entry, context))
    if is_mixed(entry, context):
        lines.append(translate("ImageColumns", "Compressed on some nodes, unpacked on others."))
    return "\n".join(lines)


def _nodes_tip(entry: Entry, context: Context) -> str:
    text = translate("ImageColumns", "{nodes} of {all} nodes list it.")
    lines = [text.format(nodes=nodes(entry, context), all=f"{context.nodes:,}")]
    return "\n".join(lines + _bound_tip(entry, context))


def _total_tip(entry: Entry, context: Context) -> str:
    exact = formatting.exact_size(entry.total)
    if has_lower_total(entry, context):
        exact = translate("ImageColumns", "At least {size}").format(size=exact)
    lines = [exact, translate("ImageColumns", "Reported sizes, summed over nodes; not disk use.")]
    if entry.has_odd_sizes:
        lines.append(translate("ImageColumns", "Sizes that are not believable are left out."))
    return "\n".join(lines + _bound_tip(entry, context))


def _bound_tip(entry: Entry, context: Context) -> list[str]:
    if not context.is_bound(entry):
        return []
    return [translate("ImageColumns", "Nodes whose lists are cut may hold it, too.")]


def _references_tip(entry: Entry, context: Context) -> str:
    lines = [references(entry, context)]
    if isinstance(entry, ImageRow):
        reference = entry.reference
        if reference.state is ReferenceState.REFERENCED:
            on_nodes = translate("ImageColumns", "Referenced on {nodes} of {all} nodes.")
            lines.append(on_nodes.format(nodes=reference.nodes, all=entry.nodes))
        if reference.running and reference.finished:
            lines.append(Inventory.tr("Also held by %Ln finished pod(s)", "", reference.finished))
    if entry.unreferenced:
        text = translate("ImageColumns", "At most {size} not referenced: layers may be shared.")
        lines.append(text.format(size=units.size(entry.unreferenced)))
    if len(entry.images) == 1:
        scaled = context.scaled_to_zero(entry.images[0])
        lines.append(workload_wording.scaled_to_zero(scaled))
    return "\n".join(filter(None, lines))


def _first_seen_tip(entry: Entry, context: Context) -> str:
    if entry.first_seen is None:
        return translate("ImageColumns", "There when kubeimg began to watch.")
    return formatting.moment(entry.first_seen)


def _changed_tip(entry: Entry, context: Context) -> str:
    if entry.changed is None:
        return translate("ImageColumns", "No change since kubeimg began to watch.")
    at = formatting.moment(entry.changed.at)
    if entry.changed.direction is Direction.ARRIVED:
        return translate("ImageColumns", "Arrived on a node at {time}").format(time=at)
    return translate("ImageColumns", "Left a node at {time}").format(time=at)


def _meaning(entry: Entry, context: Context) -> str:
    return wording.meaning_text(context.meanings(entry))


def _sort_digest(entry: Entry) -> str:
    images = entry.images
    return next(iter(images[0].summary.image.digests), "") if len(images) == 1 else ""


def _sort_tag(entry: Entry) -> str:
    reference = None if isinstance(entry, GroupRow) else entry.summary.image.reference
    return (reference.tag or "") if reference else ""


def _sort_changed(entry: Entry) -> float:
    return 0.0 if entry.changed is None else entry.changed.at


MEANINGS: Mapping[Column, Meaning] = {
    Column.NAME: Meaning(attrgetter("sort_name"), name, _name_tip),
    Column.TAGS: Meaning(_sort_tag, _tags, _tags),
    Column.DIGEST: Meaning(_sort_digest, _digest, _digest_tip),
    Column.SIZE: Meaning(attrgetter("size"), size, _size_tip),
    Column.NODES: Meaning(attrgetter("nodes"), nodes, _nodes_tip),
    Column.TOTAL: Meaning(attrgetter("total"), total, _total_tip),
    Column.REFERENCES: Meaning(attrgetter("pile_up"), references, _references_tip),
    Column.FIRST_SEEN: Meaning(lambda entry: entry.first_seen or 0, first_seen, _first_seen_tip),
    Column.CHANGED: Meaning(_sort_changed, changed, _changed_tip),
    Column.MEANING: Meaning(None, _meaning, _meaning),
}
