"""Paints one row of the node table: background, edge and cells.

It runs for every visible row at every repaint, so it only measures and draws; the text of the
cells comes from `columns`.
"""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.cells import PADDING, CellTexts, RowLook, cached, paint_edge
from kubeimg_gui.qt.base.theme import Theme, mix
from kubeimg_gui.qt.nodes import columns
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.columns import MEANINGS, Column, Moment, TableColumn
from kubeimg_gui.qt.nodes.label_columns import LabelColumn, label_text
from kubeimg_gui.qt.nodes.name_elision import NameElision, NameFamilies
from kubeimg_gui.qt.nodes.row import Mark, NodeRow
from kubeimg_gui.text import units

GAP = 8
DOT = 7
BAR_HEIGHT = 8
LEAST_BAR = 14
LEAST_NAME = 40
STATE_INDENT = DOT + 6

Cell = tuple[TableColumn, int, int]
"""A column with its left edge and width in the viewport."""


class CellPainter(CellTexts):
    """Paints rows in one theme and font; GUI thread only.

    `families` are those of the names on screen.

    Attributes:
        number_width: width of the widest reported size, without padding.
    """

    def __init__(self, theme: Theme, font: QFont, families: NameFamilies, *, fade: bool) -> None:
        self._theme = theme
        self._fade = fade
        super().__init__(font)
        self.number_width = self.metrics.horizontalAdvance(units.at_least("88.8 GiB"))
        self._font = QFont(font)
        # A picture would take what is not set from the font of the application, not of the view.
        self._font.setResolveMask(0xFFFFFFFF)
        self._struck = QFont(self._font)
        self._struck.setStrikeOut(True)
        self._names = NameElision(self.metrics, families)
        self._size = cached(units.size)
        self._signed_size = cached(formatting.signed_size)
        self._reported = cached(units.reported_size)
        self._ink = QColor(theme.text)
        self._muted = QColor(theme.muted)
        self._accent = QColor(theme.accent)
        self._line = QColor(theme.line)
        self._track = QColor(theme.track)
        self._warn = QColor(theme.warn)
        self._grown = QColor(theme.grown)
        self._shrunk = QColor(theme.shrunk)
        self._bar = QColor(theme.bar)
        self._capped_bar = QColor(theme.capped_bar)
        self._trend = QPen(QColor(theme.accent), 1.3)
        self._severities = {
            Severity.FINE: QColor(theme.ok),
            Severity.GONE: QColor(theme.muted),
            Severity.UNCERTAIN: QColor(theme.warn),
            Severity.CRITICAL: QColor(theme.critical),
        }
        self._marks: Mapping[Mark, tuple[str, str | None]] = {
            Mark.GREW: (theme.grown, theme.grown_ground),
            Mark.SHRANK: (theme.shrunk, theme.shrunk_ground),
            Mark.RETAGGED: (theme.accent, None),
            # The images of a new node are growth; blue backgrounds mark the selection.
            Mark.ARRIVED: (theme.grown, theme.grown_ground),
            Mark.DELETED: (theme.muted, theme.track),
        }
        self._cells: Mapping[Column, Callable[[QPainter, NodeRow, QRect], None]] = {
            Column.NODE: self._paint_node,
            Column.STATE: self._paint_state,
            Column.RUNTIME: self._paint_runtime,
            Column.IMAGES: self._paint_images,
            Column.REPORTED: self._paint_reported,
            Column.CHANGE: self._paint_change,
            Column.TREND: self._paint_trend,
            Column.LARGEST: self._paint_largest,
            Column.AGE: self._paint_age,
            Column.NOT_REFERENCED: self._paint_not_referenced,
        }
        self._moment = Moment(0.0, 0.0)
        self._scale = 1

    def begin(self, painter: QPainter, height: int, moment: Moment, scale: int) -> None:
        """Starts a repaint of rows of one height; a full bar stands for `scale` bytes."""
        self._moment, self._scale = moment, scale
        self._set_height(height)
        painter.setFont(self._font)

    def paint_row(
        self, painter: QPainter, row: NodeRow, look: RowLook, cells: Iterable[Cell]
    ) -> None:
        """Paints one row: background, cells, and the line below it."""
        self._paint_ground(painter, row, look)
        for column, left, width in cells:
            rect = QRect(left + PADDING, look.rect.top(), width - 2 * PADDING, look.rect.height())
            if isinstance(column, LabelColumn):
                self._paint_label(painter, row, rect, column.label)
            else:
                self._cells[column](painter, row, rect)
        painter.fillRect(look.rect.left(), look.rect.bottom(), look.rect.width(), 1, self._line)
        self._paint_edge(painter, row, look)

    def paint_placeholder(
        self, painter: QPainter, rect: QRect, place: int, cells: Iterable[Cell]
    ) -> None:
        """Paints a row of the skeleton that is shown until the first nodes arrive."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._track)
        for number, (_column, left, width) in enumerate(cells):
            room = width - 2 * PADDING
            share = 0.45 + 0.4 * ((place * 7 + number * 5) % 11) / 10
            bar = QRectF(left + PADDING, rect.center().y() - 4, room * share, 8)
            painter.drawRoundedRect(bar, 4, 4)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, self._line)

    def _paint_ground(self, painter: QPainter, row: NodeRow, look: RowLook) -> None:
        theme = self._theme
        ground = theme.selection if look.selected else theme.hover if look.hovered else theme.page
        colour = QColor(ground)
        tint = row.tint(self._moment.steady)
        tinted = self._marks[row.mark][1] if row.mark else None
        if tinted and tint and not look.selected:
            colour = mix(ground, tinted, tint if self._fade else 1.0)
        painter.fillRect(look.rect, colour)

    def _paint_edge(self, painter: QPainter, row: NodeRow, look: RowLook) -> None:
        changed = bool(row.mark) and not row.seen
        colour = QColor(self._marks[row.mark][0]) if row.mark and changed else None
        paint_edge(painter, look.rect, colour, self._accent if look.current else None)

    def _paint_node(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        if row.deleted:
            painter.setFont(self._struck)
        painter.setPen(self._muted if row.deleted else self._ink)
        name = self._names.elided(row.shown_name, rect.width())
        painter.drawText(rect.left(), rect.top() + self._baseline, name)
        painter.setFont(self._font)

    def _paint_state(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        is_counting_down = row.deletes_at is not None and not row.deleted
        severity = Severity.CRITICAL if is_counting_down else row.severity
        colour = self._severities[severity]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot = QRectF(rect.left() + 0.5, rect.center().y() - DOT / 2 + 0.5, DOT, DOT)
        hollow = severity in (Severity.GONE, Severity.UNCERTAIN)
        painter.setPen(QPen(colour, 1.4) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
        painter.drawEllipse(dot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._left(
            painter,
            rect.adjusted(STATE_INDENT, 0, 0, 0),
            columns.state(row, self._moment),
            self._ink if severity is Severity.FINE else colour,
            Qt.TextElideMode.ElideRight,
        )

    def _paint_runtime(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        self._left(painter, rect, node_wording.runtime(row.record), self._muted)

    def _paint_images(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        colour = self._warn if row.record.capped else self._ink
        self._right(painter, rect, columns.image_count(row), colour)

    def _paint_reported(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        record, is_bound = row.record, row.record.is_lower_bound
        number = QRect(rect.left(), rect.top(), self.number_width, rect.height())
        ink = self._muted if row.deleted else self._ink
        self._right(painter, number, self._reported(record.reported_bytes, is_bound), ink)
        room = rect.width() - self.number_width - GAP
        if room < LEAST_BAR:
            return
        top = rect.center().y() - BAR_HEIGHT // 2 + 1
        track = QRect(number.right() + 1 + GAP, top, room, BAR_HEIGHT)
        painter.fillRect(track, self._track)
        track.setWidth(min(room, round(room * record.reported_bytes / self._scale)))
        painter.fillRect(track, self._capped_bar if is_bound else self._bar)

    def _paint_change(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        colour = self._muted
        if row.change:
            colour = self._grown if row.change > 0 else self._shrunk
        self._right(painter, rect, self._signed_size(row.change), colour)

    def _paint_trend(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        if len(row.samples) < 2:
            painter.fillRect(rect.left(), rect.center().y() + 1, rect.width(), 1, self._line)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._trend)
        painter.drawPolyline(self._steps(row, QRectF(rect.adjusted(0, 6, 0, -7))))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _steps(self, row: NodeRow, area: QRectF) -> QPolygonF:
        """Returns the reported size since the window opened as a step line."""
        sizes = [reported for _at, reported in row.samples]
        least, height = min(sizes), max(sizes) - min(sizes) or 1
        start = self._moment.opened
        span = max(self._moment.now - start, 1.0)
        points: list[QPointF] = []
        for at, reported in row.samples:
            x = area.left() + area.width() * min(1.0, max(0.0, (at - start) / span))
            y = area.bottom() - area.height() * (reported - least) / height
            if points:
                points.append(QPointF(x, points[-1].y()))
            points.append(QPointF(x, y))
        points.append(QPointF(area.right(), points[-1].y()))
        return QPolygonF(points)

    def _paint_largest(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        if row.largest is None:
            return
        size = node_wording.image_size(row.largest, self._size)
        room = rect.adjusted(0, 0, -self._advance(size) - GAP, 0)
        if room.width() < LEAST_NAME:
            room = rect
        else:
            self._right(painter, rect, size, self._muted)
        self._left(painter, room, node_wording.image_name(row.largest), self._muted)

    def _paint_age(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        text = MEANINGS[Column.AGE].text(row, self._moment)
        self._right(painter, rect, text, self._muted)

    def _paint_not_referenced(self, painter: QPainter, row: NodeRow, rect: QRect) -> None:
        known = isinstance(row.not_referenced, int) and not row.deleted
        colour = self._ink if known else self._muted
        self._right(painter, rect, columns.not_referenced(row), colour)

    def _paint_label(self, painter: QPainter, row: NodeRow, rect: QRect, label: str) -> None:
        self._left(painter, rect, label_text(row, label), self._muted)
