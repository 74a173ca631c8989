"""The header of the node table: titles, a chevron at the sorted column, and the column menu."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.cell_painter import PADDING
from kubeimg_gui.qt.nodes.columns import NUMERIC, Column

CHEVRON = 6
CHEVRON_ROOM = CHEVRON + 4
DESCENDING_FIRST = NUMERIC | {Column.LARGEST, Column.TREND, Column.STATE}
"""Columns that the first click sorts in descending order."""


class NodeHeader(QHeaderView):
    """Titles that sort when clicked and move when dragged; a menu shows and hides columns.

    Signals:
        sort_requested: the user sorts by (Column, descending).
        columns_chosen: a column was shown or hidden.
    """

    sort_requested = Signal(object, bool)
    columns_chosen = Signal()

    def __init__(self, theme: Theme, title: Callable[[Column], str], parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._title = title
        self._sorted = (Column.REPORTED, True)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(28)
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

    def column_menu(self) -> QMenu:
        """Returns a menu that shows and hides columns, except the name of the node."""
        menu = QMenu(self)
        for column in Column:
            if column is Column.NODE:
                continue
            action = menu.addAction(self._title(column))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(column))
            action.toggled.connect(partial(self._choose, column))
        return menu

    def _choose(self, column: Column, shown: bool) -> None:
        self.setSectionHidden(column, not shown)
        self.columns_chosen.emit()

    def _clicked(self, section: int) -> None:
        column = Column(section)
        was, descending = self._sorted
        first = column in DESCENDING_FIRST
        self.sort_requested.emit(column, not descending if column is was else first)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens the column menu."""
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

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
        # The reported size has its bar on the right; its number starts below the title.
        at_right = column in NUMERIC and column is not Column.REPORTED
        left = room.right() + 1 - width - mark if at_right else room.left()
        baseline = rect.top() + (rect.height() - metrics.height()) // 2 + metrics.ascent()
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text if active else self._theme.muted))
        painter.drawText(left, baseline, text)
        if active:
            self._paint_chevron(painter, QPoint(left + width + 4, rect.center().y()))

    def _paint_chevron(self, painter: QPainter, at: QPoint) -> None:
        down = 1 if self._sorted[1] else -1
        tip = QPointF(at.x() + CHEVRON / 2, at.y() + 0.5 + down * 1.5)
        side = tip.y() - down * 3
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        painter.drawPolyline(
            QPolygonF([QPointF(at.x(), side), tip, QPointF(at.x() + CHEVRON, side)])
        )
        painter.restore()
