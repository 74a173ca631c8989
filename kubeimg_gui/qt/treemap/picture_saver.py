"""Saves the picture of a treemap where the user chooses."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.canvas import TreemapCanvas
from kubeimg_gui.qt.treemap.colouring import Colouring
from kubeimg_gui.qt.treemap.legend import Legend
from kubeimg_gui.qt.treemap.navigator import Navigator
from kubeimg_gui.qt.treemap.picture import Picture
from kubeimg_gui.qt.treemap.scene import Scene

translate = QCoreApplication.translate


class PictureSaver(QObject):
    """Saves what a treemap shows, with its legend; confined to the GUI thread.

    Signals:
        saved: carries the path and whether the picture was written.

    Attributes:
        theme: the colours of the picture.
        context: the name of the cluster's context, for the title.
    """

    saved = Signal(str, bool)

    def __init__(
        self,
        navigator: Navigator,
        canvas: TreemapCanvas,
        legend: Legend,
        colouring: Colouring,
        theme: Theme,
        clocks: Clocks,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._navigator, self._canvas, self._legend = navigator, canvas, legend
        self._colouring, self._clocks = colouring, clocks
        self.theme = theme
        self.context = ""

    def choose(self) -> None:
        """Asks where to save the picture, and saves it there."""
        _choose_path(self._parent, self._save_as)

    def save(self, path: Path) -> bool:
        """Writes the picture as SVG for that suffix, else as PNG; returns whether it was written.

        Reports it with `saved` too. Waits until the picture is complete.
        """
        self._navigator.composer.finish()
        scene = self._canvas.scene
        written = scene is not None and self._picture(scene).save(path)
        self.saved.emit(str(path), written)
        return written

    def _save_as(self, path: str) -> None:
        self.save(Path(path))

    def _picture(self, scene: Scene) -> Picture:
        areas = [area for area in self._navigator.areas if area.level is not Level.CLUSTER]
        title = (
            formatting.line(self.context),
            " › ".join(map(wording.name, areas)),
            wording.totals(scene.area),
            formatting.moment(self._clocks.wall()),
        )
        font, categories = self._canvas.font(), self._colouring.categories
        return Picture(scene, title, categories, self._legend.entries, self.theme, font)


def _choose_path(parent: QWidget, save: Callable[[str], object]) -> None:
    """Asks where to save a picture, beside the window, and calls `save` with the path."""
    dialog = QFileDialog(parent, translate("Treemap", "Save picture"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    png, svg = (
        translate("Treemap", "PNG image (*.png)"),
        translate("Treemap", "SVG drawing (*.svg)"),
    )
    dialog.setNameFilters([png, svg])
    dialog.setDefaultSuffix("png")

    def use_suffix(chosen: str) -> None:
        dialog.setDefaultSuffix("svg" if chosen == svg else "png")

    dialog.filterSelected.connect(use_suffix)
    dialog.fileSelected.connect(save)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
