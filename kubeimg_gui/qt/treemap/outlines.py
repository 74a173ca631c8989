"""The outlines above the picture of a treemap: the same image elsewhere, pointer, current tile."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.treemap.scene import Scene, Tile


def edge(tile: Tile) -> QRect:
    """Returns where the outline of a tile is drawn."""
    return QRect(tile.x + 1, tile.y + 1, max(1, tile.width - 3), max(1, tile.height - 3))


def draw_outlines(
    painter: QPainter,
    scene: Scene,
    theme: Theme,
    selected: str,
    hovered: Tile | None,
    current: Tile | None,
) -> None:
    """Outlines all tiles of the selected image, by its key, and of the one under the pointer.

    The tile under the pointer has a thicker line, the current one a dotted line.
    """
    image = hovered.area.image if hovered is not None else None
    accent = QColor(theme.accent)
    keys = {selected, image.key if image is not None else ""} - {""}
    same = [tile for key in keys for tile in scene.by_image.get(key, ())]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(accent, 2))
    painter.drawRects([edge(tile) for tile in same])
    if hovered is not None:
        painter.setPen(QPen(accent, 2 if image is None else 3))
        painter.drawRect(edge(hovered))
    if current is not None:
        painter.setPen(QPen(QColor(theme.text), 2, Qt.PenStyle.DotLine))
        painter.drawRect(edge(current))
