"""What the pods of a cluster cost: memory for each, and the CPU time until all are known.

Pods of a real API server are recorded and played to kubeimg and to client-go's typed informer in
turns, the client on a core of its own. The pods that are played have workloads and images of their
own, as the recorded ones have.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.bench.contest import KUBEIMG, Client, ClientError, Figures, client_go, in_turns
from tests.bench.pod_fleet import MARK, PATH, seed_pods
from tests.bench.recording import Stream, record_objects
from tests.bench.replay import Replay
from tests.bench.tables import pods_table
from tests.controlplane.binaries import BuildError, are_complete, assets, build_client_go
from tests.controlplane.control_plane import ControlPlane


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=150_000, help="that are played (150000)")
    parser.add_argument("--recorded", type=int, default=2000, help="of these are created (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="of both clients (3)")
    options = parser.parse_args()
    if not are_complete(assets()):
        sys.stderr.write(
            "There is no control plane to measure on: run `make cluster` first, which needs Go.\n"
        )
        return 1
    try:
        clients = [_for_pods(KUBEIMG), _for_pods(client_go(build_client_go(), "protobuf"))]
        with tempfile.TemporaryDirectory(prefix="kubeimg-bench-") as folder:
            _measure(Path(folder), clients, options)
    except (BuildError, ClientError) as error:
        sys.stderr.write(f"{error}.\n")
        return 1
    return 0


def _for_pods(client: Client) -> Client:
    return replace(client, command=(*client.command, "--resource=pods"))


def _measure(folder: Path, clients: list[Client], options: argparse.Namespace) -> None:
    with ControlPlane(assets(), folder) as server:
        seed_pods(server.url, server.login(), range(options.recorded))
        recording = record_objects(server.url, server.login(), PATH)
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[0]})

    def sync(client: Client) -> Figures:
        return _sync(client, folder / "replay", recording, options.pods, cores[-1])

    results = in_turns(clients, options.rounds, sync)
    for client, figures in results.items():
        assert figures["nodes"] == options.pods, f"{client.name} does not know all pods"
    title = f"From connect to full store: {options.pods:,} pods of three containers, over HTTP"
    sys.stdout.write(pods_table(title, results, clients[-1], options.pods) + "\n")


def _sync(
    client: Client, kubeconfig: Path, recording: dict[str, Stream], pods: int, core: int
) -> Figures:
    with Replay(recording, pods, path=PATH, mark=MARK) as played:
        return client.run(played.write_kubeconfig(kubeconfig), core=core)[0]


if __name__ == "__main__":
    sys.exit(main())
