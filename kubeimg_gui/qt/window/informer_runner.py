"""Starts informers for a window, and stops them without waiting."""

import time
from collections.abc import Callable
from threading import Thread
from typing import Any, NamedTuple

from PySide6.QtCore import QObject

from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.cluster.watch.informer import Informer
from kubeimg_gui.qt.window.informer_bridge import InformerBridge


class Run(NamedTuple):
    """A started informer, and the bridge that feeds the window from it."""

    informer: Informer[Any, Any]
    bridge: InformerBridge


class InformerRunner(QObject):
    """Starts and stops any number of informers; GUI thread only, except `wait`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopping: list[tuple[Thread, InformerBridge]] = []

    def start(
        self,
        informer: Informer[Any, Any],
        take_changes: Callable[[Any], None],
        take_state: Callable[[ConnectionState], None],
    ) -> Run:
        """Starts an informer; both functions get what it reports, in the GUI thread."""
        self._forget_stopped()
        bridge = InformerBridge(self)
        bridge.changes.connect(take_changes)
        bridge.state.connect(take_state)
        informer.add_handler(bridge)
        informer.start()
        return Run(informer, bridge)

    def stop(self, run: Run) -> None:
        """Stops an informer, which reports nothing more."""
        run.bridge.stop()
        # Closing a connection may block.
        thread = Thread(target=run.informer.stop, name="stop-informer", daemon=True)
        thread.start()
        self._stopping.append((thread, run.bridge))

    def wait(self, seconds: float) -> None:
        """Waits until the threads of all stopped informers have ended; blocks, any thread."""
        deadline = time.monotonic() + seconds
        for thread, _ in tuple(self._stopping):
            thread.join(max(0.0, deadline - time.monotonic()))

    def _forget_stopped(self) -> None:
        for thread, bridge in tuple(self._stopping):
            if not thread.is_alive():
                self._stopping.remove((thread, bridge))
                bridge.deleteLater()
