"""Makes the picture of a treemap: builds the tree, lays it out, draws it, and adds it up.

All of it is one iterator of small steps, see `Slices`.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QFont, QPainter, QPixmap

from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.qt.base.slices import Slices
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.treemap.areas import Area, NodeArea
from kubeimg_gui.qt.treemap.colouring import Colouring, Mix, added
from kubeimg_gui.qt.treemap.hierarchy import (
    Hierarchy,
    by_pool,
    by_registry,
    follow,
    node_areas,
    of_node,
)
from kubeimg_gui.qt.treemap.painter import ScenePainter
from kubeimg_gui.qt.treemap.scene import Kind, Path, Scene, lay_out

BUILT_TOGETHER = 250
"""Nodes or images of the tree that are built in one step."""
MIXED_TOGETHER = 20


@dataclass(frozen=True, slots=True)
class Request:
    """What to show.

    Attributes:
        node: the name of the node to show, "" unless the hierarchy is of one node.
        keys: the images to show, by `ContainerImage.key`; None for all.
        path: the keys from the root of the tree to the area that fills the picture.
        merged: as in `Scene`, of the groups of smaller areas in that path.
        order: the order to keep, by path; empty to sort by size.
        at_once: whether the user waits: the upper levels are then shown before all is done, and
            the tree of the picture before is used if it is the same.
    """

    size: QSize
    ratio: float
    hierarchy: Hierarchy
    label: str
    node: str
    keys: frozenset[str] | None
    path: Path = ()
    merged: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    order: Mapping[Path, Sequence[str]] = field(default_factory=dict[Path, Sequence[str]])
    at_once: bool = True


class _Complete(NamedTuple):
    """A picture with all that is in it, kept while the tree is the same."""

    areas: Sequence[Area]
    scene: Scene
    pixmap: QPixmap
    mix: Mix


class Composer(QObject):
    """Composes one picture at a time; confined to the GUI thread.

    Signals:
        composed: a picture is there: the areas from the root to the one shown, the Scene, the
            QPixmap. Comes up to three times for one request, each time with more in it.
        measured: carries the bytes of each category in the area shown.
        finished: the last picture of a request was there.
    """

    composed = Signal(object, object, object)
    measured = Signal(object)
    finished = Signal()

    def __init__(self, nodes: NodeTableModel, colouring: Colouring, parent: QObject) -> None:
        super().__init__(parent)
        self._nodes, self._colouring = nodes, colouring
        self._slices = Slices(self)
        self._tree: tuple[tuple[object, ...], Area] | None = None
        self._areas: dict[str, NodeArea] = {}
        self._complete: dict[Path, _Complete] = {}

    @property
    def running(self) -> bool:
        """Whether a picture is being made."""
        return self._slices.running

    def compose(self, request: Request, theme: Theme, font: QFont) -> None:
        """Starts a picture; one that is being made is dropped."""
        painter = ScenePainter(theme, font, self._colouring.categories)
        self._slices.start(self._steps(request, painter))

    def forget(self) -> None:
        """Builds the tree again for the next picture."""
        self._tree = None
        self._complete.clear()

    def forget_pictures(self) -> None:
        """Draws all pictures again: colours, theme or font have changed."""
        self._complete.clear()

    def finish(self) -> None:
        """Makes the rest of the picture at once."""
        self._slices.finish()

    def stop(self) -> None:
        """Drops the picture that is being made."""
        self._slices.stop()

    def _steps(self, request: Request, painter: ScenePainter) -> Iterator[None]:
        about = (request.hierarchy, request.label, request.node, request.keys)
        if self._tree is None or self._tree[0] != about or not request.at_once:
            self._complete.clear()
            self._tree = (about, (yield from self._build(request)))
        complete = self._complete.get(request.path)
        if complete is not None and complete.pixmap.size() == request.size * request.ratio:
            self._report(complete)
            return
        areas = follow(self._tree[1], request.path, request.merged)
        base = request.path[: len(areas) - 1]
        scene = Scene(areas[-1], base, request.size.width(), request.size.height())
        shown = not request.at_once
        for _ in lay_out(scene, self._colouring, request.order):
            yield
            if not shown and self._slices.pauses:
                shown = True
                yield from self._draw(request, painter, areas, scene)
        self._use_known_mixes(scene)
        pixmap = yield from self._draw(request, painter, areas, scene)
        mixes = yield from self._measure(scene.area)
        mix = added(mixes, len(self._colouring.categories))
        if (yield from self._add_mixes(scene)):
            pixmap = yield from self._draw(request, painter, areas, scene)
        self._complete[base] = complete = _Complete(areas, scene, pixmap, mix)
        self._report(complete)

    def _report(self, complete: "_Complete") -> None:
        self.composed.emit(complete.areas, complete.scene, complete.pixmap)
        self.measured.emit(complete.mix)
        self.finished.emit()

    def _build(self, request: Request) -> Generator[None, None, Area]:
        if request.hierarchy is Hierarchy.POOLS:
            records = list(self._nodes.records)
            known = self._areas if request.keys is None else {}
            nodes: list[NodeArea] = []
            for start in range(0, len(records), BUILT_TOGETHER):
                part = records[start : start + BUILT_TOGETHER]
                nodes += node_areas(part, request.keys, known)
                yield
            if request.keys is None:
                self._areas = {area.name: area for area in nodes}
            return by_pool(nodes, request.label)
        if request.hierarchy is Hierarchy.NODE:
            row = self._nodes.row_named(request.node)
            record = None if row is None or row.deleted else row.record
            return of_node(record, request.keys)
        index = self._nodes.inventory.index
        keys = list(index.keys if request.keys is None else request.keys)
        summaries: list[ImageSummary] = []
        for start in range(0, len(keys), BUILT_TOGETHER):
            summaries += summarize(index, keys[start : start + BUILT_TOGETHER])
            yield
        cut = self._nodes.inventory.is_lower_bound
        return by_registry(index, summaries, lacks_images=cut)

    def _draw(
        self, request: Request, painter: ScenePainter, areas: Sequence[Area], scene: Scene
    ) -> Generator[None, None, QPixmap]:
        pixmap = QPixmap(request.size * request.ratio)
        pixmap.setDevicePixelRatio(request.ratio)
        for step in painter.steps(scene):
            device = QPainter(pixmap)
            step(device)
            device.end()
            yield
        self.composed.emit(areas, scene, pixmap)
        return pixmap

    def _measure(self, area: Area) -> Generator[None, None, list[Mix]]:
        mixes: list[Mix] = []
        for number, part in enumerate(area.measured()):
            mixes.append(self._colouring.mix(part))
            if number % MIXED_TOGETHER == 0:
                yield
        return mixes

    def _use_known_mixes(self, scene: Scene) -> None:
        for tile in scene.tiles:
            if tile.kind is Kind.MIXED and tile.area.stamp is not None:
                known = self._colouring.known_mix(tile.area)
                if known is not None:
                    scene.mixes[tile.path] = known

    def _add_mixes(self, scene: Scene) -> Generator[None, None, bool]:
        """Adds the mixes that are missing; returns whether there were any."""
        count, found = len(self._colouring.categories), False
        for tile in scene.tiles:
            missing = tile.kind in (Kind.MIXED, Kind.SMALLER) and tile.path not in scene.mixes
            if missing:
                mixes = map(self._colouring.mix, tile.area.measured())
                scene.mixes[tile.path] = added(mixes, count)
                found = True
                yield
        return found
