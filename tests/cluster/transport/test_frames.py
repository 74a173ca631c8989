"""Messages with their length before them, as a watch in protobuf brings them."""

import time
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import ReadTimeoutError

from kubeimg_gui.cluster.errors import InvalidResponseError, StoppedError
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS
from kubeimg_gui.cluster.transport.response import Response
from tests.support.encodings_of_nodes import lengthy
from tests.support.fixtures import Serve
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request


class Cut:
    """A body that comes in the pieces given."""

    headers: ClassVar[dict[str, str]] = {}
    chunked = False

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = [*filter(None, pieces), b""]

    def read1(self, _: int) -> bytes:
        return self._pieces.pop(0)


def frames(pieces: list[bytes]) -> list[bytes]:
    raw: Any = Cut(pieces)
    return list(Response(raw).frames())


@given(st.data(), st.lists(st.binary(max_size=300), max_size=5), st.integers(0, 3))
def test_messages_arrive_whole_however_they_are_cut(
    data: st.DataObject, sent: list[bytes], unfinished: int
) -> None:
    body = b"".join(map(lengthy, sent)) + b"\0\0\0"[:unfinished]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    pieces = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
    assert frames(pieces) == sent


def test_an_unfinished_message_at_the_end_is_dropped() -> None:
    assert frames([lengthy(b"whole"), lengthy(b"unfinished")[:-1]]) == [b"whole"]


def test_a_message_above_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(InvalidResponseError, match="message longer than"):
        frames([(DEFAULT_LIMITS.line_bytes + 1).to_bytes(4, "big")])


def test_the_read_timeout_can_be_changed_while_reading(serve: Serve) -> None:
    def script(request: Request) -> None:
        request.start_stream()
        request.chunk(lengthy(b"first"))
        request.released.wait(0.5)
        request.chunk(lengthy(b"second"))
        request.hang()

    connection = connection_to(serve(script).url)
    with suppress(StoppedError), connection.get("/", {}, read_seconds=0.2) as response:
        coming = response.frames()
        assert next(coming) == b"first"
        response.wait_at_most(30.0)
        assert next(coming) == b"second"
        response.wait_at_most(0.1)
        began = time.monotonic()
        with pytest.raises(ReadTimeoutError):
            next(coming)
        assert time.monotonic() - began < 10.0
        connection.interrupt()
