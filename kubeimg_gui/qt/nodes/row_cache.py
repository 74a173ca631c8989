"""Cached pictures of rows, so that scrolling does not paint them for every frame.

Painting a row takes fifty times as long as copying it, and most rows look the same for a second.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPixmap

from kubeimg_gui.qt.base.cells import RowLook
from kubeimg_gui.qt.nodes.cell_painter import Cell, CellPainter
from kubeimg_gui.qt.nodes.columns import Moment
from kubeimg_gui.qt.nodes.row import NodeRow

MOST = 100
"""Maximum number of pictures, or the rows of one screen; each takes 100 kB or more."""


class RowCache:
    """Draws rows, from cached pictures if they have not changed; GUI thread only.

    The cache is cleared every second, because ages and trends change, and when the columns, the
    scale of the bars or the screen change.
    """

    def __init__(self, cells: CellPainter) -> None:
        self._painter = cells
        self._moment = Moment(0.0, 0.0)
        self._scale = 1
        self._cells: Sequence[Cell] = ()
        self._valid_for: object = None
        self._pictures: dict[NodeRow, tuple[object, QPixmap]] = {}

    def begin(
        self, painter: QPainter, moment: Moment, scale: int, size: QRect, cells: Sequence[Cell]
    ) -> None:
        """Starts a repaint of rows of one `size`; a full bar stands for `scale` bytes."""
        self._painter.begin(painter, size.height(), moment, scale)
        self._moment, self._scale, self._cells = moment, scale, cells
        ratio = painter.device().devicePixelRatio()
        valid_for = (int(moment.now), moment.opened, scale, size.size(), ratio, tuple(cells))
        if valid_for != self._valid_for or len(self._pictures) > MOST:
            self._valid_for = valid_for
            self._pictures.clear()

    def draw(self, painter: QPainter, row: NodeRow, look: RowLook) -> None:
        """Draws a row; a row with a countdown is never cached."""
        if row.deletes_at is not None:
            self._painter.paint_row(painter, row, look, self._cells)
            return
        tint = row.tint(self._moment.steady)
        trend = (row.samples.changed_at, len(row.samples))
        flags = (look.selected, look.hovered, look.current)
        looks = (row.record, row.not_referenced, trend, row.mark, row.seen, tint, flags)
        kept = self._pictures.get(row)
        if kept is None or kept[0] != looks:
            kept = self._pictures[row] = (looks, self._picture(painter, row, look))
        painter.drawPixmap(look.rect.topLeft(), kept[1])

    def _picture(self, screen: QPainter, row: NodeRow, look: RowLook) -> QPixmap:
        ratio = screen.device().devicePixelRatio()
        picture = QPixmap(look.rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        place = QRect(0, 0, look.rect.width(), look.rect.height())
        painter = QPainter(picture)
        self._painter.begin(painter, place.height(), self._moment, self._scale)
        there = RowLook(place, look.selected, look.hovered, look.current)
        self._painter.paint_row(painter, row, there, self._cells)
        painter.end()
        return picture
