"""The treemap view: what fills the nodes, as areas, linked with the tables."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.domain.node_labels import labels_of, pool_label
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import announce
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.base.view_state import ViewState
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area
from kubeimg_gui.qt.treemap.canvas import TreemapCanvas
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.choices import ChoiceBar
from kubeimg_gui.qt.treemap.colouring import Colouring, Mix
from kubeimg_gui.qt.treemap.composer import Composer, Request
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy, pool_path
from kubeimg_gui.qt.treemap.legend import Legend
from kubeimg_gui.qt.treemap.picture import Picture, choose_path
from kubeimg_gui.qt.treemap.scene import Path as Keys
from kubeimg_gui.qt.treemap.scene import Scene, Tile

LAYOUT_MS = 1000
"""Minimum interval between two layouts that changes in the cluster cause."""
MARGIN = 8

Search = Callable[[str], frozenset[str] | None]


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
        self._filter = ""
        self._search: Search = _all_images
        self._keys: frozenset[str] | None = None
        self._path: Keys = ()
        self._merged: dict[str, frozenset[str]] = {}
        self._areas: Sequence[Area] = ()
        self._mix: Mix | None = None
        self._order_kept = self._changed = self._labels_offered = False
        self._colouring = Colouring(nodes, pods, theme, clocks)
        self.composer = Composer(nodes, self._colouring, self)
        self.hold = OrderHold(clocks.steady, self)
        self.choices = ChoiceBar(theme, self)
        self.canvas = TreemapCanvas(self.hold, theme, self)
        self.legend = Legend(theme, self)
        self._throttle = Throttle(self._follow_changes, LAYOUT_MS, self)
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
        self._nodes.images_changed.connect(self._on_change)
        self._pods.changed.connect(self._on_references)
        self._pods.coverage_changed.connect(self._on_coverage)
        self.composer.composed.connect(self._show)
        self.composer.measured.connect(self._show_mix)
        self.composer.finished.connect(self._on_finished)
        self.choices.changed.connect(self._on_choice)
        self.choices.level_chosen.connect(self._go_up_to)
        self.choices.picture_requested.connect(self.picture_requested)
        self.picture_requested.connect(self.choose_picture)
        canvas = self.canvas
        canvas.pointed.connect(self._on_pointed)
        canvas.chosen.connect(self._on_chosen)
        canvas.opened.connect(self._open)
        canvas.entered.connect(self._on_entered)
        canvas.left_up.connect(self.go_up)
        canvas.left_home.connect(self.go_home)
        canvas.menu_requested.connect(self._on_menu)
        canvas.resized.connect(self._compose)
        self.hold.released.connect(self.settle)

    # What a window uses.

    @property
    def path(self) -> Keys:
        """The keys from the root to the area that is shown."""
        return self._path

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
        self._draw_again()

    def set_context(self, name: str) -> None:
        """Sets the name of the cluster's context, for the breadcrumb and saved pictures."""
        self._context = name
        if self._areas:
            self.choices.show_trail(self._areas, name)

    def set_search(self, search: Search) -> None:
        """Sets what finds the keys of the images that match a filter, None for all."""
        self._search = search
        self._compose_again()

    def set_filter(self, text: str) -> None:
        """Shows only images that match the text."""
        if text != self._filter:
            self._filter = text
            self._colouring.refresh()
            self._compose_again()

    def save_state(self) -> ViewState:
        """Returns what the user chose."""
        return self.choices.save_state()

    def restore_state(self, state: ViewState) -> Sequence[str]:
        """Shows the whole cluster as it was saved; returns in words what is not known."""
        if not self._labels_offered:
            self._offer_labels()
        missing = self.choices.restore_state(state)
        self._path, self._mix = (), None
        self._colouring.choose(self.choices.colour_by)
        self._draw_again()
        return missing

    def settle(self) -> None:
        """Brings order and colours up to date, unless the order is held or nothing changed."""
        if not self.isVisible() or self.composer.running:
            return
        if self._colouring.expire() or (self._order_kept and not self.hold.held):
            self._compose(at_once=False)

    def set_focused(self, focused: bool) -> None:
        """The window or one of its dialogs and menus has the focus, or another window has it."""
        self.hold.set_focused(focused)

    def show_new_day(self) -> None:
        """Settles: no text here shows a date."""
        self.settle()

    def show_image(self, key: str) -> None:
        """Outlines the tiles of an image, by its key; "" for none."""
        self.canvas.select(key)

    def show_node(self, name: str) -> None:
        """Zooms to a node, if it is known."""
        row = self._nodes.row_named(name)
        if row is not None:
            self.choices.choose(hierarchy=Hierarchy.POOLS)
            label = self.choices.label
            self.show_path((*pool_path(row.record, label), name))

    def show_path(self, path: Keys) -> None:
        """Zooms to an area, by the keys from the root, as far as it is there."""
        self._path = path
        self._mix = None
        self._compose()

    def go_up(self) -> None:
        """Shows the level above."""
        if self._path:
            self.show_path(self._path[:-1])

    def go_home(self) -> None:
        """Shows the whole cluster."""
        self.show_path(())

    def choose_picture(self) -> None:
        """Asks where to save the picture, and saves it there."""
        choose_path(self, self._save_as)

    def save_picture(self, path: Path) -> bool:
        """Writes the picture with its legend, as SVG or PNG; returns whether it was written.

        Reports it with `picture_saved` too. Waits until the picture is complete.
        """
        self.composer.finish()
        saved = self.scene is not None and self._picture(self.scene).save(path)
        self.picture_saved.emit(str(path), saved)
        return saved

    # Internal.

    def _picture(self, scene: Scene) -> Picture:
        where = " › ".join(wording.name(area) for area in self._areas[1:])
        title = (
            formatting.line(self._context),
            where,
            wording.totals(scene.area),
            formatting.moment(self._clocks.wall()),
        )
        font, categories = self.canvas.font(), self._colouring.categories
        return Picture(scene, title, categories, self.legend.entries, self._theme, font)

    def _compose(self, *, at_once: bool = True) -> None:
        """Makes the picture; with `at_once` false the old one stays until the next is complete."""
        size = self.canvas.size()
        if not self.isVisible() or size.isEmpty():
            return
        scene = self.canvas.scene
        keeps = not at_once and self.hold.held and scene is not None
        order: Mapping[Keys, Sequence[str]] = scene.order if keeps and scene is not None else {}
        self._order_kept = keeps
        request = Request(
            size,
            self.canvas.devicePixelRatioF(),
            self.choices.hierarchy,
            self.choices.label,
            self._keys,
            self._path,
            dict(self._merged),
            order,
            at_once,
        )
        self.composer.compose(request, self._theme, self.canvas.font())

    def _draw_again(self) -> None:
        """Makes the picture in other colours or another font."""
        self.composer.forget_pictures()
        self._compose()

    def _compose_again(self, *, at_once: bool = True) -> None:
        """Makes the picture from what the nodes hold now."""
        if self.isVisible():
            self._keys = self._search(self._filter) if self._filter.strip() else None
            self.composer.forget()
            self._compose(at_once=at_once)

    def _show(self, areas: Sequence[Area], scene: Scene, pixmap: QPixmap) -> None:
        self._areas, self._path = areas, scene.base
        self._merged = {key: self._merged[key] for key in scene.base if key in self._merged}
        self._merged.update(scene.merged)
        self.canvas.show_picture(scene, pixmap)
        filtered = bool(self._filter.strip())
        self.canvas.show_message("" if scene.tiles else wording.nothing(filtered=filtered))
        self.choices.show_trail(areas, self._context)
        if self._mix is None:
            self.legend.show_mix(self._colouring.categories, None, self._theme)
        self.canvas.setAccessibleDescription(wording.description(areas[-1]))

    def _show_mix(self, mix: Mix) -> None:
        self._mix = mix
        self.legend.show_mix(self._colouring.categories, mix, self._theme)

    def _open(self, path: Keys) -> None:
        self.show_path((*self._path, *path))

    def _go_up_to(self, level: int) -> None:
        self.show_path(self._path[:level])

    def _on_choice(self) -> None:
        if self._colouring.by is not self.choices.colour_by:
            self._colouring.choose(self.choices.colour_by)
            self._mix = None
            self._draw_again()
        else:
            self.show_path(())

    def _on_change(self, _pairs: object) -> None:
        if self.isVisible():
            self._throttle.ask()

    def _on_references(self, keys: frozenset[str]) -> None:
        if self._colouring.by is ColourBy.REFERENCES:
            self._colouring.forget(keys)
            self._on_change(keys)

    def _on_coverage(self) -> None:
        if self._colouring.by is ColourBy.REFERENCES:
            self._colouring.refresh()
            self._on_change(None)

    def _follow_changes(self) -> None:
        if self.composer.running:  # or no picture of a large fleet would ever be complete
            self._changed = True
            return
        if not self._labels_offered:
            self._offer_labels()
        self._compose_again(at_once=False)

    def _on_finished(self) -> None:
        if self._changed:
            self._changed = False
            self._throttle.ask()

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
        self._compose_again()

    @guard(None)
    def hideEvent(self, event: QHideEvent) -> None:
        """Override: stops all work."""
        super().hideEvent(event)
        self._throttle.stop()
        self.composer.stop()

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: draws with another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._draw_again()


def _all_images(_text: str) -> None:
    return None
