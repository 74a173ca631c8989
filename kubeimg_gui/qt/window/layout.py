"""Layout of the window: its parts, their positions, and restoring what the user arranged."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.qt.activity.panel import ActivityPanel
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.panel import LEAST_WIDTH, USUAL_WIDTH, ImagePanel
from kubeimg_gui.qt.nodes.group_button import GroupButton
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.verbs.job_bar import JobBar
from kubeimg_gui.qt.window.banner import Banner, NoticePage
from kubeimg_gui.qt.window.settings import WindowSettings
from kubeimg_gui.qt.window.side_panel import SidePanel
from kubeimg_gui.qt.window.source import Source
from kubeimg_gui.qt.window.status_bar import StatusBar
from kubeimg_gui.qt.window.summary_bar import SummaryBar
from kubeimg_gui.qt.window.toolbar import Toolbar
from kubeimg_gui.qt.window.view_bar import ViewBar
from kubeimg_gui.qt.window.views import View

NARROW_WINDOW, WIDE_WINDOW = 1100, 1280
"""Below the first width the image panel is a handle, from the second one on it is wider."""
ACTIVITY_HEIGHT = 150
"""Default height of the activity panel in pixels, in a window that is high enough."""


class WindowLayout(QWidget):
    """All widgets of a window; GUI thread only.

    Attributes:
        toolbar, view_bar, summary, banner, filter_banner, views_banner, job_bar, table,
            notice_page, panel, activity, status: the parts, from top to bottom.
        grouping: chooses what nodes are grouped by.
        side: holds the panel, or the handle in its place.
    """

    def __init__(
        self,
        toolbar: Toolbar,
        model: NodeTableModel,
        source: Source,
        theme: Theme,
        clocks: Clocks,
        views: Sequence[View],
    ) -> None:
        super().__init__()
        self.toolbar = toolbar
        self.view_bar = ViewBar(views, theme, self)
        self.summary = SummaryBar(model, theme, self)
        self.banner = Banner(self)
        self.filter_banner = Banner(self)
        self.views_banner = Banner(self)
        self.job_bar = JobBar(self)
        self.table = NodeView(model, theme, clocks.steady, self)
        self.grouping = GroupButton(model, self.view_bar)
        self.view_bar.add_at_end(self.grouping)
        self.notice_page = NoticePage(self)
        make_reader = partial(PodReader, source.target.connect)
        self.panel = ImagePanel(model, make_reader, theme, self)
        self.side = SidePanel(self.panel, theme, self)
        self._panel_width = 0
        self._shown_at = clocks.wall()
        self.activity = ActivityPanel(theme, clocks.wall, self)
        self.status = StatusBar(model, self)
        self._model = model
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notice_page)
        self._view: QWidget = self.table
        left = QWidget(self)
        banners = (self.banner, self.filter_banner, self.views_banner)
        _stacked(left, (*banners, self.job_bar, self._stack))
        self._columns = self._splitter(Qt.Orientation.Horizontal, left, self.side)
        self._rows = self._splitter(Qt.Orientation.Vertical, self._columns, self.activity)
        bars = (self.toolbar, self.view_bar, self.summary)
        _stacked(self, (*bars, self._rows, self.status), stretched=len(bars))
        self._columns.splitterMoved.connect(self._keep_panel_width)
        self.side.opened.connect(self._share_width)

    def add_view(self, widget: QWidget) -> None:
        """Adds the widget of a view, which stays hidden."""
        self._stack.addWidget(widget)

    def set_view(self, widget: QWidget) -> None:
        """Shows the widget of a view, unless the notice page is in its place."""
        self._view = widget
        self.show_view(shown=self._stack.currentWidget() is not self.notice_page)

    def show_view(self, *, shown: bool) -> None:
        """Shows the current view, or the notice page in its place."""
        self._stack.setCurrentWidget(self._view if shown else self.notice_page)

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme to all parts that paint themselves."""
        parts = self.toolbar, self.summary, self.table, self.panel, self.side, self.activity
        for part in parts:
            part.set_theme(theme)

    def show_time(self, now: float) -> bool:
        """Updates ages, and after midnight the times of past days; `now` is the wall clock.

        Returns whether another day has begun.
        """
        new_day = not formatting.same_day(now, self._shown_at)
        if new_day:
            self.summary.refresh()
            for part in (self.table, self.panel, self.activity):
                part.show_new_day()
        self.panel.show_age()
        self._shown_at = now
        return new_day

    def restore(self, window: QMainWindow, settings: WindowSettings) -> None:
        """Restores the layout of a window that has its size."""
        self.table.columns.restore(settings.columns)
        self._panel_width = settings.panel
        self.side.handle.setChecked(settings.panel_open)
        default = min(ACTIVITY_HEIGHT, window.height() // 4)
        activity = min(settings.activity or default, window.height() // 2)
        self._rows.setSizes([window.height() - activity, activity])

    def current_settings(self, window: QMainWindow) -> WindowSettings:
        """The layout to save."""
        return WindowSettings(
            geometry=bytes(window.saveGeometry().data()),
            panel=self._panel_width,
            panel_open=self.side.open_when_narrow,
            activity=self.activity.height(),
            columns=self.table.columns.layout(),
        )

    def _keep_panel_width(self) -> None:
        self._panel_width = self.side.panel_width

    def _share_width(self, shown: bool) -> None:
        """Gives the panel the width of the user's choice, or the table all but the handle's."""
        default = USUAL_WIDTH if self.width() >= WIDE_WINDOW else LEAST_WIDTH
        side = self._panel_width or default if shown else self.side.maximumWidth()
        self._columns.setSizes([self.width() - side, side])

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: collapses the panel in narrow windows."""
        super().resizeEvent(event)
        self.side.set_narrow(self.width() < NARROW_WINDOW)

    def _splitter(self, orientation: Qt.Orientation, main: QWidget, other: QWidget) -> QSplitter:
        splitter = QSplitter(orientation, self)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        for position, widget in enumerate((main, other)):
            splitter.addWidget(widget)
            splitter.setStretchFactor(position, 1 - position)
        return splitter


def _stacked(parent: QWidget, widgets: Sequence[QWidget], stretched: int = -1) -> None:
    """Lays out widgets vertically without gaps; the one at index `stretched` takes the rest."""
    column = QVBoxLayout(parent)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for position, widget in enumerate(widgets):
        column.addWidget(widget, 1 if position == stretched % len(widgets) else 0)
