"""Distributes the width of the table among its columns.

Columns fit their content if there is room. Otherwise the bar, the trend and the largest image
shrink, then the trend and the runtime are hidden, and only then names are cut. Columns of labels
fit before the bar does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kubeimg_gui.qt.base.cells import PADDING
from kubeimg_gui.qt.base.table_header import CHEVRON_ROOM
from kubeimg_gui.qt.nodes.cell_painter import STATE_INDENT, CellPainter
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.nodes.model import NodeTableModel

LONGEST_NAME = 30
LEAST_NAME = 110
LONGEST_RUNTIME = 24
LONGEST_LABEL, SNUG_LABEL, LEAST_LABEL = 32, 16, 9
"""Characters of a label's value, and of its heading, that its widths have room for."""


@dataclass(frozen=True, slots=True)
class Width:
    """Widths of a column, in pixels.

    Attributes:
        ideal: width that fits the content.
        snug: width it gets before another column gets its ideal width.
        least: minimum width.
    """

    ideal: int
    snug: int
    least: int


SNUG_ORDER = (Column.LARGEST, Column.STATE, Column.REPORTED, Column.TREND)
"""Columns that become snug first; the trend therefore shrinks first."""

HIDDEN_ORDER = (Column.TREND, Column.RUNTIME)
"""Columns that are hidden, in this order, before names are cut and others are not snug."""

REMAINDER_ORDER = (Column.LARGEST, Column.NODE)
"""Columns that share the remaining width."""


def fit_widths(
    available: int, wishes: Mapping[TableColumn, Width], fixed: Mapping[TableColumn, int]
) -> dict[TableColumn, int]:
    """Distributes the available width among the columns shown.

    Columns in `fixed` were set by the user and stay. The others get their least width, then names
    get their ideal width, then the others their snug and their ideal width, as far as there is
    room. The columns of HIDDEN_ORDER are hidden while others need their place.
    """
    widths = {column: fixed.get(column, wish.least) for column, wish in wishes.items()}
    free = wishes.keys() - fixed.keys()
    labels = [column for column in wishes if isinstance(column, LabelColumn)]
    snug_order = [column for column in (*labels, *SNUG_ORDER) if column in free]
    remaining = available - sum(widths.values())
    steps: list[tuple[TableColumn, int]] = []
    if Column.NODE in free:
        steps.append((Column.NODE, wishes[Column.NODE].ideal))
    steps += [(column, wishes[column].snug) for column in snug_order]
    needy = [(column, wanted) for column, wanted in steps if column not in HIDDEN_ORDER]
    missing = sum(wanted - widths[column] for column, wanted in needy)
    for column in HIDDEN_ORDER:
        if remaining < missing and column in free:
            remaining += widths[column]
            widths[column] = 0
    steps += [(column, wishes[column].ideal) for column in snug_order]
    for column, wanted in steps:
        if widths[column]:
            given = max(0, min(remaining, wanted - widths[column]))
            widths[column] += given
            remaining -= given
    takers = [column for column in REMAINDER_ORDER if column in free]
    for index, column in enumerate(takers):
        share = max(0, remaining) // (len(takers) - index)
        widths[column] += share
        remaining -= share
    return widths


def wishes(nodes: NodeTableModel, painter: CellPainter) -> Mapping[TableColumn, Width]:
    """Returns the widths of the columns for their content and font."""

    def measure(text: str) -> int:
        # One pixel more: advances are rounded, and text that is one pixel too wide is elided.
        return painter.metrics.horizontalAdvance(text) + 1

    def widest(column: TableColumn, usual: str) -> str:
        return nodes.widest.get(column, usual)

    def wish(column: TableColumn, ideal: int, snug: int = 0, least: int = 0) -> Width:
        snug = min(ideal, snug or ideal)
        least = min(snug, least or snug)
        ideal, snug, least = (
            max(width, heads[column]) + 2 * PADDING for width in (ideal, snug, least)
        )
        return Width(ideal, snug, least)

    def wish_of_label(column: LabelColumn) -> Width:
        text = widest(column, "")
        return wish(column, *(measure(text[:n]) for n in (LONGEST_LABEL, SNUG_LABEL, LEAST_LABEL)))

    moment, columns = nodes.moment, nodes.columns
    heads = {column: measure(columns.title(column, moment)[:LONGEST_LABEL]) for column in columns}
    heads[nodes.sort_column] += CHEVRON_ROOM
    name = measure(widest(Column.NODE, "ip-10-0-0-1.example.internal")[:LONGEST_NAME])
    state = measure(widest(Column.STATE, "NotReady")) + STATE_INDENT
    cordoned = measure("Ready,SchedulingDisabled") + STATE_INDENT
    runtime = measure(widest(Column.RUNTIME, "containerd 1.7.27")[:LONGEST_RUNTIME])
    number = max(painter.number_width, heads[Column.REPORTED])
    return {
        Column.NODE: wish(Column.NODE, name, least=LEAST_NAME),
        Column.STATE: wish(Column.STATE, state, cordoned, measure("NotReady") + STATE_INDENT),
        Column.RUNTIME: wish(Column.RUNTIME, runtime),
        Column.IMAGES: wish(Column.IMAGES, measure("888+")),
        Column.REPORTED: wish(Column.REPORTED, number + 90, number + 40, number),
        Column.CHANGE: wish(Column.CHANGE, measure("▲ +88.8 GiB")),
        Column.TREND: wish(Column.TREND, 96, 48, 1),
        Column.LARGEST: wish(Column.LARGEST, 230, 160, 66),
        Column.AGE: wish(Column.AGE, measure("119m")),
        Column.NOT_REFERENCED: wish(Column.NOT_REFERENCED, measure("≤ 88.8 GiB")),
        **{each: wish_of_label(each) for each in columns if isinstance(each, LabelColumn)},
    }
