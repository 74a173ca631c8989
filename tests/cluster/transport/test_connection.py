"""`interrupt` ends a connection in every state of the server; errors name what failed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kubeimg_gui.cluster.errors import ApiError, ConnectionLostError, StoppedError, UnreachableError
from kubeimg_gui.cluster.timeouts import Limits, Timeouts
from kubeimg_gui.cluster.transport import happy_eyeballs
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.error_mapping import api_error
from tests.support.addresses import silent_listener
from tests.support.fixtures import Serve
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.scripted_server import Request, list_json, status_json

PATH = "/api/v1/nodes"


def silent(request: Request) -> None:
    request.hang()


def stalls_within_a_list(request: Request) -> None:
    request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
    request.hang()


def stalls_within_a_stream(request: Request) -> None:
    request.start_stream()
    request.chunk(b"\n")
    request.hang()


def stalls_without_chunks(request: Request) -> None:
    request.start_stream(chunked=False)
    request.hang()


def read_all(connection: Connection) -> None:
    with connection.get(PATH, {}) as response:
        for _ in response.lines():
            pass


def interrupted_after(connection: Connection, ready: threading.Event) -> float:
    """Read in a thread; interrupt once `ready`; seconds until the reader gave up."""
    outcome: list[BaseException] = []

    def run() -> None:
        try:
            read_all(connection)
        except StoppedError as error:
            outcome.append(error)

    reader = threading.Thread(target=run)
    reader.start()
    assert ready.wait(WAIT_SECONDS)
    began = time.monotonic()
    connection.interrupt()
    reader.join(WAIT_SECONDS)
    assert outcome, "the reader did not see that it was stopped"
    return time.monotonic() - began


@pytest.mark.parametrize(
    "behave", [silent, stalls_within_a_list, stalls_within_a_stream, stalls_without_chunks]
)
def test_interrupt_ends_a_request_in_any_phase(
    serve: Serve, behave: Callable[[Request], None]
) -> None:
    asked = threading.Event()

    def script(request: Request) -> None:
        asked.set()
        behave(request)

    assert interrupted_after(connection_to(serve(script).url), asked) < 0.5


@pytest.fixture
def full_backlog() -> Iterator[str]:
    with silent_listener() as (host, port):
        yield f"http://{host}:{port}"


def test_interrupt_ends_connecting(full_backlog: str) -> None:
    ready = threading.Event()
    threading.Timer(0.2, ready.set).start()
    assert interrupted_after(connection_to(full_backlog), ready) < 0.5


def test_connecting_times_out(full_backlog: str) -> None:
    connection = connection_to(full_backlog, timeouts=Timeouts(connect_seconds=0.2))
    with pytest.raises(UnreachableError, match="did not accept the connection in time"):
        connection.send("GET", PATH)


def test_resolving_a_name_times_out() -> None:
    ended = threading.Event()

    def getaddrinfo(*_: Any) -> Any:
        ended.wait(WAIT_SECONDS)
        raise OSError

    timeouts = Timeouts(connect_seconds=0.2)
    connection = connection_to("http://slow.example", timeouts=timeouts, resolve=getaddrinfo)
    began = time.monotonic()
    with pytest.raises(UnreachableError, match="name was not resolved in time"):
        connection.send("GET", PATH)
    assert time.monotonic() - began < 5.0
    ended.set()


@pytest.mark.parametrize("header", ["Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1.5", "²", ""])
def test_a_retry_after_that_is_not_a_number_is_ignored(header: str) -> None:
    assert api_error(503, b"", header).retry_after is None


def test_interrupt_ends_a_stalled_handshake() -> None:
    accepted = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            client, _ = server.accept()
            with client:
                client.recv(1)
                accepted.set()
                client.recv(10_000)
                client.recv(1)

        thread = threading.Thread(target=accept)
        thread.start()
        connection = connection_to(f"https://127.0.0.1:{server.getsockname()[1]}")
        assert interrupted_after(connection, accepted) < 0.5
        thread.join(WAIT_SECONDS)


def test_after_interrupt_nothing_is_sent(serve: Serve) -> None:
    server = serve(lambda r: r.answer(list_json()))
    connection = connection_to(server.url)
    connection.interrupt()
    connection.interrupt()
    with pytest.raises(StoppedError):
        read_all(connection)
    assert not server.requests


def test_interrupt_between_opening_a_socket_and_connecting_it_is_heeded(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(lambda r: r.answer(list_json()))
    connection = connection_to(server.url)

    class Opened(socket.socket):
        def connect_ex(self, address: Any, /) -> int:
            connection.interrupt()
            return super().connect_ex(address)

    monkeypatch.setattr(happy_eyeballs.socket, "socket", Opened)
    with pytest.raises(StoppedError):
        read_all(connection)
    assert not server.requests


def test_an_error_response_raises(serve: Serve) -> None:
    server = serve(
        lambda r: r.answer(status_json(403, "Forbidden", "not you"), 403, "Retry-After: 3\r\n")
    )
    with pytest.raises(ApiError, match="not you") as caught:
        read_all(connection_to(server.url))
    assert (caught.value.code, caught.value.reason, caught.value.retry_after) == (
        403,
        "Forbidden",
        3.0,
    )


@pytest.mark.parametrize("body", [b"", b"<h1>Bad Gateway</h1>", b"[]"])
def test_an_error_response_without_a_status_shows_its_code(serve: Serve, body: bytes) -> None:
    server = serve(lambda r: r.answer(body, 502))
    with pytest.raises(ApiError, match=r"Bad Gateway \(502\)"):
        read_all(connection_to(server.url))


def test_a_refused_connection_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectionLostError, match=f"refused the connection.*{port}"):
        read_all(connection_to(f"http://127.0.0.1:{port}"))


def test_an_unknown_host_name_is_reported() -> None:
    with pytest.raises(ConnectionLostError, match="cannot be resolved"):
        read_all(connection_to("http://no-such-host.invalid:6443"))


def test_no_tls_where_tls_is_expected(serve: Serve) -> None:
    url = serve(lambda r: r.answer(list_json())).url.replace("http:", "https:")
    with pytest.raises(ConnectionLostError, match="TLS connection failed"):
        read_all(connection_to(url))


def test_an_interrupted_body_is_reported(serve: Serve) -> None:
    def break_off(request: Request) -> None:
        request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")

    connection = connection_to(serve(break_off).url)
    with (
        pytest.raises(ConnectionLostError, match="broke"),
        connection.get(PATH, {}) as response,
    ):
        response.read()


def test_a_silent_server_times_out(serve: Serve) -> None:
    connection = connection_to(serve(silent).url)
    with (
        pytest.raises(ConnectionLostError, match="in time"),
        connection.get(PATH, {}, read_seconds=0.1),
    ):
        pass


def test_a_body_is_sent_as_json_of_its_media_type(serve: Serve) -> None:
    server = serve(lambda r: r.answer({"kind": "Node"}))
    merge = "application/merge-patch+json"
    body = {"a": None, "b": "多\n"}
    answer = connection_to(server.url).send(
        "PATCH", PATH, {"fieldManager": "me & you"}, body, merge, accept="application/x"
    )
    assert answer == b'{"kind": "Node"}'
    (request,) = server.requests
    assert (request.method, request.path, request.query, request.document) == (
        "PATCH",
        PATH,
        {"fieldManager": "me & you"},
        body,
    )
    assert request.headers["content-type"] == merge
    assert request.headers["accept"] == "application/x"
    assert request.headers["user-agent"].startswith("kubeimg/")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(serve: Serve, method: str, code: int) -> None:
    elsewhere = serve(lambda r: r.answer({}))
    server = serve(lambda r: r.answer(b"", code, f"Location: {elsewhere.url}/\r\n"))
    with pytest.raises(ApiError, match=rf"The server says: .* \({code}\)"):
        connection_to(server.url).send(method, PATH, body={})
    assert (len(server.requests), elsewhere.requests) == (1, [])


@pytest.mark.parametrize("code", [401, 403, 409, 422])
def test_a_refusal_shows_the_message_of_the_server(serve: Serve, code: int) -> None:
    server = serve(lambda r: r.answer(status_json(code, "Because", "no such luck"), code))
    with pytest.raises(ApiError, match="no such luck") as caught:
        connection_to(server.url).send("DELETE", PATH, body={})
    assert (caught.value.code, caught.value.reason) == (code, "Because")


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_without_a_response_is_sent_once(serve: Serve, method: str) -> None:
    server = serve(lambda r: r.reset())
    with pytest.raises(ConnectionLostError, match="broke"):
        connection_to(server.url).send(method, PATH, body={})
    assert len(server.requests) == 1


def test_another_request_that_ends_leaves_one_under_way_interruptible(serve: Serve) -> None:
    """The connection of a last answer looks closed as soon as the answer begins."""
    stalled = threading.Event()

    def script(request: Request) -> None:
        if request.path == PATH:
            request.start_stream(chunked=False)
            stalled.set()
            request.hang()
        else:
            request.answer({})

    connection = connection_to(serve(script).url)

    def ask_in_between() -> None:
        assert stalled.wait(WAIT_SECONDS)
        connection.send("GET", "/other")
        between.set()

    between = threading.Event()
    asker = threading.Thread(target=ask_in_between)
    asker.start()
    assert interrupted_after(connection, between) < 0.5
    asker.join(WAIT_SECONDS)


def test_a_line_without_end_is_refused(serve: Serve) -> None:
    def endless(request: Request) -> None:
        request.start_stream()
        for _ in range(100):
            request.chunk(b"x" * 100)
        request.hang()

    with pytest.raises(ConnectionLostError, match="line longer than 1,000 bytes"):
        read_all(connection_to(serve(endless).url, limits=Limits(line_bytes=1000)))


def test_a_connection_that_is_opened_again_and_again_keeps_one_socket(serve: Serve) -> None:
    connection = connection_to(serve(lambda r: r.answer(b"{}")).url)  # it closes after each answer
    for _ in range(5):
        assert connection.send("GET", "/") == b"{}"
    sockets = connection._sockets  # pyright: ignore[reportPrivateUsage]
    assert len(sockets._duplicates) <= 1  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("http_proxy", "127.0.0.1:1"),
        ("HTTPS_PROXY", "ftp://x"),
    ],
)
def test_no_proxy_of_the_environment_stands_before_loopback(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert connection_to(serve(lambda r: r.answer(b"{}")).url).send("GET", "/") == b"{}"
