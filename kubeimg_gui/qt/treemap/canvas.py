"""Shows a composed picture: what is under the pointer, keyboard, mouse and wheel."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.treemap.neighbours import neighbour
from kubeimg_gui.qt.treemap.outlines import draw_outlines, edge
from kubeimg_gui.qt.treemap.scene import Kind, Path, Scene, Tile
from kubeimg_gui.qt.treemap.zoom import ZoomAnimation

STEP = 120
"""One step of a wheel, in Qt's units."""
ARROWS = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}


class TreemapCanvas(QWidget):
    """The picture of a treemap; confined to the GUI thread.

    Signals:
        pointed: carries the Tile under the pointer or with the keyboard's focus, None for none.
        chosen: carries the Tile that was clicked or reached with an arrow key.
        opened: carries the path of a box to zoom into, from the area shown.
        entered: carries the Tile of an image on a node that was double-clicked.
        left_up, left_home: to the level above, to the root.
        menu_requested: carries a Tile and a global position.
        resized: the picture must be made in another size.

    Attributes:
        scene: what is shown, None before the first picture.
        hold: whether siblings must keep their order.
        zoom: animates the way to another level.
    """

    pointed = Signal(object)
    chosen = Signal(object)
    opened = Signal(object)
    entered = Signal(object)
    left_up = Signal()
    left_home = Signal()
    menu_requested = Signal(object, QPoint)
    resized = Signal()

    def __init__(self, hold: OrderHold, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.hold = hold
        self.scene: Scene | None = None
        self.zoom = ZoomAnimation(self)
        self.zoom.stepped.connect(self.update)
        self._theme = theme
        self._pixmap = QPixmap()
        self._message = ""
        self._pointer: QPointF | None = None
        self._hovered: Tile | None = None
        self._current: Tile | None = None
        self._selected = ""
        self._guided = False
        self._turned = 0
        self._pressed_base: Path | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Treemap of images"))
        self.setMinimumSize(160, 120)

    @property
    def current(self) -> Tile | None:
        """The tile that keys start from."""
        return self._current

    @property
    def message(self) -> str:
        """The sentence in place of the picture; "" for the picture."""
        return self._message

    def show_picture(self, scene: Scene, pixmap: QPixmap) -> None:
        """Shows a picture; pointer, current tile and selection stay."""
        zoomed = self.scene is None or self.scene.base != scene.base
        if zoomed and self.scene is not None:
            self.zoom.start(self.scene, self._pixmap, scene, pixmap)
        else:
            self.zoom.replace(pixmap)
        self.scene, self._pixmap = scene, pixmap
        current = self._current
        self._current = None if zoomed or current is None else scene.find(current.path)
        hovered = None if self._pointer is None else self._tile_at(self._pointer)
        if zoomed or hovered != self._hovered:
            self._hover(hovered)
        self.update()

    def show_message(self, text: str) -> None:
        """Shows a sentence in place of the picture; "" shows the picture."""
        self._message = text
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme to what is drawn above the picture."""
        self._theme = theme
        self.update()

    def select(self, key: str) -> None:
        """Outlines all tiles of an image, by `ContainerImage.key`; "" for none."""
        self._selected = key
        self.update()

    def go_to(self, path: Path) -> None:
        """Makes a tile the current one, by its path, if it is drawn; outlines it without focus."""
        self._current = self.scene.find(path) if self.scene is not None else None
        self._guided = True
        self.update()

    # Drawing.

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draws the picture and the outlines above it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.page))
        if self._message:
            painter.setPen(QColor(self._theme.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(20, 20, -20, -20), int(flags), self._message)
            return
        if self.zoom.running:
            self.zoom.paint(painter)
            return
        painter.drawPixmap(0, 0, self._pixmap)
        if self.scene is not None:
            current = self._current if self.hasFocus() or self._guided else None
            draw_outlines(painter, self.scene, self._theme, self._selected, self._hovered, current)

    # Mouse.

    def _tile_at(self, point: QPointF) -> Tile | None:
        return self.scene.at(point.x(), point.y()) if self.scene is not None else None

    def _hover(self, tile: Tile | None) -> None:
        self._hovered = tile
        self.pointed.emit(tile)
        self.update()

    @guard(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Override: outlines the tile under the pointer."""
        self.hold.move_pointer()
        self._pointer = event.position()
        tile = self._tile_at(self._pointer)
        if tile != self._hovered:
            self._hover(tile)

    @guard(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        """Override: holds the order."""
        self.hold.enter_pointer()
        super().enterEvent(event)

    @guard(None)
    def leaveEvent(self, event: QEvent) -> None:
        """Override: releases the order."""
        self._pointer = None
        self._hover(None)
        self.hold.leave_pointer()
        super().leaveEvent(event)

    @guard(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Override: chooses a tile; opens a group of smaller ones on release."""
        # A menu may open above the tile, and the pointer then leaves it.
        self.hold.press_key()
        self.zoom.stop()
        tile = self._tile_at(event.position())
        self._pressed_base = self.scene.base if self.scene is not None else None
        if tile is not None and event.button() in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.RightButton,
        ):
            self._choose(tile)

    @guard(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Override: opens a group of smaller tiles."""
        tile = self._tile_at(event.position())
        left = event.button() is Qt.MouseButton.LeftButton
        if left and tile is not None and tile.kind is Kind.SMALLER and self._is_current(tile):
            self.opened.emit(tile.path)

    @guard(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Override: zooms into the innermost box under the pointer."""
        tile = self._tile_at(event.position())
        # The first click may have opened a group: then the second is not about this picture.
        if tile is None or self.scene is None or self._pressed_base != self.scene.base:
            return
        if event.button() is Qt.MouseButton.LeftButton:
            self._enter(tile)

    @guard(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Override: zooms one level for each step of the wheel."""
        event.accept()
        self._turned += event.angleDelta().y()
        if abs(self._turned) < STEP:
            return
        inward = self._turned > 0
        self._turned = 0
        if not inward:
            self.left_up.emit()
            return
        tile = self._tile_at(event.position())
        if tile is not None and self.scene is not None:
            outer = self.scene.find(tile.path[:1])
            if outer is not None and outer.area.has_children and outer.kind is not Kind.CAP:
                self.opened.emit(outer.path)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: requests the menu of the tile; with the keyboard, of the current one."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            tile = self._tile_at(QPointF(event.pos()))
            position = event.globalPos()
        else:
            tile = self._current
            position = self.mapToGlobal(edge(tile).center()) if tile is not None else QPoint()
        if tile is not None:
            self.menu_requested.emit(tile, position)

    # Keyboard.

    @guard(False)
    def event(self, event: QEvent) -> bool:
        """Override: Esc zooms out; in a window it is the shortcut for something else."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            zoomed = self.scene is not None and bool(self.scene.base)
            if event.key() == Qt.Key.Key_Escape and zoomed:
                event.accept()
                return True
        return super().event(event)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: arrows move between siblings, Enter zooms in, Backspace and Esc zoom out."""
        key = int(event.key())
        self.hold.press_key()
        self.zoom.stop()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in ARROWS:
            self._move(*ARROWS[key])
        elif key in (int(Qt.Key.Key_Return), int(Qt.Key.Key_Enter)):
            if self._current is not None:
                self._enter(self._current)
        elif key == int(Qt.Key.Key_Backspace) or (
            key == int(Qt.Key.Key_Escape) and self.scene is not None and self.scene.base
        ):
            self.left_up.emit()
        elif control and key == int(Qt.Key.Key_0):
            self.left_home.emit()
        else:
            super().keyPressEvent(event)

    def _move(self, across: int, down: int) -> None:
        if self.scene is None:
            return
        current = self._current
        if current is None:
            first = next(iter(self.scene.inside(())), None)
            if first is not None:
                self._choose(first)
            return
        siblings = self.scene.inside(current.path[:-1])
        tile = neighbour(current, siblings, across, down)
        if tile is not None:
            self._choose(tile)

    def _is_current(self, tile: Tile) -> bool:
        return self._current is not None and self._current.path == tile.path

    def _choose(self, tile: Tile) -> None:
        self._current, self._guided = tile, False
        self.chosen.emit(tile)
        self.update()

    def _enter(self, tile: Tile) -> None:
        """Zooms into a box, or into the one that holds a tile; reports a tile without one."""
        path = tile.path if tile.area.has_children else tile.path[:-1]
        while path and self.scene is not None:
            box = self.scene.find(path)
            if box is not None and box.kind in (Kind.BOX, Kind.MIXED, Kind.SMALLER):
                self.opened.emit(path)
                return
            path = path[:-1]
        if not tile.area.has_children:
            self.entered.emit(tile)

    @guard(None)
    def focusInEvent(self, event: QFocusEvent) -> None:
        """Override: shows the current tile."""
        super().focusInEvent(event)
        self.update()

    @guard(None)
    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Override: hides the outline of the current tile."""
        super().focusOutEvent(event)
        self.update()

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: asks for a picture of the new size."""
        super().resizeEvent(event)
        self.zoom.stop()
        self.resized.emit()
