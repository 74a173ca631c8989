"""What clients cost on the wire: from connect to a full store, and for each event after that.

Each runs in a process of its own, in turns: first against a real API server over TLS on loopback,
then on one core against a recording of it, which comes as fast as it is taken.
"""

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.contest import (
    KUBEIMG,
    RAW_JSON,
    RAW_PROTOBUF,
    SHARED_INFORMER,
    Client,
    ClientError,
    Figures,
    client_go,
    in_turns,
    kubectl_get,
)
from tests.bench.fleet import DISTINCT_IMAGES, IMAGES_PER_NODE, fleet, image_swaps
from tests.bench.recording import Stream, record
from tests.bench.replay import Replay
from tests.bench.tables import events_table, growth_table, sync_table
from tests.cluster.watch.churn import seed_nodes
from tests.controlplane.binaries import (
    BuildError,
    are_complete,
    assets,
    build_client_go,
    kubectl_command,
    pinned,
)
from tests.controlplane.control_plane import ControlPlane

FEW_NODES = 1000
"""The fleet from which growth is measured."""


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000, help="of the fleet (5000)")
    parser.add_argument("--events", type=int, default=5000, help="that are played (5000)")
    parser.add_argument("--many", type=int, default=130_000, help="nodes that are played (130000)")
    parser.add_argument("--rounds", type=int, default=5, help="of all clients (5)")
    options = parser.parse_args()
    kubectl = kubectl_command()
    if not are_complete(assets()) or kubectl is None:
        sys.stderr.write(
            "There is no control plane to measure on: run `make cluster` first, which needs Go.\n"
        )
        return 1
    try:
        binary = build_client_go()
        with tempfile.TemporaryDirectory(prefix="kubeimg-bench-") as folder:
            measure(Path(folder), binary, kubectl, options)
    except (BuildError, ClientError) as error:
        sys.stderr.write(f"{error}.\n")
        return 1
    return 0


def measure(folder: Path, binary: Path, kubectl: str, options: argparse.Namespace) -> None:
    """All tables."""
    go, go_json = client_go(binary, "protobuf"), client_go(binary, "json")
    informers = [KUBEIMG, go, go_json, SHARED_INFORMER]
    say(conditions(options.rounds))
    with ControlPlane(assets(), folder) as server:
        kubeconfig = server.write_kubeconfig(folder / "kubeconfig")
        nodes = fleet(options.nodes)
        seed_nodes(server.url, server.login(), nodes)
        clients = [RAW_PROTOBUF, RAW_JSON, *informers, kubectl_get(kubectl)]
        synced = in_turns(clients, options.rounds, lambda client: client.run(kubeconfig)[0])
        recording = record(server.url, server.login(), image_swaps(nodes, options.events))
    for client in informers:
        assert synced[client]["nodes"] == options.nodes, f"{client.name} does not know all nodes"
    title = (
        f"From connect to full store: {options.nodes:,} nodes of {IMAGES_PER_NODE} images, "
        f"{DISTINCT_IMAGES:,} distinct; a real API server over TLS on loopback"
    )
    say(sync_table(title, synced, go))

    stage = Stage(folder, recording)
    results = in_turns(
        informers, options.rounds, lambda client: stage.events(client, options.nodes)
    )
    title = (
        f"From watch events to changes: {options.events:,} events that each bring another image "
        f"to one of {options.nodes:,} nodes; played over HTTP, the client on a core of its own"
    )
    say(events_table(title, results, go))

    sizes = sorted({min(FEW_NODES, options.nodes), options.nodes, options.many})
    grown = in_turns(sizes, options.rounds, lambda size: stage.sync(KUBEIMG, size))
    title = (
        "What one node costs kubeimg in fleets of several sizes, the same images in all; "
        "played over HTTP, the client on a core of its own"
    )
    say(growth_table(title, grown))


class Stage:
    """Where a recording is played to clients: one core for it, the next for the client."""

    def __init__(self, folder: Path, recording: dict[str, Stream]) -> None:
        self._kubeconfig = folder / "replay"
        self._recording = recording
        own, *others = sorted(os.sched_getaffinity(0))
        self._core = others[0] if others else own
        os.sched_setaffinity(0, {own})

    def sync(self, client: Client, nodes: int) -> Figures:
        """What it takes a client to know so many nodes."""
        with Replay(self._recording, nodes) as replay:
            kubeconfig = replay.write_kubeconfig(self._kubeconfig)
            return client.run(kubeconfig, core=self._core)[0]

    def events(self, client: Client, nodes: int) -> Figures:
        """What it takes a client that knows the nodes to take all events."""
        events = len(next(iter(self._recording.values())).events)
        with Replay(self._recording, nodes, events=True) as replay:
            kubeconfig = replay.write_kubeconfig(self._kubeconfig)
            return client.run(kubeconfig, core=self._core, events=events, release=replay.release)[1]


def conditions(rounds: int) -> str:
    """When, and with what, this was measured."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Kubernetes {pinned('k8s.io/kubernetes')}, "
        f"client-go {pinned('k8s.io/client-go')}, Python {platform.python_version()}, "
        f"kubernetes {importlib.metadata.version('kubernetes')}, "
        f"{len(os.sched_getaffinity(0))} cores; medians, rounds: {rounds}.\n"
    )


def say(text: str) -> None:
    """As soon as it is known."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
