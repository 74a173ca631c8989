"""Switches between the views of a window; filter and selection are the same in all of them."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window.filter_control import FilterControl
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.settings import load_pods_wanted, save_pods_wanted
from kubeimg_gui.qt.window.source import Source
from kubeimg_gui.qt.window.views import NODES, VIEWS, ImageViewing, View, view_named

if TYPE_CHECKING:
    from kubeimg_gui.qt.window.pod_switch import PodSwitch
    from kubeimg_gui.qt.window.pod_watch import PodWatch


class ViewsControl(QObject):
    """Shows one view at a time, each created when it is first shown; GUI thread only.

    `settings` is the INI file that keeps for each context whether pods are watched; None to keep
    nothing.

    Signals:
        shown: another view is shown.

    Attributes:
        current: the view shown.
        image: the key of the selected image; "" for none.
        pods: watches pods; None until a view of images is shown.
        switch: turns `pods` on and off; None like it.
    """

    shown = Signal()

    def __init__(
        self,
        page: WindowLayout,
        filter_control: FilterControl,
        nodes: NodeTableModel,
        source: Source,
        theme: Theme,
        clocks: Clocks,
        settings: Path | None,
        views: Sequence[View] = VIEWS,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._filter = filter_control
        self._nodes = nodes
        self._source = source
        self._theme = theme
        self._clocks = clocks
        self._settings = settings
        self._views = views
        self._widgets: dict[str, ImageViewing] = {}
        self._nodes_known = False
        self.current = NODES
        self.image = ""
        self.pods: PodWatch | None = None
        self.switch: PodSwitch | None = None
        page.view_bar.tabs.chosen.connect(self.show)
        filter_control.left.connect(self.focus)
        page.toolbar.filter.textChanged.connect(self._set_filter)
        for view in views:
            QShortcut(QKeySequence(view.shortcut), page, partial(self.show, view.name))

    @property
    def widget(self) -> QWidget:
        """The widget of the current view."""
        return self._as_widget(self._widgets.get(self.current.name))

    def show(self, name: str) -> None:
        """Shows the view of that name, the nodes if there is none."""
        view = view_named(name, self._views)
        if view is self.current:
            return
        had_focus = self._has_focus(self.widget)
        self.current = view
        widget = self._create(view)
        self._page.set_view(self.widget)
        self._page.view_bar.tabs.show_view(view)
        self._allow_verbs()
        self._need_pods()
        if widget is not None:
            widget.show_image(self.image)
        if had_focus:
            self.focus()
        self.shown.emit()

    def focus(self) -> None:
        """Focuses the current view."""
        self.widget.setFocus()

    def show_node(self, name: str) -> None:
        """Shows the nodes and selects one of them; does nothing for a node that is not known."""
        if self._nodes.row_named(name) is not None:
            self.show(NODES.name)
            self._filter.show_node(name)

    def show_nodes_with(self, text: str) -> None:
        """Shows the nodes that a filter shows."""
        self._page.toolbar.filter.setText(text)
        self.show(NODES.name)

    def select_image(self, key: str) -> None:
        """Selects an image in the current view, and later in the others."""
        if key == self.image:
            return
        self.image = key
        if widget := self._widgets.get(self.current.name):
            widget.show_image(key)

    def begin(self) -> None:
        """Lets views watch pods from now on: the nodes are known."""
        self._nodes_known = True
        self._need_pods()

    def settle(self) -> None:
        """Brings the current view up to date, unless it is the table of nodes."""
        if widget := self._widgets.get(self.current.name):
            widget.settle()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme to all views but the table of nodes."""
        self._theme = theme
        self._page.view_bar.tabs.set_theme(theme)
        for widget in self._widgets.values():
            widget.set_theme(theme)

    def show_new_day(self) -> None:
        """Updates the times shown after midnight."""
        for widget in self._widgets.values():
            widget.show_new_day()
        if self.switch is not None:
            self.switch.refresh()

    def load_pods_wanted(self) -> None:
        """Turns watching pods on or off as the user left it in this context."""
        context = self._source.target.context
        if self.pods is not None and self._settings is not None and context:
            self.pods.set_wanted(load_pods_wanted(self._settings, context))

    def watch_pods(self) -> None:
        """Turns watching pods on, without keeping it for the next time."""
        self._prepare_pods().set_wanted(True)

    def close(self) -> Callable[[float], None]:
        """Stops watching pods for good.

        Returns a function that waits until that is done, for at most some seconds; any thread.
        """
        if self.pods is None:
            return lambda seconds: None
        self.pods.close()
        return self.pods.wait

    def _has_focus(self, widget: QWidget) -> bool:
        focused = self._page.window().focusWidget()
        return focused is widget or widget.isAncestorOf(focused)

    def _as_widget(self, widget: ImageViewing | None) -> QWidget:
        if widget is None:
            return self._page.table
        assert isinstance(widget, QWidget), "every view is one"
        return widget

    def _create(self, view: View) -> ImageViewing | None:
        if view.create is None or view.name in self._widgets:
            return self._widgets.get(view.name)
        pods = self._prepare_pods().references
        widget = view.create(self._nodes, pods, self._theme, self._clocks, self._page)
        self._widgets[view.name] = widget
        self._page.add_view(self._as_widget(widget))
        widget.set_filter(self._page.toolbar.filter.text())
        signals: Any = widget
        signals.image_selected.connect(self.select_image)
        signals.filter_requested.connect(self.show_nodes_with)
        signals.node_requested.connect(self.show_node)
        return widget

    def _prepare_pods(self) -> "PodWatch":
        if self.pods is not None:
            return self.pods
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.pods.pod_references import PodReferences
        from kubeimg_gui.qt.window.pod_switch import PodSwitch
        from kubeimg_gui.qt.window.pod_watch import PodWatch

        references = PodReferences(self._nodes, self._clocks, self)
        make_informer = partial(self._source.make_pod_informer, self._source.target)
        self.pods = pods = PodWatch(make_informer, references, self._clocks, self)
        self.switch = PodSwitch(pods, self._clocks, self._page.view_bar)
        self.switch.toggled.connect(self._keep_pods_wanted)
        self._page.view_bar.add_at_end(self.switch)
        self.load_pods_wanted()
        return pods

    def _keep_pods_wanted(self, wanted: bool) -> None:
        context = self._source.target.context
        if self._settings is not None and context:
            save_pods_wanted(self._settings, context, wanted=wanted)

    def _need_pods(self) -> None:
        if self.pods is not None and self.switch is not None:
            self.switch.setVisible(self.current.of_images)
            self.pods.set_needed(self.current.of_images and self._nodes_known)

    def _allow_verbs(self) -> None:
        reason = ""
        if self.current.of_images:
            text = self.tr("Actions on nodes are in the view {view} ({keys})")
            reason = formatting.fill(text, view=NODES.title(), keys=NODES.shortcut)
        self._page.toolbar.allow_verbs(reason)

    def _set_filter(self, text: str) -> None:
        for widget in self._widgets.values():
            widget.set_filter(text)
