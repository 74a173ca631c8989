"""urllib3's pools of connections to one server, through our sockets, our TLS and our proxy.

urllib3 must neither retry nor sleep by itself, nor go where it is sent: an API server sends nobody
away, and a write must not be repeated elsewhere.
"""

import socket
import ssl
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.client import HTTPResponse as ClientResponse
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any

from urllib3 import (
    HTTPConnectionPool,
    HTTPResponse,
    HTTPSConnectionPool,
    PoolManager,
    ProxyManager,
)
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
)
from urllib3.util.retry import Retry

from kubeimg_gui.cluster.config.endpoint import Endpoint
from kubeimg_gui.cluster.config.tls import ClientCertificate, Trust, tls_context
from kubeimg_gui.cluster.transport.sockets import Sockets

POOL_CONNECTIONS = 10
"""Kept for later requests; more may be open at once."""
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds and counts, for what forgets connections that are silent: routers, load balancers."""


def pool_manager(
    endpoint: Endpoint, certificate: ClientCertificate | None, sockets: Sockets
) -> PoolManager:
    """Pools for one server, whose connections show `certificate` and are kept in `sockets`."""
    options: dict[str, Any] = {
        "maxsize": POOL_CONNECTIONS,
        "retries": Retry(
            total=0,
            raise_on_redirect=False,
            raise_on_status=False,
            respect_retry_after_header=False,
        ),
        "socket_options": _socket_options(),
    }
    if endpoint.is_secure:
        options["ssl_context"] = tls_context(endpoint.trust, certificate)
        options["server_hostname"] = endpoint.trust.server_name
    if endpoint.proxy:
        shown = endpoint.proxy.authorization
        manager: PoolManager = _Proxied(
            endpoint.proxy.url,
            proxy_headers={"Proxy-Authorization": shown} if shown else None,
            proxy_ssl_context=tls_context(Trust()),
            **options,
        )
    else:
        manager = PoolManager(**options)
    manager.pool_classes_by_scheme = {
        "http": _pool_class(HTTPConnectionPool, _Interruptible, sockets),
        "https": _pool_class(_Unwarned, _InterruptibleTLS, sockets),
    }
    return manager


def is_stale(error: HTTPError) -> bool:
    """Whether the server had closed a kept connection before the request came."""
    cause: BaseException | None = error
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, ProtocolError) and isinstance(cause.args[-1], _StaleError)


def wait_at_most(answer: HTTPResponse, seconds: float) -> None:
    """Bound each further wait for the body of an answer by this."""
    connection = answer.connection
    if isinstance(connection, _Interruptible) and connection.answering is not None:
        connection.answering.settimeout(seconds)


class _StaleError(RemoteDisconnected):
    """A connection that had served before broke before anything was answered."""


class _Proxied(ProxyManager):
    def _set_proxy_headers(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """As they are: urllib3 would make one header of those that are repeated."""
        return headers or {}


class _Unwarned(HTTPSConnectionPool):
    def _validate_conn(self, conn: Any) -> None:
        """As urllib3 does, but for its warning: whether TLS is verified a face shows."""
        if conn.is_closed:
            conn.connect()


class _Bounded(ClientResponse):
    def _safe_read(self, amt: int) -> bytes:
        """Refuses what urllib3 lets pass: a chunk of length -1 would be read without end."""
        if amt < 0:
            raise IncompleteRead(b"")
        return super()._safe_read(amt)  # type: ignore[misc]


class _Interruptible(HTTPConnection):
    """Opens its socket through `sockets`, and knows whether it has served before."""

    response_class = _Bounded
    sockets: Sockets
    answering: socket.socket | None = None
    """Where the answer comes from, also when its body has no length and took the socket over."""
    _answered = False

    def _new_conn(self) -> socket.socket:
        self._answered = False
        try:
            return self.sockets.open(self)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "connect timed out") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def request(self, *args: Any, **options: Any) -> None:
        with self._stale_ones_told():
            try:
                super().request(*args, **options)
            except ssl.SSLEOFError as error:
                # Now urllib3 looks for an answer, where the server's alert may say why.
                raise BrokenPipeError from error

    def getresponse(self) -> Any:
        self.answering = self.sock
        with self._stale_ones_told():
            response = super().getresponse()
        self._answered = True
        return response

    @contextmanager
    def _stale_ones_told(self) -> Generator[None, None, None]:
        try:
            yield
        except (ConnectionResetError, BrokenPipeError) as error:
            if self._answered:
                raise _StaleError(str(error)) from error
            raise


class _InterruptibleTLS(_Interruptible, HTTPSConnection):
    pass


def _pool_class(
    pool: type[HTTPConnectionPool], connection: type[_Interruptible], sockets: Sockets
) -> type[Any]:
    """A pool of connections that open their sockets through `sockets`."""
    ours = type(connection.__name__, (connection,), {"sockets": sockets})
    return type(f"Interruptible{pool.__name__}", (pool,), {"ConnectionCls": ours})


def _socket_options() -> list[tuple[int, int, int]]:
    options = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    for name, value in KEEPALIVE.items():
        if number := getattr(socket, name, None):
            options.append((socket.IPPROTO_TCP, number, value))
    return options
