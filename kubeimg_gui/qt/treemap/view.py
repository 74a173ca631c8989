"""The treemap view: what fills the nodes, as areas, linked with the tables."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.domain.node_labels import labels_of, pool_label
from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.view_state import ViewState
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area
from kubeimg_gui.qt.treemap.canvas import TreemapCanvas
from kubeimg_gui.qt.treemap.change_follower import ChangeFollower
from kubeimg_gui.qt.treemap.choices import ChoiceBar
from kubeimg_gui.qt.treemap.colouring import Colouring
from kubeimg_gui.qt.treemap.columns import TreemapColumns
from kubeimg_gui.qt.treemap.frame_menu import FrameMenu
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy, pool_path
from kubeimg_gui.qt.treemap.legend import Legend
from kubeimg_gui.qt.treemap.navigator import Navigator, Search
from kubeimg_gui.qt.treemap.picture_saver import PictureSaver
from kubeimg_gui.qt.treemap.ranking import Ranking
from kubeimg_gui.qt.treemap.scene import Path, Scene, Tile


class TreemapView(QWidget):
    """The treemap with its choices and its legend; confined to the GUI thread.

    Nothing is computed while it is hidden.

    Signals:
        image_selected: carries the `ContainerImage.key` of a chosen tile, "" for a box.
        filter_requested: a filter for the table of nodes, from the menu of a frame.
        menu_requested: carries the key of an image and a global position.
        node_requested: carries the name of a node to show in its table.
        hovered: carries a line about the tile under the pointer, "" for none, and about a picture
            that was to be saved.

    Attributes:
        canvas, choices, legend, ranking: the parts.
        menu: the menu of a frame.
        navigator: which part of the tree is shown.
        pictures: saves what is shown.
    """

    image_selected = Signal(str)
    filter_requested = Signal(str)
    menu_requested = Signal(str, QPoint)
    node_requested = Signal(str)
    hovered = Signal(str)

    def __init__(
        self,
        nodes: NodeTableModel,
        pods: PodReferences,
        theme: Theme,
        clocks: Clocks,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._nodes, self._pods, self._theme = nodes, pods, theme
        self._selected_nodes: Sequence[str] = ()
        self._labels_offered = False
        self._colouring = Colouring(nodes, pods, theme, clocks)
        self._hold = OrderHold(clocks.steady, self)
        self.choices = ChoiceBar(theme, self)
        self.canvas = TreemapCanvas(self._hold, theme, self)
        self.legend = Legend(theme, self)
        self.ranking = Ranking(self._hold, theme, self)
        self.navigator = Navigator(nodes, self._colouring, self.canvas, self.choices, theme, self)
        self._follower = ChangeFollower(nodes, pods, self._colouring, self.navigator.composer, self)
        self.menu = FrameMenu(self._hold, self)
        self.pictures = PictureSaver(
            self.navigator, self.canvas, self.legend, self._colouring, theme, clocks, self
        )
        self._columns = TreemapColumns(self.canvas, self.legend, self.ranking, self)
        self._show_legend()
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.choices)
        column.addWidget(self._columns, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        navigator = self.navigator
        navigator.shown.connect(self._show_level)
        navigator.measured.connect(self._show_legend)
        self._follower.due.connect(self._follow_changes)
        self.choices.changed.connect(self._on_choice)
        self.choices.level_chosen.connect(navigator.go_up_to)
        self.choices.picture_requested.connect(self.pictures.choose)
        self.pictures.saved.connect(self._on_saved)
        self.choices.ranking_wanted.connect(self._columns.want_ranking)
        self._columns.ranking_shown.connect(self.choices.show_ranking_wanted)
        self._columns.ranking_shown.connect(self._show_ranking)
        canvas = self.canvas
        canvas.pointed.connect(self._on_pointed)
        canvas.chosen.connect(self._on_chosen)
        canvas.opened.connect(navigator.open)
        canvas.entered.connect(self._on_entered)
        canvas.left_up.connect(navigator.go_up)
        canvas.left_home.connect(navigator.go_home)
        canvas.menu_requested.connect(self._on_menu)
        self._hold.released.connect(self.settle)
        self.menu.opened.connect(navigator.open)
        self.menu.filter_requested.connect(self.filter_requested)
        self.menu.node_requested.connect(self.node_requested)
        self.ranking.menu_requested.connect(self._popup_menu)
        self.ranking.moved.connect(self._on_moved)
        self.ranking.chosen.connect(self._on_ranked)
        self.ranking.left_up.connect(navigator.go_up)

    # What a window uses.

    @property
    def path(self) -> Path:
        """The keys from the root to the area that is shown."""
        return self.navigator.path

    @property
    def scene(self) -> Scene | None:
        """What is shown."""
        return self.canvas.scene

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self._colouring.set_theme(theme)
        self.pictures.theme = theme
        self.choices.set_theme(theme)
        self.canvas.set_theme(theme)
        self.ranking.set_theme(theme)
        self.navigator.set_theme(theme)

    def set_context(self, name: str) -> None:
        """Sets the name of the cluster's context, for the breadcrumb and saved pictures."""
        self.pictures.context = name
        if self.navigator.areas:
            self.choices.show_trail(self.navigator.areas, name)

    def set_search(self, search: Search) -> None:
        """Sets what finds the keys of the images that match a filter, None for all."""
        self.navigator.set_search(search)

    def set_filter(self, text: str) -> None:
        """Shows only images that match the text."""
        self.navigator.set_filter(text)

    def save_state(self) -> ViewState:
        """Returns what the user chose."""
        return self.choices.save_state()

    def restore_state(self, state: ViewState) -> Sequence[str]:
        """Shows the whole cluster as it was saved; returns in words what is not known."""
        missing = self.choices.restore_state(state)
        self.navigator.path, self.navigator.mix = (), None
        self._colouring.choose(self.choices.colour_by)
        self.navigator.draw_again()
        return missing

    def settle(self) -> None:
        """Brings order and colours up to date, unless the order is held or nothing changed."""
        self.navigator.settle()

    def set_focused(self, focused: bool) -> None:
        """Sets whether the window, or one of its dialogs and menus, has the focus."""
        self._hold.set_focused(focused)

    def show_new_day(self) -> None:
        """Settles: no text here shows a date."""
        self.settle()

    def show_image(self, key: str) -> None:
        """Outlines the tiles of an image, by its key; "" for none."""
        self.canvas.select(key)

    def set_selected_nodes(self, names: Sequence[str]) -> None:
        """Offers the nodes that are selected in the table.

        The hierarchy of one node shows one of them.
        """
        self._selected_nodes = names
        if self.isVisible():
            before = self.choices.node
            self.choices.show_nodes(names)
            if self.choices.hierarchy is Hierarchy.NODE and self.choices.node != before:
                self.navigator.go_home()

    def show_node(self, name: str) -> None:
        """Zooms to a node, if it is known."""
        row = self._nodes.row_named(name)
        if row is not None:
            self.choices.choose(hierarchy=Hierarchy.POOLS)
            label = self.choices.label
            self.navigator.show_path((*pool_path(row.record, label), name))

    # Internal.

    def _show_level(self) -> None:
        """Shows what belongs to a picture beside it."""
        areas, scene = self.navigator.areas, self.canvas.scene
        if scene is None:
            return
        message = "" if scene.tiles else self._nothing()
        self.canvas.show_message(message)
        self.canvas.setAccessibleDescription(message or wording.description(areas[-1]))
        self.choices.show_trail(areas, self.pictures.context)
        self._show_ranking()
        if self.navigator.mix is None:
            self._show_legend()

    def _show_ranking(self) -> None:
        if self.navigator.areas and self.ranking.isVisible():
            self.ranking.show_area(self.navigator.areas[-1], self.navigator.path)

    def _nothing(self) -> str:
        filtered = self.navigator.filtered
        if self.choices.hierarchy is Hierarchy.NODE:
            return wording.nothing_on(self.choices.node, self._nodes, filtered=filtered)
        return wording.nothing(self._nodes, filtered=filtered)

    def _show_legend(self) -> None:
        self.legend.show_mix(self._colouring.categories, self.navigator.mix, self._theme)

    def _on_choice(self) -> None:
        if self._colouring.by is not self.choices.colour_by:
            self._colouring.choose(self.choices.colour_by)
            self.navigator.mix = None
            self.navigator.draw_again()
        else:
            self.navigator.go_home()

    def _follow_changes(self) -> None:
        if not self._labels_offered:
            self._offer_labels()
        self.navigator.compose_again(at_once=False)

    def _offer_labels(self) -> None:
        labels = labels_of(self._nodes.records)
        self._labels_offered = bool(labels)
        self.choices.show_labels(labels, pool_label(labels))

    def _on_pointed(self, tile: Tile | None) -> None:
        self.hovered.emit("" if tile is None else wording.line(tile, self._nodes, self._pods))

    def _on_chosen(self, tile: Tile) -> None:
        self._select(tile.area)
        line = wording.line(tile, self._nodes, self._pods)
        self.hovered.emit(line)
        announce(self.canvas, line)
        self.ranking.show_current(tile.path[:1])

    def _on_moved(self, area: Area, path: Path) -> None:
        self.canvas.go_to(path)
        self._select(area)
        self.hovered.emit(wording.area_line(area, self._nodes, self._pods))

    def _on_ranked(self, area: Area, path: Path) -> None:
        if area.has_children:
            self.navigator.open(path)
        else:
            self.node_requested.emit(area.node)

    def _select(self, area: Area) -> None:
        key = area.image.key if area.image is not None else ""
        self.canvas.select(key)
        self.image_selected.emit(key)

    def _on_entered(self, tile: Tile) -> None:
        self.node_requested.emit(tile.area.node)

    def _on_saved(self, path: str, written: bool) -> None:
        line = wording.saved(path, written=written)
        self.hovered.emit(line)
        announce(self.canvas, line)

    def _on_menu(self, tile: Tile, position: QPoint) -> None:
        self._popup_menu(tile.area, tile.path, position)

    def _popup_menu(self, area: Area, path: Path, position: QPoint) -> None:
        """Opens the menu of an image, or of an area of several."""
        if area.image is not None:
            self.menu_requested.emit(area.image.key, position)
        else:
            self.menu.popup(area, path, self.choices.label, position)

    @guard(None)
    def showEvent(self, event: QShowEvent) -> None:
        """Override: computes what was left while hidden."""
        super().showEvent(event)
        self._colouring.refresh()
        self._offer_labels()
        self.choices.show_nodes(self._selected_nodes)
        self._follower.active = True
        self.navigator.set_active(True)

    @guard(None)
    def hideEvent(self, event: QHideEvent) -> None:
        """Override: stops all work."""
        super().hideEvent(event)
        self._follower.stop()
        self.navigator.set_active(False)

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: draws with another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.navigator.draw_again()
