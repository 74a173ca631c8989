"""The header of the table of images: titles, a chevron at the sorted column, the column menu."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.columns import DESCENDING_FIRST, NUMERIC, Column
from kubeimg_gui.qt.nodes.cell_painter import PADDING
from kubeimg_gui.qt.nodes.header import CHEVRON, CHEVRON_ROOM


class ImageHeader(QHeaderView):
    """Titles that sort when clicked and move when dragged; a menu shows and hides columns.

    Signals:
        sort_requested: the user sorts by (Column, descending).
        column_chosen: the user shows or hides a (Column, shown).
    """

    sort_requested = Signal(object, bool)
    column_chosen = Signal(object, bool)

    def __init__(self, theme: Theme, title: Callable[[Column], str], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._title = title
        self._sorted = (Column.TOTAL, True)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(False)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(0)
        self.setAccessibleName(self.tr("Columns"))
        self.sectionClicked.connect(self._clicked)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self.viewport().update()

    def show_sorted(self, column: Column, *, descending: bool) -> None:
        """Marks the column that the rows are sorted by."""
        self._sorted = (column, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.setSortIndicator(column, order)
        self.viewport().update()

    def column_menu(self, offered: frozenset[Column], shown: frozenset[Column]) -> QMenu:
        """Returns a menu that shows and hides the columns that are offered."""
        menu = QMenu(self)
        for column in sorted(offered):
            action = menu.addAction(self._title(column))
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.toggled.connect(partial(self.column_chosen.emit, column))
        return menu

    def _clicked(self, section: int) -> None:
        column = Column(section)
        was, descending = self._sorted
        first = column in DESCENDING_FIRST
        self.sort_requested.emit(column, not descending if column is was else first)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens the column menu, see `customContextMenuRequested`."""
        self.customContextMenuRequested.emit(event.pos())

    @guard(None)
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Override: paints the title without a frame, and the chevron."""
        column = Column(logicalIndex)
        active = column is self._sorted[0]
        painter.fillRect(rect, QColor(self._theme.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(self._theme.line))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        mark = CHEVRON_ROOM if active else 0
        metrics = self.fontMetrics()
        text = metrics.elidedText(
            self._title(column), Qt.TextElideMode.ElideRight, room.width() - mark
        )
        width = metrics.horizontalAdvance(text)
        left = room.right() + 1 - width - mark if column in NUMERIC else room.left()
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
