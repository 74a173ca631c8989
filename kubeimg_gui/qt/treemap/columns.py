"""The map with its legend, and beside it the ranking where there is room."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from kubeimg_gui.qt.base.guard import guard

MARGIN = 8
RANKED = 1000
"""Minimum width in pixels at which the ranking is shown by default."""
RANKING_WIDTH = 250


class TreemapColumns(QSplitter):
    """Places the parts of a treemap side by side; GUI thread only.

    Signals:
        ranking_shown: carries whether there is a ranking now; comes after each resize too.
    """

    ranking_shown = Signal(bool)

    def __init__(self, canvas: QWidget, legend: QWidget, ranking: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._ranking = ranking
        self._wanted: bool | None = None
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
        column.addWidget(canvas, 1)
        column.addWidget(legend)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(left)
        self.addWidget(ranking)
        self.setStretchFactor(0, 1)
        self.setSizes([RANKED - RANKING_WIDTH, RANKING_WIDTH])

    def want_ranking(self, wanted: bool) -> None:
        """Shows or hides the ranking whatever the width."""
        self._wanted = wanted
        self._fit()

    def _fit(self) -> None:
        shown = self.width() >= RANKED if self._wanted is None else self._wanted
        self._ranking.setVisible(shown)
        self.ranking_shown.emit(shown)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: hides the ranking where there is little room, unless the user wants it."""
        super().resizeEvent(event)
        self._fit()
