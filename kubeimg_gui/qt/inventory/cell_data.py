"""What the model of the table of images returns for a cell."""

from math import nan
from typing import Any

from PySide6.QtCore import Qt

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.roles import RAW
from kubeimg_gui.qt.inventory.columns import MEANINGS, NUMERIC, Column, Context, Use, use
from kubeimg_gui.qt.inventory.rows import Entry
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, ALIGNMENT, DISPLAY, SORT, TOOLTIP


def cell_data(entry: Entry, column: Column, role: int, context: Context) -> Any:
    """Returns text, raw values for SORT and RAW, escaped text for tooltips; None for others."""
    meaning = MEANINGS[column]
    if role == DISPLAY:
        return meaning.text(entry, context)
    if role == ACCESSIBLE:
        return spoken(meaning.text(entry, context))
    if role == TOOLTIP:
        return formatting.tooltip(meaning.tip(entry, context))
    if role == ALIGNMENT:
        side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
    if role == SORT:
        return meaning.sort_value(context)(entry)
    if role == RAW:
        return _exported(column, entry)
    return None


def _exported(column: Column, entry: Entry) -> float | None:
    """Returns the number to export where it is not the sort value; NaN for none.

    Of the references it is the reported size, over all nodes, that no pod is known to refer to.
    """
    match column:
        case Column.REFERENCES:
            return nan if use(entry) is Use.UNKNOWN else entry.unreferenced
        case Column.FIRST_SEEN:
            return nan if entry.first_seen is None else entry.first_seen
        case Column.CHANGED:
            return nan if entry.changed is None else entry.changed.at
        case Column.SIZE | Column.TOTAL if entry.has_odd_sizes:
            known = entry.size if column is Column.SIZE else entry.total
            return known or nan
        case _:
            return None
