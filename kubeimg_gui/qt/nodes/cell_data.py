"""What the model of the node table answers about a cell, by role."""

from typing import Any

from PySide6.QtCore import Qt

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.table_export import RAW
from kubeimg_gui.qt.nodes.columns import MEANINGS, NUMERIC, Column, Moment, exported
from kubeimg_gui.qt.nodes.row import NodeRow

# Plain integers: enum lookups would triple the cost of data().
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
SORT = int(Qt.ItemDataRole.UserRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


def cell_data(row: NodeRow, column: Column, role: int, moment: Moment) -> Any:
    """Returns text, raw values for SORT and RAW, escaped text for tooltips; None for others."""
    if role == DISPLAY:
        return MEANINGS[column].text(row, moment)
    if role == ACCESSIBLE:
        return spoken(MEANINGS[column].text(row, moment))
    if role == TOOLTIP:
        return formatting.tooltip(MEANINGS[column].tip(row, moment))
    if role == ALIGNMENT:
        side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
    if role == SORT:
        return MEANINGS[column].value(row)
    if role == RAW:
        return exported(column, row)
    return None
