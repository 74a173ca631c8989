"""The identity of a request: renewed after a 401, never sent before the plugin has ended."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kubeimg_gui.cluster.config.kubeconfig_file import User
from kubeimg_gui.cluster.errors import (
    ApiError,
    CredentialsError,
    LoginCancelledError,
    StoppedError,
)
from kubeimg_gui.cluster.timeouts import DEFAULT_TIMEOUTS, Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from tests.support.fixtures import Serve
from tests.support.plugins import Plugin
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.scripted_server import Request, ScriptedServer, status_json

THREADS = 8
ConnectAs = Callable[..., Connection]


@pytest.fixture
def plugin(tmp_path: Path) -> Plugin:
    return Plugin(tmp_path)


@pytest.fixture
def connect_as() -> Iterator[ConnectAs]:
    """Connect as the user bob with the fields of a kubeconfig; what still runs ends at the end."""
    opened: list[Connection] = []

    def connect(
        server: ScriptedServer, timeouts: Timeouts = DEFAULT_TIMEOUTS, **user: Any
    ) -> Connection:
        opened.append(connection_to(server.url, msgspec.convert(user, User), timeouts))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.interrupt()
        connection.cancel_login()


def ask(connection: Connection, method: str = "GET") -> bytes:
    return connection.send(method, "/x", body=None if method == "GET" else {"a": 1})


def logged_in(connection: Connection) -> Connection:
    """The same, with what its plugin gave before."""
    connection._credentials.identity().result(WAIT_SECONDS)  # pyright: ignore[reportPrivateUsage]
    return connection


def only(*tokens: str) -> Callable[[Request], None]:
    """Answer those with one of these tokens."""

    def script(request: Request) -> None:
        if request.headers.get("authorization", "").removeprefix("Bearer ") in tokens:
            request.answer(b"yes")
        else:
            request.answer(status_json(401, "Unauthorized", "who are you?"), 401)

    return script


def shown(server: ScriptedServer) -> list[str]:
    return [request.headers.get("authorization", "") for request in server.requests]


def refusal(connection: Connection) -> str:
    with pytest.raises(ApiError) as caught:
        ask(connection)
    assert caught.value.code == 401
    return str(caught.value)


def test_a_token_is_sent(serve: Serve, connect_as: ConnectAs) -> None:
    server = serve(only("abc"))
    assert ask(connect_as(server, token="abc")) == b"yes"
    assert shown(server) == ["Bearer abc"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_refused_plugin_gives_next_is_shown_at_once(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin, method: str
) -> None:
    server = serve(only("t2"))
    connection = logged_in(connect_as(server, exec=plugin.entry))
    assert ask(connection, method) == b"yes"
    assert ask(connection, method) == b"yes"
    assert shown(server) == ["Bearer t1", "Bearer t2", "Bearer t2"]
    assert server.requests[0].body == server.requests[1].body


def test_a_second_refusal_is_raised_and_the_next_request_logs_in_again(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    server = serve(only("t3"))
    connection = logged_in(connect_as(server, exec=plugin.entry))
    message = refusal(connection)
    assert message.startswith("The credentials of the credential plugin '")
    assert message.endswith("are refused: log in again. The server says: who are you? (401)")
    assert ask(connection) == b"yes"
    assert shown(server) == ["Bearer t1", "Bearer t2", "Bearer t3"]


def test_the_same_refused_token_is_not_sent_twice(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    plugin.says('{"token": "same"}')
    server = serve(only())
    connection = logged_in(connect_as(server, exec=plugin.entry))
    refusal(connection)
    assert (len(server.requests), plugin.runs) == (1, 2)


def test_a_login_that_is_refused_at_once_is_not_begun_again(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    server = serve(only())
    refusal(connect_as(server, exec=plugin.entry))
    assert (len(server.requests), plugin.runs) == (1, 1)


def test_a_connection_that_was_interrupted_runs_no_plugin(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    connection = connect_as(serve(only("t1")), exec=plugin.entry)
    connection.interrupt()
    with pytest.raises(StoppedError):
        ask(connection)
    assert plugin.runs == 0


def test_a_token_file_that_has_changed_is_read_after_a_refusal(
    serve: Serve, connect_as: ConnectAs, tmp_path: Path
) -> None:
    path = tmp_path / "token"
    path.write_text("old")

    def script(request: Request) -> None:
        path.write_text("new")
        only("new")(request)

    server = serve(script)
    assert ask(connect_as(server, tokenFile=str(path))) == b"yes"
    assert shown(server) == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize(
    ("user", "sentence"),
    [
        ({"token": "abcd"}, "The token of the user 'bob' is refused: log in again. The server"),
        ({"username": "a", "password": "b"}, "The password of the user 'bob' is refused: check"),
        ({}, "The kubeconfig names no credentials, but the server requires them. The server"),
    ],
)
def test_a_refusal_names_the_credentials(
    serve: Serve, connect_as: ConnectAs, user: dict[str, Any], sentence: str
) -> None:
    server = serve(only())
    assert refusal(connect_as(server, **user)).startswith(sentence)
    assert len(server.requests) == 1


def test_many_threads_that_are_refused_at_once_run_a_plugin_once(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    all_asked = threading.Barrier(THREADS)

    def script(request: Request) -> None:
        if request.headers["authorization"] == "Bearer t1":
            all_asked.wait(WAIT_SECONDS)
        only("t2")(request)

    connection = logged_in(connect_as(serve(script), exec=plugin.entry))
    with ThreadPoolExecutor(THREADS) as threads:
        calls = [threads.submit(ask, connection) for _ in range(THREADS)]
        assert [call.result(WAIT_SECONDS) for call in calls] == [b"yes"] * THREADS
    assert plugin.runs == 2


def test_a_plugin_that_fails_sends_nothing(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    plugin.fails("not today")
    server = serve(only("t1"))
    with pytest.raises(CredentialsError, match="not today"):
        ask(connect_as(server, exec=plugin.entry))
    assert server.requests == []


def test_a_plugin_failure_after_a_refusal_is_raised(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    connection = connect_as(serve(only("t1")), exec=plugin.entry)
    assert ask(connection) == b"yes"
    plugin.fails("session over")
    connection._credentials.discard(connection._identity()[0])  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(CredentialsError, match="session over"):
        ask(connection)


class Waiting:
    """A request in a thread, on a connection whose plugin does not answer."""

    def __init__(self, connection: Connection) -> None:
        self.reports: list[str] = []
        self._reported = threading.Event()
        self.outcome: BaseException | bytes | None = None
        connection.on_login = self._on_login
        self._thread = threading.Thread(target=self._ask, args=(connection,))
        self._thread.start()
        assert self._reported.wait(WAIT_SECONDS)

    def end(self) -> None:
        began = time.monotonic()
        self._thread.join(WAIT_SECONDS)
        assert time.monotonic() - began < 0.5

    def _on_login(self, sentence: str) -> None:
        self.reports.append(sentence)
        self._reported.set()

    def _ask(self, connection: Connection) -> None:
        try:
            self.outcome = ask(connection)
        except Exception as error:  # noqa: BLE001
            self.outcome = error


def test_a_request_that_waits_for_a_plugin_reports_it(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    plugin.hold()
    waiting = Waiting(connect_as(serve(only("t1")), exec=plugin.entry))
    plugin.go_on()
    waiting.end()
    assert waiting.outcome == b"yes"
    (report,) = waiting.reports
    assert "of the user 'bob' is running: it may wait for you to log in" in report


def test_a_quick_plugin_is_not_reported(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    patient = Timeouts(login_notice_seconds=WAIT_SECONDS)
    connection = connect_as(serve(only("t1")), patient, exec=plugin.entry)
    reported: list[str] = []
    connection.on_login = reported.append
    ask(connection)
    assert reported == []


def test_interrupting_a_request_that_waits_for_a_plugin_leaves_the_plugin_running(
    serve: Serve, connect_as: ConnectAs, plugin: Plugin
) -> None:
    plugin.hold()
    connection = connect_as(serve(only("t1")), exec=plugin.entry)
    waiting = Waiting(connection)
    login = connection._credentials.identity()  # pyright: ignore[reportPrivateUsage]
    connection.interrupt()
    waiting.end()
    assert isinstance(waiting.outcome, StoppedError)
    plugin.go_on()
    assert login.result(WAIT_SECONDS).headers
    assert plugin.runs == 1


def test_a_login_is_cancelled(serve: Serve, connect_as: ConnectAs, plugin: Plugin) -> None:
    plugin.hold()
    connection = connect_as(serve(only("t2")), exec=plugin.entry)
    waiting = Waiting(connection)
    connection.cancel_login()
    waiting.end()
    assert isinstance(waiting.outcome, LoginCancelledError)
    plugin.go_on()
    assert ask(connection) == b"yes"


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"token": "hid-den"}, "the token hid-den is odd"),
        ({"username": "me", "password": "hid-den"}, "hid-den or bWU6aGlkLWRlbg== is odd"),
        ({"token": "other"}, "Authorization: Bearer hid-den"),
    ],
)
def test_a_server_that_repeats_a_secret_is_not_quoted(
    serve: Serve, connect_as: ConnectAs, user: dict[str, Any], said: str
) -> None:
    server = serve(lambda r: r.answer(status_json(403, "Forbidden", said), 403))
    with pytest.raises(ApiError) as caught:
        ask(connect_as(server, **user))
    assert "…redacted…" in str(caught.value)
    assert "hid-den" not in str(caught.value)
    assert "bWU6" not in str(caught.value)


def test_a_servers_message_is_sanitized_and_cut(serve: Serve, connect_as: ConnectAs) -> None:
    said = "\x1b[2Jred\n\u202e" + "x" * 10_000
    server = serve(lambda r: r.answer(status_json(403, "Forbidden", said), 403))
    with pytest.raises(ApiError) as caught:
        ask(connect_as(server))
    assert str(caught.value).isprintable()
    assert r"\x1b[2Jred\n\u202exxx" in str(caught.value)
    assert len(str(caught.value)) < 600
