"""The memory of `watch` while every change brings an image that was never seen before.

Run it as `python -m tests.bench.growth`. A server in this process sends the changes as fast as the
command prints them: an hour of 900 changes a second takes some minutes.
"""

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from subprocess import Popen

from tests.bench.clients.figures import memory_mb
from tests.support.fresh_home import FreshHome
from tests.support.scripted_server import Request, image_json, list_json, node_json

HOUR_OF_CHANGES = 900 * 3600
SAMPLES = 12
NODES = 20
IMAGES = 30
AT_ONCE = 500
"""Changes that are under way: the next ones are sent when these are printed."""


class EndlessImages:
    """Scripts a server whose nodes get a new image with each change, in place of an old one."""

    def __init__(self) -> None:
        self._images = map(_image, count())
        self._held = [[next(self._images) for _ in range(IMAGES)] for _ in range(NODES)]
        self._allowed = threading.Semaphore(AT_ONCE)

    def allow(self) -> None:
        """Sends one more change."""
        self._allowed.release()

    def script(self, request: Request) -> None:
        """Answers a list with the nodes, and a watch with the changes."""
        if not request.is_watch:
            nodes = [node_json(f"node-{i}", images=held) for i, held in enumerate(self._held)]
            request.answer(list_json(*nodes))
            return
        request.start_stream()
        for version in count(11):
            if not self._allowed.acquire(timeout=1) and request.released.is_set():
                return
            number = version % NODES
            held = self._held[number]
            held[version // NODES % IMAGES] = next(self._images)
            request.event("MODIFIED", node_json(f"node-{number}", str(version), images=held))


def resident_mb(changes: int, samples: int = SAMPLES) -> Iterator[float]:
    """Yields the resident memory of `watch` in MB, at equal distances in so many changes."""
    endless = EndlessImages()
    with tempfile.TemporaryDirectory() as folder:
        home = FreshHome(Path(folder))
        with home.stack:
            kubeconfig = home.kubeconfig(home.serve(endless.script))
            with home.start("watch", "-o", "json", "--kubeconfig", kubeconfig) as process:
                yield from _sample(process, endless, changes, samples)


def _sample(
    process: Popen[str], endless: EndlessImages, changes: int, samples: int
) -> Iterator[float]:
    assert process.stdout is not None
    for number, line in enumerate(process.stdout, 1):
        if number == 1:
            assert len(json.loads(line)["arrived"]) == 1, line
        endless.allow()
        if number % (changes // samples) == 0:
            yield memory_mb("VmRSS", process.pid)
        if number >= changes:
            return


def _image(number: int) -> dict[str, object]:
    return image_json(f"registry.example/team/service@sha256:{number:064x}", 5_000_000 + number)


def main() -> None:
    """Prints each sample as soon as it is taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=HOUR_OF_CHANGES)
    options = parser.parse_args()
    for number, size in enumerate(resident_mb(options.changes), 1):
        sys.stdout.write(f"after {options.changes * number // SAMPLES:,} changes: {size:.1f} MB\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
