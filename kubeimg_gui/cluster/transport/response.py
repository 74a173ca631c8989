"""The body of a response, read within limits of size and time.

A body may expand without end when it is decompressed, or may never finish. The reader raises an
error before it uses up the memory or waits forever.
"""

import time
from collections.abc import Callable, Iterator

from urllib3 import HTTPResponse

from kubeimg_gui.cluster.errors import ConnectionLostError, InvalidResponseError
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.cluster.transport.http_pools import set_read_timeout

_CHUNK_BYTES = 64 * 2**10
_LENGTH_BYTES = 4


class Response:
    """The response to one request; only the thread that sent the request reads it.

    Attributes:
        media_type: the Content-Type header, "" where there is none.
        hide_secrets: replaces the secrets that the request carried, for text that users see.
    """

    def __init__(
        self,
        raw: HTTPResponse,
        hide_secrets: Callable[[str], str] = str,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        limits: Limits = DEFAULT_LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._raw = raw
        self._body_seconds = timeouts.body_seconds
        self._limits = limits
        self._clock = clock
        self.media_type = raw.headers.get("Content-Type", "")
        self.hide_secrets = hide_secrets

    def wait_at_most(self, seconds: float) -> None:
        """Limits each further wait for the server's next bytes to `seconds`."""
        set_read_timeout(self._raw, seconds)

    def read(self, most: int | None = None) -> bytes:
        """Returns the whole body, or its first `most` bytes.

        Raises InvalidResponseError for a body above the limit, ConnectionLostError for one that
        takes too long.
        """
        limit = self._limits.body_bytes if most is None else most
        deadline = self._clock() + self._body_seconds
        chunks: list[bytes] = []
        length = 0
        for chunk in self._pieces():
            chunks.append(chunk)
            length += len(chunk)
            if length > limit:
                if most is not None:
                    break
                raise InvalidResponseError(f"The server's response is larger than {limit:,} bytes")
            if self._clock() > deadline:
                raise ConnectionLostError(
                    f"The server's response did not end within {self._body_seconds:g} s"
                )
        return b"".join(chunks)[:most]

    def lines(self) -> Iterator[bytes]:
        """Yields each line of a stream as soon as it is complete, without its line end.

        Skips blank lines and drops an unfinished line at the end.
        """
        pending: list[bytes] = []
        length = 0
        limit = self._limits.line_bytes
        for chunk in self.chunks():
            first, *others = chunk.split(b"\n")
            pending.append(first)
            length += len(first)
            if others:
                *complete, last = (b"".join(pending), *others)
                yield from filter(bytes.strip, complete)
                pending, length = [last], len(last)
            if length > limit:
                raise _too_long("line", limit)

    def frames(self) -> Iterator[bytes]:
        """Yields each message of a stream as soon as it is complete.

        Four bytes before each message hold its length. Drops an unfinished message at the end.
        """
        pending = bytearray()
        needed = _LENGTH_BYTES
        limit = self._limits.line_bytes
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
                if end - body > limit:
                    raise _too_long("message", limit)
                if end > len(data):
                    break
                yield data[body:end]
                start = end
            pending += data[start:]
            needed = end - start

    def chunks(self) -> Iterator[bytes]:
        """Yields a stream in the server's own pieces, each of 64 KiB at most."""
        if "," in self._raw.headers.get("Content-Encoding", ""):
            raise InvalidResponseError("The server's response is compressed more than once")
        if self._raw.chunked:
            return self._raw.read_chunked(_CHUNK_BYTES, decode_content=True)
        return self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        return iter(lambda: self._raw.read1(_CHUNK_BYTES), b"")


def _too_long(what: str, limit: int) -> InvalidResponseError:
    return InvalidResponseError(f"The server sent a {what} longer than {limit:,} bytes")
