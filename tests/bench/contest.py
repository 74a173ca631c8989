"""The compared clients; each runs in its own process.

Each prints a line of JSON when its store is full and, where it waits for events,
another one after the last of them.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Figures = dict[str, Any]
Contestant = TypeVar("Contestant", bound=Hashable)

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 300.0
ENVIRONMENT = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


class ClientError(Exception):
    """A client ended, or was killed, before it printed its figures."""


@dataclass(frozen=True, slots=True)
class Client:
    """What is compared: how the tables call it, and its command."""

    name: str
    command: tuple[str, ...]

    def run(
        self,
        kubeconfig: Path,
        *,
        core: int | None = None,
        events: int = 0,
        release: Callable[[], None] = lambda: None,
    ) -> list[Figures]:
        """Its figures, of the sync and of the events; Linux ends it with this process.

        Between the two `release` is called. Raises ClientError.
        """
        command = ["setpriv", "--pdeathsig", "KILL"]
        if core is not None:
            command += ["taskset", "--cpu-list", str(core)]
        command += [*self.command, f"--kubeconfig={kubeconfig}"]
        if events:
            command.append(f"--events={events}")
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=ENVIRONMENT
        ) as run:
            impatience = threading.Timer(PATIENCE_SECONDS, run.kill)
            impatience.start()
            try:
                figures = [self._read_figures(run)]
                release()
                if events:
                    figures.append(self._read_figures(run))
                run.wait()
            finally:
                impatience.cancel()
                run.kill()
        return figures

    def _read_figures(self, run: "subprocess.Popen[str]") -> Figures:
        assert run.stdout is not None
        line = run.stdout.readline()
        if not line:
            raise ClientError(f"{self.name} did not print its figures")
        return json.loads(line)


def in_turns(
    contestants: Iterable[Contestant], rounds: int, run: Callable[[Contestant], Figures]
) -> dict[Contestant, Figures]:
    """The medians of each; in each round one runs after another."""
    collected: dict[Contestant, list[Figures]] = {contestant: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant, figures in collected.items():
            figures.append(run(contestant))
    return {contestant: _medians(figures) for contestant, figures in collected.items()}


def _medians(rounds: Sequence[Figures]) -> Figures:
    """The median of every number over the rounds; other values are equal in all rounds."""
    return {
        key: statistics.median(figures[key] for figures in rounds)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for key, value in rounds[-1].items()
    }


def python_client(name: str, module: str, *options: str) -> Client:
    """A module of the folder `clients`, run as a program."""
    return Client(name, (sys.executable, "-m", f"tests.bench.clients.{module}", *options))


RAW_PROTOBUF = python_client("raw transfer, protobuf", "raw", "--content=protobuf")
RAW_JSON = python_client("raw transfer, JSON", "raw", "--content=json")
KUBEIMG = python_client("kubeimg", "kubeimg")
SHARED_INFORMER = python_client("official Python SharedInformer", "shared_informer")


def client_go(binary: Path, content: str) -> Client:
    """An informer of client-go that asks for `json` or `protobuf`."""
    name = {"json": "JSON", "protobuf": "protobuf"}[content]
    return Client(f"client-go informer, {name}", (str(binary), f"--content={content}"))


def kubectl_get(kubectl: str) -> Client:
    """The usual kubectl command."""
    return python_client("kubectl get nodes -o json", "kubectl", f"--kubectl={kubectl}")
