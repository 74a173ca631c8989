"""The header of a table: titles, and a chevron at the column that the rows are sorted by."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QWidget

from kubeimg_gui.qt.base.cells import PADDING
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme

CHEVRON = 6
CHEVRON_ROOM = CHEVRON + 4
"""Pixels that the chevron takes beside a title."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header shows of a column.

    Attributes:
        column: what `sort_requested` carries.
        title: its text.
        at_right: whether it is above numbers, which end at the right.
        descending_first: whether the first click sorts in descending order.
    """

    column: object
    title: str
    at_right: bool
    descending_first: bool


class TableHeader(QHeaderView):
    """Titles that sort when clicked and move when dragged; GUI thread only.

    A subclass says what a section shows. `column` is sorted by at first, in descending order.

    Signals:
        sort_requested: the user sorts by (column, descending).
    """

    sort_requested = Signal(object, bool)

    def __init__(self, theme: Theme, column: object, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._sorted = (column, True)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setAccessibleName(self.tr("Columns"))
        self.sectionClicked.connect(self._clicked)

    def heading(self, section: int) -> Heading:
        """Returns what a section shows; for subclasses to override."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self.viewport().update()

    def mark_sorted(self, section: int, *, descending: bool) -> None:
        """Marks the section that the rows are sorted by."""
        self._sorted = (self.heading(section).column, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.setSortIndicator(section, order)
        self.viewport().update()

    def _clicked(self, section: int) -> None:
        heading = self.heading(section)
        column, descending = self._sorted
        again = heading.column == column
        self.sort_requested.emit(
            heading.column, not descending if again else heading.descending_first
        )

    @guard(None)
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Override: paints the title without a frame, and the chevron."""
        heading = self.heading(logicalIndex)
        active = heading.column == self._sorted[0]
        painter.fillRect(rect, QColor(self._theme.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(self._theme.line))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        mark = CHEVRON_ROOM if active else 0
        metrics = self.fontMetrics()
        text = metrics.elidedText(heading.title, Qt.TextElideMode.ElideRight, room.width() - mark)
        width = metrics.horizontalAdvance(text)
        left = room.right() + 1 - width - mark if heading.at_right else room.left()
        baseline = rect.top() + (rect.height() - metrics.height()) // 2 + metrics.ascent()
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text if active else self._theme.muted))
        painter.drawText(left, baseline, text)
        if active:
            self._paint_chevron(painter, left + width + 4, rect.center().y())

    def _paint_chevron(self, painter: QPainter, left: int, middle: int) -> None:
        down = 1 if self._sorted[1] else -1
        tip = QPointF(left + CHEVRON / 2, middle + 0.5 + down * 1.5)
        side = tip.y() - down * 3
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        painter.drawPolyline(QPolygonF([QPointF(left, side), tip, QPointF(left + CHEVRON, side)]))
        painter.restore()
