"""Columns of the node table in a settings file; all values are validated.

A fixed column is written by its name, the column of a label as `label:` and the quoted key.
"""

from urllib.parse import quote, unquote

from PySide6.QtCore import QSettings

from kubeimg_gui.domain.node_labels import is_label
from kubeimg_gui.qt.base.view_state import pixels
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.columns import HIDDEN_AT_FIRST, Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import MOST_LABEL_COLUMNS, LabelColumn

LABEL = "label:"


def read_columns(file: QSettings) -> ColumnLayout:
    """Returns the layout in the current group of a file; invalid values become the defaults."""
    known = _columns(file, "columns/order")
    order = _order(known)
    columns = order or tuple(Column)
    # An earlier version of kubeimg did not know these columns.
    hidden = {*_columns(file, "columns/hidden"), *(HIDDEN_AT_FIRST - set(known))}
    sort = _columns(file, "columns/sort")
    group = file.value("columns/group")
    return ColumnLayout(
        order=order,
        hidden=frozenset(hidden & set(columns) - {Column.NODE}),
        widths={
            column: width
            for column in columns
            if (width := pixels(file.value(f"widths/{_name(column)}")))
        },
        sort=sort[0] if sort and sort[0] in columns else Column.REPORTED,
        descending=file.value("columns/descending", "true") != "false",
        group=group if isinstance(group, str) and is_label(group) else "",
    )


def write_columns(file: QSettings, layout: ColumnLayout) -> None:
    """Replaces the layout in the current group of a file."""
    for group in ("columns", "widths"):
        file.remove(group)
    file.setValue("columns/order", " ".join(map(_name, layout.order)))
    file.setValue("columns/hidden", " ".join(sorted(map(_name, layout.hidden))))
    file.setValue("columns/sort", _name(layout.sort))
    file.setValue("columns/descending", "true" if layout.descending else "false")
    file.setValue("columns/group", layout.group)
    for column, width in layout.widths.items():
        file.setValue(f"widths/{_name(column)}", width)


def _order(columns: tuple[TableColumn, ...]) -> tuple[TableColumn, ...]:
    """Returns an order with all fixed columns and not too many labels; () for the default.

    Columns that are hidden at first may be missing: they come last.
    """
    labels = [column for column in columns if isinstance(column, LabelColumn)][:MOST_LABEL_COLUMNS]
    fixed = [column for column in columns if isinstance(column, Column)]
    missing = [column for column in Column if column not in fixed]
    if not HIDDEN_AT_FIRST.issuperset(missing):
        return (*Column, *labels) if labels else ()
    return (*(column for column in columns if column in (*fixed, *labels)), *missing)


def _name(column: TableColumn) -> str:
    if isinstance(column, Column):
        return column.name.lower()
    # A slash would separate groups.
    return LABEL + quote(column.label, safe="", errors="surrogatepass")


def _column(name: str) -> TableColumn | None:
    if name.startswith(LABEL):
        label = unquote(name.removeprefix(LABEL), errors="replace")
        return LabelColumn(label) if is_label(label) else None
    return next((column for column in Column if column.name.lower() == name), None)


def _columns(file: QSettings, key: str) -> tuple[TableColumn, ...]:
    value = file.value(key)
    names = value.split() if isinstance(value, str) else []
    found = (_column(name) for name in names)
    return tuple(dict.fromkeys(column for column in found if column is not None))
