"""Saves a treemap as PNG or SVG, with its legend, the context and the time."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator

from kubeimg_gui.qt.base.labels import SEPARATOR, heavier
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.treemap.categories import Category
from kubeimg_gui.qt.treemap.legend import LegendEntry, LegendPainter
from kubeimg_gui.qt.treemap.painter import ScenePainter
from kubeimg_gui.qt.treemap.scene import Scene

MARGIN, TITLE = 12, 30
SCALE = 2
"""Pixels of a PNG for each pixel on the screen."""

translate = QCoreApplication.translate


class Picture:
    """A scene with its title and legend, drawn on any device."""

    def __init__(
        self,
        scene: Scene,
        title: Sequence[str],
        categories: Sequence[Category],
        legend: Sequence[LegendEntry],
        theme: Theme,
        font: QFont,
    ) -> None:
        self._scene, self._theme, self._font = scene, theme, font
        self._title = SEPARATOR.join(part for part in title if part)
        self._painter = ScenePainter(theme, font, categories)
        self._legend = LegendPainter(legend, theme, font)

    @property
    def size(self) -> QSize:
        """Size in pixels of the screen."""
        height = TITLE + self._scene.height + self._legend.height(self._scene.width)
        return QSize(self._scene.width + 2 * MARGIN, height + 2 * MARGIN)

    def save(self, path: Path) -> bool:
        """Writes the picture, as SVG for that suffix, else as PNG; False where it cannot."""
        if path.suffix.lower() == ".svg":
            return self._save_vectors(path)
        pixmap = QPixmap(self.size * SCALE)
        pixmap.setDevicePixelRatio(SCALE)
        painter = QPainter(pixmap)
        self._draw(painter)
        painter.end()
        return pixmap.save(str(path), "PNG")

    def _save_vectors(self, path: Path) -> bool:
        generator = QSvgGenerator()
        generator.setFileName(str(path))
        generator.setResolution(round(QGuiApplication.primaryScreen().logicalDotsPerInch()))
        generator.setSize(self.size)
        generator.setViewBox(QRect(0, 0, self.size.width(), self.size.height()))
        generator.setTitle(self._title)
        generator.setDescription(translate("Treemap", "Area is reported image size, not disk use."))
        painter = QPainter()
        if not painter.begin(generator):
            return False
        self._draw(painter)
        return painter.end()

    def _draw(self, painter: QPainter) -> None:
        size, width = self.size, self._scene.width
        painter.fillRect(QRect(0, 0, size.width(), size.height()), QColor(self._theme.page))
        font = heavier(self._font)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(self._theme.text))
        title = metrics.elidedText(self._title, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(QPointF(MARGIN, MARGIN + metrics.ascent()), title)
        painter.translate(MARGIN, MARGIN + TITLE)
        for step in self._painter.steps(self._scene):
            step(painter)
        self._legend.draw(painter, 0, self._scene.height, width)
