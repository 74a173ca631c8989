"""What the model of the node table returns for a cell or a heading, by role."""

from typing import Any

from PySide6.QtCore import Qt

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.roles import RAW, SORT
from kubeimg_gui.qt.nodes.columns import NUMERIC, Moment, TableColumn, exported, meaning
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.table_columns import TableColumns

# Plain integers: enum lookups would triple the cost of data().
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


def cell_data(row: NodeRow, column: TableColumn, role: int, moment: Moment) -> Any:
    """Returns text, raw values for SORT and RAW, escaped text for tooltips; None for others."""
    if role == DISPLAY:
        return meaning(column).text(row, moment)
    if role == ACCESSIBLE:
        return spoken(meaning(column).text(row, moment))
    if role == TOOLTIP:
        return formatting.tooltip(meaning(column).tip(row, moment))
    if role == ALIGNMENT:
        side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
    if role == SORT:
        return meaning(column).value(row)
    if role == RAW:
        return exported(column, row)
    return None


def heading_data(columns: TableColumns, section: int, role: int, moment: Moment) -> str | None:
    """Returns the title of a column, and the whole key of a label for its tooltip."""
    column = columns[section]
    if role in (DISPLAY, ACCESSIBLE):
        return columns.title(column, moment)
    if role == TOOLTIP and isinstance(column, LabelColumn):
        return formatting.tooltip(column.label)
    return None
