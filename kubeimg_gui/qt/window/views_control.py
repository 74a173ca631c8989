"""Switches between the views of a window; filter and selection are the same in all of them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.view_state import ViewState
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.window.filter_control import FilterControl
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.source import Source
from kubeimg_gui.qt.window.views import IMAGES, NODES, VIEWS, ImageViewing, View, view_named

if TYPE_CHECKING:
    from kubeimg_gui.qt.window.image_parts import ImageParts


class ViewsControl(QObject):
    """Shows one view at a time, each created when it is first shown; GUI thread only.

    `settings` is the INI file that keeps for each context whether pods are watched; None to keep
    nothing.

    Signals:
        shown: another view is shown.
        restored: a view that was created now was arranged as `restore` wanted; carries its name
            and, in words, what it does not know.

    Attributes:
        current: the view shown.
        image: the key of the selected image; "" for none.
        images: what the views of images share; None until one is needed.
        nodes_known: whether all nodes have been known.
    """

    shown = Signal()
    restored = Signal(str, object)

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
        self._awaited: dict[str, ViewState] = {}
        self.nodes_known = False
        self.current = NODES
        self.image = ""
        self.images: ImageParts | None = None
        page.view_bar.tabs.chosen.connect(self.show)
        page.table.columns.shown_changed.connect(self._show_parts)
        filter_control.left.connect(self.focus)
        page.toolbar.filter.textChanged.connect(self._set_filter)
        for view in views:
            QShortcut(QKeySequence(view.shortcut), page, partial(self.show, view.name))

    @property
    def widget(self) -> QWidget:
        """The widget of the current view."""
        return self._as_widget(self._widgets.get(self.current.name))

    @property
    def settled(self) -> bool:
        """Whether the current view waits for nothing that comes with the pods."""
        return self.images is None or self.images.watch.settled

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
        self._show_parts()
        (widget or self._page.panel).show_image(self.image)
        if had_focus:
            self.focus()
        self.shown.emit()

    def focus(self) -> None:
        """Focuses the current view."""
        self.widget.setFocus()

    @property
    def names(self) -> Sequence[str]:
        """The names of all views."""
        return [view.name for view in self._views]

    @property
    def states(self) -> dict[str, ViewState]:
        """What the user arranged in views of images, by their names; without those never shown."""
        shown = {name: widget.save_state() for name, widget in self._widgets.items()}
        return {**self._awaited, **shown}

    def restore(self, states: Mapping[str, ViewState]) -> Sequence[str]:
        """Arranges views of images as they were saved; returns in words what they do not know.

        A view that was never shown is arranged when it is.
        """
        missing: list[str] = []
        for name in self.names:
            state = states.get(name)
            if state is None:
                continue
            if widget := self._widgets.get(name):
                missing += widget.restore_state(state)
            else:
                self._awaited[name] = state
        return missing

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
        if self.images is not None:
            self.images.panel.show_image(key)
        if widget := self._widgets.get(self.current.name):
            widget.show_image(key)

    def show_image(self, key: str) -> None:
        """Selects an image, in the table of images if nodes are shown."""
        if not self.current.of_images:
            self.show(IMAGES.name)
        self.select_image(key)

    def begin(self) -> None:
        """Lets views watch pods from now on: the nodes are known."""
        self.nodes_known = True
        self._page.grouping.adapt()
        self._show_parts()

    def settle(self) -> None:
        """Brings the current view up to date, unless it is the table of nodes."""
        if widget := self._widgets.get(self.current.name):
            widget.settle()
        if self.images is not None:
            self.images.update_figures()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme to all views but the table of nodes."""
        self._theme = theme
        self._page.view_bar.tabs.set_theme(theme)
        for widget in self._widgets.values():
            widget.set_theme(theme)
        if self.images is not None:
            self.images.set_theme(theme)

    def set_focused(self, focused: bool) -> None:
        """Sets whether the window, or one of its dialogs and menus, has the focus.

        It concerns the views of images only.
        """
        for widget in self._widgets.values():
            widget.set_focused(focused)

    def show_new_day(self) -> None:
        """Updates the times shown after midnight."""
        for widget in self._widgets.values():
            widget.show_new_day()
        if self.images is not None:
            self.images.show_new_day()

    def load_pods_wanted(self) -> None:
        """Turns watching pods on or off as the user left it in this context."""
        if self.images is not None:
            self.images.load_pods_wanted()

    def watch_pods(self) -> None:
        """Turns watching pods on, without keeping it for the next time."""
        self._prepare().watch.set_wanted(True)

    def popup_menu(self, key: str, position: QPoint) -> None:
        """Opens the menu of an image at a global position."""
        self._prepare().menu.popup(key, position)

    def close(self) -> Callable[[float], None]:
        """Stops watching pods for good.

        Returns a function that waits until that is done, for at most some seconds; any thread.
        """
        if self.images is None:
            return lambda seconds: None
        return self.images.close()

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
        widget = view.create(self._prepare(), self._page)
        self._widgets[view.name] = widget
        self._page.add_view(self._as_widget(widget))
        widget.set_filter(self._page.toolbar.filter.text())
        if (state := self._awaited.pop(view.name, None)) is not None:
            self.restored.emit(view.name, widget.restore_state(state))
        signals: Any = widget
        signals.image_selected.connect(self.select_image)
        signals.filter_requested.connect(self.show_nodes_with)
        signals.menu_requested.connect(self.popup_menu)
        return widget

    def _prepare(self) -> "ImageParts":
        if self.images is not None:
            return self.images
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.window.image_parts import ImageParts

        self.images = parts = ImageParts(
            self._page, self._nodes, self._source, self._theme, self._clocks, self._settings
        )
        self._page.panel.follow_pods(parts.references)
        parts.image_selected.connect(self.show_image)
        parts.filter_requested.connect(self.show_nodes_with)
        parts.node_requested.connect(self.show_node)
        parts.hovered.connect(self._page.status.show_pointed)
        return parts

    def _show_parts(self) -> None:
        """Shows side panel, figures and switch of the current view."""
        page, of_images = self._page, self.current.of_images
        page.status.set_of_nodes(not of_images)
        page.grouping.setVisible(not of_images)
        column = page.table.columns.is_shown(Column.NOT_REFERENCED)
        if column and self.nodes_known:
            self._prepare()
        parts = self.images
        if parts is None:
            return
        page.side.set_panel(parts.panel if of_images else page.panel)
        parts.panel.show_image(self.image)
        page.summary.show_source(parts.figures if of_images else None)
        widget = self.widget if of_images else None
        parts.set_shown(widget, column=column, nodes_known=self.nodes_known)

    def _allow_verbs(self) -> None:
        reason = ""
        if self.current.of_images:
            text = self.tr("Actions on nodes are in the view {view} ({keys})")
            reason = formatting.fill(text, view=NODES.title(), keys=NODES.shortcut)
        self._page.toolbar.allow_verbs(reason)

    def _set_filter(self, text: str) -> None:
        for widget in self._widgets.values():
            widget.set_filter(text)
