"""Limits of a response at their exact values, and the socket options of a connection."""

import socket
from contextlib import suppress
from typing import Any

import pytest

from kubeimg_gui.cluster.errors import ConnectionLostError, InvalidResponseError, StoppedError
from kubeimg_gui.cluster.timeouts import DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.cluster.transport.http_pools import KEEPALIVE
from kubeimg_gui.cluster.transport.response import Response
from tests.support.fixtures import Serve
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request


class Raw:
    """A body that arrives in the given pieces."""

    chunked = False

    def __init__(self, *pieces: bytes, encoding: str = "") -> None:
        self.headers = {"Content-Encoding": encoding}
        self._pieces = [*pieces, b""]

    def read1(self, _: int) -> bytes:
        return self._pieces.pop(0)


def response(raw: Any, limits: Limits, **more: Any) -> Response:
    return Response(raw, str, more.pop("timeouts", DEFAULT_TIMEOUTS), limits, **more)


def test_a_body_at_the_limit_is_read_and_one_above_it_is_refused() -> None:
    limits = Limits(body_bytes=5)
    assert response(Raw(b"abc", b"de"), limits).read() == b"abcde"
    with pytest.raises(InvalidResponseError, match="larger than 5 bytes"):
        response(Raw(b"abc", b"def"), limits).read()


def test_a_body_may_take_exactly_its_timeout() -> None:
    def read(*times: float) -> bytes:
        clock = iter(times).__next__
        limits, timeouts = Limits(), Timeouts(body_seconds=10.0)
        return response(Raw(b"a", b"b"), limits, timeouts=timeouts, clock=clock).read()

    assert read(100.0, 105.0, 110.0) == b"ab"
    with pytest.raises(ConnectionLostError, match="did not end within 10 s"):
        read(100.0, 105.0, 110.1)


def test_the_line_limit_counts_each_line_alone() -> None:
    limits = Limits(line_bytes=3)
    assert list(response(Raw(b"abc\nde", b"f\ng"), limits).lines()) == [b"abc", b"def"]
    assert len(list(response(Raw(*[b"ab\n"] * 9), limits).lines())) == 9
    with pytest.raises(InvalidResponseError, match="line longer than 3 bytes"):
        list(response(Raw(b"abcd"), limits).lines())


def test_a_message_at_the_limit_is_read() -> None:
    limits = Limits(line_bytes=3)
    assert list(response(Raw(b"\0\0\0\3abc"), limits).frames()) == [b"abc"]
    with pytest.raises(InvalidResponseError, match="message longer than 3 bytes"):
        list(response(Raw(b"\0\0\0\4abcd"), limits).frames())


def test_a_stream_that_is_compressed_twice_is_refused() -> None:
    with pytest.raises(InvalidResponseError, match="compressed more than once"):
        response(Raw(b"a", encoding="gzip, gzip"), Limits()).chunks()


def test_a_socket_sends_at_once_and_keeps_alive(serve: Serve) -> None:
    def script(request: Request) -> None:
        request.start_stream()
        request.hang()

    connection = connection_to(serve(script).url)
    with suppress(StoppedError), connection.get("/", {}):
        (opened,) = connection._sockets._duplicates.values()  # pyright: ignore[reportPrivateUsage]
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        for name, value in KEEPALIVE.items():
            if number := getattr(socket, name, None):
                assert opened.getsockopt(socket.IPPROTO_TCP, number) == value
        connection.interrupt()
