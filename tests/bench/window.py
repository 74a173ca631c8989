"""What a window costs at 130,000 nodes: loading, live, sorting, filtering, memory, at rest.

Run it as `python -m tests.bench.window --nodes 130000 --rate 5000`. The goals stand in each line;
of a noisy machine the processor's seconds and the medians are worth more than the extremes.
"""

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.qt.app.application import SWITCH_SECONDS
from kubeimg_gui.qt.app.process import GarbageCollector
from kubeimg_gui.qt.base import theme
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.notify.digest import ChangeDigest
from kubeimg_gui.qt.window.informer_bridge import InformerBridge
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source
from tests.bench.window_fleet import EVERYWHERE, RARE, Feeder, Fleet

FRAME_MS = 16
STEP = 7
"""Pixels that the table scrolls with each frame."""
SETTLED_MS = 1000
"""How long after the last node the window may still be putting things in order."""
WARM_UP_MS = 2000
PAGE = os.sysconf("SC_PAGE_SIZE")


def never_connected() -> Connection:
    raise AssertionError("nothing here asks the server")


class Bench:
    """A window of a fleet, and what measures it; GUI thread."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.application = QApplication(sys.argv[:1])
        install_translations(self.application, resources_folder() / "translations")
        self.application.setStyle("Fusion")
        self.application.setStyleSheet(theme.style_sheet(theme.LIGHT))
        self.application.setPalette(theme.palette(theme.LIGHT))
        target = Target("bench", "bench", "bench", never_connected)
        source = Source(
            target,
            last_heard=time.time,
            retry_now=lambda: None,
            reconnect=lambda: None,
            cancel_login=lambda: None,
            actions=NodeActions(never_connected),
        )
        self.window = MainWindow(source, theme.LIGHT, None, Clocks())
        self.bridge = InformerBridge(self.window)
        self.digest = ChangeDigest("bench", time.monotonic, parent=self.window)
        self.bridge.changes.connect(self.window.take_changes)
        self.bridge.changes.connect(self.digest.take)
        self.bridge.changes.connect(self._count)
        self.bridge.state.connect(self.window.take_state)
        self.collector = GarbageCollector(self.application)
        sys.setswitchinterval(SWITCH_SECONDS)
        self.window.synced.connect(self.collector.freeze)
        self.taken = 0
        self.fleet = Fleet(options.nodes, *options.images)
        self.feeder = Feeder(self.fleet, self.bridge)
        self.window.resize(1440, 900)
        self.window.show()
        wait(500)

    def _count(self, changes: list[object]) -> None:
        self.taken += len(changes)

    def load(self) -> None:
        """Load the fleet; memory, time and stalls."""
        nodes = self.options.nodes
        bare = resident()
        self.fleet.make()
        records = resident()
        frames = Frames(lambda: None)
        loop = QEventLoop()
        self.window.synced.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        began, worked = time.perf_counter(), time.thread_time()
        self.feeder.load()
        loop.exec()
        seconds, cpu = time.perf_counter() - began, time.thread_time() - worked
        wait(SETTLED_MS)
        frames.stop()
        longest = ", ".join(f"{gap * 1000:.0f}" for gap in sorted(frames.gaps)[:-6:-1])
        say("load", f"{seconds:.2f} s, {seconds / nodes * 1e6:.1f} µs a node ({cpu:.2f} s CPU)")
        say("  longest gaps", f"{longest} ms", "<= 33")
        whole = resident()
        parts = (records - bare) / nodes, (whole - records) / nodes
        words = f"{sum(parts):,.0f} B a node: records {parts[0]:,.0f}, window {parts[1]:,.0f}"
        say("  memory", words, "<= 4,000")

    def idle(self) -> None:
        """Nothing happens."""
        wait(12_000)
        worked = time.process_time()
        wait(round(self.options.seconds * 1000))
        share = (time.process_time() - worked) / self.options.seconds
        say("idle", f"{share:.2%} of a core", "<= 1 %")

    def live(self, what: str, draw: Callable[[], None]) -> None:
        """Changes come at the rate; frames, processor and backlog."""
        seconds = self.options.seconds
        self.taken = 0
        self.feeder.keep_changing(self.options.rate)
        wait(WARM_UP_MS)
        taken, behind, fed = self.taken, self.feeder.due - self.taken, self.feeder.cpu
        frames = Frames(draw)
        began, worked = time.perf_counter(), time.thread_time()
        wait(round(seconds * 1000))
        took, cpu = time.perf_counter() - began, time.thread_time() - worked
        frames.stop()
        rate, gaps = (self.taken - taken) / took, sorted(frames.gaps)
        grown = self.feeder.due - self.taken - behind
        late = percentile(gaps)
        say(what, f"{len(gaps) / took:.1f} frames/s", ">= 58")
        say("  frame gap", f"p99 {late:.0f} ms, longest {gaps[-1] * 1000:.0f} ms", "p99 <= 33")
        say("  main thread", f"{cpu / took:.0%} of a core", "<= 40 %")
        say("  feeding thread", f"{(self.feeder.cpu - fed) / took:.0%} of a core")
        say("  changes", f"{rate:,.0f}/s shown, backlog {behind:,} then {grown:+,}", "+0")
        self.feeder.stop()
        while self.feeder.running or self.taken < self.feeder.sent:
            wait(50)

    def sorts(self) -> None:
        """Sort by every column, both ways."""
        for column in Column:
            took = [
                self._timed(partial(self.window.table.sort_by, column, way))
                for way in (False, True) * 2
            ]
            say(f"sort by {column.name.lower()}", milliseconds(took), "<= 200")
        self.window.table.sort_by(Column.REPORTED, True)

    def filters(self) -> None:
        """Type words letter by letter and clear them again."""
        for what, word in (
            ("name", "ip-10-1-77-5"),
            ("label", "zone=eu-1b"),
            ("every node's image", EVERYWHERE),
            ("popular image", "team-7/app"),
            ("one image", "app-471:v2.1886"),
            ("rare image", RARE),
            ("nothing", "xyzzy"),
            ("two words", "pool=web app-44"),
        ):
            field = self.window.toolbar.filter
            ends = range(1, len(word) + 1)
            typed = [self._timed(partial(field.setText, word[:end])) for end in ends]
            shown = self.window.model.shown
            shorter = self._timed(partial(field.setText, word[:-1]))
            cleared = self._timed(field.clear)
            pasted = self._timed(partial(field.setText, word))
            field.clear()
            say(
                f"filter by {what}",
                f"typed {milliseconds(typed)}, one letter less {shorter * 1000:.0f},"
                f" cleared {cleared * 1000:.0f}, pasted {pasted * 1000:.0f} ({shown:,} shown)",
                "<= 100",
            )

    def _timed(self, act: Callable[[], object]) -> float:
        self.application.processEvents()
        began = time.perf_counter()
        act()
        self.window.table.viewport().repaint()
        self.application.processEvents()
        return time.perf_counter() - began

    def close(self) -> None:
        """End the window."""
        self.bridge.stop()
        self.digest.stop()
        self.window.close_now()
        self.collector.stop()


class Frames(QObject):
    """Draws with every tick of a 16 ms timer and notes the gaps between the ends of that."""

    def __init__(self, draw: Callable[[], None]) -> None:
        super().__init__()
        self._draw = draw
        self._last = time.perf_counter()
        self.gaps: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(FRAME_MS)

    def stop(self) -> None:
        """Draw no more."""
        self._timer.stop()

    def _tick(self) -> None:
        self._draw()
        now = time.perf_counter()
        self.gaps.append(now - self._last)
        self._last = now


def resident() -> int:
    """The process's memory in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def scroll(table: NodeView) -> None:
    """Go on by a step, back to the top from the end, and paint everything."""
    bar = table.verticalScrollBar()
    bar.setValue(bar.value() + STEP if bar.value() < bar.maximum() else 0)
    table.viewport().repaint()


def wait(milliseconds: int) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def percentile(gaps: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    return statistics.quantiles(gaps, n=100)[98] * 1000


def milliseconds(seconds: list[float]) -> str:
    """Median and longest."""
    return f"{statistics.median(seconds) * 1000:.0f} (longest {max(seconds) * 1000:.0f}) ms"


def say(what: str, figure: str, goal: str = "") -> None:
    """Print a line of the table."""
    sys.stdout.write(f"{what:<30} {figure}{f'   [{goal}]' if goal else ''}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure the parts asked for, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=130_000)
    parser.add_argument("--images", type=int, nargs=2, default=(34, 50), help="least and most")
    parser.add_argument("--rate", type=float, default=5000.0, help="changes per second")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each live measurement")
    parts = ("sorts", "filters", "still", "scrolling", "idle")
    parser.add_argument("--parts", nargs="*", choices=parts, default=parts[:4])
    options = parser.parse_args()
    bench = Bench(options)
    say("nodes", f"{options.nodes:,}")
    bench.load()
    for part, measure in zip(
        parts,
        (
            bench.sorts,
            bench.filters,
            lambda: bench.live("live, not scrolling", lambda: None),
            lambda: bench.live("live, scrolling", partial(scroll, bench.window.table)),
            bench.idle,
        ),
        strict=True,
    ):
        if part in options.parts:
            measure()
    bench.close()


if __name__ == "__main__":
    main()
