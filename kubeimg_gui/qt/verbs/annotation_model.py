"""Annotations as a person edits them: what was shown, what shall be, and what is wrong with it.

Nothing here is sent; the edits say what was shown, so that a value that somebody else changed
meanwhile is never overwritten unseen.
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
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
INK = int(Qt.ItemDataRole.ForegroundRole)
FONT = int(Qt.ItemDataRole.FontRole)

SHARED_SHOWN = 20
"""How many characters before the first difference of two values are shown."""

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """The columns."""

    KEY = 0
    VALUE = 1
    CHANGE = 2


class Edited(Enum):
    """What the person has done to a row."""

    KEPT = "kept"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(slots=True)
class AnnotationRow:
    """One key.

    Attributes:
        old: the value on the server as last shown; None where there is none.
        new: the value it shall have; None to remove it.
        before: the value shown before somebody changed it to `old` meanwhile.
        changed_meanwhile: whether somebody did.
    """

    key: str
    old: str | None
    new: str | None
    before: str | None = None
    changed_meanwhile: bool = False

    @property
    def edited(self) -> Edited:
        """What saving would do to it."""
        if self.new is None:
            return Edited.REMOVED
        if self.old is None:
            return Edited.ADDED
        return Edited.KEPT if self.new == self.old else Edited.CHANGED

    @property
    def in_conflict(self) -> bool:
        """Whether saving would replace what somebody else wrote meanwhile."""
        return self.changed_meanwhile and self.edited is not Edited.KEPT


class AnnotationModel(QAbstractTableModel):
    """The annotations of one node, or what shall be set and removed on many; GUI thread only.

    `known` is whether the annotations are known: on many nodes they are not, so that a row that
    removes a key must be added for it.
    """

    def __init__(self, theme: Theme, *, known: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._known = known
        self._rows: list[AnnotationRow] = []

    # What is there.

    def show(self, annotations: Mapping[str, str]) -> None:
        """Begin anew with these annotations."""
        self.beginResetModel()
        self._rows = [
            AnnotationRow(key, value, value) for key, value in sorted(annotations.items())
        ]
        self.endResetModel()

    def rebase(self, annotations: Mapping[str, str]) -> None:
        """Take over what the server has now and keep what the person wants.

        Rows that were edited and whose value is another one by now say so, with both values.
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

    def row_at(self, place: int) -> AnnotationRow:
        """The row at a place, 0 at the top."""
        return self._rows[place]

    # What the person does.

    def add(self, *, removal: bool = False) -> int:
        """Add a row for a new key at the end; its place. `removal`: for a key to be removed."""
        place = len(self._rows)
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.append(AnnotationRow("", None, None if removal else ""))
        self.endInsertRows()
        return place

    def set_key(self, place: int, key: str) -> None:
        """Name the key of an added row."""
        self._rows[place].key = key
        self._announce(place)

    def set_value(self, place: int, value: str) -> None:
        """Say which value a key shall have."""
        self._rows[place].new = value
        self._announce(place)

    def remove(self, place: int) -> None:
        """Have a key removed; an added row just goes."""
        row = self._rows[place]
        if row.old is None:
            self.beginRemoveRows(QModelIndex(), place, place)
            del self._rows[place]
            self.endRemoveRows()
        else:
            row.new = None
            self._announce(place)

    def restore(self, place: int) -> None:
        """Leave a key as it is on the server."""
        row = self._rows[place]
        row.new, row.changed_meanwhile = row.old, False
        self._announce(place)

    # What shall be sent.

    def edits(self, *, overwrite: bool = False) -> tuple[AnnotationEdit, ...]:
        """What to send; `overwrite`: whatever value the keys have on many nodes."""
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
        """The first thing that the server would refuse, as a sentence; empty for nothing."""
        keys: set[str] = set()
        for row in self._rows:
            if row.edited is not Edited.KEPT and (found := self._row_problem(row)):
                return found
            if row.key in keys:
                return formatting.fill(self.tr("The key {key} is there twice."), key=row.key)
            keys.add(row.key)
        size = total_bytes({row.key: row.new for row in self._rows if row.new is not None})
        if size > MAX_TOTAL_BYTES:
            return self.tr(
                "All annotations together may have {most} bytes, these have {size}."
            ).format(most=f"{MAX_TOTAL_BYTES:,}", size=f"{size:,}")
        return ""

    def _row_problem(self, row: AnnotationRow) -> str:
        """What is wrong with an edited row, as a sentence."""
        if row.old is None and (problem := key_problem(row.key)):
            return self._key_words(problem)
        if row.new is not None and not is_sendable(row.new):
            return self.tr("The value holds half a character that UTF-8 cannot carry.")
        return ""

    def remark(self, row: AnnotationRow) -> str:
        """What a person should know before saving this row; empty where there is nothing."""
        if row.in_conflict:
            return formatting.fill(
                self.tr("Changed meanwhile from {before} to {now}. Saving replaces it."),
                before=self._quoted(row.before, row.old),
                now=self._quoted(row.old, row.before),
            )
        if row.key and row.edited is not Edited.KEPT and is_owned(row.key):
            return self.tr("A controller or the kubelet owns this key and may write it again.")
        return ""

    # What the table shows.

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: one row a key."""
        return 0 if parent.isValid() else len(self._rows)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: key, value, change."""
        return 0 if parent.isValid() else len(Field)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: plain text on one line, whole in the tooltip; colour only repeats the words."""
        if not index.isValid():
            return None
        row, field = self._rows[index.row()], Field(index.column())
        if role == DISPLAY:
            return self._cell(row, field)
        if role == TOOLTIP:
            values = [value for value in (row.before, row.old, row.new) if value is not None]
            lines = "\n→\n".join(dict.fromkeys(values)).split("\n")
            return formatting.tooltip(formatting.listed([row.key, *lines]))
        if role == INK:
            return QColor(self._ink(row))
        if role == FONT and row.edited is Edited.REMOVED and field is not Field.CHANGE:
            struck = QFont()
            struck.setStrikeOut(True)
            return struck
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: titles."""
        if orientation is not Qt.Orientation.Horizontal or role != DISPLAY:
            return None
        return (self.tr("Key"), self.tr("Value"), self.tr("Change"))[section]

    def _cell(self, row: AnnotationRow, field: Field) -> str:
        match field:
            case Field.KEY:
                return formatting.line(row.key)
            case Field.VALUE:
                value = row.new if row.new is not None else row.old
                return "" if value is None else formatting.line(value.replace("\n", " ⏎ "))
            case Field.CHANGE:
                return self._change_words(row)

    def _change_words(self, row: AnnotationRow) -> str:
        words = {
            Edited.KEPT: "",
            Edited.ADDED: self.tr("added"),
            Edited.CHANGED: self.tr("changed"),
            Edited.REMOVED: self.tr("removed"),
        }[row.edited]
        return self.tr("{change}, conflict").format(change=words) if row.in_conflict else words

    def _ink(self, row: AnnotationRow) -> str:
        if row.in_conflict:
            return self._theme.warn
        return {
            Edited.KEPT: self._theme.text,
            Edited.ADDED: self._theme.accent,
            Edited.CHANGED: self._theme.accent,
            Edited.REMOVED: self._theme.muted,
        }[row.edited]

    def _quoted(self, value: str | None, other: str | None) -> str:
        """A value in quotation marks, cut around the place where it differs from the other."""
        if value is None:
            return self.tr("no value")
        start = max(0, _shared_start(value, other or "") - SHARED_SHOWN)
        return f"“{'…' if start else ''}{formatting.shortened(value[start:])}”"

    def _key_words(self, problem: KeyProblem) -> str:
        return {
            KeyProblem.EMPTY: self.tr("Name the key."),
            KeyProblem.MANY_SLASHES: self.tr("A key has one slash at most: prefix/name."),
            KeyProblem.PREFIX_EMPTY: self.tr("Before the slash there must be a domain name."),
            KeyProblem.PREFIX_ILL_FORMED: self.tr(
                "What stands before the slash is no domain name."
            ),
            KeyProblem.PREFIX_TOO_LONG: self.tr(
                "Before the slash there may be 253 characters at most."
            ),
            KeyProblem.NAME_EMPTY: self.tr("After the slash there must be a name."),
            KeyProblem.NAME_ILL_FORMED: self.tr(
                "The name may hold letters, digits, “-”, “_” and “.”, and begins and ends with a"
                " letter or digit."
            ),
            KeyProblem.NAME_TOO_LONG: self.tr("The name may have 63 characters at most."),
        }[problem]

    def _announce(self, place: int) -> None:
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(Field) - 1))


def _shared_start(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
