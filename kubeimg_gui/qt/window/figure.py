"""One figure of the summary bar, and how figures share the width of a window."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme

SCALE = 1.65


class Figure(QWidget):
    """A figure and its caption, of which there are shorter versions for narrow windows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._captions: Sequence[str] = ("",)
        self._value = plain_label(self)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * SCALE)
        font.setWeight(QFont.Weight.Bold)
        self._value.setFont(font)
        self._caption = plain_label(self, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for label in (self._value, self._caption):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)

    @property
    def texts(self) -> tuple[str, str]:
        """The figure and its caption as shown."""
        return self._value.text(), self._caption.text()

    @property
    def widths(self) -> Sequence[int]:
        """The width with each of the captions."""
        value = self._value.sizeHint().width()
        metrics = self._caption.fontMetrics()
        return [max(value, metrics.horizontalAdvance(text) + 1) for text in self._captions]

    def show_figure(
        self, value: str, captions: Sequence[str], colour: str, *, tip: str = ""
    ) -> None:
        """Shows a figure; captions carry the meaning, longest first, and the colour repeats it.

        The first caption is also in the tooltip and read to assistive technology.
        """
        self._value.setText(value)
        if colour != self._colour:
            self._colour = colour
            self._value.setStyleSheet(f"color: {colour}")
        self._captions = captions
        self.setAccessibleName(f"{value} {captions[0]}")
        set_tip(self, "\n".join(line for line in (captions[0], tip) if line))

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: an outline while it has the focus."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def choose_caption(self, place: int) -> None:
        """Shows one of the captions; 0 is the longest."""
        self._caption.setText(self._captions[place])


class FigureSource(Protocol):
    """Fills the figures of the summary bar."""

    @property
    def importance(self) -> Sequence[int]:
        """How important each figure is, as for `fit_captions`."""
        ...

    def show(self, figures: Sequence[Figure], theme: Theme) -> None:
        """Shows what is known now; dashes for what is not."""


def fit_captions(
    room: int, widths: Sequence[Sequence[int]], importance: Sequence[int], gap: int
) -> list[int | None]:
    """Returns which caption of each figure to show, None for a figure that has no room.

    `widths` are those of every figure's captions, longest first. The least important figures, by
    ascending `importance`, get a shorter caption first, then the others; only when there is no
    shorter one, figures are hidden in the same order.
    """
    chosen: list[int | None] = [0] * len(widths)
    order = sorted(range(len(widths)), key=lambda place: importance[place])

    def fits() -> bool:
        shown = [widths[n][choice] for n, choice in enumerate(chosen) if choice is not None]
        return sum(shown) + gap * (len(shown) - 1) <= room

    for choice in range(1, max(map(len, widths))):
        for place in order:
            if fits():
                return chosen
            chosen[place] = min(choice, len(widths[place]) - 1)
    for place in order[:-1]:
        if fits():
            return chosen
        chosen[place] = None
    return chosen
