"""Annotations being edited: values on the server, edits, and validation.

An edit carries the value that was shown, so a value changed by others meanwhile is a conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from kubeimg_gui.domain.annotation import (
    MAX_TOTAL_BYTES,
    AnnotationEdit,
    KeyProblem,
    is_owned,
    is_sendable,
    key_problem,
    total_bytes,
)
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
FONT = int(Qt.ItemDataRole.FontRole)

CONTEXT_CHARACTERS = 20
"""Number of characters shown before the first difference of two values."""

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """The columns."""

    KEY = 0
    VALUE = 1
    CHANGE = 2


class Edited(Enum):
    """The edit of a row."""

    KEPT = "kept"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(slots=True)
class AnnotationRow:
    """One key.

    Attributes:
        old: the value on the server as last read; None for none.
        new: the value to save; None removes the key.
        before: the value shown before it was changed to `old` on the server.
        changed_meanwhile: whether it was changed on the server.
    """

    key: str
    old: str | None
    new: str | None
    before: str | None = None
    changed_meanwhile: bool = False

    @property
    def edited(self) -> Edited:
        """What saving does to the key."""
        if self.new is None:
            return Edited.REMOVED
        if self.old is None:
            return Edited.ADDED
        return Edited.KEPT if self.new == self.old else Edited.CHANGED

    @property
    def in_conflict(self) -> bool:
        """Whether saving overwrites a change made by others."""
        return self.changed_meanwhile and self.edited is not Edited.KEPT


class AnnotationModel(QAbstractTableModel):
    """The annotations of one node, or edits for many nodes; GUI thread only.

    `known` is whether the annotations are known. On many nodes they are not, so removing a key
    needs a row of its own.
    """

    def __init__(self, theme: Theme, *, known: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known = known
        self._rows: list[AnnotationRow] = []

    # Content.

    def show(self, annotations: Mapping[str, str]) -> None:
        """Replaces all rows with these annotations."""
        self.beginResetModel()
        self._rows = [
            AnnotationRow(key, value, value) for key, value in sorted(annotations.items())
        ]
        self.endResetModel()

    def rebase(self, annotations: Mapping[str, str]) -> None:
        """Adopts the current values of the server and keeps the edits.

        Edited rows whose value was changed on the server keep both values.
        """
        current = dict(annotations)
        kept: list[AnnotationRow] = []
        for row in self._rows:
            found = current.pop(row.key, None)
            if row.edited is Edited.KEPT:
                row.old = row.new = found
            elif found != row.old:
                row.before, row.old, row.changed_meanwhile = row.old, found, True
            if not (row.old is None and row.new is None):
                kept.append(row)
        self.beginResetModel()
        self._rows = kept + [AnnotationRow(key, value, value) for key, value in current.items()]
        self.endResetModel()

    def row_at(self, index: int) -> AnnotationRow:
        """The row at an index, 0 at the top."""
        return self._rows[index]

    # Editing.

    def add(self, *, removal: bool = False) -> int:
        """Appends a row for a key to set or, with `removal`, to remove; returns its index."""
        index = len(self._rows)
        self.beginInsertRows(QModelIndex(), index, index)
        self._rows.append(AnnotationRow("", None, None if removal else ""))
        self.endInsertRows()
        return index

    def set_key(self, index: int, key: str) -> None:
        """Sets the key of an added row."""
        self._rows[index].key = key
        self._emit_changed(index)

    def set_value(self, index: int, value: str) -> None:
        """Sets the value to save."""
        self._rows[index].new = value
        self._emit_changed(index)

    def remove(self, index: int) -> None:
        """Marks a key as removed; an added row is deleted."""
        row = self._rows[index]
        if row.old is None:
            self.beginRemoveRows(QModelIndex(), index, index)
            del self._rows[index]
            self.endRemoveRows()
        else:
            row.new = None
            self._emit_changed(index)

    def restore(self, index: int) -> None:
        """Drops the edit of a row."""
        row = self._rows[index]
        row.new, row.changed_meanwhile = row.old, False
        self._emit_changed(index)

    # Edits and validation.

    def edits(self, *, overwrite: bool = False) -> tuple[AnnotationEdit, ...]:
        """The edits to send; `overwrite` skips the check of existing values on many nodes."""
        return tuple(
            AnnotationEdit(
                row.key,
                row.old,
                row.new,
                checked=self._known or not (overwrite or row.new is None),
            )
            for row in self._rows
            if row.edited is not Edited.KEPT
        )

    def problem(self) -> str:
        """The first reason why the server would refuse the edits; empty for none."""
        keys: set[str] = set()
        for row in self._rows:
            if row.edited is not Edited.KEPT and (found := self._row_problem(row)):
                return found
            if row.key in keys:
                return formatting.fill(self.tr("Duplicate key: {key}."), key=row.key)
            keys.add(row.key)
        size = total_bytes({row.key: row.new for row in self._rows if row.new is not None})
        if size > MAX_TOTAL_BYTES:
            return self.tr(
                "The annotations have {size} bytes in total; at most {most} are allowed."
            ).format(most=f"{MAX_TOTAL_BYTES:,}", size=f"{size:,}")
        return ""

    def _row_problem(self, row: AnnotationRow) -> str:
        """Why the server would refuse an edited row."""
        if row.old is None and (problem := key_problem(row.key)):
            return self._key_problem_text(problem)
        if row.new is not None and not is_sendable(row.new):
            return self.tr("The value contains an unpaired surrogate, which UTF-8 cannot encode.")
        return ""

    def note(self, row: AnnotationRow) -> str:
        """A note to read before saving this row; empty for none."""
        if row.in_conflict:
            return formatting.fill(
                self.tr("Changed on the server from {before} to {now}. Saving overwrites it."),
                before=self._quoted(row.before, row.old),
                now=self._quoted(row.old, row.before),
            )
        if row.key and row.edited is not Edited.KEPT and is_owned(row.key):
            return self.tr(
                "This key belongs to a controller or the kubelet, which may overwrite it."
            )
        return ""

    # Qt's model interface.

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: one row per key."""
        return 0 if parent.isValid() else len(self._rows)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: key, value, change."""
        return 0 if parent.isValid() else len(Field)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: plain text on one line, complete in the tooltip; colour repeats the text."""
        if not index.isValid():
            return None
        row, field = self._rows[index.row()], Field(index.column())
        if role == DISPLAY:
            return self._cell(row, field)
        if role == ACCESSIBLE:
            return spoken(self._cell(row, field))
        if role == TOOLTIP:
            values = [value for value in (row.before, row.old, row.new) if value is not None]
            lines = "\n→\n".join(dict.fromkeys(values)).split("\n")
            return formatting.tooltip(formatting.listed([row.key, *lines]))
        if role == FOREGROUND:
            return QColor(self._text_colour(row))
        if role == FONT and row.edited is Edited.REMOVED and field is not Field.CHANGE:
            struck = QFont()
            struck.setStrikeOut(True)
            return struck
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: titles; for assistive technology the keys."""
        if role != DISPLAY:
            return None
        if orientation is Qt.Orientation.Vertical:
            return spoken(formatting.line(self._rows[section].key))
        return (self.tr("Key"), self.tr("Value"), self.tr("Change"))[section]

    def _cell(self, row: AnnotationRow, field: Field) -> str:
        match field:
            case Field.KEY:
                return formatting.line(row.key)
            case Field.VALUE:
                value = row.new if row.new is not None else row.old
                return "" if value is None else formatting.line(value.replace("\n", " ⏎ "))
            case Field.CHANGE:
                return self._change_text(row)

    def _change_text(self, row: AnnotationRow) -> str:
        text = {
            Edited.KEPT: "",
            Edited.ADDED: self.tr("added"),
            Edited.CHANGED: self.tr("changed"),
            Edited.REMOVED: self.tr("removed"),
        }[row.edited]
        return self.tr("{change}, conflict").format(change=text) if row.in_conflict else text

    def _text_colour(self, row: AnnotationRow) -> str:
        if row.in_conflict:
            return self._theme.warn
        return {
            Edited.KEPT: self._theme.text,
            Edited.ADDED: self._theme.accent,
            Edited.CHANGED: self._theme.accent,
            Edited.REMOVED: self._theme.muted,
        }[row.edited]

    def _quoted(self, value: str | None, other: str | None) -> str:
        """A value in quotation marks, shortened to where it differs from the other."""
        if value is None:
            return self.tr("no value")
        start = max(0, _common_prefix(value, other or "") - CONTEXT_CHARACTERS)
        return f"“{'…' if start else ''}{formatting.shortened(value[start:])}”"

    def _key_problem_text(self, problem: KeyProblem) -> str:
        return {
            KeyProblem.EMPTY: self.tr("Enter a key."),
            KeyProblem.MANY_SLASHES: self.tr("The key may contain at most one slash: prefix/name."),
            KeyProblem.PREFIX_EMPTY: self.tr("The prefix before the slash must not be empty."),
            KeyProblem.PREFIX_ILL_FORMED: self.tr(
                "The prefix before the slash must be a domain name."
            ),
            KeyProblem.PREFIX_TOO_LONG: self.tr(
                "The prefix before the slash must not exceed 253 characters."
            ),
            KeyProblem.NAME_EMPTY: self.tr("The name after the slash must not be empty."),
            KeyProblem.NAME_ILL_FORMED: self.tr(
                "The name may contain letters, digits, “-”, “_” and “.”, and must begin and end"
                " with a letter or digit."
            ),
            KeyProblem.NAME_TOO_LONG: self.tr("The name must not exceed 63 characters."),
        }[problem]

    def _emit_changed(self, index: int) -> None:
        self.dataChanged.emit(self.index(index, 0), self.index(index, len(Field) - 1))


def _common_prefix(one: str, other: str) -> int:
    """Length of the common prefix of two texts."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
