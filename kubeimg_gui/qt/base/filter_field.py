"""The field that holds a filter's words, above a table."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from kubeimg_gui.qt.base.guard import guard


class FilterField(QLineEdit):
    """The filter's words; Enter and Down lead back to the table.

    Signals:
        left: the person is done here.
    """

    left = Signal()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: keys that mean nothing in one line of text."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
