"""Saves and restores what the user arranged in the table of nodes."""

from collections.abc import Sequence

from kubeimg_gui.qt.base.view_state import (
    ViewState,
    columns_text,
    missing_columns,
    read_columns,
    read_widths,
    widths_text,
)
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView


def save_state(table: NodeView, model: NodeTableModel) -> ViewState:
    """Returns the columns from left to right, hidden ones, widths set by hand, the sort order."""
    header = table.header
    return {
        "order": columns_text(sorted(Column, key=header.visualIndex)),
        "hidden": columns_text(column for column in Column if header.isSectionHidden(column)),
        "widths": widths_text(table.user_widths),
        "sort": columns_text((model.sort_column,)),
        "descending": str(model.descending).lower(),
    }


def restore_state(table: NodeView, model: NodeTableModel, state: ViewState) -> Sequence[str]:
    """Arranges the table as it was saved; returns in words what is not known.

    A column that came later than the state is hidden.
    """
    header = table.header
    order = read_columns(state.get("order", ""), Column) or tuple(Column)
    later = tuple(column for column in Column if column not in order)
    hidden = {*read_columns(state.get("hidden", ""), Column), *later} - {Column.NODE}
    for position, column in enumerate((*order, *later)):
        header.moveSection(header.visualIndex(column), position)
        header.setSectionHidden(column, column in hidden)
    table.user_widths.clear()
    table.user_widths.update(read_widths(state.get("widths", ""), Column))
    sort = read_columns(state.get("sort", ""), Column) or (Column.REPORTED,)
    descending = state.get("descending") != "false"
    if (sort[0], descending) != (model.sort_column, model.descending):
        table.sort_by(sort[0], descending)
    else:
        table.fit_columns()
    return missing_columns(state, ("order", "sort"), Column)
