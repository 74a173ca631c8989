"""The legend of a treemap: each category with its colour, its pattern and its bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.categories import Category, Pattern
from kubeimg_gui.qt.treemap.colouring import Mix

SWATCH = QSize(26, 14)
GAP, SPACE, MARGIN, LINE_GAP = 8, 26, 6, 6
LEAST_WIDTH = 40
USUAL_BYTES = 888 * 2**30
"""A size whose text is as long as that of most."""


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One entry; `category` is None for the outline of the same image elsewhere."""

    text: str
    category: Category | None = None


class LegendPainter:
    """Places and draws entries in lines of a given width."""

    def __init__(self, entries: Sequence[LegendEntry], theme: Theme, font: QFont) -> None:
        self._entries, self._theme = entries, theme
        self._font = smaller(font)
        self._metrics = QFontMetrics(self._font)

    @property
    def _line(self) -> int:
        return max(SWATCH.height(), self._metrics.height()) + LINE_GAP

    def height(self, width: int) -> int:
        """Returns the height of all lines."""
        places = self._places(width)
        return (places[-1].y() if places else 0) + self._line + 2 * MARGIN

    def draw(self, painter: QPainter, left: int, top: int, width: int) -> None:
        """Draws the entries from a point on."""
        painter.setFont(self._font)
        for entry, place in zip(self._entries, self._places(width), strict=True):
            corner = place + QPoint(left, top + MARGIN)
            self._draw_swatch(painter, entry.category, QRect(corner, SWATCH))
            painter.setPen(QColor(self._theme.muted))
            baseline = corner.y() + (SWATCH.height() + self._metrics.ascent()) / 2 - 1
            text = self._metrics.elidedText(
                entry.text, Qt.TextElideMode.ElideMiddle, max(40, width - SWATCH.width() - GAP)
            )
            painter.drawText(QPointF(corner.x() + SWATCH.width() + GAP, baseline), text)

    def _places(self, width: int) -> list[QPoint]:
        places: list[QPoint] = []
        x = y = 0
        for entry in self._entries:
            wide = SWATCH.width() + GAP + self._metrics.horizontalAdvance(entry.text)
            if x and x + wide > width:
                x, y = 0, y + self._line
            places.append(QPoint(x, y))
            x += wide + SPACE
        return places

    def _draw_swatch(self, painter: QPainter, category: Category | None, place: QRect) -> None:
        if category is None:
            painter.setPen(QPen(QColor(self._theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(1, 1, -1, -1))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(place, category.ground)
        if category.pattern is not Pattern.PLAIN:
            painter.fillRect(place, category.hatch)


def legend_entries(
    categories: Sequence[Category], mix: Mix | None, same_elsewhere: str
) -> list[LegendEntry]:
    """Returns an entry for each category that has bytes, all while they are not known."""
    sizes = list(mix) if mix is not None and len(mix) == len(categories) else None
    entries = [
        LegendEntry(wording.legend(category, None if sizes is None else sizes[place]), category)
        for place, category in enumerate(categories)
        if sizes is None or sizes[place] or len(categories) <= 3
    ]
    return [*entries, LegendEntry(same_elsewhere)]


class Legend(QWidget):
    """Shows the legend; as high as its lines need with figures of usual length.

    The height depends on no figure, because the treemap above would have to be laid out again.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[LegendEntry] = []
        self._reserved: list[LegendEntry] = []
        self.setAccessibleName(self.tr("Legend"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def entries(self) -> Sequence[LegendEntry]:
        """What is shown."""
        return self._entries

    def show_mix(self, categories: Sequence[Category], mix: Mix | None, theme: Theme) -> None:
        """Shows categories with their bytes; None where they are not known yet."""
        self._theme = theme
        same_elsewhere = self.tr("the same image elsewhere")
        self._entries = legend_entries(categories, mix, same_elsewhere)
        self.setAccessibleDescription("\n".join(entry.text for entry in self._entries))
        self.update()
        usual = (USUAL_BYTES,) * len(categories)
        reserved = legend_entries(categories, usual, same_elsewhere)
        if reserved != self._reserved:
            self._reserved = reserved
            self.updateGeometry()

    @guard(0)
    def heightForWidth(self, width: int) -> int:
        """Override: the height of the lines."""
        return LegendPainter(self._reserved, self._theme, self.font()).height(width)

    @guard(QSize())
    def sizeHint(self) -> QSize:
        """Override: any width will do."""
        return QSize(LEAST_WIDTH, self.heightForWidth(max(LEAST_WIDTH, self.width())))

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draws the entries."""
        painter = QPainter(self)
        LegendPainter(self._entries, self._theme, self.font()).draw(painter, 4, 0, self.width())
