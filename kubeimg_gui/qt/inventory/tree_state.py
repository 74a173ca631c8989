"""Saves and restores what the user arranged in the table of images."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.view_state import ViewState, pixels
from kubeimg_gui.qt.inventory.arrangement import Arrangement
from kubeimg_gui.qt.inventory.columns import HIDDEN_AT_FIRST, Column
from kubeimg_gui.qt.inventory.tree import ImageTree

translate = QCoreApplication.translate

_KNOWN = {column.name.lower(): column for column in Column}


def save_state(tree: ImageTree, rows: Arrangement) -> ViewState:
    """Returns the columns from left to right, hidden ones, widths set by hand, the sort order."""
    return {
        "order": _names(sorted(Column, key=tree.header().visualIndex)),
        "hidden": _names(sorted(frozenset(Column) - tree.chosen)),
        "widths": _widths_text(tree.user_widths),
        "sort": _names((rows.sort_column,)),
        "descending": str(rows.descending).lower(),
    }


def restore_state(tree: ImageTree, rows: Arrangement, state: ViewState) -> Sequence[str]:
    """Arranges the table as it was saved; returns in words what is not known.

    A column that came later than the state is hidden.
    """
    header = tree.header()
    order = _columns(state.get("order", ""))
    hidden = frozenset(_columns(state.get("hidden", ""))) if order else HIDDEN_AT_FIRST
    order = order or tuple(Column)
    later = tuple(column for column in Column if column not in order)
    names_first = sorted((*order, *later), key=lambda column: column is not Column.NAME)
    for position, column in enumerate(names_first):
        header.moveSection(header.visualIndex(column), position)
    tree.chosen = frozenset(order) - hidden | {Column.NAME}
    tree.user_widths.clear()
    tree.user_widths.update(_widths(state.get("widths", "")))
    sort = _columns(state.get("sort", "")) or (Column.TOTAL,)
    descending = state.get("descending") != "false"
    if (sort[0], descending) != (rows.sort_column, rows.descending):
        tree.sort_by(sort[0], descending)
    else:
        tree.fit_columns()
    return _missing(state.get("order", ""), state.get("sort", ""))


def _names(columns: Iterable[Column]) -> str:
    return " ".join(column.name.lower() for column in columns)


def _columns(text: str) -> tuple[Column, ...]:
    return tuple(dict.fromkeys(_KNOWN[name] for name in text.split() if name in _KNOWN))


def _widths_text(widths: Mapping[Column, int]) -> str:
    return " ".join(f"{column.name.lower()}={widths[column]}" for column in sorted(widths))


def _widths(text: str) -> dict[Column, int]:
    pairs = (each.partition("=") for each in text.split())
    widths = {_KNOWN[name]: pixels(width) for name, _, width in pairs if name in _KNOWN}
    return {column: width for column, width in widths.items() if width}


def _missing(*texts: str) -> Sequence[str]:
    """Returns in words the names of columns that are none."""
    names = dict.fromkeys(name for text in texts for name in text.split() if name not in _KNOWN)
    text = translate("Columns", "column {name}")
    return [formatting.fill(text, name=name) for name in names]
