"""A response has limits, and each failure is a sentence that names the server."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import pytest
from urllib3.exceptions import InvalidHeader

from kubeimg_gui.cluster.errors import (
    ConnectionLostError,
    InvalidResponseError,
    ReadTimeoutError,
    StoppedError,
)
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.error_mapping import connection_error
from kubeimg_gui.cluster.transport.response import Response
from tests.support.fixtures import Serve
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.scripted_server import Request

PATH = "/api/v1/nodes"
HEAD = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def connected(
    url: str, timeouts: Timeouts = DEFAULT_TIMEOUTS, limits: Limits = DEFAULT_LIMITS
) -> Generator[Connection, None, None]:
    connection = connection_to(url, None, timeouts, limits)
    try:
        yield connection
    finally:
        connection.interrupt()


def get(connection: Connection) -> bytes:
    return connection.send("GET", PATH)


def read(url: str, timeouts: Timeouts = DEFAULT_TIMEOUTS, limits: Limits = DEFAULT_LIMITS) -> bytes:
    with connected(url, timeouts, limits) as connection:
        return get(connection)


def lines(url: str, seconds: float = WAIT_SECONDS) -> list[bytes]:
    with (
        connected(url) as connection,
        connection.get(PATH, {}, read_seconds=seconds) as response,
    ):
        return list(response.lines())


def zipped(request: Request, body: bytes) -> None:
    request.answer(body, headers="Content-Encoding: gzip\r\n")


# Bodies.


def test_a_compressed_body_is_asked_for_and_read(serve: Serve) -> None:
    server = serve(lambda r: zipped(r, gzip.compress(b"hello" * 100_000)))
    assert read(server.url) == b"hello" * 100_000
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_a_body_that_expands_without_end_is_refused(serve: Serve) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    server = serve(lambda r: zipped(r, bomb))
    with pytest.raises(InvalidResponseError, match="larger than 1,048,576 bytes"):
        read(server.url, limits=Limits(body_bytes=2**20))


def endless(request: Request) -> None:
    request.start_stream()
    while True:
        request.chunk(b"x" * 1000)


def test_an_endless_body_is_refused(serve: Serve) -> None:
    with pytest.raises(InvalidResponseError, match="larger than 100,000 bytes"):
        read(serve(endless).url, limits=Limits(body_bytes=100_000))


def test_a_slow_body_times_out(serve: Serve) -> None:
    ended = threading.Event()

    def drip(request: Request) -> None:
        request.send(HEAD + b"Content-Length: 1000000\r\n\r\n")
        while not ended.wait(0.02):
            request.send(b"x")

    with pytest.raises(ConnectionLostError, match=r"did not end within 0\.2 s"):
        read(serve(drip).url, Timeouts(body_seconds=0.2))
    ended.set()


def test_only_the_beginning_of_an_error_body_is_read(serve: Serve) -> None:
    def script(request: Request) -> None:
        request.send(b"HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            request.chunk(b"x" * 10_000)

    with pytest.raises(Exception, match=r"The server says: Internal Server Error \(500\)"):
        read(serve(script).url)


def test_a_line_in_many_pieces_is_put_together(serve: Serve) -> None:
    def script(request: Request) -> None:
        request.start_stream()
        for piece in (b"a", b"b", b"\n\n", b"c\nd", b"e", b"\nunfinished"):
            request.chunk(piece)
        request.end_stream()

    assert lines(serve(script).url) == [b"ab", b"c", b"de"]


def test_a_long_line_costs_no_more_than_its_length() -> None:
    class Pieces:
        headers: ClassVar[dict[str, str]] = {}
        chunked = False

        def __init__(self, count: int) -> None:
            self._left = count

        def read1(self, _: int) -> bytes:
            self._left -= 1
            if self._left > 0:
                return b"x" * 100
            return b"\n" if self._left == 0 else b""

    def seconds(count: int) -> float:
        raw: object = Pieces(count)
        began = time.process_time()
        (line,) = Response(raw).lines()  # pyright: ignore[reportArgumentType]
        assert len(line) == 100 * (count - 1)
        return time.process_time() - began

    small, large = seconds(8_000), seconds(128_000)
    assert large < 64 * small


# What breaks.


@pytest.mark.parametrize(
    ("sent", "kind", "sentence"),
    [
        (b"", ConnectionLostError, "The connection broke"),
        (
            b"SSH-2.0-OpenSSH_9.6\r\n",
            ConnectionLostError,
            "The server's response is not valid HTTP",
        ),
        (b"HTTP/1.1 abc\r\n\r\n", ConnectionLostError, "The server's response is not valid HTTP"),
        (b"HTTP/1.1 200 " + b"x" * 70_000, ConnectionLostError, "connection broke"),
        (HEAD + b"A: " + b"x" * 70_000 + b"\r\n\r\n", ConnectionLostError, "connection broke"),
        (HEAD + b"A: b\r\n" * 200 + b"\r\n", ConnectionLostError, "connection broke"),
        (HEAD + b"Content-Length: 9\r\n\r\nabc", ConnectionLostError, "connection broke"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", ConnectionLostError, "broke"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", ConnectionLostError, "broke"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc", ConnectionLostError, "broke"),
        (
            HEAD + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            InvalidResponseError,
            "cannot be decompressed",
        ),
    ],
)
@pytest.mark.parametrize("reader", [read, lines])
def test_an_invalid_response_is_reported(
    serve: Serve,
    sent: bytes,
    kind: type[Exception],
    sentence: str,
    reader: Callable[[str], object],
) -> None:
    server = serve(lambda r: r.send(sent))
    with pytest.raises(kind, match=sentence) as caught:
        reader(server.url)
    assert server.url in str(caught.value)
    assert type(caught.value).__module__.startswith("kubeimg_gui")


def test_an_invalid_header_is_reported() -> None:
    error = connection_error(InvalidHeader("5, 6"), "https://a")
    assert isinstance(error, InvalidResponseError)
    assert str(error) == "The server's response is not valid HTTP (https://a)"


def test_silence_within_a_body_times_out(serve: Serve) -> None:
    def script(request: Request) -> None:
        request.start_stream()
        request.chunk(b"a\n")
        request.hang()

    server = serve(script)
    with pytest.raises(ReadTimeoutError):
        lines(server.url, 0.1)


def test_a_plain_request_to_a_tls_server_is_reported(serve: Serve) -> None:
    said = b"Client sent an HTTP request to an HTTPS server.\n"
    server = serve(lambda r: r.answer(said, 400))
    with pytest.raises(ConnectionLostError, match="must begin with https://"):
        read(server.url)


@pytest.mark.parametrize(
    "query", [{"labelSelector": "ä=\r\n"}, {"labelSelector": "\ud800"}, {"\0": "x" * 100_000}]
)
def test_any_query_is_sent_or_an_error(serve: Serve, query: dict[str, str]) -> None:
    server = serve(lambda r: r.answer(b"yes"))
    try:
        with connected(server.url) as connection, connection.get(PATH, query) as response:
            assert response.read() == b"yes"
    except ConnectionLostError as error:
        assert "cannot be sent" in str(error)  # noqa: PT017
        assert not server.requests


# Kept connections.


def answer_once(client: socket.socket, asked: list[str]) -> None:
    """Answer the first request of a connection, and hang up at the second."""
    with client, client.makefile("rb") as requests:
        for first in (True, False):
            line = requests.readline()
            if not line:
                return
            length = 0
            while header := requests.readline().strip():
                if header.lower().startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            requests.read(length)
            asked.append(line.split()[0].decode())
            if first:
                client.sendall(HEAD + b"Content-Length: 3\r\n\r\nyes")


@contextmanager
def fickle_server() -> Generator[tuple[str, list[str]], None, None]:
    """Its address, and the methods of what was asked."""
    asked: list[str] = []

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                answer_once(client, asked)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", asked
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(WAIT_SECONDS)


def test_a_stale_connection_is_replaced() -> None:
    with fickle_server() as (url, asked):
        connection = connection_to(url)
        assert [get(connection) for _ in range(3)] == [b"yes"] * 3
        connection.interrupt()
    assert asked == ["GET"] * 5


def test_a_write_on_a_stale_connection_is_not_repeated() -> None:
    with fickle_server() as (url, asked):
        connection = connection_to(url)
        get(connection)
        with pytest.raises(ConnectionLostError, match="broke"):
            connection.send("POST", PATH, body={"a": 1})
        connection.interrupt()
    assert asked == ["GET", "POST"]


def test_a_new_connection_is_not_retried(serve: Serve) -> None:
    server = serve(lambda r: r.reset())
    with pytest.raises(ConnectionLostError):
        read(server.url)
    assert len(server.requests) == 1


def test_a_read_connection_is_used_again() -> None:
    """One server, one connection: the body was read to its end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            client, _ = listener.accept()
            with client, client.makefile("rb") as requests:
                for _ in range(3):
                    while requests.readline().strip():
                        pass
                    client.sendall(
                        HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n"
                    )

        thread = threading.Thread(target=serve)
        thread.start()
        connection = connection_to(f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert [get(connection) for _ in range(3)] == [b"yes"] * 3
        connection.interrupt()
        thread.join(WAIT_SECONDS)


def test_resolving_a_name_is_interrupted() -> None:
    asked, go_on = threading.Event(), threading.Event()

    def getaddrinfo(*_: object) -> Any:
        asked.set()
        go_on.wait(WAIT_SECONDS)
        raise socket.gaierror("late")

    connection = connection_to("http://slow.example", resolve=getaddrinfo)
    outcome: list[BaseException] = []

    def run() -> None:
        try:
            get(connection)
        except StoppedError as error:
            outcome.append(error)

    reader = threading.Thread(target=run)
    reader.start()
    assert asked.wait(WAIT_SECONDS)
    began = time.monotonic()
    connection.interrupt()
    reader.join(WAIT_SECONDS)
    assert outcome
    assert time.monotonic() - began < 0.5
    go_on.set()
