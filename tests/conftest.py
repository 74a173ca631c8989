"""A demo cluster in this process, a real control plane beside it, a plain client."""

import gc
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.logs import STATES
from tests.controlplane.binaries import are_complete, assets, kubectl_command
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.proxies import proxies_are_installed
from tests.deploy.containers import TOOLS, can_be_used
from tests.support.api import Api
from tests.support.fixtures import Kubectl
from tests.support.forked_program import ForkedProgram
from tests.support.scripted_server import five_nodes

LEFT_OUT = pytest.StashKey[dict[str, int]]()
CONTROL_PLANE_SECONDS = 240


def pytest_configure() -> None:
    """Where a script runs the tests in the background SIGINT is ignored, and so by every child."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a program that is not here, and say so in a line.

    Where there is a real control plane, whichever test comes first also waits for its start. Slow
    tests are in the order of their time limits, so that several workers end at about the same time.
    """
    items.sort(key=slow_seconds, reverse=True)
    left_out: dict[str, int] = {}
    for marker, is_here, missing in (
        ("control_plane", are_complete(assets()), "a real control plane: `make cluster` builds it"),
        ("container", can_be_used(), f"root and {', '.join(TOOLS)} from Debian's packages"),
        ("proxies", proxies_are_installed(), "haproxy and nginx-light from Debian's packages"),
    ):
        marked = [item for item in items if item.get_closest_marker(marker)]
        if marked and not is_here:
            left_out[missing] = len(marked)
            config.hook.pytest_deselected(items=marked)
            items[:] = [item for item in items if not item.get_closest_marker(marker)]
    config.stash[LEFT_OUT] = left_out
    for item in items:
        if item.get_closest_marker("control_plane") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(CONTROL_PLANE_SECONDS))


def slow_seconds(item: pytest.Item) -> float:
    """The time limit of a slow test that has one of its own; 0 for any other test."""
    limit = item.get_closest_marker("timeout")
    return limit.args[0] if limit and item.get_closest_marker("slow") else 0


def pytest_collection_finish() -> None:
    """Exempt from garbage collection what lives as long as the run: modules and collected tests.

    The tests of windows collect garbage and look for objects left behind after every test; they
    take half as long without these 200,000 objects.
    """
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist reports to its controller what it left out."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["left_out"] = session.config.stash.get(LEFT_OUT, dict[str, int]())


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker collects all tests, so that the last report replaces the others."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", {})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print one line for each program that is missing."""
    left_out = terminalreporter.config.stash.get(LEFT_OUT, dict[str, int]())
    for missing, count in left_out.items():
        terminalreporter.write_line(f"SKIPPED {count} tests that need {missing}")


@pytest.fixture
def cluster() -> Iterator[DemoCluster]:
    """Nodes `n0` to `n4`; `n0` is in the pool gpu."""
    with DemoCluster(five_nodes(), bookmark_seconds=0.2) as cluster:
        yield cluster


@pytest.fixture
def api(cluster: DemoCluster) -> Iterator[Api]:
    client = Api(cluster.url)
    yield client
    client.close()


@pytest.fixture
def real(control_plane: ControlPlane) -> ControlPlane:
    """The control plane with the nodes `n0` to `n4`."""
    control_plane.reset(five_nodes())
    return control_plane


@pytest.fixture(scope="session")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One for the whole run; a test begins by saying which nodes it holds."""
    with ControlPlane(assets(), tmp_path_factory.mktemp("control-plane")) as control_plane:
        yield control_plane


@pytest.fixture(scope="module")
def replaceable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane whose cluster a test replaces; the history of the other one goes on."""
    with ControlPlane(assets(), tmp_path_factory.mktemp("replaceable")) as control_plane:
        yield control_plane


@pytest.fixture
def restored_logging(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """For tests that set up logging in their own process."""
    monkeypatch.setattr(logging, "raiseExceptions", logging.raiseExceptions)
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    logging.captureWarnings(False)
    for name in ("kubeimg_gui", STATES):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def forked_program() -> Iterator[ForkedProgram]:
    """Runs kubeimg's command line in processes of its own."""
    with ForkedProgram() as forked_program:
        yield forked_program


@pytest.fixture
def kubectl(real: ControlPlane, tmp_path: Path) -> Kubectl:
    """What kubectl says, as the admin."""
    command = kubectl_command()
    if command is None:
        pytest.skip("there is no kubectl of 1.28 or newer: `make cluster` builds one")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KUBECONFIG": str(real.write_kubeconfig(tmp_path / "kubeconfig")),
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [command, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
