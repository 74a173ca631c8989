"""Notifies as a window does, without one: feeds a burst of changes through digest and notifier.

It prints what happens, one JSON object a line, and ends with standard input.
With the argument `pressure` a node comes under pressure in the burst.
"""

import json
import logging
import sys
import time
from functools import partial
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.pace import PaceLimits
from kubeimg_gui.qt.app.application import FINISH_SECONDS
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.notify.dbus import NotificationService
from kubeimg_gui.qt.notify.digest import ChangeDigest
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.notifier import Notifier
from kubeimg_gui.qt.notify.tray import Tray
from tests.support.builders import MIB, change, image, node

WINDOW = "prod-eu-1"
NODES = 100
IMAGES = 5
BATCH = 25


def report(event: str, window: str = "", **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, "window": window, **facts}) + "\n")
    sys.stdout.flush()


class Teller(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        report("logged", words=record.getMessage())


def burst() -> list[NodeChange]:
    """Every node gets every image, one after the other."""
    images = [image(f"registry.example/team/app-{i}:v1", size=(i + 1) * MIB) for i in range(IMAGES)]
    return [
        change(node(f"n{n}", images[:count]), node(f"n{n}", images[: count + 1]))
        for count in range(IMAGES)
        for n in range(NODES)
    ]


def main() -> None:
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    silence = DoNotDisturb(None, Clocks())
    tray = Tray(application.windowIcon(), silence)
    tray.appear()
    tray.show_state(WINDOW, Severity.FINE, "Live")
    tray.window_requested.connect(partial(report, "asked"))
    notifier = Notifier(silence, NotificationService(), tray)
    notifier.activated.connect(partial(report, "activated"))
    digest = ChangeDigest(WINDOW, time.monotonic, PaceLimits(debounce=1.0))
    digest.ready.connect(notifier.send)
    logging.basicConfig(level=logging.INFO, handlers=[Teller()])

    changes = burst()
    if "pressure" in sys.argv:
        changes.append(change(node("n7"), node("n7", pressures=("DiskPressure",))))
    feeding = QTimer(interval=10)  # pyright: ignore

    def feed() -> None:
        digest.take(changes[:BATCH])
        del changes[:BATCH]
        if not changes:
            feeding.stop()
            report("fed")

    feeding.timeout.connect(feed)
    feeding.start()

    beats: list[float] = []

    def on_ready() -> None:
        report("ready")
        beating.start()

    digest.ready.connect(on_ready)
    beating = QTimer(interval=5)  # pyright: ignore
    beating.timeout.connect(lambda: beats.append(time.monotonic()))

    orders = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    orders.activated.connect(application.quit)
    report("started", tray=tray.available)
    application.exec()
    digest.stop()
    notifier.stop()
    notifier.finish(FINISH_SECONDS)
    tray.stop()
    stalls = [later - earlier for earlier, later in pairwise(beats)]
    report("ended", stall_ms=max(stalls, default=0.0) * 1000)


if __name__ == "__main__":
    main()
