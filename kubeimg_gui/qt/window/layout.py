"""The parts of the window, where they stand, and how a person arranged them."""

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kubeimg_gui.qt.activity.panel import ActivityPanel
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.panel import LEAST_WIDTH, USUAL_WIDTH, ImagePanel
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.verbs.job_bar import JobBar
from kubeimg_gui.qt.window.banner import Banner, NoticePage
from kubeimg_gui.qt.window.settings import Arrangement
from kubeimg_gui.qt.window.status_bar import StatusBar
from kubeimg_gui.qt.window.summary_bar import SummaryBar
from kubeimg_gui.qt.window.toolbar import Toolbar

USUAL_SIZE = QSize(1440, 900)
ROOMY_WIDTH = 1280
ACTIVITY_HEIGHT = 150
"""Of the activity panel in pixels, until a person drags it."""


class WindowLayout(QWidget):
    """All that a window shows; GUI thread only, like everything in it.

    Attributes:
        top, figures, banner, strip, table, notices, panel, activity, status: the parts, from the
            top to the bottom.
    """

    def __init__(
        self,
        top: Toolbar,
        model: NodeTableModel,
        theme: Theme,
        clocks: Clocks,
    ) -> None:
        super().__init__()
        self.top = top
        self.figures = SummaryBar(model, theme, self)
        self.banner = Banner(self)
        self.strip = JobBar(self)
        self.table = NodeView(model, theme, clocks.steady, self)
        self.notices = NoticePage(self)
        self.panel = ImagePanel(model, theme, self)
        self.activity = ActivityPanel(theme, clocks.wall, self)
        self.status = StatusBar(model, self)
        self._model = model
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notices)
        left = QWidget(self)
        _stacked(left, (self.banner, self.strip, self._stack))
        self._sides = self._splitter(Qt.Orientation.Horizontal, left, self.panel)
        self._floors = self._splitter(Qt.Orientation.Vertical, self._sides, self.activity)
        _stacked(self, (self.top, self.figures, self._floors, self.status), roomy=2)

    def show_table(self, *, shown: bool) -> None:
        """Show the table, or the notice in its place."""
        self._stack.setCurrentWidget(self.table if shown else self.notices)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of everything that draws for itself."""
        for part in (self.top, self.figures, self.table, self.panel, self.activity):
            part.set_theme(theme)

    def restore(self, window: QMainWindow, arrangement: Arrangement, size: QSize | None) -> None:
        """Arrange the window as it was left; a given size goes before the one it had."""
        window.resize(size or USUAL_SIZE)
        if not size:
            window.restoreGeometry(QByteArray(arrangement.geometry))
        header = self.table.header
        for place, column in enumerate(arrangement.order):
            header.moveSection(header.visualIndex(column), place)
        for column in arrangement.hidden:
            header.setSectionHidden(column, True)
        self.table.user_widths.update(arrangement.widths)
        self.table.sort_by(arrangement.sort, arrangement.descending)
        usual = USUAL_WIDTH if window.width() >= ROOMY_WIDTH else LEAST_WIDTH
        panel = arrangement.panel or usual
        self._sides.setSizes([window.width() - panel, panel])
        activity = arrangement.activity or ACTIVITY_HEIGHT
        self._floors.setSizes([window.height() - activity, activity])

    def arrangement(self, window: QMainWindow) -> Arrangement:
        """How it is arranged now."""
        header = self.table.header
        return Arrangement(
            geometry=bytes(window.saveGeometry().data()),
            panel=self.panel.width(),
            activity=self.activity.height(),
            order=tuple(sorted(Column, key=header.visualIndex)),
            hidden=frozenset(column for column in Column if header.isSectionHidden(column)),
            widths=dict(self.table.user_widths),
            sort=self._model.sort_column,
            descending=self._model.descending,
        )

    def _splitter(self, way: Qt.Orientation, roomy: QWidget, other: QWidget) -> QSplitter:
        splitter = QSplitter(way, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for place, widget in enumerate((roomy, other)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(place, 1 - place)
        return splitter


def _stacked(parent: QWidget, widgets: Sequence[QWidget], roomy: int = -1) -> None:
    """Put widgets below each other, without gaps; the `roomy` one takes what is left."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for place, widget in enumerate(widgets):
        column.addWidget(widget, 1 if place == roomy % len(widgets) else 0)
