"""Mouse actions that QTest leaves unfinished."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def double_click(widget: QWidget, at: QPoint) -> None:
    """Clicks twice and releases the button, which `QTest.mouseDClick` leaves down."""
    left = Qt.MouseButton.LeftButton
    QTest.mouseDClick(widget, left, pos=at)
    QTest.mouseRelease(widget, left, pos=at)
