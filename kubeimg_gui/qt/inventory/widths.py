"""Distributes the width of the table of images among its columns.

Columns fit their usual content if there is room. Otherwise bars shrink, then the times are hidden,
and only then references and names are cut.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.cells import PADDING
from kubeimg_gui.qt.base.table_header import CHEVRON_ROOM
from kubeimg_gui.qt.inventory.columns import Column, title
from kubeimg_gui.qt.inventory.painter import GLYPH, RowPainter
from kubeimg_gui.qt.nodes.cell_painter import GAP
from kubeimg_gui.qt.nodes.group_painter import badge_width

NAME_IDEAL, NAME_LEAST = 230, 150
REFERENCES_IDEAL, REFERENCES_LEAST = 250, 130
NODES_BAR, TOTAL_BAR = 48, 72
"""Widths of the bars where there is room."""


@dataclass(frozen=True, slots=True)
class Width:
    """The width that fits the content of a column, and the least one; in pixels."""

    ideal: int
    least: int


HIDDEN_ORDER = (Column.FIRST_SEEN, Column.CHANGED)
"""Columns that are hidden, in this order, while others need their place."""
GROWING_ORDER = (
    Column.NAME,
    Column.REFERENCES,
    Column.TAGS,
    Column.TOTAL,
    Column.NODES,
)
"""Columns that grow to their ideal width, in this order."""


def fit_widths(
    available: int, wishes: Mapping[Column, Width], fixed: Mapping[Column, int]
) -> dict[Column, int]:
    """Distributes the available width among the columns shown; 0 hides a column.

    Columns in `fixed` were set by the user and stay.
    """
    widths = {column: fixed.get(column, wish.least) for column, wish in wishes.items()}
    needed = {
        column: wishes[column].ideal - widths[column]
        for column in (Column.NAME, Column.REFERENCES)
        if column in wishes and column not in fixed
    }
    remaining = available - sum(widths.values())
    for column in HIDDEN_ORDER:
        if remaining < sum(needed.values()) and column in widths and column not in fixed:
            remaining += widths[column]
            widths[column] = 0
    for column in GROWING_ORDER:
        if column in widths and column not in fixed:
            given = max(0, min(remaining, wishes[column].ideal - widths[column]))
            widths[column] += given
            remaining -= given
    takers = [each for each in (Column.REFERENCES, Column.NAME) if each in widths.keys() - fixed]
    for index, column in enumerate(takers):
        share = max(0, remaining) // (len(takers) - index)
        widths[column] += share
        remaining -= share
    return widths


def wishes(
    painter: RowPainter,
    grouping: Grouping,
    sorted_by: Column,
    shown: Collection[Column],
    *,
    mixed: bool,
) -> dict[Column, Width]:
    """Returns the widths of the columns shown; `mixed` leaves room for badges."""

    def measure(text: str) -> int:
        # One pixel more: advances are rounded, and text that is one pixel too wide is elided.
        return painter.metrics.horizontalAdvance(text) + 1

    badge = badge_width(painter.metrics, "≠") + GAP if mixed else 0
    count, size = painter.count_width, painter.size_width
    content = {
        Column.NAME: (NAME_IDEAL, NAME_LEAST),
        Column.TAGS: (measure("v0.9.1-ubuntu22.04"), measure("(no tag)")),
        Column.DIGEST: (measure("sha256:6827b10e6f68 +4"),) * 2,
        Column.SIZE: (measure("888 versions") + badge,) * 2,
        Column.NODES: (count + GAP + NODES_BAR, count),
        Column.TOTAL: (size + GAP + TOTAL_BAR, size),
        Column.REFERENCES: (REFERENCES_IDEAL + GLYPH, REFERENCES_LEAST + GLYPH),
        Column.FIRST_SEEN: (measure("before 14:02"),) * 2,
        Column.CHANGED: (measure("▲ 14:02"), measure("▲ 14:02")),
        Column.MEANING: (measure("compressed"),) * 2,
    }
    found: dict[Column, Width] = {}
    for column in shown:
        head = measure(title(column, grouping)) + (CHEVRON_ROOM if column is sorted_by else 0)
        ideal, least = content[column]
        found[column] = Width(max(ideal, head) + 2 * PADDING, max(least, head) + 2 * PADDING)
    return found
