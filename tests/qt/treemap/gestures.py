"""What the tests of the treemap do to it with mouse and keyboard, and find in it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.treemap.scene import Kind, Tile
from tests.qt.treemap.conftest import Shown
from tests.support.mouse import move_pointer

LEFT = Qt.MouseButton.LeftButton


def middle(tile: Tile) -> QPoint:
    return QPoint(tile.x + tile.width // 2, tile.y + tile.height // 2)


def click(shown: Shown, tile: Tile) -> None:
    QTest.mouseClick(shown.view.canvas, LEFT, pos=middle(tile))
    shown.wait()


def hover(shown: Shown, tile: Tile) -> None:
    move_pointer(shown.view.canvas, middle(tile))


def press(shown: Shown, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    modifier = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(shown.view.canvas, key, modifier)
    shown.wait()


def turn(shown: Shown, tile: Tile, steps: int) -> None:
    point = QPointF(middle(tile))
    canvas = shown.view.canvas
    event = QWheelEvent(
        point,
        canvas.mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
    shown.wait()


def entry(shown: Shown, node_name: str, key: str) -> Tile:
    return next(
        tile
        for tile in shown.tiles()
        if tile.kind is Kind.TILE and tile.area.node == node_name and tile.area.key == key
    )


def names_in_order(shown: Shown) -> list[str]:
    """The names of the outermost boxes in the order of their layout."""
    assert shown.view.scene is not None
    return [tile.area.name for tile in shown.view.scene.inside(())]
