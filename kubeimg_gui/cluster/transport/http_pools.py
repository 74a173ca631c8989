"""urllib3's connection pools for one server, with kubeimg's sockets, TLS settings and proxy.

urllib3 does not retry, sleep or follow redirects here: an API server redirects no request, and a
write must not be repeated at another address.
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
from kubeimg_gui.cluster.transport.handshake import Handshake, presented_by
from kubeimg_gui.cluster.transport.sockets import Sockets
from kubeimg_gui.cluster.transport.tls_refusals import RefusedCertificateError
from kubeimg_gui.cluster.x509.certificate import Certificate
from kubeimg_gui.cluster.x509.der import DerError

POOL_CONNECTIONS = 10
"""Kept for later requests; more may be open at the same time."""
KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
"""Seconds and counts, for routers and load balancers that drop idle connections."""
_BUFFER_BYTES = 64 * 2**10
"""Maximum read from a socket at once: several events of nodes, of 10 to 30 KiB each. With Python's
own 8 KiB each event takes two or more reads."""

OVERRIDDEN: tuple[tuple[type, str], ...] = (
    (HTTPConnection, "_new_conn"),
    (HTTPSConnectionPool, "_validate_conn"),
    (ProxyManager, "_set_proxy_headers"),
    (ClientResponse, "_safe_read"),
)
"""The private methods of urllib3 and http.client that this module overrides. A release may drop
them without notice, so pyproject.toml caps urllib3 and a test checks each of them."""


def pool_manager(
    endpoint: Endpoint, certificate: ClientCertificate | None, sockets: Sockets
) -> PoolManager:
    """Returns pools for one server; their connections present `certificate` and use `sockets`."""
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
    handshake = None
    if endpoint.is_secure:
        handshake = Handshake(endpoint.host, endpoint.trust, certificate)
        options["ssl_context"] = handshake.context
        options["server_hostname"] = endpoint.trust.server_name
    if endpoint.proxy:
        authorization = endpoint.proxy.authorization
        manager: PoolManager = _ProxyManager(
            endpoint.proxy.url,
            proxy_headers={"Proxy-Authorization": authorization} if authorization else None,
            proxy_ssl_context=tls_context(Trust()),
            **options,
        )
    else:
        manager = PoolManager(**options)
    manager.pool_classes_by_scheme = {
        "http": _pool_class(HTTPConnectionPool, _InterruptibleConnection, sockets=sockets),
        "https": _pool_class(
            _SecurePool, _InterruptibleSecureConnection, sockets=sockets, handshake=handshake
        ),
    }
    return manager


def is_stale(error: HTTPError) -> bool:
    """Returns whether the server had closed a kept connection before the request arrived."""
    cause: BaseException | None = error
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, ProtocolError) and isinstance(cause.args[-1], _StaleError)


def set_read_timeout(response: HTTPResponse, seconds: float) -> None:
    """Limits each further wait for the body of a response to `seconds`."""
    connection = response.connection
    if isinstance(connection, _InterruptibleConnection) and connection.response_socket is not None:
        connection.response_socket.settimeout(seconds)


class _StaleError(RemoteDisconnected):
    """A connection that was used before broke before the server responded."""


class _ProxyManager(ProxyManager):
    def _set_proxy_headers(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """Returns the headers unchanged: urllib3 would join repeated ones into one header."""
        return headers or {}


class _SecurePool(HTTPSConnectionPool):
    def _validate_conn(self, conn: Any) -> None:
        """Connects as urllib3 does, without its warning: kubeimg shows a badge instead."""
        if conn.is_closed:
            conn.connect()


class _StrictResponse(ClientResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp.close()  # keeps the socket open
        self.fp = sock.makefile("rb", _BUFFER_BYTES)  # type: ignore[assignment]

    def _safe_read(self, amt: int) -> bytes:
        """Refuses a chunk of length -1, which urllib3 would read without a limit."""
        if amt < 0:
            raise IncompleteRead(b"")
        return super()._safe_read(amt)  # type: ignore[misc]


class _InterruptibleConnection(HTTPConnection):
    """Opens its socket through `sockets` and remembers whether it has served a response."""

    response_class = _StrictResponse
    sockets: Sockets
    response_socket: socket.socket | None = None
    """Where the response comes from, also after a body without a length took the socket over."""
    _has_served = False

    def _new_conn(self) -> socket.socket:
        self._has_served = False
        try:
            return self.sockets.open(self)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "name resolution timed out") from error
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def request(self, *args: Any, **options: Any) -> None:
        with self._stale_detected():
            try:
                super().request(*args, **options)
            except ssl.SSLEOFError as error:
                # urllib3 now reads the response, where the server's alert may give the reason.
                raise BrokenPipeError from error

    def getresponse(self) -> Any:
        self.response_socket = self.sock
        with self._stale_detected():
            response = super().getresponse()
        self._has_served = True
        return response

    @contextmanager
    def _stale_detected(self) -> Generator[None, None, None]:
        """Raises _StaleError where a connection that has served before is broken."""
        try:
            yield
        except (ConnectionResetError, BrokenPipeError) as error:
            if self._has_served:
                raise _StaleError(str(error)) from error
            raise


class _InterruptibleSecureConnection(_InterruptibleConnection, HTTPSConnection):
    """Verifies the server as `handshake` says; None if only the proxy uses TLS."""

    handshake: Handshake | None

    def connect(self) -> None:
        if self.handshake is None:
            super().connect()
            return
        try:
            self._connect_with(self.handshake.context, self.handshake)
        except ssl.SSLCertVerificationError as error:
            self._connect_otherwise(error, self.handshake)

    def _connect_otherwise(self, error: ssl.SSLCertVerificationError, handshake: Handshake) -> None:
        """Tries what Go would accept, or raises the refusal with what the certificate says."""
        try:
            presented = self._inspected(handshake)
        except (OSError, DerError):
            raise error from None
        refusal: RefusedCertificateError | None = None
        # What a server shows without being verified only selects what is tried next.
        for contexts in handshake.alternatives(error.verify_code, presented):
            try:
                for context in contexts:
                    self._connect_with(context, handshake)
            except RefusedCertificateError as refused:
                refusal = refused
            except ssl.SSLCertVerificationError as refused:
                error = refused
            else:
                return
        raise refusal or handshake.explained(error, presented) from error

    def _connect_with(self, context: ssl.SSLContext, handshake: Handshake) -> None:
        """Connects in place of an earlier connection; leaves none that `handshake` refuses."""
        try:
            self._connect_unchecked(context)
            handshake.check(self.sock)
        except BaseException:
            self._disconnect()
            raise

    def _inspected(self, handshake: Handshake) -> list[Certificate]:
        """Returns the server's certificates, from a connection that is closed at once."""
        try:
            self._connect_unchecked(handshake.inspection)
            return presented_by(self.sock)
        finally:
            self._disconnect()

    def _connect_unchecked(self, context: ssl.SSLContext) -> None:
        self._disconnect()
        self.ssl_context, self.cert_reqs = context, context.verify_mode
        # urllib3 matches the host by rules of its own where OpenSSL does not, unless it is False.
        self.assert_hostname = None if context.check_hostname else False
        super().connect()

    def _disconnect(self) -> None:
        """Closes the socket only: `close` would forget the tunnel through the proxy as well."""
        if self.sock is not None:
            self.sock.close()
            self.sock = None


def _pool_class(
    pool: type[HTTPConnectionPool], connection: type[_InterruptibleConnection], **attributes: Any
) -> type[Any]:
    """Returns a pool class whose connections have the `attributes`."""
    bound = type(connection.__name__, (connection,), attributes)
    return type(f"Interruptible{pool.__name__}", (pool,), {"ConnectionCls": bound})


def _socket_options() -> list[tuple[int, int, int]]:
    options = [
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    ]
    for name, value in KEEPALIVE.items():
        if number := getattr(socket, name, None):
            options.append((socket.IPPROTO_TCP, number, value))
    return options
