"""Lists of lines, each described only when it is painted, so that they may have any length."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.tone import Tone

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)

Index = QModelIndex | QPersistentModelIndex
Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Line:
    """The texts of one line; a line of names from a cluster is safe to show (`formatting.line`).

    Attributes:
        title: on the left.
        state: on the right of the title, in the colour of its tone.
        detail, note: below, on the left and on the right.
        tip: the tooltip, of several lines; the texts above are read instead where it is empty.
        bar: the length of a thin bar in place of `detail`, from 0 to 1; below 0 for none.
    """

    title: str
    state: str = ""
    tone: Tone = Tone.PLAIN
    detail: str = ""
    note: str = ""
    tip: str = ""
    bar: float = -1.0

    @property
    def shown_state(self) -> str:
        """The state with its shape."""
        return f"{self.tone.shape} {self.state}".strip()

    @property
    def texts(self) -> list[str]:
        """All texts that it has, in the order of reading."""
        return [text for text in (self.title, self.state, self.detail, self.note) if text]


class LineModel(QStringListModel, Generic[Item]):
    """Items, described as lines on demand; confined to the GUI thread.

    `describe` returns the line of an item, and may return another one later: call `repaint` then.
    Items are equal exactly if they stand for the same thing.

    The strings of the base class stay empty: it only counts the rows. A list view asks for their
    number once for each row, which takes 50 times longer if Python answers.
    """

    def __init__(self, describe: Callable[[Item], Line], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._describe = describe
        self._items: Sequence[Item] = ()

    @property
    def items(self) -> Sequence[Item]:
        """The items, in their order."""
        return self._items

    def show(self, items: Sequence[Item]) -> bool:
        """Replaces the items; returns False if they are the same, which may read otherwise."""
        if items == self._items:
            self.repaint()
            return False
        self._items = items
        self.setStringList([""] * len(items))
        return True

    def repaint(self) -> None:
        """Announces that lines may read otherwise."""
        if self._items:
            self.dataChanged.emit(self.index(0), self.index(len(self._items) - 1))

    def line_at(self, place: int) -> Line:
        """Returns the line at a position, 0 at the top."""
        return self._describe(self._items[place])

    @guard(Qt.ItemFlag.NoItemFlags)
    def flags(self, index: Index) -> Qt.ItemFlag:
        """Override: lines cannot be edited or dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        never = Qt.ItemFlag.ItemNeverHasChildren
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | never

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: the title, all texts for assistive technology, and the tooltip."""
        if not index.isValid() or role not in (DISPLAY, ACCESSIBLE, TOOLTIP):
            return None
        line = self.line_at(index.row())
        if role == DISPLAY:
            return line.title
        if role == ACCESSIBLE:
            return ", ".join(line.texts)
        return formatting.tooltip(line.tip or "\n".join(line.texts))
