"""An HTTP connection to an API server that any thread can interrupt in any phase.

TLS, proxies and credentials are the official client's; only the socket is opened here, so that
closing a window never waits for a server that does not answer.
"""

import platform
import socket
import threading
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from typing import Any

from kubernetes.client import ApiClient, Configuration
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.retry import Retry

from kubeimg_gui import __version__
from kubeimg_gui.cluster.errors import (
    ConnectionLostError,
    StoppedError,
    UnreadableAnswerError,
    api_error,
    connection_error,
)

JSON = "application/json"
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
MAX_LINE_BYTES = 16 * 2**20
"""Far above the 1.5 MB an object may have: a longer line is no answer of an API server."""

_USER_AGENT = f"kubeimg/{__version__} ({platform.system().lower()}/{platform.machine()})"
_CHUNK_BYTES = 64 * 2**10


class Connection:
    """Requests to one API server, from any number of threads.

    `interrupt` ends them all, from any thread, for good.

    Attributes:
        server: the address, for messages.
    """

    def __init__(self, configuration: Configuration) -> None:
        # urllib3 must neither retry nor sleep by itself, nor go where it is sent: an API server
        # sends nobody away, and a write must not be repeated elsewhere.
        configuration.retries = Retry(
            total=0,
            raise_on_redirect=False,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        configuration.keep_alive = True
        self.server: str = configuration.host
        self._sockets = _Sockets()
        self._client = ApiClient(configuration)
        self._client.user_agent = _USER_AGENT
        self._client.rest_client.pool_manager.pool_classes_by_scheme = {
            "http": _pool_class(HTTPConnectionPool, HTTPConnection, self._sockets),
            "https": _pool_class(HTTPSConnectionPool, HTTPSConnection, self._sockets),
        }

    @contextmanager
    def get(
        self, path: str, query: Mapping[str, str], *, read_seconds: float = READ_SECONDS
    ) -> Generator["Response", None, None]:
        """GET `path` and hand over the answer, unread; leaving the block closes it.

        `read_seconds` bounds each wait for the server, not the whole answer.

        Raises:
            ApiError: the server answered with a status other than 2xx.
            ConnectionLostError: no answer, or the connection broke, inside the block too.
            StoppedError: `interrupt` was called before or meanwhile.
        """
        with self._answer("GET", path, query, {"Accept": JSON}, None, read_seconds) as response:
            yield response

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        media_type: str = JSON,
        *,
        accept: str = JSON,
    ) -> bytes:
        """The whole answer to a request whose body is an object in JSON of some media type.

        Raises as `get` does. After ConnectionLostError and StoppedError nobody knows whether the
        server did what was asked.
        """
        headers = {"Accept": accept, "Content-Type": media_type}
        with self._answer(method, path, query or {}, headers, body, READ_SECONDS) as response:
            return response.read()

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
        read_seconds: float,
    ) -> Generator["Response", None, None]:
        _, url, headers, *_ = self._client.param_serialize(  # pyright: ignore[reportUnknownMemberType]
            method,
            path,
            query_params=list(query.items()),
            header_params={**headers, "Accept-Encoding": "gzip"},
            auth_settings=["BearerToken"],
        )
        with self._sockets.in_use():
            try:
                answer = self._client.call_api(  # pyright: ignore[reportUnknownMemberType]
                    method, url, headers, body, _request_timeout=(CONNECT_SECONDS, read_seconds)
                )
                raw: HTTPResponse = answer.response
                with closing(
                    raw
                ):  # harmless once read to the end: the pool has the connection back
                    response = Response(raw)
                    if not HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES:
                        retry_after = raw.headers.get("Retry-After")
                        raise api_error(raw.status, response.read(), retry_after)
                    yield response
                    if self._sockets.interrupted:
                        raise StoppedError  # a body without a length just seems to end
            except (HTTPError, OSError) as error:
                if self._sockets.interrupted:
                    raise StoppedError from error
                raise connection_error(error, self.server) from error

    def interrupt(self) -> None:
        """End every request under way and refuse later ones; any thread, any number of times."""
        self._sockets.interrupt()


class Response:
    """The answer to one request, read in the thread that asked."""

    def __init__(self, raw: HTTPResponse) -> None:
        self._raw = raw

    def read(self) -> bytes:
        """The whole body."""
        return self._raw.read()

    def lines(self) -> Iterator[bytes]:
        """The lines of a body that goes on, each as soon as it is complete, without its end.

        Blank lines are skipped; an unfinished line at the end is dropped.
        """
        pending = b""
        for chunk in self._chunks():
            pending += chunk
            *complete, pending = pending.split(b"\n")
            if len(pending) > MAX_LINE_BYTES:
                raise UnreadableAnswerError("The server sends a line without end")
            yield from filter(None, complete)

    def _chunks(self) -> Iterator[bytes]:
        if self._raw.chunked:
            return self._raw.stream(_CHUNK_BYTES)
        return iter(lambda: self._raw.read1(_CHUNK_BYTES), b"")


class _Sockets:
    """The open sockets of a connection, kept so that another thread can shut them down.

    A duplicate is kept of each: wrapping in TLS and handing over to a response detach the
    original from everything that could be asked for it. (Shutting a duplicate shuts both.)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = 0
        self._duplicates: list[tuple[HTTPConnection, socket.socket]] = []
        self.interrupted = False

    def open(self, connection: HTTPConnection) -> socket.socket:
        """Connect to the first address of the connection's host that answers."""
        failure: OSError | None = None
        for family, kind, protocol, _, address in socket.getaddrinfo(
            connection.host, connection.port, 0, socket.SOCK_STREAM
        ):
            opened = socket.socket(family, kind, protocol)
            try:
                for option in connection.socket_options or ():
                    opened.setsockopt(*option)
                opened.settimeout(CONNECT_SECONDS)
                self._remember(connection, opened)
                opened.connect(address)
            except OSError as error:
                opened.close()
                failure = error
            else:
                return opened
        raise failure or OSError("the name has no address")

    def _remember(self, connection: HTTPConnection, opened: socket.socket) -> None:
        with self._lock:
            if self.interrupted:
                raise OSError("interrupted")
            self._duplicates.append((connection, opened.dup()))

    @contextmanager
    def in_use(self) -> Generator[None, None, None]:
        """A request is under way.

        After the last one the sockets whose connection is closed are let go, so that the server
        sees it too: not before, for a connection that is being opened, or has handed its socket
        over to a response, looks closed as well.
        """
        with self._lock:
            self._requests += 1
        try:
            yield
        finally:
            with self._lock:
                self._requests -= 1
                if not self._requests:
                    self._forget_closed()

    def _forget_closed(self) -> None:
        for connection, duplicate in self._duplicates:
            if connection.sock is None:
                duplicate.close()
        self._duplicates = [pair for pair in self._duplicates if pair[0].sock is not None]

    def interrupt(self) -> None:
        with self._lock:
            self.interrupted = True
            duplicates, self._duplicates = self._duplicates, []
        for _, duplicate in duplicates:
            with suppress(OSError):  # never connected, or already gone
                duplicate.shutdown(socket.SHUT_RDWR)
            duplicate.close()


def _pool_class(
    pool: type[HTTPConnectionPool], connection: type[HTTPConnection], sockets: _Sockets
) -> type[Any]:
    """A pool whose connections open their sockets through `sockets`."""

    class Interruptible(connection):
        def _new_conn(self) -> socket.socket:
            try:
                return sockets.open(self)
            except socket.gaierror as error:
                raise NameResolutionError(self.host, self, error) from error
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "connect timed out") from error
            except OSError as error:
                raise NewConnectionError(self, str(error)) from error

    return type(f"Interruptible{pool.__name__}", (pool,), {"ConnectionCls": Interruptible})
