"""Labels that show text literally: plain labels, and elided ones."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard


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


class FlexibleLabel(QLabel):
    """One line of plain text that is cut at its end where there is no room for it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @guard(QSize())
    def minimumSizeHint(self) -> QSize:
        """Override: the width of a few characters."""
        hint = super().sizeHint()
        return QSize(
            min(hint.width(), self.fontMetrics().horizontalAdvance("…") * 3), hint.height()
        )

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draws as much of the text as fits."""
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, align, text)


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
