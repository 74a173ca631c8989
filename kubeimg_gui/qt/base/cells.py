"""What the painters of tables share: measures, cached texts, texts in cells, the edge of a row."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import ParamSpec, TypeVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

PADDING = 6
"""Room beside the content of a cell, in pixels."""
EDGE = 3
"""Width of the mark of a change at the left edge of a row, in pixels."""
CACHE_SIZE = 4096
"""Maximum number of cached texts and widths: those of some hundred rows."""

P = ParamSpec("P")
T = TypeVar("T")


def cached(function: Callable[P, T]) -> Callable[..., T]:
    """Returns the function with a cache of its results.

    Rows rarely change between repaints, and formatting and measuring their text takes longer than
    drawing it.
    """

    # Applied to a Qt method directly, lru_cache would copy its docstring, which PySide6 generates
    # on first access: that takes longer than creating the whole view.
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)

    return lru_cache(CACHE_SIZE)(call)


@dataclass(frozen=True, slots=True)
class RowLook:
    """Place and state of a row in the view."""

    rect: QRect
    selected: bool
    hovered: bool
    current: bool


def paint_edge(
    painter: QPainter, rect: QRect, change: QColor | None, outline: QColor | None
) -> None:
    """Paints the mark of a change at the left of a row, and the outline of the current row."""
    if change is not None:
        painter.fillRect(rect.left(), rect.top(), EDGE, rect.height() - 1, change)
    if outline is not None:
        painter.setPen(QPen(outline, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -1, -2))


class CellTexts:
    """Base of the painters of rows: texts in cells, in one font; GUI thread only.

    Attributes:
        metrics: those of the font.
    """

    def __init__(self, font: QFont) -> None:
        self.metrics = QFontMetrics(font)
        self._advance = cached(self.metrics.horizontalAdvance)
        self._elided = cached(self.metrics.elidedText)
        self._baseline = 0

    def _set_height(self, height: int) -> None:
        """Centres the texts that follow in rows of this height."""
        self._baseline = (height - self.metrics.height()) // 2 + self.metrics.ascent()

    def _left(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        colour: QColor,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        painter.setPen(colour)
        shown = self._elided(text, elide, rect.width())
        painter.drawText(rect.left(), rect.top() + self._baseline, shown)

    def _right(self, painter: QPainter, rect: QRect, text: str, colour: QColor) -> None:
        painter.setPen(colour)
        left = rect.left() + rect.width() - self._advance(text)
        painter.drawText(left, rect.top() + self._baseline, text)
