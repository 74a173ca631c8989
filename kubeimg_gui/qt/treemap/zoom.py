"""Animates a zoom between two pictures of a treemap, so that the eye keeps its place."""

import time

from PySide6.QtCore import QEasingCurve, QObject, QRectF, QVariantAnimation, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPixmap

from kubeimg_gui.qt.base.theme import motion_is_reduced
from kubeimg_gui.qt.treemap.scene import Path, Scene, Tile

ZOOM_MS = 180
FRAME_SECONDS = 0.016
"""Maximum time of a frame; slower machines and larger screens show no animation."""
SLOW_FRAMES = 2
"""Number of longer frames after which the animation ends."""


class ZoomAnimation(QObject):
    """Grows the frame of the inner picture to the whole canvas, or shrinks it; GUI thread only.

    Signals:
        stepped: another frame is to be painted.

    Attributes:
        allowed: whether there is any animation. Off without a display, so that saved pictures
            do not depend on the moment.
    """

    stepped = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.allowed = QGuiApplication.platformName() != "offscreen"
        self._outer = self._inner = QPixmap()
        self._frame = self._whole = QRectF()
        self._inward = True
        self._slow_frames = 0
        self._too_large: float | None = None
        self.animation = QVariantAnimation(self)
        self.animation.setDuration(ZOOM_MS)
        self.animation.setStartValue(0.0)
        self.animation.setEndValue(1.0)
        self.animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.animation.valueChanged.connect(self.stepped)
        self.animation.finished.connect(self._forget)

    @property
    def running(self) -> bool:
        """Whether `paint` shows a frame now."""
        return not self._outer.isNull()

    def start(self, old: Scene, before: QPixmap, new: Scene, after: QPixmap) -> None:
        """Zooms from one scene to another, each with its picture.

        There is no animation if neither is inside the other.
        """
        self.stop()
        tile, inward = frame_of_zoom(old, new)
        pixels = after.width() * after.height()
        too_large = self._too_large is not None and pixels >= self._too_large
        if tile is None or not self.allowed or too_large or motion_is_reduced():
            return
        self._frame = QRectF(tile.x, tile.y, tile.width, tile.height)
        self._whole = QRectF(0, 0, new.width, new.height)
        self._inward = inward
        self._outer, self._inner = (before, after) if inward else (after, before)
        self._slow_frames = 0
        self.animation.start()

    def replace(self, after: QPixmap) -> None:
        """Shows more of the picture that it zooms to."""
        if not self.running:
            return
        if self._inward:
            self._inner = after
        else:
            self._outer = after

    def stop(self) -> None:
        """Ends at once."""
        if self.running:
            self.animation.stop()
            self._forget()

    def paint(self, painter: QPainter) -> None:
        """Paints the current frame."""
        began = time.perf_counter()
        progress = float(self.animation.currentValue())
        share = progress if self._inward else 1 - progress
        shown = _between(self._frame, self._whole, share)
        painter.drawPixmap(self._whole, self._outer, _scaled(self._seen(shown), self._outer))
        painter.setOpacity(share)
        painter.drawPixmap(shown, self._inner, _scaled(self._whole, self._inner))
        painter.setOpacity(1)
        if time.perf_counter() - began > FRAME_SECONDS:
            self._slow_frames += 1
            if self._slow_frames >= SLOW_FRAMES:
                self._too_large = self._inner.width() * self._inner.height()
                self.stop()

    def _seen(self, shown: QRectF) -> QRectF:
        """Returns the part of the outer picture that fills the canvas if its frame is `shown`."""
        across, down = self._frame.width() / shown.width(), self._frame.height() / shown.height()
        return QRectF(
            self._frame.x() - shown.x() * across,
            self._frame.y() - shown.y() * down,
            self._whole.width() * across,
            self._whole.height() * down,
        )

    def _forget(self) -> None:
        self._outer = self._inner = QPixmap()
        self.stepped.emit()


def frame_of_zoom(old: Scene, new: Scene) -> tuple[Tile | None, bool]:
    """Returns the tile that a zoom grows or shrinks, and whether it zooms in.

    The tile is None if neither scene is inside the other, or if their sizes differ.
    """
    inward = len(new.base) > len(old.base)
    outer, inner = (old, new) if inward else (new, old)
    depth = len(outer.base)
    same_size = (old.width, old.height) == (new.width, new.height)
    if not same_size or inner.base[:depth] != outer.base:
        return None, inward
    return _innermost(outer, inner.base[depth:]), inward


def _innermost(scene: Scene, path: Path) -> Tile | None:
    """Returns the tile of a path, or the innermost one around it that is drawn."""
    while path:
        tile = scene.find(path)
        if tile is not None:
            return tile
        path = path[:-1]
    return None


def _between(start: QRectF, end: QRectF, share: float) -> QRectF:
    def mixed(one: float, other: float) -> float:
        return one + (other - one) * share

    return QRectF(
        mixed(start.x(), end.x()),
        mixed(start.y(), end.y()),
        mixed(start.width(), end.width()),
        mixed(start.height(), end.height()),
    )


def _scaled(part: QRectF, pixmap: QPixmap) -> QRectF:
    """Returns a part of a picture in its own pixels."""
    ratio = pixmap.devicePixelRatio()
    return QRectF(part.x() * ratio, part.y() * ratio, part.width() * ratio, part.height() * ratio)
