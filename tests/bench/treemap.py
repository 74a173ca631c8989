"""What a treemap costs at 5,000 nodes with 50 images: first layout, zoom, repaint, stretches.

Run it as `python -m tests.bench.treemap --nodes 5000`. A stretch is the time in which the GUI
thread handles nothing else. Its extremes depend on what else the machine does.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QPoint, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.qt.app.process import GarbageCollector
from kubeimg_gui.qt.base import theme
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.view import TreemapView
from tests.bench.window_fleet import Fleet

PATIENCE_SECONDS = 30
USED = 8
"""Images of each node that a pod uses."""


class Stretches:
    """Measures the longest time between two turns of the event loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self.look)
        self._timer.start(0)

    def look(self) -> None:
        """Take the time since the last turn."""
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def stop(self) -> float:
        """Return the longest in milliseconds."""
        self.look()
        self._timer.stop()
        return self.longest * 1000


class Bench:
    """A treemap of a fleet."""

    def __init__(self, nodes: int) -> None:
        self.window = QWidget()
        self.model = NodeTableModel(Clocks(), self.window)
        self.pods = PodReferences(self.model, Clocks(), self.window)
        self.fleet = Fleet(nodes, 50, 50)
        self.fleet.make()
        self.model.apply(list(self.fleet.loaded()))
        self.pods.begin()
        self.pods.take_changes(list(self._pods()))
        self.pods.take_state(ConnectionState(Phase.LIVE, since=0.0))
        self.view = TreemapView(self.model, self.pods, theme.LIGHT, Clocks(), self.window)
        self.window.resize(1440, 760)
        self.view.resize(1440, 760)
        self.view.hide()
        self.window.show()
        QTest.qWait(200)

    def _pods(self) -> Iterator[PodChange]:
        for record in self.fleet.records:
            for number, image in enumerate(record.images[:: 50 // USED]):
                use = PodImage("main", image.names[-1], image.names[-1], image.names[0])
                name = f"{record.name}-{number}"
                pod = PodRecord("a", name, name, 0.0, False, "", record.name, "Running", (use,))
                yield PodChange(ChangeKind.ADDED, 0.0, None, pod, initial=True)

    def measure(self, what: str, act: Callable[[], None], goal: str) -> None:
        """Do something to the view; time to the first picture, to the last, longest stretch."""
        shown: list[float] = []
        done: list[float] = []
        composer = self.view.navigator.composer

        def on_picture(_areas: object, _scene: object, _pixmap: object) -> None:
            shown.append(time.perf_counter())

        composed = composer.composed.connect(on_picture)
        finished = composer.finished.connect(lambda: done.append(time.perf_counter()))
        QTest.qWait(50)
        until(lambda: not composer.running)
        shown.clear()
        done.clear()
        stretches = Stretches()
        began = time.perf_counter()
        act()
        until(lambda: bool(done))
        QTest.qWait(50)
        longest = stretches.stop()
        composer.disconnect(composed)
        composer.disconnect(finished)
        first, last = ((each - began) * 1000 for each in (shown[0], shown[-1]))
        scene = self.view.scene
        tiles = len(scene.tiles) if scene is not None else 0
        sums = (done[-1] - began) * 1000
        text = f"{first:6.1f} ms, complete {last:6.1f}, with sums {sums:6.1f}"
        say(what, f"{text}, longest stretch {longest:5.1f} (<= 33), {tiles:,} tiles", goal)

    def repaint(self) -> None:
        """Repaint the whole widget, with the pointer over a tile."""
        scene = self.view.scene
        assert scene is not None
        tile = scene.tiles[-1]
        QTest.mouseMove(self.view.canvas, QPoint(tile.x, tile.y))
        took: list[float] = []
        for _ in range(20):
            began = time.perf_counter()
            self.view.canvas.repaint()
            took.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        scene.at(tile.x, tile.y)
        found = (time.perf_counter() - began) * 1000
        say("  repaint", f"{sorted(took)[10]:6.2f} ms, tile under the pointer {found:.2f}", "<= 16")

    def zoom(self) -> None:
        """Repaint the frames of an animated zoom, which offscreen is off elsewhere."""
        canvas, view = self.view.canvas, self.view
        scene = canvas.scene
        assert scene is not None
        inner = max(scene.inside(()), key=lambda tile: tile.area.bytes)
        canvas.zoom.allowed = True
        took: list[float] = []
        for act in (partial(view.navigator.open, inner.path), view.navigator.go_up):
            act()
            until(lambda: canvas.zoom.running)
            animation = canvas.zoom.animation
            animation.pause()
            until(lambda: not view.navigator.composer.running)
            for moment in range(0, animation.duration(), 10):
                animation.setCurrentTime(moment)
                began = time.perf_counter()
                canvas.repaint()
                took.append((time.perf_counter() - began) * 1000)
            canvas.zoom.stop()
        canvas.zoom.allowed = False
        took.sort()
        figures = f"{took[len(took) // 2]:6.2f} ms, longest {took[-1]:.2f}"
        say("frame of a zoom", f"{figures}, {len(took)} frames", "<= 16")

    def run(self) -> None:
        """Measure everything."""
        view = self.view
        self.measure("first layout", view.show, "<= 100")
        self.repaint()
        for _ in range(3):
            scene = view.scene
            assert scene is not None
            inner = max(scene.inside(()), key=lambda tile: tile.area.bytes)
            zoom = (*view.path, *inner.path)
            name = inner.area.level.value
            self.measure(f"zoom to a {name}", partial(view.navigator.show_path, zoom), "<= 30")
            self.repaint()
            if view.scene is None or not inner.area.has_children:
                break
        self.measure("home, sums known", view.navigator.go_home, "<= 30")
        self.zoom()
        self.measure("a change of one node", self._change, "")
        choose = view.choices.choose
        for colour in (ColourBy.REGISTRY, ColourBy.NODES, ColourBy.CHANGE):
            self.measure(f"colour by {colour}", partial(choose, colour_by=colour), "<= 100")
        self.measure("registries", partial(choose, hierarchy=Hierarchy.REGISTRIES), "<= 100")

    def _change(self) -> None:
        change = self.fleet.change()
        while not change.images:
            change = self.fleet.change()
        self.model.apply([change])


def say(what: str, figures: str, goal: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{what:30} {figures}  {goal}\n")


def until(seen: Callable[[], bool]) -> None:
    """Handle events until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not seen():
        assert time.monotonic() < deadline
        QCoreApplication.processEvents()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000)
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    application.setStyleSheet(theme.style_sheet(theme.LIGHT))
    bench = Bench(options.nodes)
    collector = GarbageCollector(application)
    collector.freeze()
    bench.run()


if __name__ == "__main__":
    main()
