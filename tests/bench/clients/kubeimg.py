"""kubeimg's own informer with one handler, as every face of it has one."""

import argparse
import importlib
import threading
from collections.abc import Sequence
from pathlib import Path

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.informers import NodeInformer, PodInformer
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.pod import PodChange
from kubeimg_gui.headless.watch import infrequent_collection
from tests.bench.clients.figures import Burst, Meter

IMPORTED_LATE = ("transport.connection", "auth.credentials", "config.endpoint")
"""Modules that load at the first connection; their imports are not measured."""


class Handler:
    """Counts the received changes and prints their cost."""

    def __init__(self, meter: Meter, events: int) -> None:
        self._meter = meter
        self._events = events
        self._burst: Burst | None = None
        self.done = threading.Event()

    def on_changes(self, changes: Sequence[NodeChange | PodChange]) -> None:
        """Objects of the list, and then of events that each bring another image to a node."""
        if self._burst is None:
            self._meter.row()
        elif self._burst.received(sum(map(_brings_an_image, changes))):
            self.done.set()

    def on_state(self, state: ConnectionState) -> None:
        """All objects are known once it is live."""
        if state.phase is Phase.LIVE and self._burst is None:
            self._burst = Burst(self._events)
            self._meter.full(nodes=state.known)
            if not self._events:
                self.done.set()


def _brings_an_image(change: NodeChange | PodChange) -> bool:
    return isinstance(change, NodeChange) and change.storage_changed


def main() -> None:
    """Sync, and take as many events as were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--resource", choices=("nodes", "pods"), default="nodes")
    parser.add_argument("--events", type=int, default=0)
    options = parser.parse_args()
    for module in IMPORTED_LATE:
        importlib.import_module(f"kubeimg_gui.cluster.{module}")
    with infrequent_collection():  # as `watch` does
        connect = kubeconfig_target(None, options.kubeconfig).connect
        pods = options.resource == "pods"
        informer = PodInformer(connect) if pods else NodeInformer(connect)
        handler = Handler(Meter(), options.events)
        informer.add_handler(handler)
        informer.start()
        handler.done.wait()
        informer.stop()


if __name__ == "__main__":
    main()
