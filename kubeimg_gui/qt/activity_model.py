"""What happened since the window opened, newest first: kept bounded, worded when it is looked at.

Thousands of changes may come in a second and few are ever read, so taking one costs an append.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt import activity_words, text
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.node_words import Severity
from kubeimg_gui.qt.theme import Theme

MAX_ENTRIES = 5000
TRIM = 500
"""How many are let go at once when there are more."""

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex


class Role:
    """What is told, as plain integers: Python's enum lookups would triple the price of `data`."""

    DISPLAY = int(Qt.ItemDataRole.DisplayRole)
    TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
    ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
    INK = int(Qt.ItemDataRole.ForegroundRole)
    FONT = int(Qt.ItemDataRole.FontRole)
    ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)


class Field(IntEnum):
    """The columns."""

    MARK = 0
    TIME = 1
    NODE = 2
    CHANGE = 3
    SIZES = 4
    WHAT = 5


@dataclass(slots=True, eq=False)
class Entry:
    """One thing that happened.

    Attributes:
        at: when, seconds since the epoch.
        change: what a node's image storage did; None for what the person did to the node.
        words, severity: what the person did, and whether it went well.
        new: it came while nobody looked.
    """

    at: float
    node: str
    change: NodeChange | None = None
    words: str = ""
    severity: Severity = Severity.FINE
    new: bool = False
    _searched: str = ""

    @property
    def what(self) -> str:
        """What happened, in words."""
        return activity_words.what(self.change) if self.change else self.words

    @property
    def details(self) -> str:
        """The whole truth about it, as far as a tooltip has room."""
        if self.change:
            return activity_words.details(self.change)
        return f"{text.moment(self.at)}\n{self.node}\n{self.words}"

    @property
    def searched(self) -> str:
        """What the filter looks at; worded once, for a filter is typed letter by letter."""
        if not self._searched:
            words = f"{self.node} {self.words}".casefold()
            self._searched = activity_words.searched(self.change) if self.change else words
        return self._searched

    @property
    def fields(self) -> list[str]:
        """The exact fields, for copying."""
        if self.change:
            return activity_words.fields(self.change)
        words = activity_words.cell(self.words)
        return [text.moment(self.at), activity_words.cell(self.node), "", "", "", words]


class ActivityModel(QAbstractTableModel):
    """Rows are Entries, newest at the top; GUI thread only.

    Signals:
        unseen_changed: how many entries are new to the person.

    Attributes:
        let_go: how many entries were forgotten because there were too many.
    """

    unseen_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._words: list[str] = []
        self._watched = True
        self.unseen = 0
        self.let_go = 0

    @property
    def known(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._entries)

    def set_theme(self, theme: Theme) -> None:
        """Colour in another theme."""
        self._theme = theme

    def take(self, changes: Sequence[NodeChange]) -> None:
        """Add the changes of image storage among these, oldest first."""
        self._add([Entry(c.at, c.record.name, change=c) for c in changes if c.storage_changed])

    def note(self, at: float, node: str, words: str, severity: Severity) -> None:
        """Add what the person did to a node."""
        self._add([Entry(at, node, words=words, severity=severity)])

    def entry_at(self, place: int) -> Entry:
        """The entry shown at a place, 0 being the newest."""
        return self._shown[-1 - place]

    def set_filter(self, wanted: str) -> None:
        """Show only entries in which every word is found."""
        words = wanted.casefold().split()
        if words != self._words:
            self.beginResetModel()
            self._words = words
            self._shown = [entry for entry in self._entries if self._matches(entry)]
            self.endResetModel()

    def set_watched(self, watched: bool) -> None:
        """Say whether the person is looking; who looks away has seen what was there."""
        if self._watched and not watched:
            self.mark_seen()
        self._watched = watched

    def mark_seen(self) -> None:
        """Nothing is new any more."""
        if self.unseen:
            for entry in self._entries[-self.unseen :]:
                entry.new = False
            self._set_unseen(0)
            if self._shown:
                self.dataChanged.emit(
                    self.index(0, 0), self.index(len(self._shown) - 1, len(Field) - 1)
                )

    def _add(self, entries: list[Entry]) -> None:
        if not entries:
            return
        shown = [entry for entry in entries if self._matches(entry)]
        for entry in entries:
            entry.new = not self._watched
        self._entries += entries
        if shown:
            self.beginInsertRows(QModelIndex(), 0, len(shown) - 1)
            self._shown += shown
            self.endInsertRows()
        if not self._watched:
            self._set_unseen(self.unseen + len(entries))
        if len(self._entries) > MAX_ENTRIES:
            self._trim()

    def _trim(self) -> None:
        """Let the oldest go, at the bottom."""
        count = len(self._entries) - MAX_ENTRIES + TRIM
        gone = set(map(id, self._entries[:count]))
        del self._entries[:count]
        self.let_go += count
        self._set_unseen(min(self.unseen, len(self._entries)))
        hidden = sum(id(entry) in gone for entry in self._shown[:count])
        if hidden:
            rows = len(self._shown)
            self.beginRemoveRows(QModelIndex(), rows - hidden, rows - 1)
            del self._shown[:hidden]
            self.endRemoveRows()

    def _matches(self, entry: Entry) -> bool:
        if not self._words:
            return True
        searched = entry.searched
        return all(word in searched for word in self._words)

    def _set_unseen(self, count: int) -> None:
        if count != self.unseen:
            self.unseen = count
            self.unseen_changed.emit(count)

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: entries shown."""
        return 0 if parent.isValid() else len(self._shown)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: all fields."""
        return 0 if parent.isValid() else len(Field)

    @guard(None)
    def data(self, index: Index, role: int = Role.DISPLAY) -> Any:
        """Override: words, colours that repeat them, the whole truth in the tooltip."""
        if not index.isValid():
            return None
        entry, field = self.entry_at(index.row()), Field(index.column())
        match role:
            case Role.DISPLAY:
                return self._cell(entry, field)
            case Role.ACCESSIBLE if field is Field.MARK:
                return self.tr("new") if entry.new else ""
            case Role.TOOLTIP:
                return text.tooltip(entry.details)
            case Role.INK:
                return QColor(self._ink(entry, field))
            case Role.ALIGNMENT:
                return RIGHT if field in (Field.CHANGE, Field.SIZES) else LEFT
            case Role.FONT if entry.new:
                return _bold()
            case _:
                return None

    def _cell(self, entry: Entry, field: Field) -> str:
        change = entry.change
        match field:
            case Field.MARK:
                return "●" if entry.new else ""
            case Field.TIME:
                return text.time_of_day(entry.at)
            case Field.NODE:
                return entry.node
            case Field.CHANGE:
                return text.signed_size(change.bytes_new - change.bytes_old) if change else ""
            case Field.SIZES:
                return activity_words.sizes(change) if change else ""
            case Field.WHAT:
                return entry.what

    def _ink(self, entry: Entry, field: Field) -> str:
        theme = self._theme
        if field is Field.MARK:
            return theme.accent
        if field is Field.WHAT and entry.severity is Severity.CRITICAL:
            return theme.critical
        if field is Field.CHANGE and entry.change:
            growth = entry.change.bytes_new - entry.change.bytes_old
            return theme.grown if growth > 0 else theme.shrunk if growth else theme.muted
        return theme.muted if field in (Field.TIME, Field.SIZES) else theme.text


def _bold() -> QFont:
    font = QFont()
    font.setWeight(QFont.Weight.DemiBold)
    return font
