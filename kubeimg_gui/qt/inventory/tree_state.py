"""Saves and restores what the user arranged in the table of images."""

from collections.abc import Sequence

from kubeimg_gui.qt.base.view_state import (
    ViewState,
    columns_text,
    missing_columns,
    read_columns,
    read_widths,
    widths_text,
)
from kubeimg_gui.qt.inventory.arrangement import Arrangement
from kubeimg_gui.qt.inventory.columns import HIDDEN_AT_FIRST, Column
from kubeimg_gui.qt.inventory.tree import ImageTree


def save_state(tree: ImageTree, rows: Arrangement) -> ViewState:
    """Returns the columns from left to right, hidden ones, widths set by hand, the sort order."""
    return {
        "order": columns_text(sorted(Column, key=tree.header().visualIndex)),
        "hidden": columns_text(sorted(frozenset(Column) - tree.chosen)),
        "widths": widths_text(tree.user_widths),
        "sort": columns_text((rows.sort_column,)),
        "descending": str(rows.descending).lower(),
    }


def restore_state(tree: ImageTree, rows: Arrangement, state: ViewState) -> Sequence[str]:
    """Arranges the table as it was saved; returns in words what is not known.

    A column that came later than the state is hidden.
    """
    header = tree.header()
    order = read_columns(state.get("order", ""), Column)
    hidden = frozenset(read_columns(state.get("hidden", ""), Column)) if order else HIDDEN_AT_FIRST
    order = order or tuple(Column)
    later = tuple(column for column in Column if column not in order)
    names_first = sorted((*order, *later), key=lambda column: column is not Column.NAME)
    for position, column in enumerate(names_first):
        header.moveSection(header.visualIndex(column), position)
    tree.chosen = frozenset(order) - hidden | {Column.NAME}
    tree.user_widths.clear()
    tree.user_widths.update(read_widths(state.get("widths", ""), Column))
    sort = read_columns(state.get("sort", ""), Column) or (Column.TOTAL,)
    descending = state.get("descending") != "false"
    if (sort[0], descending) != (rows.sort_column, rows.descending):
        tree.sort_by(sort[0], descending)
    else:
        tree.fit_columns()
    return missing_columns(state, ("order", "sort"), Column)
