"""The view of a LineModel: one or two rows of text for each line."""

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QListView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import smaller
from kubeimg_gui.qt.base.lines import Index, Item, Line, LineModel
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.tone import Tone

MARGIN = 14
GAP = 10
PADDING = 4
"""Pixels beside a line, between its two sides, and above and below it."""
BAR = 4
"""Height of a bar."""
WIDEST_SHARE = "100 %"
SEARCHED = 5000
"""Maximum number of lines in which typing a name finds one."""


class LineDelegate(QStyledItemDelegate):
    """Paints lines; the row of details is left out of lists that have none."""

    def __init__(self, view: "LineList[Item]", theme: Theme, *, details: bool) -> None:
        super().__init__(view)
        self._view = view
        self._details = details
        self.theme = theme

    @property
    def height(self) -> int:
        """The height of each line, in pixels."""
        font = self._view.font()
        text = QFontMetrics(font).height()
        if self._details:
            text += QFontMetrics(smaller(font)).height() + 1
        return text + 2 * PADDING

    @guard(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Override: any width, the height of one or two rows of text."""
        return QSize(0, self.height)

    @guard(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Override: paints without a query of the model for each role."""
        row: QRect = option.rect  # pyright: ignore
        line = self._view.lines.line_at(index.row())
        self._paint_ground(painter, row, index)
        # The scroll bar is in the margin, so that lines align with the text above.
        right = max(0, MARGIN - (self._view.width() - self._view.viewport().width()))
        rect = row.adjusted(MARGIN, PADDING, -right, -PADDING)
        font = self._view.font()
        text = self.theme.text
        room = self._paint_state(painter, line, rect, font)
        self._paint_text(painter, line.title, rect, font, text, room)
        if self._details:
            below = rect.adjusted(0, QFontMetrics(font).height() + 1, 0, 0)
            self._paint_details(painter, line, below, smaller(font))

    def _paint_ground(self, painter: QPainter, row: QRect, index: Index) -> None:
        if self._view.selectionModel().isSelected(self._view.lines.index(index.row())):
            painter.fillRect(row, QColor(self.theme.selection))
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(row.adjusted(0, 0, -1, -1))

    def _paint_state(self, painter: QPainter, line: Line, rect: QRect, font: QFont) -> int:
        """Paints the state on the right with its shape; returns the width that is left."""
        if not line.state:
            return rect.width()
        metrics = QFontMetrics(font)
        painter.setFont(font)
        baseline = rect.top() + metrics.ascent()
        shape = f"{line.tone.shape} " if line.tone.shape else ""
        room = rect.width() * 2 // 3 - metrics.horizontalAdvance(shape)
        state = metrics.elidedText(line.state, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shape + state)
        left = rect.right() + 1 - width
        painter.setPen(QColor(self._colour(line.tone, shape=True)))
        painter.drawText(left, baseline, shape)
        painter.setPen(QColor(self._colour(line.tone, shape=False)))
        painter.drawText(left + metrics.horizontalAdvance(shape), baseline, state)
        return rect.width() - width - GAP

    def _paint_details(self, painter: QPainter, line: Line, rect: QRect, font: QFont) -> None:
        muted = self.theme.muted
        room = rect.width()
        if line.note:
            metrics = QFontMetrics(font)
            note = metrics.elidedText(line.note, Qt.TextElideMode.ElideRight, room * 2 // 3)
            width = metrics.horizontalAdvance(note)
            painter.setFont(font)
            painter.setPen(QColor(muted))
            painter.drawText(rect.right() + 1 - width, rect.top() + metrics.ascent(), note)
            if line.bar >= 0:  # bars that can be compared are beside notes of one width
                width = max(width, metrics.horizontalAdvance(WIDEST_SHARE))
            room -= width + GAP
        if line.bar >= 0:
            self._paint_bar(painter, line.bar, rect, QFontMetrics(font).height(), room)
        else:
            self._paint_text(painter, line.detail, rect, font, muted, room)

    def _paint_bar(
        self, painter: QPainter, share: float, rect: QRect, height: int, room: int
    ) -> None:
        """Paints a thin bar in the middle of a row of this height."""
        top = rect.top() + (height - BAR) // 2
        track = QRect(rect.left(), top, max(0, room), BAR)
        painter.fillRect(track, QColor(self.theme.track))
        track.setWidth(round(track.width() * min(1.0, share)))
        painter.fillRect(track, QColor(self.theme.accent))

    def _paint_text(
        self, painter: QPainter, text: str, rect: QRect, font: QFont, colour: str, room: int
    ) -> None:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(rect.left(), rect.top() + metrics.ascent(), shown)

    def _colour(self, tone: Tone, *, shape: bool) -> str:
        match tone:
            case Tone.NOT_REFERENCED:
                return self.theme.grown
            case Tone.REFERENCED if shape:
                return self.theme.accent
            case Tone.MUTED | Tone.UNKNOWN:
                return self.theme.muted
            case _:
                return self.theme.text


class LineList(QListView, Generic[Item]):
    """Shows a LineModel; keeps the current item and the place while the list changes.

    `most` is the largest number of lines for which it asks room, None for as much as there is.
    GUI thread only.

    Signals:
        chosen: a double click or Enter; carries the item.
        menu_requested: a right click or the menu key; carries the item and the global position.

    Attributes:
        lines: the model.
    """

    chosen = Signal(object)
    menu_requested = Signal(object, QPoint)

    def __init__(
        self,
        lines: LineModel[Item],
        theme: Theme,
        parent: QWidget,
        *,
        details: bool = False,
        most: int | None = None,
    ) -> None:
        super().__init__(parent)
        self.lines = lines
        self._most = most
        self._delegate = LineDelegate(self, theme, details=details)
        self.setModel(lines)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)
        if most is not None:
            policy = self.sizePolicy()
            policy.setVerticalPolicy(QSizePolicy.Policy.Maximum)
            self.setSizePolicy(policy)

    @property
    def current(self) -> Item | None:
        """The current item, None if there is none."""
        index = self.currentIndex()
        return self.lines.items[index.row()] if index.isValid() else None

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_items(self, items: Sequence[Item]) -> None:
        """Replaces the items; the current one stays current if it is among them."""
        current = self.current
        scrolled = self.verticalScrollBar().value()
        if not self.lines.show(items):
            return
        if current is not None and current in items:
            self.setCurrentIndex(self.lines.index(items.index(current)))
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)
        self.updateGeometry()

    @guard(QSize())
    def sizeHint(self) -> QSize:
        """Override: room for the lines, at most for `most`."""
        hint = super().sizeHint()
        if self._most is None:
            return hint
        lines = min(self._most, max(1, self.lines.rowCount()))
        # Half a line more shows that the list goes on.
        beyond = self._delegate.height // 2 if self.lines.rowCount() > self._most else 0
        return QSize(hint.width(), lines * self._delegate.height + beyond)

    @guard(QSize())
    def minimumSizeHint(self) -> QSize:
        """Override: room for one line."""
        return QSize(super().minimumSizeHint().width(), self._delegate.height)

    @guard(None)
    def keyboardSearch(self, search: str) -> None:
        """Override: finds a line by its first letters, unless that would describe too many."""
        if self.lines.rowCount() <= SEARCHED:
            super().keyboardSearch(search)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Enter chooses the current item."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    @guard(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Override: chooses the item under the pointer."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit(self.lines.items[index.row()])

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: requests a menu; with the keyboard, at the current item."""
        index, at = self.indexAt(event.pos()), event.globalPos()
        if event.reason() is not QContextMenuEvent.Reason.Mouse:
            index = self.currentIndex()
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.menu_requested.emit(self.lines.items[index.row()], at)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the lines to the width of the list."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.doItemsLayout()
