"""The text field of a filter, above a table."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label

GAP, MARGIN = 3, 8
"""Pixels between the field and the line below it, and between that line and the window's edges."""


class FilterField(QLineEdit):
    """The text of a filter; Enter and Down move the focus to the table.

    A problem is shown as a red frame and, below the field, as one line that covers what is there.

    Signals:
        left: the user pressed one of these keys.
    """

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line: QLabel | None = None
        self._description = ""

    @property
    def problem(self) -> str:
        """What is wrong with the text, "" for nothing."""
        return self._line.text() if self._line else ""

    def show_problem(self, sentence: str) -> None:
        """Marks the field and says what is wrong with its text; "" for nothing."""
        if sentence == self.problem:
            return
        if not self.problem:
            self._description = self.accessibleDescription()
        if self._line is None:
            # Not in the layout: what is below the field must not move at every letter.
            self._line = plain_label(self.window(), "expected")
            self._line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._line.setText(sentence)
        self._show_line()
        self.setProperty("wrong", bool(sentence))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleDescription(sentence or self._description)
        if sentence:
            announce(self, sentence)

    def _show_line(self) -> None:
        if self._line is None:
            return
        self._line.setVisible(bool(self._line.text()) and self.isVisible())
        window = self.window()
        below = self.mapTo(window, QPoint(0, self.height() + GAP))
        room = window.width() - 2 * MARGIN
        width = min(self._line.sizeHint().width(), room)
        left = max(MARGIN, min(below.x(), window.width() - MARGIN - width))
        self._line.setGeometry(left, below.y(), width, self._line.sizeHint().height())
        self._line.raise_()

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: keeps the line below the field."""
        super().resizeEvent(event)
        self._show_line()

    @guard(None)
    def moveEvent(self, event: QMoveEvent) -> None:
        """Override: keeps the line below the field."""
        super().moveEvent(event)
        self._show_line()

    @guard(None)
    def showEvent(self, event: QShowEvent) -> None:
        """Override: shows the line with the field."""
        super().showEvent(event)
        self._show_line()

    @guard(None)
    def hideEvent(self, event: QHideEvent) -> None:
        """Override: hides the line with the field."""
        super().hideEvent(event)
        self._show_line()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: emits `left` for keys without a meaning in one line of text."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)
