"""Takes the bytes of a streaming list over kubeimg's own transport, and decodes nothing.

No client in Python can be faster than this.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from kubeimg_gui.cluster.resources import NODES as NODE_RESOURCE
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import Connection
from tests.bench.clients.figures import Meter

ACCEPT = {"json": "application/json", "protobuf": "application/vnd.kubernetes.protobuf"}
QUERY = {
    "watch": "true",
    "sendInitialEvents": "true",
    "resourceVersionMatch": "NotOlderThan",
    "allowWatchBookmarks": "true",
}
END = b"k8s.io/initial-events-end"
TAIL_BYTES = 4096
"""The bookmark with which the list ends is shorter."""


def main() -> None:
    """Read until the list has ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kubeconfig", type=Path, required=True)
    parser.add_argument("--content", choices=ACCEPT, required=True)
    options = parser.parse_args()
    target = kubeconfig_target(None, options.kubeconfig)
    meter, received, tail = Meter(), 0, b""
    for chunk in chunks(target.connect(), ACCEPT[options.content]):
        received += len(chunk)
        tail = (tail + chunk)[-TAIL_BYTES:]
        if END in tail:
            break
    meter.full(received_mb=received / 2**20)


def chunks(connection: Connection, accept: str) -> Iterator[bytes]:
    """The answer, as it comes, in pieces of 64 KiB at most."""
    with connection.get(NODE_RESOURCE.path, QUERY, accept=accept) as answer:
        yield from answer.chunks()


if __name__ == "__main__":
    main()
