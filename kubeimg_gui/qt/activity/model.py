"""What happened since the window opened, newest first, and never more than can be looked through.

Thousands of changes may come in a second, so taking some costs one insertion whatever their
number; entries that are too many go from the other end, many at a time.
"""

from bisect import bisect_left
from collections.abc import Sequence
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
from kubeimg_gui.qt.base.guard import guard

MAX_ENTRIES = 5000
TRIM = 500
"""How many are let go at once when there are more."""

# Plain integers: Python's enum lookups would triple the price of data().
DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

Index = QModelIndex | QPersistentModelIndex


class Field(IntEnum):
    """The columns from left to right."""

    TIME = 0
    NODE = 1
    CHANGE = 2
    SIZES = 3
    WHAT = 4


class ActivityModel(QAbstractTableModel):
    """Rows are Entries, columns are `Field`; confined to the GUI thread.

    Signals:
        told: entries came, shown or not.
        unseen_changed: how many entries are new to the person now.

    Attributes:
        let_go: how many entries were forgotten because there were too many.
        longest_node: the longest name of a node so far.
    """

    told = Signal()
    unseen_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Oldest first, so that what comes is appended.
        self._entries: list[Entry] = []
        self._shown: list[Entry] = []
        self._wanted: list[str] = []
        self._came = 0
        self._watched = True
        self._marked = range(0)
        self._unseen_told = 0
        self.let_go = 0
        self.longest_node = ""

    @property
    def known(self) -> int:
        """How many entries there are, shown or not."""
        return len(self._entries)

    @property
    def filtered(self) -> bool:
        """Whether only entries that hold certain words are shown."""
        return bool(self._wanted)

    @property
    def unseen(self) -> int:
        """How many entries are new to the person, shown or not."""
        return len(range(max(self._marked.start, self.let_go), self._marked.stop))

    def entry_at(self, place: int) -> Entry:
        """The entry shown at a place, 0 being the newest."""
        return self._shown[-1 - place]

    def is_new(self, entry: Entry) -> bool:
        """Whether an entry came while the person was not looking and is marked for that."""
        return entry.number in self._marked

    def take(self, changes: Sequence[NodeChange]) -> None:
        """Add the changes of image storage among these, oldest first."""
        news = [change for change in changes if change.storage_changed]
        self._add(
            [
                Entry(number, change.at, change.record.name, change)
                for number, change in enumerate(news, self._came)
            ]
        )

    def note(self, at: float, node: str, words: str, severity: Severity) -> None:
        """Add what this window did to a node, at epoch seconds."""
        self._add([Entry(self._came, at, node, note=words, severity=severity)])

    def set_filter(self, wanted: str) -> None:
        """Show only entries that hold all the words, see `matching`."""
        words = wanted.casefold().split()
        if words == self._wanted:
            return
        self.beginResetModel()
        self._wanted = words
        self._shown = matching(self._entries, words)
        self.endResetModel()

    def set_watched(self, watched: bool) -> None:
        """Say whether the person is looking: what comes while not is marked as new.

        The marks stay while the person looks, and go when the person looks away again.
        """
        if self._watched and not watched:
            self.mark_seen()
        self._watched = watched

    def mark_seen(self) -> None:
        """Take away all marks."""
        marked, self._marked = self._marked, range(self._came, self._came)
        if marked and self._shown:
            last = self.index(len(self._shown) - 1, len(Field) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self._tell_unseen()

    def _add(self, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        self._came += len(entries)
        if not self._watched:
            self._marked = range(self._marked.start, self._came)
        self.longest_node = max(self.longest_node, *(entry.node for entry in entries), key=len)
        self._entries += entries
        shown = matching(entries, self._wanted)
        if shown:
            self.beginInsertRows(QModelIndex(), 0, len(shown) - 1)
            self._shown += shown
            self.endInsertRows()
        if len(self._entries) > MAX_ENTRIES:
            self._trim(len(self._entries) - MAX_ENTRIES + TRIM)
        self._tell_unseen()
        self.told.emit()

    def _trim(self, count: int) -> None:
        """Let go of the oldest."""
        self.let_go += count
        del self._entries[:count]
        gone = bisect_left(self._shown, self.let_go, key=lambda entry: entry.number)
        if gone:
            end = len(self._shown)
            self.beginRemoveRows(QModelIndex(), end - gone, end - 1)
            del self._shown[:gone]
            self.endRemoveRows()

    def _tell_unseen(self) -> None:
        unseen = self.unseen
        if unseen != self._unseen_told:
            self._unseen_told = unseen
            self.unseen_changed.emit(unseen)

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: entries shown."""
        return 0 if parent.isValid() else len(self._shown)

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: all fields."""
        return 0 if parent.isValid() else len(Field)

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: words, also for a screen reader, and the whole truth in the tooltip."""
        if not index.isValid():
            return None
        entry, field = self.entry_at(index.row()), Field(index.column())
        if role == DISPLAY:
            return words(entry, field)
        if role == ACCESSIBLE:
            if field is Field.TIME and self.is_new(entry):
                return formatting.fill(self.tr("new, {time}"), time=words(entry, field))
            return words(entry, field)
        if role == TOOLTIP:
            return formatting.tooltip(activity_wording.tip(entry))
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: the columns' titles, for a screen reader: nobody sees them."""
        if orientation is not Qt.Orientation.Horizontal or role not in (DISPLAY, ACCESSIBLE):
            return None
        titles = {
            Field.TIME: self.tr("Time"),
            Field.NODE: self.tr("Node"),
            Field.CHANGE: self.tr("Change"),
            Field.SIZES: self.tr("Reported size"),
            Field.WHAT: self.tr("What happened"),
        }
        return titles[Field(section)]


def words(entry: Entry, field: Field) -> str:
    """One cell of an entry's row."""
    match field:
        case Field.TIME:
            return formatting.time_of_day(entry.at)
        case Field.NODE:
            return formatting.line(entry.node)
        case Field.CHANGE:
            return "" if entry.growth is None else formatting.signed_size(entry.growth)
        case Field.SIZES:
            return activity_wording.sizes(entry.change) if entry.change else ""
        case Field.WHAT:
            return entry.words


def matching(entries: Sequence[Entry], wanted: Sequence[str]) -> list[Entry]:
    """The entries in which every one of these casefolded words is found, in their old order.

    A word may stand in the node's name, the words or the name of an image it is about. Entries
    share their images, so each distinct image is searched once.
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
