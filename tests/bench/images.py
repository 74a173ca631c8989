"""What the table of all images costs at 130,000 nodes: first shown, changes, sorting, filtering.

Run it as `python -m tests.bench.images --nodes 130000`. The goals stand in each line. All times are
those of the processor, so that other programs disturb them less.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractEventDispatcher
from PySide6.QtWidgets import QApplication, QWidget

from kubeimg_gui import resources_folder
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base import theme
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.inventory.columns import Column
from kubeimg_gui.qt.inventory.image_panel import ClusterImagePanel
from kubeimg_gui.qt.inventory.view import ImagesView
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.bench.window_fleet import EVERYWHERE, Fleet

BATCH = 500
CHANGES = 5000
LETTERS = "app-12"
REPEATS = 5


class Bench:
    """A table of images on a fleet."""

    def __init__(self, application: QApplication, fleet: Fleet) -> None:
        self._application = application
        self._fleet = fleet
        clocks = Clocks()
        self.nodes = NodeTableModel(clocks)
        for batch in batches(list(fleet.loaded())):
            self.nodes.apply(batch)
        self._window = QWidget()
        self._window.resize(1440, 900)
        pods = PodReferences(self.nodes, clocks, self._window)
        self._panel_window = QWidget()
        self._panel_window.resize(400, 900)
        self._panel = ClusterImagePanel(self.nodes, pods, theme.LIGHT, clocks, self._panel_window)
        self._panel.resize(self._panel_window.size())
        self.view = ImagesView(self.nodes, pods, theme.LIGHT, clocks, self._window)
        self.view.set_search(self._search)
        self.view.resize(1040, 800)
        gc.collect()
        gc.freeze()
        gc.disable()

    def show(self) -> float:
        """Returns the milliseconds until the table is painted for the first time."""

        def show() -> None:
            self._window.show()
            self.paint()

        return milliseconds(show)

    def hide(self) -> None:
        """Hides the table."""
        self._window.hide()
        self.paint()

    def paint(self) -> None:
        """Lets the window paint and its timers run."""
        self._application.processEvents()
        self.view.tree.viewport().repaint()

    def changes(self) -> float:
        """Returns the microseconds that the node model and the table take for one change."""
        made = [self._fleet.change() for _ in range(CHANGES)]
        began = time.process_time()
        for batch in batches(made):
            self.nodes.apply(batch)
            self._application.processEvents()
        self.view.settle()
        return (time.process_time() - began) / CHANGES * 1e6

    def sort(self, column: Column) -> float:
        """Returns the milliseconds until the rows are painted in the order of a column."""

        def sort(descending: bool) -> None:
            self.view.tree.sort_by(column, descending)
            self.paint()

        return median(milliseconds(partial(sort, each % 2 == 0)) for each in range(REPEATS))

    def filter(self) -> float:
        """Returns the milliseconds for a letter of a filter, the worst of some."""
        texts = [LETTERS[:end] for end in range(1, len(LETTERS) + 1)] + [""]

        def set_filter(text: str) -> None:
            self.view.set_filter(text)
            self.paint()

        return max(milliseconds(partial(set_filter, text)) for text in texts)

    def group(self, grouping: Grouping) -> float:
        """Returns the milliseconds until the rows are painted in other groups."""

        def group_by() -> None:
            self.view.group_by(grouping)
            self.paint()

        return milliseconds(group_by)

    def fill_panel(self) -> float:
        """Returns the milliseconds of the longest stretch in which the panel handles no events.

        It shows an image that nearly all nodes hold.
        """
        index = self.nodes.inventory.index
        image = next(image for image in index.images if EVERYWHERE in image.folded)
        self._panel_window.show()
        self.paint()
        moments: list[float] = []
        dispatcher = QAbstractEventDispatcher.instance()
        dispatcher.awake.connect(lambda: moments.append(time.process_time()))
        self._panel.show_image(image.key)
        while self._panel.tabs.holders.lines.rowCount() < index.count((image,)):
            self._application.processEvents()
        self.paint()
        return max(after - before for before, after in pairwise(moments)) * 1e3

    def _search(self, text: str) -> frozenset[str] | None:
        index = self.nodes.inventory.index
        if not text:
            return None
        return frozenset(image.key for image in index.images if text in image.folded)


def batches(changes: list[NodeChange]) -> list[list[NodeChange]]:
    """Returns the changes as an informer hands them over."""
    return [changes[start : start + BATCH] for start in range(0, len(changes), BATCH)]


def milliseconds(work: Callable[[], object]) -> float:
    """Returns how long some work takes."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1e3


def report(what: str, value: float, unit: str, goal: float) -> None:
    """Prints a figure beside its goal."""
    sys.stdout.write(f"{what:48} {value:8.1f} {unit} (goal {goal:g})\n")
    sys.stdout.flush()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=130_000)
    parser.add_argument("--images", type=int, default=50)
    parser.add_argument("--distinct", type=int, default=20_000)
    options = parser.parse_args()
    application = QApplication([])
    install_translations(application, resources_folder() / "translations")
    fleet = Fleet(options.nodes, options.images - 1, options.images, options.distinct)
    fleet.make()
    bench = Bench(application, fleet)
    alone = bench.changes()
    report("first shown", bench.show(), "ms", 300)
    bench.hide()
    report("shown again", bench.show(), "ms", 300)
    for grouping in Grouping:
        report(f"grouped by {grouping.value}", bench.group(grouping), "ms", 300)
        report("  one change, more than without it", bench.changes() - alone, "µs", 60)
        for column in (Column.NAME, Column.TOTAL, Column.NODES, Column.REFERENCES):
            report(f"  sorted by {column.name.lower()}", bench.sort(column), "ms", 100)
        report("  a letter of a filter, the worst", bench.filter(), "ms", 100)
    report("panel of an image of all nodes, longest stretch", bench.fill_panel(), "ms", 33)
    application.quit()


if __name__ == "__main__":
    main()
