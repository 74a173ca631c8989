"""Which part of the tree a treemap shows, and the picture of it on its canvas."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.treemap.areas import Area
from kubeimg_gui.qt.treemap.canvas import TreemapCanvas
from kubeimg_gui.qt.treemap.choices import ChoiceBar
from kubeimg_gui.qt.treemap.colouring import Colouring, Mix
from kubeimg_gui.qt.treemap.composer import Composer, Request
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Path, Scene

Search = Callable[[str], frozenset[str] | None]


class Navigator(QObject):
    """Shows one level at a time on the canvas, as the bar of choices says; GUI thread only.

    Nothing is computed while it is not active.

    Signals:
        shown: the canvas shows another picture.
        measured: `mix` is known.

    Attributes:
        composer: makes the pictures.
        path: the keys from the root to the area that is shown.
        areas: the areas along that path; empty before the first picture.
        mix: the bytes of each category in the area that is shown; None while they are not known.
    """

    shown = Signal()
    measured = Signal()

    def __init__(
        self,
        nodes: NodeTableModel,
        colouring: Colouring,
        canvas: TreemapCanvas,
        choices: ChoiceBar,
        theme: Theme,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._colouring, self._canvas, self._choices = colouring, canvas, choices
        self._theme = theme
        self._filter = ""
        self._search: Search = _all_images
        self._keys: frozenset[str] | None = None
        self._merged: dict[str, frozenset[str]] = {}
        self._active = self._order_kept = False
        self.path: Path = ()
        self.areas: Sequence[Area] = ()
        self.mix: Mix | None = None
        self.composer = Composer(nodes, colouring, self)
        self.composer.composed.connect(self._show)
        self.composer.measured.connect(self._take_mix)
        canvas.resized.connect(self.compose)

    @property
    def filtered(self) -> bool:
        """Whether a filter leaves out images."""
        return bool(self._filter.strip())

    def set_active(self, active: bool) -> None:
        """Makes the picture from what the nodes hold now, or stops all work."""
        self._active = active
        if active:
            self.compose_again()
        else:
            self.composer.stop()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self.draw_again()

    def set_search(self, search: Search) -> None:
        """Sets what finds the keys of the images that match a filter, None for all."""
        self._search = search
        self.compose_again()

    def set_filter(self, text: str) -> None:
        """Shows only images that match the text."""
        if text != self._filter:
            self._filter = text
            self._colouring.refresh()
            self.compose_again()

    def settle(self) -> None:
        """Brings order and colours up to date, unless the order is held or nothing changed."""
        if not self._active or self.composer.running:
            return
        if self._colouring.expire() or (self._order_kept and not self._canvas.hold.held):
            self.compose(at_once=False)

    def show_path(self, path: Path) -> None:
        """Zooms to an area, by the keys from the root, as far as it is there."""
        self.path = path
        self.mix = None
        self.compose()

    def open(self, path: Path) -> None:
        """Zooms to an area, by the keys from the area that is shown."""
        self.show_path((*self.path, *path))

    def go_up(self) -> None:
        """Shows the level above."""
        if self.path:
            self.show_path(self.path[:-1])

    def go_up_to(self, level: int) -> None:
        """Shows a level, by the number of levels below the root."""
        self.show_path(self.path[:level])

    def go_home(self) -> None:
        """Shows the root."""
        self.show_path(())

    def compose(self, *, at_once: bool = True) -> None:
        """Makes the picture; with `at_once` false the old one stays until the next is complete."""
        canvas = self._canvas
        size = canvas.size()
        if not self._active or size.isEmpty():
            return
        scene = canvas.scene
        keeps = not at_once and canvas.hold.held and scene is not None
        order: Mapping[Path, Sequence[str]] = scene.order if keeps and scene is not None else {}
        self._order_kept = keeps
        request = Request(
            size,
            canvas.devicePixelRatioF(),
            self._choices.hierarchy,
            self._choices.label,
            self._choices.node if self._choices.hierarchy is Hierarchy.NODE else "",
            self._keys,
            self.path,
            dict(self._merged),
            order,
            at_once,
        )
        self.composer.compose(request, self._theme, canvas.font())

    def draw_again(self) -> None:
        """Makes the picture in other colours or another font."""
        self.composer.forget_pictures()
        self.compose()

    def compose_again(self, *, at_once: bool = True) -> None:
        """Makes the picture from what the nodes hold now."""
        if self._active:
            self._keys = self._search(self._filter) if self.filtered else None
            self.composer.forget()
            self.compose(at_once=at_once)

    def _show(self, areas: Sequence[Area], scene: Scene, pixmap: QPixmap) -> None:
        self.areas, self.path = areas, scene.base
        self._merged = {key: self._merged[key] for key in scene.base if key in self._merged}
        self._merged.update(scene.merged)
        self._canvas.show_picture(scene, pixmap)
        self.shown.emit()

    def _take_mix(self, mix: Mix) -> None:
        self.mix = mix
        self.measured.emit()


def _all_images(_text: str) -> None:
    return None
