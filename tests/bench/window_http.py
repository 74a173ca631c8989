"""Measures how long a window fed over HTTP blocks its thread, and how many frames it draws.

A demo cluster in another process serves the nodes and then changes at one rate after another, so
decoding shares the interpreter with painting, as in normal use. Run it as
`python -m tests.bench.window_http --demo 130000 --churn 1000 5000` or with `--kubeconfig FILE`.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.demo.child import DemoProcess
from kubeimg_gui.qt.app.application import SWITCH_SECONDS
from kubeimg_gui.qt.app.process import GarbageCollector
from kubeimg_gui.qt.base import theme
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.window.informer_bridge import InformerBridge
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source
from tests.bench.window import Frames, percentile, say, scroll, wait

PROBE_MS = 5
SETTLED_MS = 2000
"""How long after the last node the window may still be putting things in order."""


class Probe(QObject):
    """Notes the gaps between the ticks of a timer on this thread, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(PROBE_MS)

    def stop(self) -> str:
        """Note no more; the longest gaps."""
        self._timer.stop()
        gaps = sorted(self._gaps, reverse=True)
        return ", ".join(f"{gap * 1000:.0f}" for gap in gaps[:5]) + " ms"

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


class Fed:
    """A window on a cluster, with all that feeds it; GUI thread."""

    def __init__(self, application: QApplication, kubeconfig: Path, settings: Path) -> None:
        self._application = application
        target = kubeconfig_target(None, kubeconfig)
        self._informer = NodeInformer(target.connect)
        source = Source(
            target,
            last_heard=lambda: self._informer.last_heard,
            retry_now=self._informer.retry_now,
            reconnect=self._informer.woke_up,
            cancel_login=self._informer.cancel_login,
            actions=NodeActions(target.connect),
        )
        self._window = MainWindow(source, theme.LIGHT, settings, Clocks())
        self._bridge = InformerBridge(self._window)
        self._bridge.changes.connect(self._window.take_changes)
        self._bridge.state.connect(self._window.take_state)
        self._collector = GarbageCollector(application)
        self._window.synced.connect(self._collector.freeze)
        self._window.resize(1440, 900)
        self._window.show()
        application.processEvents()

    def load(self) -> None:
        """Until all nodes are there and in order."""
        probe, began = Probe(), time.perf_counter()
        loop = QEventLoop()
        self._window.synced.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
        self._informer.add_handler(self._bridge)
        self._informer.start()
        loop.exec()
        took = time.perf_counter() - began
        wait(SETTLED_MS)
        nodes = self._window.model.rowCount()
        say(f"loading {nodes:,} nodes", f"{took:.2f} s; longest gaps {probe.stop()}", "<= 33")

    def live(self, seconds: float) -> None:
        """While it changes, with the table scrolling all the time and at rest."""
        for what, draw in (
            ("scrolling", partial(scroll, self._window.table)),
            ("at rest", lambda: None),
        ):
            changes, frames = self._window.model.storage_changes, Frames(draw)
            began, worked = time.perf_counter(), time.thread_time()
            wait(round(seconds * 1000))
            took, cpu = time.perf_counter() - began, time.thread_time() - worked
            frames.stop()
            changes = self._window.model.storage_changes - changes
            say(
                f"  {what}",
                f"{len(frames.gaps) / took:.1f} frames/s, p99 gap {percentile(frames.gaps):.0f} ms,"
                f" longest {max(frames.gaps) * 1000:.0f} ms, {cpu / took:.0%} of a core;"
                f" {changes / took:,.0f} changes of storage a second",
                ">= 58",
            )

    def close(self) -> None:
        """End the window and what feeds it."""
        self._bridge.stop()
        self._informer.stop()
        self._window.close_now()
        self._window.deleteLater()
        self._application.processEvents()
        self._collector.stop()
        gc.unfreeze()
        gc.collect()


def main() -> None:
    """Load and follow one cluster after another, each as lively as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, help="the cluster to show")
    parser.add_argument("--demo", type=int, default=5000, help="nodes of a demo cluster (5000)")
    parser.add_argument(
        "--churn", type=float, nargs="+", default=[200.0], help="its changes per second (200)"
    )
    parser.add_argument("--seconds", type=float, default=10.0, help="of each way to look (10)")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    application.setStyleSheet(theme.style_sheet(theme.LIGHT))
    application.setPalette(theme.palette(theme.LIGHT))
    sys.setswitchinterval(SWITCH_SECONDS)
    for churn in options.churn[:1] if options.kubeconfig else options.churn:
        with ExitStack() as stack:
            kubeconfig = options.kubeconfig
            if kubeconfig is None:
                say("demo cluster", f"{options.demo:,} nodes, {churn:,.0f} changes a second")
                demo = DemoProcess(nodes=options.demo, churn=churn, seed=1)
                stack.callback(demo.stop)
                kubeconfig = demo.start()
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            fed = Fed(application, kubeconfig, Path(folder) / "window.ini")
            fed.load()
            fed.live(options.seconds)
            fed.close()


if __name__ == "__main__":
    main()
