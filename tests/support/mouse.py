"""Mouse actions that QTest leaves unfinished or drops."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def double_click(widget: QWidget, at: QPoint) -> None:
    """Clicks twice and releases the button, which `QTest.mouseDClick` leaves down."""
    left = Qt.MouseButton.LeftButton
    QTest.mouseDClick(widget, left, pos=at)
    QTest.mouseRelease(widget, left, pos=at)


def move_pointer(widget: QWidget, at: QPoint) -> None:
    """Moves the pointer there from beside it: Qt drops a move to where the pointer is."""
    QTest.mouseMove(widget, at + QPoint(1, 1))
    QTest.mouseMove(widget, at)
