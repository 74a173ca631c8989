"""Summary bar: five figures that answer the question of the current view."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window.figure import Figure, FigureSource, fit_captions
from kubeimg_gui.qt.window.node_figures import NodeFigures

MARGIN = 14
LEAST_GAP, USUAL_GAP = 22, 44
REFRESH_MS = 250
"""Minimum interval between two updates of the figures."""
FILTER_MS = 150
"""How long after a key the figures follow the filter: the rows come first."""


class SummaryBar(QFrame):
    """Five figures; in a narrow window with shorter captions, then without the least important.

    Attributes:
        figures: all of them, from left to right, and by what they show of the nodes.
    """

    def __init__(self, model: NodeTableModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self._theme = theme
        self.figures = [Figure(self) for _ in range(5)]
        self.nodes, self.reported, self.images, self.change, self.pressure = self.figures
        self._source: FigureSource = NodeFigures(model)
        self._node_figures = self._source
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, 8, MARGIN, 9)
        for figure in self.figures:
            self._row.addWidget(figure)
        self._row.addStretch(1)
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        model.applied.connect(self._throttle.ask)
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(FILTER_MS)
        self._filter_timer.timeout.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self.refresh()

    def show_source(self, source: FigureSource | None) -> None:
        """Shows other figures, None for those of the nodes."""
        self._source = source or self._node_figures
        self.refresh()

    def refresh_soon(self) -> None:
        """Shows the current figures, not too often."""
        self._throttle.ask()

    def follow_filter(self) -> None:
        """Shows what the filter shows, once the user pauses typing."""
        self._filter_timer.start()

    def refresh(self) -> None:
        """Shows the current figures."""
        self._source.show(self.figures, self._theme)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 2 * MARGIN
        widths = [figure.widths for figure in self.figures]
        chosen = fit_captions(room, widths, self._source.importance, LEAST_GAP)
        shown: list[int] = []
        for figure, each, choice in zip(self.figures, widths, chosen, strict=True):
            figure.setVisible(choice is not None)
            if choice is not None:
                figure.choose_caption(choice)
                shown.append(each[choice])
        gap = (room - sum(shown)) // max(1, len(shown) - 1)
        self._row.setSpacing(max(LEAST_GAP, min(gap, USUAL_GAP)))

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the figures to the new width."""
        super().resizeEvent(event)
        self._fit()

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: fits the figures to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
