"""The informer of the official Python client."""

import argparse
import threading
from typing import Any

from kubernetes.client import CoreV1Api
from kubernetes.config import load_kube_config  # pyright: ignore[reportUnknownVariableType]
from kubernetes.informer import ADDED, MODIFIED, SharedInformer

from tests.bench.clients.figures import Burst, Meter


def main() -> None:
    """Sync, and take as many events as were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", required=True)
    parser.add_argument("--events", type=int, default=0)
    options = parser.parse_args()
    load_kube_config(options.kubeconfig)
    informer: Any = SharedInformer(CoreV1Api().list_node)
    full, done = threading.Event(), threading.Event()

    def added(_: Any) -> None:
        full.set()  # the cache is filled before the first of them is reported

    def modified(_: Any) -> None:
        if burst.received(1):
            done.set()

    informer.add_event_handler(ADDED, added)
    informer.add_event_handler(MODIFIED, modified)
    meter = Meter()
    informer.start()
    full.wait()
    burst = Burst(options.events)
    meter.full(nodes=len(informer.cache.list_keys()))
    if options.events:
        done.wait()


if __name__ == "__main__":
    main()  # its stop() would wait for the next event; its thread ends with the process
