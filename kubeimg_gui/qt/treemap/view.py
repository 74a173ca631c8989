"""The treemap view: what fills the nodes, as areas, linked with the tables."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.domain.node_labels import labels_of, pool_label
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.canvas import TreemapCanvas
from kubeimg_gui.qt.treemap.change_follower import ChangeFollower
from kubeimg_gui.qt.treemap.choices import ChoiceBar
from kubeimg_gui.qt.treemap.colouring import Colouring
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy, pool_path
from kubeimg_gui.qt.treemap.legend import Legend
from kubeimg_gui.qt.treemap.navigator import Navigator, Search
from kubeimg_gui.qt.treemap.picture import Picture, choose_path
from kubeimg_gui.qt.treemap.scene import Path as Keys
from kubeimg_gui.qt.treemap.scene import Scene, Tile

MARGIN = 8


class TreemapView(QWidget):
    """The treemap with its choices and its legend; confined to the GUI thread.

    Nothing is computed while it is hidden.

    Signals:
        image_selected: carries the `ContainerImage.key` of a chosen tile, "" for a box.
        filter_requested: a filter for the table of nodes.
        menu_requested: carries the key of an image and a global position.
        node_requested: carries the name of a node to show in its table.
        hovered: carries a line about the tile under the pointer, "" for none.
        picture_requested: the user wants to save the picture.
        picture_saved: carries the path and whether it was written.

    Attributes:
        canvas, choices, legend: the parts.
        navigator: which part of the tree is shown.
    """

    image_selected = Signal(str)
    filter_requested = Signal(str)
    menu_requested = Signal(str, QPoint)
    node_requested = Signal(str)
    hovered = Signal(str)
    picture_requested = Signal()
    picture_saved = Signal(str, bool)

    def __init__(
        self,
        nodes: NodeTableModel,
        pods: PodReferences,
        theme: Theme,
        clocks: Clocks,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._nodes, self._pods, self._theme, self._clocks = nodes, pods, theme, clocks
        self._context = ""
        self._selected_nodes: Sequence[str] = ()
        self._labels_offered = False
        self._colouring = Colouring(nodes, pods, theme, clocks)
        self._hold = OrderHold(clocks.steady, self)
        self.choices = ChoiceBar(theme, self)
        self.canvas = TreemapCanvas(self._hold, theme, self)
        self.legend = Legend(theme, self)
        self.navigator = Navigator(nodes, self._colouring, self.canvas, self.choices, theme, self)
        self._follower = ChangeFollower(nodes, pods, self._colouring, self.navigator.composer, self)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.choices)
        inside = QVBoxLayout()
        inside.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
        inside.addWidget(self.canvas, 1)
        inside.addWidget(self.legend)
        column.addLayout(inside, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        navigator = self.navigator
        navigator.shown.connect(self._show_level)
        navigator.measured.connect(self._show_legend)
        self._follower.due.connect(self._follow_changes)
        self.choices.changed.connect(self._on_choice)
        self.choices.level_chosen.connect(navigator.go_up_to)
        self.choices.picture_requested.connect(self.picture_requested)
        self.picture_requested.connect(self.choose_picture)
        canvas = self.canvas
        canvas.pointed.connect(self._on_pointed)
        canvas.chosen.connect(self._on_chosen)
        canvas.opened.connect(navigator.open)
        canvas.entered.connect(self._on_entered)
        canvas.left_up.connect(navigator.go_up)
        canvas.left_home.connect(navigator.go_home)
        canvas.menu_requested.connect(self._on_menu)
        self._hold.released.connect(self.settle)

    # What a window uses.

    @property
    def path(self) -> Keys:
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
        self.choices.set_theme(theme)
        self.canvas.set_theme(theme)
        self.navigator.set_theme(theme)

    def set_context(self, name: str) -> None:
        """Sets the name of the cluster's context, for the breadcrumb and saved pictures."""
        self._context = name
        if self.navigator.areas:
            self.choices.show_trail(self.navigator.areas, name)

    def set_search(self, search: Search) -> None:
        """Sets what finds the keys of the images that match a filter, None for all."""
        self.navigator.set_search(search)

    def set_filter(self, text: str) -> None:
        """Shows only images that match the text."""
        self.navigator.set_filter(text)

    def settle(self) -> None:
        """Brings order and colours up to date, unless the order is held or nothing changed."""
        self.navigator.settle()

    def set_focused(self, focused: bool) -> None:
        """The window or one of its dialogs and menus has the focus, or another window has it."""
        self._hold.set_focused(focused)

    def show_new_day(self) -> None:
        """Settles: no text here shows a date."""
        self.settle()

    def show_image(self, key: str) -> None:
        """Outlines the tiles of an image, by its key; "" for none."""
        self.canvas.select(key)

    def set_selected_nodes(self, names: Sequence[str]) -> None:
        """Offers the nodes that are selected in the table, and shows one of them alone.

        With the hierarchy of one node, that is.
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

    def choose_picture(self) -> None:
        """Asks where to save the picture, and saves it there."""
        choose_path(self, self._save_as)

    def save_picture(self, path: Path) -> bool:
        """Writes the picture with its legend, as SVG or PNG; returns whether it was written.

        Reports it with `picture_saved` too. Waits until the picture is complete.
        """
        self.navigator.composer.finish()
        saved = self.scene is not None and self._picture(self.scene).save(path)
        self.picture_saved.emit(str(path), saved)
        return saved

    # Internal.

    def _picture(self, scene: Scene) -> Picture:
        areas = [area for area in self.navigator.areas if area.level is not Level.CLUSTER]
        where = " › ".join(map(wording.name, areas))
        title = (
            formatting.line(self._context),
            where,
            wording.totals(scene.area),
            formatting.moment(self._clocks.wall()),
        )
        font, categories = self.canvas.font(), self._colouring.categories
        return Picture(scene, title, categories, self.legend.entries, self._theme, font)

    def _show_level(self) -> None:
        """Shows what belongs to a picture beside it."""
        areas, scene = self.navigator.areas, self.canvas.scene
        if scene is None:
            return
        message = "" if scene.tiles else self._nothing()
        self.canvas.show_message(message)
        self.canvas.setAccessibleDescription(message or wording.description(areas[-1]))
        self.choices.show_trail(areas, self._context)
        if self.navigator.mix is None:
            self._show_legend()

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
        image = tile.area.image
        key = image.key if image is not None else ""
        self.canvas.select(key)
        self.image_selected.emit(key)
        line = wording.line(tile, self._nodes, self._pods)
        self.hovered.emit(line)
        announce(self.canvas, line)

    def _on_entered(self, tile: Tile) -> None:
        self.node_requested.emit(tile.area.node)

    def _save_as(self, path: str) -> None:
        self.save_picture(Path(path))

    def _on_menu(self, tile: Tile, position: QPoint) -> None:
        image = tile.area.image
        if image is not None:
            self.menu_requested.emit(image.key, position)

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
