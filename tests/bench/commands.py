"""Compares the one-shot commands: whole processes, in turns, on one demo cluster.

Run it as `python -m tests.bench.commands`.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.contest import ROOT, Figures, in_turns

PROGRAM = (sys.executable, "-m", "kubeimg_gui")
NODES = ("nodes", "-o", "json")
COMMANDS = (
    NODES,
    ("images", "-o", "json"),
    ("images", "-o", "json", "--group", "repository"),
    ("nodes", "-o", "json", "--pods"),
    ("images", "-o", "json", "--pods"),
)


def main() -> None:
    """Run each command in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=5000, help="of the demo cluster (5000)")
    parser.add_argument("--images", type=int, default=50, help="per node on average (50)")
    parser.add_argument("--rounds", type=int, default=5, help="of all commands (5)")
    options = parser.parse_args()
    with demo_cluster(options.nodes, options.images) as kubeconfig:
        results = in_turns(COMMANDS, options.rounds, lambda command: run(command, kubeconfig))
    for command, figures in results.items():
        sys.stdout.write(
            f"{' '.join(command)}: {figures['wall']:.2f} s, "
            f"{figures['wall'] / results[NODES]['wall']:.2f} of `{' '.join(NODES)}`, "
            f"{figures['bytes'] / 2**20:.1f} MiB\n"
        )


def run(command: tuple[str, ...], kubeconfig: Path) -> Figures:
    """The time from start to end, and the size of the output."""
    began = time.perf_counter()
    done = subprocess.run(
        [*PROGRAM, *command, "--kubeconfig", str(kubeconfig)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    return {"wall": time.perf_counter() - began, "bytes": len(done.stdout)}


@contextmanager
def demo_cluster(nodes: int, images: int) -> Generator[Path, None, None]:
    """A demo cluster without changes in another process; yields its kubeconfig."""
    with tempfile.TemporaryDirectory() as folder:
        kubeconfig = Path(folder) / "kubeconfig"
        command = [*PROGRAM, "demo-cluster", "--churn", "0", "--until-stdin-closes"]
        command += ["--nodes", str(nodes), "--images", str(images)]
        with subprocess.Popen(
            [*command, "--kubeconfig-out", str(kubeconfig)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()  # it serves
            try:
                yield kubeconfig
            finally:
                process.terminate()


if __name__ == "__main__":
    main()
