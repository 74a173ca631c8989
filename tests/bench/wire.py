"""What clients cost from connect to a full store, on a real API server over TLS on loopback.

Each client runs in a process of its own, in turns, and the medians are compared with those of the
bare transfer and of client-go.
"""

import argparse
import importlib.metadata
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.extend(
    str(Path(__file__).parents[1] / room) for room in ("support", "controlplane", "cluster")
)

from binaries import BuildError, are_complete, assets, build_client_go, kubectl_command, pinned
from churn import seed_nodes
from contest import (
    KUBEIMG,
    RAW_JSON,
    RAW_PROTOBUF,
    SHARED_INFORMER,
    Client,
    ClientError,
    Figures,
    client_go,
    kubectl_get,
)
from control_plane import ControlPlane
from fleet import DISTINCT_IMAGES, IMAGES_PER_NODE, fleet
from tables import medians, number, table, times


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000, help="of the fleet (5000)")
    parser.add_argument("--rounds", type=int, default=5, help="of all clients (5)")
    options = parser.parse_args()
    kubectl = kubectl_command()
    if not are_complete(assets()) or kubectl is None:
        sys.stderr.write("There is no control plane to measure on: run `make cluster` first.\n")
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
    protobuf, json = client_go(binary, "protobuf"), client_go(binary, "json")
    say(conditions(options.rounds))
    with ControlPlane(assets(), folder) as server:
        kubeconfig = server.write_kubeconfig(folder / "kubeconfig")
        seed_nodes(server.url, server.login(), fleet(options.nodes))
        clients = [
            RAW_PROTOBUF,
            RAW_JSON,
            KUBEIMG,
            protobuf,
            json,
            SHARED_INFORMER,
            kubectl_get(kubectl),
        ]
        synced = in_turns(clients, options.rounds, lambda client: client.run(kubeconfig)[0])
    for client in clients:
        known = synced[client].get("nodes", options.nodes)
        assert known == options.nodes, f"{client.name} knows {known} nodes"
    say(sync_table(options.nodes, synced, protobuf))


def in_turns(
    clients: list[Client], rounds: int, run: Callable[[Client], Figures]
) -> dict[Client, Figures]:
    """The medians of each, run one after another in each round."""
    told: dict[Client, list[Figures]] = {client: [] for client in clients}
    for _ in range(rounds):
        for client in clients:
            told[client].append(run(client))
    return {client: medians(figures) for client, figures in told.items()}


def sync_table(nodes: int, synced: dict[Client, Figures], reference: Client) -> str:
    """From connect to a full store."""
    raw, go = synced[RAW_PROTOBUF], synced[reference]
    sizes = [f"{synced[client]['received_mb']:.0f} MiB" for client in (RAW_JSON, RAW_PROTOBUF)]
    title = (
        f"From connect to full store, {nodes:,} nodes × {IMAGES_PER_NODE} images, "
        f"{DISTINCT_IMAGES:,} distinct ({sizes[0]} of JSON, {sizes[1]} of protobuf), over TLS"
    )
    heads = (
        "client",
        "wall s",
        "CPU s",
        "first row ms",
        "kept MiB",
        "peak MiB",
        "wall, to raw protobuf",
        "wall, to client-go protobuf",
        "CPU, to client-go protobuf",
    )
    rows = [
        (
            client.name,
            number(told["wall"]),
            number(told["cpu"]),
            number(first * 1000 if (first := told.get("first_row")) else None, ".0f"),
            number(told.get("kept_mb"), ".0f"),
            number(told["peak_mb"], ".0f"),
            times(told["wall"], raw["wall"]),
            times(told["wall"], go["wall"]),
            times(told["cpu"], go["cpu"]),
        )
        for client, told in synced.items()
    ]
    way = "the streaming list" if go["streaming"] else "LIST, then WATCH"
    return table(title, heads, rows) + (
        f"client-go ({go['go']}) uses {way}; {go['live_heap_mb']:.0f} MiB of its heap are live "
        "after a collection.\nKept: resident memory with the store full, less that just before "
        "connecting. kubectl: the whole process.\n"
    )


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
