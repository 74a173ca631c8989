"""How long the window's thread is held up while a whole cluster loads and then keeps changing.

A 5 ms timer on the GUI thread notes the gaps between its own ticks; what it misses, a person
would feel. Run it as `python tests/bench/gui_stall.py --demo 5000` or with `--kubeconfig FILE`.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.actions import NodeActions
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.demo.child import DemoProcess
from kubeimg_gui.qt import theme
from kubeimg_gui.qt.app import SWITCH_SECONDS
from kubeimg_gui.qt.clocks import Clocks
from kubeimg_gui.qt.informer_bridge import InformerBridge
from kubeimg_gui.qt.main_window import MainWindow, Source
from kubeimg_gui.qt.process import GarbageCollector

PROBE_MS = 5
SETTLED_MS = 500
"""How long after the last node the window may still be putting things in order."""


class Probe(QObject):
    """Notes the gaps between the ticks of a timer on this thread, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._tick)
        timer.start(PROBE_MS)

    def report(self, what: str) -> None:
        """Print the longest gaps since the last report."""
        gaps = sorted(self._gaps, reverse=True)
        longest = ", ".join(f"{gap * 1000:.0f}" for gap in gaps[:5])
        over = sum(gap > 0.05 for gap in gaps)
        sys.stdout.write(f"{what}: longest gaps {longest} ms; {over} over 50 ms\n")
        self._gaps.clear()

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now


def main() -> None:
    """Load, report, watch the changes for a while, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, help="the cluster to load")
    parser.add_argument("--demo", type=int, default=5000, help="nodes of a demo cluster (5000)")
    parser.add_argument("--churn", type=float, default=200.0, help="its changes per second (200)")
    parser.add_argument("--watch", type=float, default=10.0, help="seconds of changes (10)")
    options = parser.parse_args()
    with ExitStack() as stack:
        kubeconfig = options.kubeconfig
        if kubeconfig is None:
            demo = DemoProcess(nodes=options.demo, churn=options.churn, seed=1)
            stack.callback(demo.stop)
            kubeconfig = demo.start()
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        measure(kubeconfig, options.watch, Path(folder) / "window.ini")


def measure(kubeconfig: Path, watch: float, settings: Path) -> None:
    """Show a window fed by a real informer and print what held its thread up."""
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    application.setStyleSheet(theme.style_sheet(theme.LIGHT))
    application.setPalette(theme.palette(theme.LIGHT))
    target = kubeconfig_target(None, kubeconfig)
    informer = NodeInformer(target.connect)
    source = Source(
        target,
        last_heard=lambda: informer.last_heard,
        retry_now=informer.retry_now,
        start_over=informer.woke_up,
        cancel_login=informer.cancel_login,
        actions=NodeActions(target.connect),
    )
    window = MainWindow(source, theme.LIGHT, settings, Clocks())
    bridge = InformerBridge(window)
    bridge.changes.connect(window.take_changes)
    bridge.state.connect(window.take_state)
    collector = GarbageCollector(application)
    sys.setswitchinterval(SWITCH_SECONDS)
    window.synced.connect(collector.freeze)
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    probe = Probe()
    started = time.perf_counter()
    loop = QEventLoop()
    window.synced.connect(loop.quit, Qt.ConnectionType.QueuedConnection)
    informer.add_handler(bridge)
    informer.start()
    loop.exec()
    seconds = time.perf_counter() - started
    QTimer.singleShot(SETTLED_MS, loop.quit)
    loop.exec()
    probe.report(f"loading {window.model.rowCount():,} nodes in {seconds:.2f} s")
    QTimer.singleShot(round(watch * 1000), loop.quit)
    loop.exec()
    probe.report(f"{window.model.storage_changes:,} changes in {watch:g} s")
    bridge.stop()
    informer.stop()
    window.close_now()
    collector.stop()
    gc.collect()


if __name__ == "__main__":
    main()
