"""The columns of the table, fixed ones and those of labels: text, sort value and tooltip of each.

Sorting compares raw values, never text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import ceil, nan
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.node_labels import label_reader
from kubeimg_gui.domain.references import UnknownReason
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.label_columns import (
    AFTER_ALL,
    MOST_LABEL_COLUMNS,
    LabelColumn,
    label_sorted_by,
    label_text,
    label_tip,
)
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.text import units

translate = QCoreApplication.translate


class Column(IntEnum):
    """The fixed columns in the order a new window shows them."""

    NODE = 0
    STATE = 1
    RUNTIME = 2
    IMAGES = 3
    REPORTED = 4
    CHANGE = 5
    TREND = 6
    LARGEST = 7
    AGE = 8
    NOT_REFERENCED = 9


TableColumn = Column | LabelColumn
NUMERIC: frozenset[TableColumn] = frozenset(
    {Column.IMAGES, Column.REPORTED, Column.CHANGE, Column.AGE, Column.NOT_REFERENCED}
)
"""Right-aligned columns."""
HIDDEN_AT_FIRST: frozenset[TableColumn] = frozenset({Column.NOT_REFERENCED})
"""Columns that a new window does not show."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The times that texts are relative to.

    Attributes:
        now, opened: now and when the window opened, seconds since the epoch.
        steady: now on the steady clock, for countdowns and highlights.
    """

    now: float
    opened: float
    steady: float = 0.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column shows of a row.

    Attributes:
        value: raw value to sort by; all values of one column are comparable.
        text: text of the cell, also for a screen reader.
        tip: details for the tooltip, as plain text.
    """

    value: Callable[[NodeRow], Any]
    text: Callable[[NodeRow, Moment], str]
    tip: Callable[[NodeRow, Moment], str]


def title(column: Column, moment: Moment) -> str:
    """Returns the heading of a fixed column; the change column shows since when it counts."""
    if column is Column.CHANGE:
        since = formatting.clock(moment.opened, moment.now)
        return translate("Columns", "Since {time}").format(time=since)
    titles = {
        Column.NODE: translate("Columns", "Node"),
        Column.STATE: translate("Columns", "State"),
        Column.RUNTIME: translate("Columns", "Runtime"),
        Column.IMAGES: translate("Columns", "Images"),
        Column.REPORTED: translate("Columns", "Reported size"),
        Column.TREND: translate("Columns", "Trend"),
        Column.LARGEST: translate("Columns", "Largest image"),
        Column.AGE: translate("Columns", "Age"),
        Column.NOT_REFERENCED: translate("Columns", "Not referenced"),
    }
    return titles[column]


def sorted_by(column: TableColumn) -> str:
    """Returns the sort order as part of a sentence."""
    if isinstance(column, LabelColumn):
        return label_sorted_by(column.label)
    texts = {
        Column.NODE: translate("Columns", "sorted by name"),
        Column.STATE: translate("Columns", "sorted by state"),
        Column.RUNTIME: translate("Columns", "sorted by runtime"),
        Column.IMAGES: translate("Columns", "sorted by number of images"),
        Column.REPORTED: translate("Columns", "sorted by reported size"),
        Column.CHANGE: translate("Columns", "sorted by change"),
        Column.TREND: translate("Columns", "sorted by time of last change"),
        Column.LARGEST: translate("Columns", "sorted by largest image"),
        Column.AGE: translate("Columns", "sorted by age"),
        Column.NOT_REFERENCED: translate("Columns", "sorted by size not referenced"),
    }
    return texts[column]


def exported(column: TableColumn, row: NodeRow) -> float | None:
    """Returns the number to export where it is not the sort value; NaN for none.

    Of the age it is the time of creation in seconds since the epoch.
    """
    if column is Column.AGE:
        return nan if row.record.created is None else row.record.created
    if column is Column.NOT_REFERENCED and not isinstance(row.not_referenced, int):
        return nan
    return nan if column is Column.LARGEST and row.largest is None else None


def state(row: NodeRow, moment: Moment) -> str:
    """Returns the node's condition, or the countdown to its deletion, which a click cancels."""
    if row.deletes_at is None or row.deleted:
        return row.condition
    seconds = max(1, ceil(row.deletes_at - moment.steady))
    return translate("Columns", "Deleting {n} s ✕").format(n=seconds)


def image_count(row: NodeRow) -> str:
    """Returns the number of listed images; `50+` for a list that may be cut."""
    count = len(row.record.images)
    return f"{count}+" if row.record.capped else str(count)


def largest(row: NodeRow) -> str:
    """Returns short name and size of the largest image."""
    if row.largest is None:
        return ""
    return f"{node_wording.image_name(row.largest)}  {node_wording.image_size(row.largest)}"


def not_referenced(row: NodeRow) -> str:
    """Returns the most that no pod of the node refers to, or that it is unknown."""
    if not isinstance(row.not_referenced, int):
        return translate("Columns", "unknown")
    return translate("Columns", "≤ {size}").format(size=units.size(row.not_referenced))


def _age(row: NodeRow, moment: Moment) -> str:
    return "—" if row.record.created is None else units.age(moment.now - row.record.created)


def _trend(row: NodeRow, moment: Moment) -> str:
    first, last = row.samples.first[1], row.samples.last[1]
    return translate("Columns", "from {first} to {last} since {time}").format(
        first=units.size(first),
        last=units.size(last),
        time=formatting.clock(moment.opened, moment.now),
    )


def _node_tip(row: NodeRow, _moment: Moment) -> str:
    return "\n".join(map(formatting.line, (row.name, *row.record.labels)))


def _state_tip(row: NodeRow, moment: Moment) -> str:
    if row.deletes_at is None or row.deleted:
        return row.condition
    return "\n".join((state(row, moment), translate("Columns", "Click to cancel the deletion.")))


def _count_tip(row: NodeRow, _moment: Moment) -> str:
    count = formatting.images(len(row.record.images))
    return "\n".join((count, *node_wording.list_limits(row.record)))


def _reported_tip(row: NodeRow, _moment: Moment) -> str:
    size = formatting.exact_size(row.record.reported_bytes)
    if row.record.is_lower_bound:
        size = translate("Columns", "At least {size}").format(size=size)
    limits = node_wording.list_limits(row.record)
    return "\n".join((size, *limits, node_wording.meaning(row.record)))


def _change_tip(row: NodeRow, moment: Moment) -> str:
    return translate("Columns", "{change} since {time}").format(
        change=formatting.signed_exact_size(row.change), time=formatting.moment(moment.opened)
    )


def _largest_tip(row: NodeRow, _moment: Moment) -> str:
    if row.largest is None:
        return translate("Columns", "No images are listed.")
    names = map(formatting.line, row.largest.names)
    return "\n".join((*names, node_wording.exact_image_size(row.largest)))


def _age_tip(row: NodeRow, _moment: Moment) -> str:
    if row.record.created is None:
        return translate("Columns", "The server does not report when the node was created.")
    return formatting.moment(row.record.created)


def _not_referenced_tip(row: NodeRow, _moment: Moment) -> str:
    match row.not_referenced:
        case int(size):
            return "\n".join(
                (
                    translate(
                        "Columns",
                        "The reported sizes of the images that no pod of the node refers to.",
                    ),
                    translate(
                        "Columns",
                        "This does not mean safe to delete: images share layers, pods may come, and"
                        " lists may be cut.",
                    ),
                    formatting.exact_size(size),
                )
            )
        case UnknownReason.FORBIDDEN:
            return translate(
                "Columns",
                "You may not list pods. Ask for the permission to list and watch pods in all"
                " namespaces (verbs list, watch on pods).",
            )
        case UnknownReason.READING:
            return translate("Columns", "Pods are being read.")
        case _:
            return translate("Columns", "Pods are not watched. Switch on Pods above the table.")


MEANINGS: Mapping[Column, Meaning] = {
    Column.NODE: Meaning(attrgetter("name"), lambda row, _: row.shown_name, _node_tip),
    Column.STATE: Meaning(
        attrgetter("severity", "condition"),
        state,
        _state_tip,
    ),
    Column.RUNTIME: Meaning(
        attrgetter("record.runtime"),
        lambda row, _: node_wording.runtime(row.record),
        lambda row, _: node_wording.meaning(row.record),
    ),
    Column.IMAGES: Meaning(
        lambda row: len(row.record.images), lambda row, _: image_count(row), _count_tip
    ),
    Column.REPORTED: Meaning(
        attrgetter("reported"),
        lambda row, _: units.reported_size(row.record.reported_bytes, row.record.is_lower_bound),
        _reported_tip,
    ),
    Column.CHANGE: Meaning(
        attrgetter("change"), lambda row, _: formatting.signed_size(row.change), _change_tip
    ),
    Column.TREND: Meaning(attrgetter("samples.changed_at"), _trend, _trend),
    Column.LARGEST: Meaning(
        lambda row: row.largest.size_bytes if row.largest else -1,
        lambda row, _: largest(row),
        _largest_tip,
    ),
    # Youngest first in ascending order, nodes of unknown age last.
    Column.AGE: Meaning(
        lambda row: 0.0 if row.record.created is None else -row.record.created, _age, _age_tip
    ),
    Column.NOT_REFERENCED: Meaning(
        lambda row: row.not_referenced if isinstance(row.not_referenced, int) else -1,
        lambda row, _: not_referenced(row),
        _not_referenced_tip,
    ),
}


def meaning(column: TableColumn) -> Meaning:
    """Returns what a column shows."""
    return _of_label(column.label) if isinstance(column, LabelColumn) else MEANINGS[column]


@lru_cache(MOST_LABEL_COLUMNS)
def _of_label(label: str) -> Meaning:
    read = label_reader(label, AFTER_ALL)
    return Meaning(
        lambda row: read(row.record),
        lambda row, _: label_text(row, label),
        lambda row, _: label_tip(row, label),
    )
