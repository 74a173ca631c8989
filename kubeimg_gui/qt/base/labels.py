"""Labels that show text exactly as it is: plain, and shortened where there is no room."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard


def smaller(font: QFont) -> QFont:
    """The same font one step smaller, for captions."""
    result = QFont(font)
    result.setPointSizeF(font.pointSizeF() * 0.92)
    return result


def heavier(font: QFont, scale: float = 1.0) -> QFont:
    """The same font in demi-bold, for titles; larger by a factor."""
    result = QFont(font)
    if scale != 1.0:
        result.setPointSizeF(font.pointSizeF() * scale)
    result.setWeight(QFont.Weight.DemiBold)
    return result


def plain_label(parent: QWidget, name: str = "", *, wrap: bool = False) -> QLabel:
    """A label that takes nothing for markup; `name` is what the style sheet knows it by."""
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setWordWrap(wrap)
    return label


class ElidedLabel(QWidget):
    """One line of text, shortened in its middle to the room there is; whole in the tooltip."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._text = ""

    def set_text(self, words: str) -> None:
        """Show these words, a stranger's perhaps."""
        self._text = words = formatting.line(words)
        self.setAccessibleName(words)
        self.setToolTip(formatting.tooltip(words))
        self.update()

    @guard(QSize())
    def sizeHint(self) -> QSize:
        """Override: one line, and any width will do."""
        return QSize(40, self.fontMetrics().height() + 2)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: draw what fits."""
        painter = QPainter(self)
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(0, (self.height() - metrics.height()) // 2 + metrics.ascent(), shown)
