"""The text field of a filter, above a table."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from kubeimg_gui.qt.base.guard import guard


class FilterField(QLineEdit):
    """The text of a filter; Enter and Down move the focus to the table.

    Signals:
        left: the user pressed one of these keys.
    """

    left = Signal()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: emits `left` for keys without a meaning in one line of text."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
