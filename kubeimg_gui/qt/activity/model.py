"""The changes since the window opened, newest first, up to a maximum number.

Thousands of changes may arrive per second, so a batch costs one insertion of rows, and the oldest
entries are dropped many at a time.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
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

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.activity import wording as activity_wording
from kubeimg_gui.qt.activity.wording import Entry
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.guard import guard

MAX_ENTRIES = 5000
TRIM = 500
"""Number of entries dropped at once when there are more."""

# Plain integers: enum lookups would triple the cost of data().
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """The columns, from left to right."""

    TIME = 0
    NODE = 1
    CHANGE = 2
    SIZES = 3
    WHAT = 4


class ActivityModel(QAbstractTableModel):
    """Rows are Entries, columns are `Field`; confined to the GUI thread. `clock` is the wall clock.

    Signals:
        added: entries were added, shown or not.
        unseen_changed: carries the number of entries that the user has not seen.

    Attributes:
        dropped: number of entries dropped so far.
        longest_node: the longest name of a node so far.
    """

    added = Signal()
    unseen_changed = Signal(int)

    def __init__(self, clock: Callable[[], float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        # Oldest first, so that new entries are appended.
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._wanted: list[str] = []
        self._total = 0
        self._watched = True
        self._marked = range(0)
        self._unseen_reported = 0
        self.dropped = 0
        self.longest_node = ""

    @property
    def known(self) -> int:
        """Number of entries, shown or not."""
        return len(self._entries)

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self._wanted)

    @property
    def unseen(self) -> int:
        """Number of entries that the user has not seen, shown or not."""
        return len(range(max(self._marked.start, self.dropped), self._marked.stop))

    def entry_at(self, place: int) -> Entry:
        """Returns the entry at a position, 0 is the newest."""
        return self._shown[-1 - place]

    def is_new(self, entry: Entry) -> bool:
        """Returns whether an entry is marked as new: it was added while the window was inactive."""
        return entry.number in self._marked

    def take(self, changes: Sequence[NodeChange]) -> None:
        """Adds the changes of image storage among these, oldest first."""
        news = [change for change in changes if change.storage_changed]
        self._add(
            [
                Entry(number, change.at, change.record.name, change)
                for number, change in enumerate(news, self._total)
            ]
        )

    def note(self, at: float, node: str, text: str, severity: Severity) -> None:
        """Adds an action of this window on a node, at epoch seconds."""
        self._add([Entry(self._total, at, node, note=text, severity=severity)])

    def set_filter(self, wanted: str) -> None:
        """Shows only entries that contain all words, see `matching`."""
        words = wanted.casefold().split()
        if words == self._wanted:
            return
        self.beginResetModel()
        self._wanted = words
        self._shown = matching(self._entries, words)
        self.endResetModel()

    def set_watched(self, watched: bool) -> None:
        """Sets whether the window is active; entries added while it is not are marked as new.

        The marks are removed when the window becomes inactive again.
        """
        if self._watched and not watched:
            self.mark_seen()
        self._watched = watched

    def mark_seen(self) -> None:
        """Removes all marks."""
        marked, self._marked = self._marked, range(self._total, self._total)
        if marked and self._shown:
            last = self.index(len(self._shown) - 1, len(Field) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self._report_unseen()

    def _add(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        self._total += len(entries)
        if not self._watched:
            self._marked = range(self._marked.start, self._total)
        self.longest_node = max(self.longest_node, *(entry.node for entry in entries), key=len)
        self._entries += entries
        shown = matching(entries, self._wanted)
        if shown:
            self.beginInsertRows(QModelIndex(), 0, len(shown) - 1)
            self._shown += shown
            self.endInsertRows()
        if len(self._entries) > MAX_ENTRIES:
            self._trim(len(self._entries) - MAX_ENTRIES + TRIM)
        self._report_unseen()
        self.added.emit()

    def _trim(self, count: int) -> None:
        """Drops the oldest entries."""
        self.dropped += count
        del self._entries[:count]
        gone = bisect_left(self._shown, self.dropped, key=lambda entry: entry.number)
        if gone:
            end = len(self._shown)
            self.beginRemoveRows(QModelIndex(), end - gone, end - 1)
            del self._shown[:gone]
            self.endRemoveRows()

    def _report_unseen(self) -> None:
        unseen = self.unseen
        if unseen != self._unseen_reported:
            self._unseen_reported = unseen
            self.unseen_changed.emit(unseen)

    def cell_text(self, entry: Entry, field: Field) -> str:
        """Returns the text of one cell."""
        match field:
            case Field.TIME:
                return formatting.time_of_day(entry.at, self._clock())
            case Field.NODE:
                return formatting.line(entry.node)
            case Field.CHANGE:
                return "" if entry.growth is None else formatting.signed_size(entry.growth)
            case Field.SIZES:
                return activity_wording.sizes(entry.change) if entry.change else ""
            case Field.WHAT:
                return entry.text

    @property
    def longest_time(self) -> str:
        """The text of the oldest time: it carries a date if any does."""
        return self.cell_text(self._entries[0], Field.TIME) if self._entries else ""

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of entries shown."""
        return 0 if parent.isValid() else len(self._shown)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of fields."""
        return 0 if parent.isValid() else len(Field)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: text, also for a screen reader, and details in the tooltip."""
        if not index.isValid():
            return None
        entry, field = self.entry_at(index.row()), Field(index.column())
        if role == DISPLAY:
            return self.cell_text(entry, field)
        if role == ACCESSIBLE:
            text = spoken(self.cell_text(entry, field))
            if field is Field.TIME and self.is_new(entry):
                return formatting.fill(self.tr("new, {time}"), time=text)
            return text
        if role == TOOLTIP:
            return formatting.tooltip(activity_wording.tip(entry))
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: titles of columns and rows, for screen readers; the headers are hidden."""
        if role not in (DISPLAY, ACCESSIBLE):
            return None
        if orientation is Qt.Orientation.Vertical:
            entry = self.entry_at(section)
            return f"{self.cell_text(entry, Field.TIME)} {self.cell_text(entry, Field.NODE)}"
        titles = {
            Field.TIME: self.tr("Time"),
            Field.NODE: self.tr("Node"),
            Field.CHANGE: self.tr("Change"),
            Field.SIZES: self.tr("Reported size"),
            Field.WHAT: self.tr("What happened"),
        }
        return titles[Field(section)]


def matching(entries: Sequence[Entry], wanted: Sequence[str]) -> list[Entry]:
    """Returns the entries that contain all of these casefolded words, in their order.

    Words are looked up in the name of the node, the text and the names of the images. Entries
    share images, so each distinct image is searched once.
    """
    found = [(entry, entry.images if wanted else ()) for entry in entries]
    for word in wanted:
        images = {id(image): image for _entry, held in found for image in held}
        hits = {
            key
            for key, image in images.items()
            if any(word in name.casefold() for name in image.names)
        }
        found = [
            (entry, held)
            for entry, held in found
            if word in entry.haystack or not hits.isdisjoint(map(id, held))
        ]
    return [entry for entry, _held in found]
