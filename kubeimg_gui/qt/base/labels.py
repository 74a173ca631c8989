"""Labels that show text literally: plain labels, and elided ones."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard

SEPARATOR = " · "
_BREAK = "\N{ZERO WIDTH SPACE}"
_UNBROKEN = re.compile(r"\w{10}(?=\w{10})")


def smaller(font: QFont) -> QFont:
    """Returns the font one step smaller, for captions."""
    result = QFont(font)
    result.setPointSizeF(font.pointSizeF() * 0.92)
    return result


def heavier(font: QFont, scale: float = 1.0) -> QFont:
    """Returns the font in demi-bold, scaled by a factor, for titles."""
    result = QFont(font)
    if scale != 1.0:
        result.setPointSizeF(font.pointSizeF() * scale)
    result.setWeight(QFont.Weight.DemiBold)
    return result


def plain_label(parent: QWidget, name: str = "", *, wrap: bool = False) -> QLabel:
    """Returns a label for plain text; `name` is its object name in the style sheet."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setWordWrap(wrap)
    return label


def set_wrapped_text(label: QLabel, text: str) -> None:
    """Shows text in a label that wraps, where a name without a hyphen may be 253 characters long.

    Such a name may break anywhere, else the label would clip it.
    """
    label.setText(_UNBROKEN.sub(lambda found: f"{found[0]}{_BREAK}", text))
    label.setAccessibleName(text)


class FlexibleLabel(QLabel):
    """One line of plain text; where there is no room, the last of its parts are left out.

    Parts are separated by SEPARATOR. The first `least` of them always have room.
    """

    def __init__(self, parent: QWidget, *, least: int = 1) -> None:
        super().__init__(parent)
        self._least = least
        self.setTextFormat(Qt.TextFormat.PlainText)

    def fitting(self, room: int) -> str:
        """Returns the text of at most `room` pixels."""
        parts = self.text().split(SEPARATOR)
        for count in range(len(parts), self._least, -1):
            text = SEPARATOR.join(parts[:count])
            if self.fontMetrics().horizontalAdvance(text) <= room:
                return text
        least = SEPARATOR.join(parts[: self._least])
        return self.fontMetrics().elidedText(least, Qt.TextElideMode.ElideRight, room)

    @guard(QSize())
    def minimumSizeHint(self) -> QSize:
        """Override: the width of the parts that always have room."""
        least = SEPARATOR.join(self.text().split(SEPARATOR)[: self._least])
        width = self.fontMetrics().horizontalAdvance(least)
        return QSize(width, super().sizeHint().height())

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draws the parts that fit."""
        room = self.contentsRect()
        QPainter(self).drawText(room, self.alignment(), self.fitting(room.width()))


class ElidedLabel(QWidget):
    """One line of text, elided in the middle; the tooltip shows all of it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""

    def set_text(self, text: str) -> None:
        """Shows a text, which may be untrusted."""
        self._text = text = formatting.line(text)
        self.setAccessibleName(text)
        set_tip(self, text)
        self.update()

    @guard(QSize())
    def sizeHint(self) -> QSize:
        """Override: the height of one line; any width is sufficient."""
        return QSize(40, self.fontMetrics().height() + 2)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draws the elided text."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(0, (self.height() - metrics.height()) // 2 + metrics.ascent(), shown)
