"""The view of all images of the cluster: a thin bar of choices, and the table."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.query import image_term
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.base.view_state import ViewState
from kubeimg_gui.qt.inventory.bar import ImagesBar
from kubeimg_gui.qt.inventory.figures import Figures
from kubeimg_gui.qt.inventory.model import ImageTreeModel, Search
from kubeimg_gui.qt.inventory.rows import GroupRow
from kubeimg_gui.qt.inventory.tree import ImageTree
from kubeimg_gui.qt.inventory.tree_state import restore_state, save_state
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import FADE_STEP_MS
from kubeimg_gui.qt.pods.pod_references import PodReferences

REFRESH_MS = 200
COUNT_MS, RECOUNT_MS = 20, 200
"""Pauses between steps of counting nodes: of groups never counted, and of counted ones."""


class ImagesView(QWidget):
    """Shows all images of the cluster, live while it is visible; GUI thread only.

    `search` finds the images that match a filter, see `set_search`. `term` returns the filter for
    the nodes that hold an image, "" where there is none.

    Signals:
        image_selected: key of the selected image, "" for none.
        filter_requested: a filter that shows the nodes with an image.
        menu_requested: key of an image and a global position.

    Attributes:
        bar: the choices above the table.
    """

    image_selected = Signal(str)
    filter_requested = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(
        self,
        nodes: NodeTableModel,
        pods: PodReferences,
        theme: Theme,
        clocks: Clocks,
        parent: QWidget,
        *,
        search: Search | None = None,
        term: Callable[[ContainerImage], str] = image_term,
    ) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._term = term
        self._model = ImageTreeModel(nodes, pods, clocks, self)
        if search is not None:
            self._model.set_search(search)
        self.bar = ImagesBar(theme, self)
        self.bar.show_grouping(self._model.arrangement.grouping)
        self.bar.grouping_chosen.connect(self.group_by)
        self._tree = ImageTree(self._model, theme, clocks.steady, self)
        self._tree.selected.connect(self.image_selected)
        self._tree.opened.connect(self._open)
        self._tree.menu_requested.connect(self.menu_requested)
        self._tree.hold.released.connect(self.settle)
        self._tree.uncounted.connect(self._count_soon)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._tree)
        self.setFocusProxy(self._tree)
        self._refreshing = Throttle(self._refresh, REFRESH_MS, self)
        self._fade = QTimer(self)
        self._fade.setInterval(FADE_STEP_MS)
        self._fade.timeout.connect(self._fade_on)
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.timeout.connect(self._count)
        for changed in (nodes.images_changed, pods.changed, pods.coverage_changed):
            changed.connect(self._ask_for_refresh)

    @property
    def tree(self) -> ImageTree:
        """The table."""
        return self._tree

    @property
    def model(self) -> ImageTreeModel:
        """The rows of the table."""
        return self._model

    def figures(self) -> Figures:
        """Returns the figures for the summary bar, as of the last update while it was visible."""
        return self._model.figures

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self.bar.set_theme(theme)
        self._tree.set_theme(theme)

    def set_search(self, search: Search) -> None:
        """Sets what finds the images that match a filter."""
        self._model.set_search(search)

    def set_filter(self, text: str) -> None:
        """Shows only images that match a filter, as typed."""
        self._model.set_filter(text)
        self._tree.viewport().update()

    def group_by(self, grouping: Grouping) -> None:
        """Shows the images flat or in groups."""
        self._model.group_by(grouping)
        self.bar.show_grouping(grouping)
        self._tree.fit_columns()

    def save_state(self) -> ViewState:
        """Returns what the user arranged."""
        rows = self._model.arrangement
        return {"grouping": rows.grouping.value, **save_state(self._tree, rows)}

    def restore_state(self, state: ViewState) -> Sequence[str]:
        """Arranges the view as it was saved; returns in words what is not known."""
        name = state.get("grouping", "")
        is_known = name in set(Grouping)
        grouping = Grouping(name) if is_known else Grouping.REPOSITORY
        if grouping is not self._model.arrangement.grouping:
            self.bar.grouping_chosen.emit(grouping)
        missing = restore_state(self._tree, self._model.arrangement, state)
        if is_known or not name:
            return missing
        return (formatting.fill(self.tr("grouping {name}"), name=name), *missing)

    def settle(self) -> None:
        """Brings texts up to date, and the order of the rows unless it is held."""
        if not self._model.active:
            return
        self._model.settle(self._tree.visible_entries, at_once=not self._tree.hold.held)
        self._start_fading()
        self._tree.viewport().update()

    def set_focused(self, focused: bool) -> None:
        """Sets whether the window, or one of its dialogs and menus, has the focus."""
        self._tree.hold.set_focused(focused)

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        self._tree.viewport().update()

    def show_image(self, key: str) -> None:
        """Selects an image if it is shown."""
        row = self._model.catalog.rows.get(key)
        if row is not None and row in self._model.arrangement.shown:
            self._tree.kept.select(row)

    def _ask_for_refresh(self) -> None:
        if self._model.active:
            self._refreshing.ask()

    def _refresh(self) -> None:
        self._model.refresh(self._tree.visible_entries)
        self._start_fading()
        self._tree.viewport().update()

    def _start_fading(self) -> None:
        if not self._fade.isActive() and self._model.catalog.fading_until > self._clocks.steady():
            self._fade.start()

    def _fade_on(self) -> None:
        self._tree.viewport().update()
        if self._clocks.steady() > self._model.catalog.fading_until:
            self._fade.stop()

    def _count_soon(self) -> None:
        if not self._counting.isActive() and self._model.active:
            groups = (each for each in self._tree.visible_entries if isinstance(each, GroupRow))
            fresh = any(not group.counted for group in groups)
            self._counting.start(COUNT_MS if fresh else RECOUNT_MS)

    def _count(self) -> None:
        if self._model.count_nodes(self._tree.visible_entries):
            self._count_soon()
        self._tree.viewport().update()

    def _open(self, key: str) -> None:
        row = self._model.catalog.rows.get(key)
        text = self._term(row.summary.image) if row is not None else ""
        if text:
            self.filter_requested.emit(text)

    @guard(None)
    def showEvent(self, event: QShowEvent) -> None:
        """Override: brings everything up to date."""
        super().showEvent(event)
        self._model.begin()
        self._tree.fit_columns()
        self._start_fading()

    @guard(None)
    def hideEvent(self, event: QHideEvent) -> None:
        """Override: nothing is computed while hidden."""
        super().hideEvent(event)
        self._model.end()
        self._refreshing.stop()
        self._fade.stop()
        self._counting.stop()
