"""The body of an answer, read in bounds: of bytes, of a line, of time.

What a server sends may be compressed without end, or never finish; whoever reads it must get an
error instead of all the memory, or all the time, there is.
"""

import time
from collections.abc import Callable, Iterator

from urllib3 import HTTPResponse

from kubeimg_gui.cluster.errors import ConnectionLostError, InvalidResponseError
from kubeimg_gui.cluster.transport.http_pools import wait_at_most

MAX_BODY_BYTES = 512 * 2**20
"""Of a whole body, decoded; 5,000 nodes are 96 MB, and are asked for in pages."""
BODY_SECONDS = 300.0
"""For a whole body."""
MAX_LINE_BYTES = 16 * 2**20
"""Far above the 1.5 MB an object may have: a longer line is no answer of an API server."""

_CHUNK_BYTES = 64 * 2**10
_LENGTH_BYTES = 4


class Response:
    """The answer to one request, read in the thread that asked.

    Attributes:
        media_type: what the server says the body is, "" where it does not.
        hide_secrets: takes out of a text what the request showed and nobody may see.
    """

    def __init__(self, raw: HTTPResponse, hide_secrets: Callable[[str], str] = str) -> None:
        self._raw = raw
        self.media_type = raw.headers.get("Content-Type", "")
        self.hide_secrets = hide_secrets

    def wait_at_most(self, seconds: float) -> None:
        """From now on bound each wait for the server by this."""
        wait_at_most(self._raw, seconds)

    def read(self, most: int | None = None) -> bytes:
        """The whole body, or its first `most` bytes."""
        bound = MAX_BODY_BYTES if most is None else most
        deadline = time.monotonic() + BODY_SECONDS
        chunks: list[bytes] = []
        length = 0
        for chunk in self._pieces():
            chunks.append(chunk)
            length += len(chunk)
            if length > bound:
                if most is not None:
                    break
                raise InvalidResponseError("The server's answer is larger than any list")
            if time.monotonic() > deadline:
                raise ConnectionLostError("The server's answer does not come to an end")
        return b"".join(chunks)[:most]

    def lines(self) -> Iterator[bytes]:
        """The lines of a body that goes on, each as soon as it is complete, without its end.

        Blank lines are skipped; an unfinished line at the end is dropped.
        """
        pending: list[bytes] = []
        length = 0
        for chunk in self.chunks():
            first, *others = chunk.split(b"\n")
            pending.append(first)
            length += len(first)
            if others:
                *complete, last = (b"".join(pending), *others)
                yield from filter(bytes.strip, complete)
                pending, length = [last], len(last)
            if length > MAX_LINE_BYTES:
                raise InvalidResponseError("The server sends a line without end")

    def frames(self) -> Iterator[bytes]:
        """The messages of a body that goes on, each as soon as it is complete.

        Before each stand four bytes that tell its length. An unfinished one at the end is dropped.
        """
        pending = bytearray()
        needed = _LENGTH_BYTES
        for chunk in self.chunks():
            data = chunk
            if pending:
                pending += chunk
                if len(pending) < needed:
                    continue
                data, pending = bytes(pending), bytearray()
            start = 0
            while True:
                body = start + _LENGTH_BYTES
                end = body + int.from_bytes(data[start:body], "big")
                if end - body > MAX_LINE_BYTES:
                    raise InvalidResponseError("The server sends a message without end")
                if end > len(data):
                    break
                yield data[body:end]
                start = end
            pending += data[start:]
            needed = end - start

    def chunks(self) -> Iterator[bytes]:
        """A body that goes on as it comes: in the server's own pieces, of 64 KiB at most."""
        if "," in self._raw.headers.get("Content-Encoding", ""):
            raise InvalidResponseError("The server's answer is compressed more than once")
        if self._raw.chunked:
            return self._raw.read_chunked(_CHUNK_BYTES, decode_content=True)
        return self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        return iter(lambda: self._raw.read1(_CHUNK_BYTES), b"")
