"""Columns of labels: which label, its title and how its values are shown and sorted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.node_labels import (
    ARCHITECTURE_LABEL,
    INSTANCE_TYPE_LABEL,
    POOL_LABELS,
    ZONE_LABEL,
    label_value,
)
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.row import NodeRow

translate = QCoreApplication.translate

MOST_LABEL_COLUMNS = 20
"""Maximum number of label columns in one table."""
AFTER_ALL = "\U0010ffff"
"""Sorts after the values of labels; nodes without the label have it."""
EMPTY = '""'
"""The text of an empty value, which differs from that of a node without the label."""


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """A column of the values of a label, by its whole key."""

    label: str


def short_title(label: str) -> str:
    """Returns the title of a label: a word for a well-known one, else the last part of its key."""
    if label in POOL_LABELS:
        return translate("Columns", "Pool")
    known = {
        ZONE_LABEL: translate("Columns", "Zone"),
        INSTANCE_TYPE_LABEL: translate("Columns", "Instance type"),
        ARCHITECTURE_LABEL: translate("Columns", "Architecture"),
    }
    return known.get(label) or formatting.line(last_part(label))


def last_part(label: str) -> str:
    """Returns the key of a label without its domain."""
    return label.rpartition("/")[2] or label


def label_titles(labels: Iterable[str], others: Iterable[str] = ()) -> Mapping[str, str]:
    """Returns the titles of labels in one table, which also has `others`.

    Labels whose titles equal another one are titled by their whole keys.
    """
    titles = {label: short_title(label) for label in labels}
    count = Counter(title.casefold() for title in (*titles.values(), *others))
    return {
        label: formatting.line(label) if count[title.casefold()] > 1 else title
        for label, title in titles.items()
    }


def label_sorted_by(label: str) -> str:
    """Returns the sort order by a label as part of a sentence."""
    return formatting.fill(translate("Columns", "sorted by label {label}"), label=last_part(label))


def label_text(row: NodeRow, label: str) -> str:
    """Returns the text of a cell: the value, EMPTY for an empty one, "" for a missing label."""
    value = label_value(row.record, label)
    return "" if value is None else formatting.line(value) or EMPTY


def label_tip(row: NodeRow, label: str) -> str:
    """Returns the tooltip of a cell: key and value, or that the node lacks the label."""
    value = label_value(row.record, label)
    if value is None:
        return formatting.fill(translate("Columns", "The node has no label {label}."), label=label)
    return formatting.line(f"{label}={value}")
