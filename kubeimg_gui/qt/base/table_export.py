"""The rows of any table or tree as CSV or JSON, in pieces that a window can make between events.

A cell is exported as it is shown. A column of numbers has a second column with the exact ones.
"""

import csv
import io
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    Qt,
)
from PySide6.QtWidgets import QHeaderView, QTableView, QTreeView

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.roles import RAW, SORT
from kubeimg_gui.text.escaping import csv_cell, json_text
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate

DISPLAY = int(Qt.ItemDataRole.DisplayRole)

Number = int | float


class Form(Enum):
    """The format of a file, with the end of its name."""

    CSV = "csv"
    JSON = "json"


class Span(NamedTuple):
    """Rows next to each other: `first` to `last` below `parent`."""

    parent: QModelIndex
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of the file: text of a section, or its number where `number` is set."""

    section: int
    title: str
    number: bool = False


def visible_sections(view: QTableView | QTreeView) -> list[int]:
    """Returns the columns of a view that are not hidden, in the order shown."""
    header: QHeaderView = view.horizontalHeader() if isinstance(view, QTableView) else view.header()
    order = [header.logicalIndex(place) for place in range(header.count())]
    return [section for section in order if not header.isSectionHidden(section)]


def selected_spans(view: QTableView | QTreeView) -> list[Span]:
    """Returns the selected rows, in the order shown; members of a group only if selected."""
    ranges = [
        Span(each.parent(), each.top(), each.bottom())
        for each in view.selectionModel().selection().toList()
    ]
    return sorted(ranges, key=_place)


def export_text(
    model: QAbstractItemModel,
    sections: Sequence[int],
    form: Form,
    spans: Iterable[Span] | None = None,
    *,
    flat: bool = False,
) -> Iterator[str]:
    """Yields the text of a file: its beginning, one row at a time, its end.

    Without `spans` it has all rows. Unless `flat`, each is followed by those below it, and the
    first column says how deep a row is. The rows of the model must not change or move between two
    pieces, except that further ones may be appended.
    """
    columns = export_columns(model, sections)
    rows = _all_rows(model, flat=flat) if spans is None else _rows_in(model, spans)
    levels = not flat
    titles = ([translate("Export", "Level")] if levels else []) + [each.title for each in columns]
    cells = (
        [*([level] if levels else []), *_cells(model, index, columns)] for index, level in rows
    )
    return _csv(titles, cells) if form is Form.CSV else _json(titles, cells)


def export_columns(model: QAbstractItemModel, sections: Sequence[int]) -> list[ExportColumn]:
    """Returns the columns of the file; the first row decides which of them have numbers."""
    columns: list[ExportColumn] = []
    taken: set[str] = set()

    def add(section: int, title: str, *, number: bool) -> None:
        unique, count = title, 1
        while unique in taken:
            count += 1
            unique = f"{title} {count}"
        taken.add(unique)
        columns.append(ExportColumn(section, unique, number))

    for section in sections:
        title = str(model.headerData(section, Qt.Orientation.Horizontal, DISPLAY) or section)
        add(section, title, number=False)
        if model.rowCount() and _raw(model, model.index(0, section)) is not None:
            number = formatting.fill(translate("Export", "{title} (number)"), title=title)
            add(section, number, number=True)
    return columns


def in_slices(pieces: Iterable[str], seconds: float) -> Iterator[str]:
    """Yields pieces joined, each time after `seconds` and at the end."""
    parts: list[str] = []
    until = time.perf_counter() + seconds
    for piece in pieces:
        parts.append(piece)
        if time.perf_counter() >= until:
            yield "".join(parts)
            parts.clear()
            until = time.perf_counter() + seconds
    yield "".join(parts)


def _place(span: Span) -> tuple[int, int, int]:
    if span.parent.isValid():
        return span.parent.row(), 1, span.first
    return span.first, 0, 0


def _all_rows(
    model: QAbstractItemModel, parent: QModelIndex | None = None, level: int = 0, *, flat: bool
) -> Iterator[tuple[QModelIndex, int]]:
    below = parent or QModelIndex()
    for row in range(model.rowCount(below)):
        index = model.index(row, 0, below)
        yield index, level
        if not flat and model.hasChildren(index):
            yield from _all_rows(model, index, level + 1, flat=flat)


def _rows_in(model: QAbstractItemModel, spans: Iterable[Span]) -> Iterator[tuple[QModelIndex, int]]:
    for parent, first, last in spans:
        level, above = 0, parent
        while above.isValid():
            level, above = level + 1, above.parent()
        for row in range(first, last + 1):
            yield model.index(row, 0, parent), level


def _raw(model: QAbstractItemModel, index: QModelIndex) -> Number | None:
    """Returns the number of a cell, NaN for none in a column of numbers; None in other columns."""
    for role in (RAW, SORT):
        value: object = model.data(index, role)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
    return None


def _cells(
    model: QAbstractItemModel, row: QModelIndex, columns: Iterable[ExportColumn]
) -> Iterator[str | Number | None]:
    index = row
    for column in columns:
        if column.section != index.column():
            index = row.siblingAtColumn(column.section)
        if column.number:
            number = _raw(model, index)
            yield number if number is not None and math.isfinite(number) else None
        else:
            yield str(model.data(index, DISPLAY) or "")


def _csv(titles: list[str], rows: Iterable[Sequence[str | Number | None]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([csv_cell(plain(title)) for title in titles])
    for cells in rows:
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([csv_cell(plain(c)) if isinstance(c, str) else c for c in cells])
    yield buffer.getvalue()


def _json(titles: list[str], rows: Iterable[Sequence[str | Number | None]]) -> Iterator[str]:
    before = "[\n"
    for cells in rows:
        yield before + json_text(dict(zip(titles, cells, strict=True)))
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"
