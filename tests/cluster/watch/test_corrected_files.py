"""Waits that end when a file is corrected that a connection is made from.

Other waits would take 1,000 seconds here.
"""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    LoginCancelledError,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch import reflector
from kubeimg_gui.cluster.watch.backoff import Backoff, failure_policy
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from tests.cluster.scripts import scripted
from tests.support.fixtures import Connect, Serve, Watching
from tests.support.recorder import WAIT_SECONDS, Recorder, connection_to

MOMENT_SECONDS = 0.1
"""Long enough for an attempt to start that must not."""

KUBECONFIG = """
current-context: c
contexts: [{{name: c, context: {{cluster: c, user: u}}}}]
clusters: [{{name: c, cluster: {{server: '{server}'{more}}}}}]
users: [{{name: u, user: {{}}}}]
"""


@pytest.fixture(autouse=True)
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reflector, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(reflector, "Backoff", partial(Backoff, first=1000.0))
    monkeypatch.setattr(reflector, "login_backoff", partial(Backoff, first=1000.0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config"


def kubeconfig(server: str, more: str = "") -> str:
    return KUBECONFIG.format(server=server, more=more)


def watch_kubeconfig(watching: Watching, path: Path) -> Recorder:
    target = kubeconfig_target(None, path, must_exist=False)
    return watching(target.connect, options=WatchOptions(files=target.files))[1]


@pytest.mark.parametrize("first", [None, "", "[", "contexts: 5", "current-context: missing"])
def test_a_kubeconfig_is_corrected(
    serve: Serve, watching: Watching, path: Path, first: str | None
) -> None:
    if first is not None:
        path.write_text(first)
    recorder = watch_kubeconfig(watching, path)
    recorder.next_state(Phase.MISCONFIGURED)
    path.write_text(kubeconfig(serve(scripted()).url))
    recorder.next_state(Phase.LIVE)


def test_the_address_of_the_server_is_corrected(
    serve: Serve, watching: Watching, path: Path
) -> None:
    path.write_text(kubeconfig("http://127.0.0.1:1"))
    recorder = watch_kubeconfig(watching, path)
    recorder.next_state(Phase.RECONNECTING)
    path.write_text(kubeconfig(serve(scripted()).url))
    recorder.next_state(Phase.LIVE)


def test_a_file_that_the_kubeconfig_names_is_corrected(watching: Watching, path: Path) -> None:
    authority = path.with_name("ca.crt")
    path.write_text(kubeconfig("https://127.0.0.1:1", ", certificate-authority: ca.crt"))
    recorder = watch_kubeconfig(watching, path)
    assert "ca.crt" in recorder.next_state(Phase.MISCONFIGURED).reason
    authority.write_text("no certificate")
    assert "contains no certificate" in recorder.next_state(Phase.MISCONFIGURED).reason


def test_a_correction_during_a_failing_attempt_is_not_lost(
    serve: Serve, watching: Watching, path: Path
) -> None:
    server = serve(scripted())
    path.write_text("one")
    attempts = iter([ConnectionLostError("no answer")])

    def connect() -> Connection:
        for error in attempts:
            path.write_text("corrected")
            raise error
        return connection_to(server.url)

    watch_file(watching, connect, path).next_state(Phase.LIVE)


def watch_file(watching: Watching, connect: Connect, path: Path) -> Recorder:
    return watching(connect, options=WatchOptions(files=lambda: [path]))[1]


class Attempts:
    """A `connect` that always fails; `meanwhile` runs before."""

    def __init__(self, error: Exception, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.again = threading.Event()
        self._count = 0
        self._error = error
        self._meanwhile = meanwhile

    def __call__(self) -> Connection:
        self._count += 1
        if self._count > 1:
            self.again.set()
        self._meanwhile()
        raise self._error


def test_a_plugin_that_writes_the_file_does_not_run_again_at_once(
    watching: Watching, path: Path
) -> None:
    attempts = Attempts(CredentialsError("no ticket"), lambda: path.write_text("by the plugin"))
    watch_file(watching, attempts, path).next_state(Phase.LOGIN_NEEDED)
    assert not attempts.again.wait(MOMENT_SECONDS)
    path.write_text("by the user")
    assert attempts.again.wait(WAIT_SECONDS)


@pytest.mark.parametrize(
    "error",
    [
        LoginCancelledError("cancelled"),  # it waits for the user
        ApiError(429, "TooManyRequests", "slow down", retry_after=100.0),
    ],
)
def test_a_wait_for_something_else_goes_on(
    watching: Watching, path: Path, error: ClusterError
) -> None:
    attempts = Attempts(error)
    watch_file(watching, attempts, path).next_state(failure_policy(error, 0.0).phase)
    path.write_text("changed")
    assert not attempts.again.wait(MOMENT_SECONDS)
