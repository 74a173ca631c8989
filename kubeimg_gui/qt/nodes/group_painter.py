"""Paints the row of a group in the node table: arrow, name, counts, and subtotals in columns."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPolygonF

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.cells import PADDING, RowLook, paint_edge
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.cell_painter import GAP, Cell
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.group_row import GroupRow

INDENT = 16
"""Room for the triangle of a group."""
BADGE_PADDING = 4
RIGHT = Qt.TextElideMode.ElideRight


class GroupPainter:
    """Paints the rows of groups in one theme and font; GUI thread only.

    `number_width` is that of a reported size, see `CellPainter`.
    """

    def __init__(self, theme: Theme, font: QFont, number_width: int) -> None:
        self._theme = theme
        self._font, self._bold = font, heavier(font)
        self._metrics, self._bold_metrics = QFontMetrics(font), QFontMetrics(self._bold)
        self._number_width = number_width
        self._ink, self._muted = QColor(theme.text), QColor(theme.muted)

    def paint(
        self, painter: QPainter, group: GroupRow, look: RowLook, cells: Sequence[Cell]
    ) -> None:
        """Paints one row: background, name and counts, subtotals, and the line below it."""
        rect, theme = look.rect, self._theme
        painter.fillRect(rect, QColor(theme.hover if look.hovered else theme.surface))
        places = {column: (left, width) for column, left, width in cells}
        subtotals = [places[each] for each in (Column.REPORTED, Column.CHANGE) if each in places]
        start = places[Column.NODE][0]
        end = min((left for left, _ in subtotals if left > start), default=rect.right() + 1)
        title = QRect(start + PADDING, rect.top(), end - start - 2 * PADDING, rect.height())
        self._paint_title(painter, group, title)
        change = group.totals.change
        for column, left, width in cells:
            cell = QRect(left + PADDING, rect.top(), width - 2 * PADDING, rect.height())
            if column is Column.REPORTED:
                self._paint_reported(painter, group, cell)
            elif column is Column.CHANGE:
                colour = theme.grown if change > 0 else theme.shrunk
                ink = QColor(colour) if change else self._muted
                self._right(painter, cell, formatting.signed_size(change), ink)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(theme.line))
        paint_edge(painter, rect, None, QColor(theme.accent) if look.current else None)

    def _paint_title(self, painter: QPainter, group: GroupRow, rect: QRect) -> None:
        """Paints triangle, name and counts; a long name is cut before the counts are."""
        paint_triangle(painter, rect, self._muted, expanded=not group.collapsed)
        rect = rect.adjusted(INDENT, 0, 0, 0)
        counts, unready = group.counts
        counts = f"{counts} · " if unready else counts
        needed = self._metrics.horizontalAdvance(counts + unready) + GAP
        room = max(rect.width() - needed, rect.width() // 2)
        name = self._bold_metrics.elidedText(group.shown_name, Qt.TextElideMode.ElideMiddle, room)
        painter.setFont(self._bold)
        painter.setPen(self._ink)
        painter.drawText(rect.left(), self._baseline(rect), name)
        rect.setLeft(rect.left() + self._bold_metrics.horizontalAdvance(name) + GAP)
        painter.setFont(self._font)
        for text, colour in ((counts, self._muted), (unready, QColor(self._theme.warn))):
            painter.setPen(colour)
            shown = self._metrics.elidedText(text, RIGHT, max(0, rect.width()))
            painter.drawText(rect.left(), self._baseline(rect), shown)
            rect.setLeft(rect.left() + self._metrics.horizontalAdvance(text))

    def _paint_reported(self, painter: QPainter, group: GroupRow, rect: QRect) -> None:
        """Paints the sum where nodes have their size, and the badge where they have their bar."""
        text, mark = group.reported_text, group.mixed_text
        number = QRect(rect)
        number.setWidth(min(rect.width(), self._number_width))
        used = max(number.width(), self._metrics.horizontalAdvance(text)) + GAP
        room = rect.adjusted(used, 4, 0, -5)
        if mark and badge_width(self._metrics, mark) > room.width():
            mark = "≠"
            if badge_width(self._metrics, mark) > room.width():
                text, mark = f"≠{text}", ""
        self._right(painter, number, text, self._ink)
        if mark:
            room.setWidth(badge_width(self._metrics, mark))
            paint_badge(painter, room, self._baseline(rect), mark, self._theme)

    def _right(self, painter: QPainter, rect: QRect, text: str, colour: QColor) -> None:
        painter.setPen(colour)
        # A sum may be wider than any size of a node: it goes on to the right, where no bar is.
        left = max(rect.left(), rect.left() + rect.width() - self._metrics.horizontalAdvance(text))
        painter.drawText(left, self._baseline(rect), text)

    def _baseline(self, rect: QRect) -> int:
        free = rect.height() - self._metrics.height()
        return rect.top() + free // 2 + self._metrics.ascent()


def badge_width(metrics: QFontMetrics, text: str) -> int:
    """Returns the width of a badge with a text."""
    return metrics.horizontalAdvance(text) + 2 * BADGE_PADDING


def paint_badge(painter: QPainter, rect: QRect, baseline: int, text: str, theme: Theme) -> None:
    """Paints a badge that warns, as wide as `badge_width` says."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.warn_ground))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(rect, 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QColor(theme.warn))
    painter.drawText(rect.left() + BADGE_PADDING, baseline, text)


def paint_triangle(painter: QPainter, rect: QRect, colour: QColor, *, expanded: bool) -> None:
    """Paints the triangle of a group at the left of a rectangle: down if expanded, else right."""
    x, y = rect.left() + 4.5, rect.center().y() + 0.5
    if expanded:
        points = [QPointF(x - 4, y - 2), QPointF(x + 4, y - 2), QPointF(x, y + 3)]
    else:
        points = [QPointF(x - 2, y - 4), QPointF(x - 2, y + 4), QPointF(x + 3, y)]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF(points))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
