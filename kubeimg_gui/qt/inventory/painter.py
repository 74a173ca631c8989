"""Paints one row of the table of images: background, edge and cells.

It runs for every visible row at every repaint, so it only measures and draws; the text of the
cells comes from `columns`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image_times import Direction
from kubeimg_gui.qt.base.cells import PADDING, CellTexts, RowLook, cached, paint_edge
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.base.theme import Theme, mix
from kubeimg_gui.qt.inventory import columns, wording
from kubeimg_gui.qt.inventory.columns import MEANINGS, Column, Context
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow
from kubeimg_gui.qt.nodes.cell_painter import BAR_HEIGHT, DOT, GAP, LEAST_BAR
from kubeimg_gui.qt.nodes.group_painter import (
    INDENT,
    badge_width,
    paint_badge,
    paint_triangle,
)
from kubeimg_gui.text import units

GLYPH = DOT + 7
"""Room for the mark of the reference."""
MIDDLE, RIGHT = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight

Cell = tuple[Column, int, int]
"""A column with its left edge and width in the viewport."""


@dataclass(frozen=True, slots=True)
class EntryLook(RowLook):
    """That of an image or a group."""

    expanded: bool


class RowPainter(CellTexts):
    """Paints rows in one theme and font; GUI thread only.

    Attributes:
        size_width: width of the widest total, without padding.
        count_width: width of the widest number of nodes, without padding.
    """

    def __init__(self, theme: Theme, font: QFont, *, fade: bool) -> None:
        super().__init__(font)
        self._theme = theme
        self._fade = fade
        self._font, self._bold = font, heavier(font)
        self.bold_metrics = QFontMetrics(self._bold)
        self.size_width = self.metrics.horizontalAdvance(units.at_least("88.8 GiB"))
        self.count_width = self.metrics.horizontalAdvance(units.at_least("888"))
        self._elided_bold = cached(self.bold_metrics.elidedText)
        self._ink, self._muted = QColor(theme.text), QColor(theme.muted)
        self._grown, self._shrunk = QColor(theme.grown), QColor(theme.shrunk)
        self._accent, self._line = QColor(theme.accent), QColor(theme.line)
        self._bar, self._capped_bar = QColor(theme.bar), QColor(theme.capped_bar)
        self._track = QColor(theme.track)
        self._cells = {
            Column.NAME: self._paint_name,
            Column.SIZE: self._paint_size,
            Column.NODES: self._paint_nodes,
            Column.TOTAL: self._paint_total,
            Column.REFERENCES: self._paint_references,
            Column.CHANGED: self._paint_changed,
        }

    def begin(self, height: int, context: Context, scale: int) -> None:
        """Starts a repaint of rows of one height; a full bar stands for `scale` bytes."""
        self._context, self._scale = context, scale
        self._set_height(height)

    def paint_row(
        self, painter: QPainter, entry: Entry, look: EntryLook, cells: Iterable[Cell]
    ) -> None:
        """Paints one row: background, cells, and the line below it."""
        self._look = look
        painter.setFont(self._font)
        self._paint_ground(painter, entry, look)
        for column, left, width in cells:
            rect = QRect(left + PADDING, look.rect.top(), width - 2 * PADDING, look.rect.height())
            paint = self._cells.get(column)
            if paint is not None:
                paint(painter, entry, rect)
            else:
                text = MEANINGS[column].text(entry, self._context)
                self._left(painter, rect, text, self._muted)
        painter.fillRect(look.rect.left(), look.rect.bottom(), look.rect.width(), 1, self._line)
        self._paint_edge(painter, entry, look)

    def _paint_ground(self, painter: QPainter, entry: Entry, look: EntryLook) -> None:
        theme = self._theme
        ground = theme.selection if look.selected else theme.hover if look.hovered else theme.page
        colour = QColor(ground)
        tint = entry.highlight.tint(self._context.steady)
        if tint and not look.selected:
            tinted = theme.grown_ground if self._is_arrival(entry) else theme.shrunk_ground
            colour = mix(ground, tinted, tint if self._fade else 1.0)
        painter.fillRect(look.rect, colour)

    def _paint_edge(self, painter: QPainter, entry: Entry, look: EntryLook) -> None:
        colour = self._grown if self._is_arrival(entry) else self._shrunk
        changed = None if entry.highlight.seen else colour
        paint_edge(painter, look.rect, changed, self._accent if look.current else None)

    def _is_arrival(self, entry: Entry) -> bool:
        change = entry.highlight.change
        return change is not None and change.direction is Direction.ARRIVED

    def _paint_name(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        text = columns.name(entry, self._context)
        if isinstance(entry, ImageRow):
            if self._context.grouping is not Grouping.NONE:
                rect = rect.adjusted(2 * INDENT, 0, 0, 0)
            self._left(painter, rect, text, self._ink if entry.nodes else self._muted)
            return
        paint_triangle(painter, rect, self._muted, expanded=self._look.expanded)
        rect = rect.adjusted(INDENT, 0, 0, 0)
        painter.setFont(self._bold)
        painter.setPen(self._ink)
        shown = self._elided_bold(text, MIDDLE, rect.width())
        painter.drawText(rect.left(), rect.top() + self._baseline, shown)
        painter.setFont(self._font)

    def _paint_size(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        text = columns.size(entry, self._context)
        self._right(painter, rect, text, self._muted if isinstance(entry, GroupRow) else self._ink)
        if not columns.is_mixed(entry, self._context):
            return
        badge = wording.mixed()
        width = badge_width(self.metrics, badge)
        room = rect.width() - self._advance(text) - GAP
        if width > room:
            badge, width = "≠", badge_width(self.metrics, "≠")
        place = QRect(rect.left() + max(0, room - width), rect.top() + 4, width, rect.height() - 9)
        paint_badge(painter, place, rect.top() + self._baseline, badge, self._theme)

    def _paint_nodes(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        text = columns.nodes(entry, self._context)
        is_bound = self._context.is_bound(entry)
        share = entry.nodes / max(1, self._context.nodes)
        self._paint_number(painter, rect, text, self.count_width, share, is_bound)

    def _paint_total(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        text = columns.total(entry, self._context)
        is_bound = columns.has_lower_total(entry, self._context)
        share = entry.total / self._scale
        self._paint_number(painter, rect, text, self.size_width, share, is_bound)

    def _paint_number(
        self, painter: QPainter, rect: QRect, text: str, least: int, share: float, is_bound: bool
    ) -> None:
        number = QRect(rect.left(), rect.top(), max(least, self._advance(text)), rect.height())
        self._right(painter, number, text, self._ink)
        room = rect.width() - number.width() - GAP
        if room < LEAST_BAR:
            return
        top = rect.center().y() - BAR_HEIGHT // 2 + 1
        track = QRect(number.right() + 1 + GAP, top, room, BAR_HEIGHT)
        painter.fillRect(track, self._track)
        if share > 0:
            track.setWidth(max(1, min(room, round(room * share))))
            painter.fillRect(track, self._capped_bar if is_bound else self._bar)

    def _paint_references(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        use = columns.use(entry)
        colour = {
            columns.Use.ALL: self._accent,
            columns.Use.SOME: self._accent,
            columns.Use.NONE: self._grown,
            columns.Use.UNKNOWN: self._muted,
        }[use]
        if use is columns.Use.UNKNOWN:
            self._left(painter, rect, "?", colour)
        else:
            self._paint_circle(painter, rect, use, colour)
        ink = self._ink if colour is self._accent else colour
        if use is columns.Use.SOME and 2 * entry.unreferenced > entry.total:
            ink = self._grown
        text = columns.references(entry, self._context)
        self._left(painter, rect.adjusted(GLYPH, 0, 0, 0), text, ink, RIGHT)

    def _paint_circle(
        self, painter: QPainter, rect: QRect, use: columns.Use, colour: QColor
    ) -> None:
        dot = QRectF(rect.left() + 0.5, rect.center().y() - DOT / 2 + 0.5, DOT, DOT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(colour if use is columns.Use.ALL else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        if use is columns.Use.SOME:
            painter.setBrush(colour)
            painter.drawPie(dot, 90 * 16, 180 * 16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_changed(self, painter: QPainter, entry: Entry, rect: QRect) -> None:
        colour = self._muted
        if entry.changed is not None:
            arrived = entry.changed.direction is Direction.ARRIVED
            colour = self._grown if arrived else self._shrunk
        self._left(painter, rect, columns.changed(entry, self._context), colour, RIGHT)
