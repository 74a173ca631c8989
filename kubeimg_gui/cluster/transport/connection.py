"""An HTTP connection to an API server that any thread can interrupt in any phase.

The official client builds the requests and sends them. kubeimg provides sockets, TLS, the proxy
and the credentials, so that closing a window never waits for a server, and a request is sent as
the user that the kubeconfig names or not at all.
"""

import platform
import socket
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import Any

from kubernetes.client import ApiClient, Configuration
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import HTTPError

from kubeimg_gui import __version__
from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.auth.request_identity import Identity
from kubeimg_gui.cluster.config.endpoint import Endpoint
from kubeimg_gui.cluster.config.kubeconfig_file import User
from kubeimg_gui.cluster.config.tls import ClientCertificate
from kubeimg_gui.cluster.errors import ApiError, ClusterError, StoppedError
from kubeimg_gui.cluster.timeouts import DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Limits, Timeouts
from kubeimg_gui.cluster.transport.error_mapping import connection_error, response_error
from kubeimg_gui.cluster.transport.http_pools import is_stale, pool_manager
from kubeimg_gui.cluster.transport.response import Response
from kubeimg_gui.cluster.transport.sockets import Resolve, Sockets

JSON = "application/json"

_USER_AGENT = f"kubeimg/{__version__} ({platform.system().lower()}/{platform.machine()})"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a kubeconfig says about the cluster and the user; another value may be another cluster.

    The same address may belong to a new cluster, which has a new authority. A proxy in front of
    several clusters may choose one by the TLS server name or by the user. What the user's files or
    plugin give does not count: they are renewed while the cluster stays the same.
    """

    endpoint: Endpoint
    user: User


class Connection:
    """Requests to one API server, from any number of threads.

    `interrupt` ends all of them, from any thread, permanently. Each request carries the identity
    that the credentials give at that moment. After a 401 the request is repeated once where the
    credentials then give another identity.

    Attributes:
        server: the server's URL, for messages.
        peer: what identifies the cluster and the user.
        timeouts: what each phase of a request may take.
        on_login: called in the requesting thread, with a sentence, when a request has waited
            `login_notice_seconds` for a credential plugin.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Credentials,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        limits: Limits = DEFAULT_LIMITS,
        *,
        clock: Callable[[], float] = time.monotonic,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        self.server: str = endpoint.server
        self.peer = Peer(endpoint, credentials.user)
        self.timeouts = timeouts
        self.on_login: Callable[[str], None] | None = None
        self._endpoint = endpoint
        self._credentials = credentials
        self._limits = limits
        self._clock = clock
        self._sockets = Sockets(timeouts.connect_seconds, resolve)
        self._lock = threading.Lock()
        self._client: ApiClient | None = None
        self._presented: ClientCertificate | None = None

    @contextmanager
    def get(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        read_seconds: float | None = None,
        accept: str = JSON,
    ) -> Generator[Response, None, None]:
        """Sends GET `path` and yields the response, unread; leaving the block closes it.

        `read_seconds` limits each wait for the server's next bytes, not the whole response;
        without it `timeouts.read_seconds` does. `accept` names the media types to ask for.

        Raises:
            ApiError: the response has a status other than 2xx.
            ConnectionLostError: no response, or the connection broke, inside the block too.
            KubeconfigError, CredentialsError: there are no usable credentials.
            StoppedError: `interrupt` was called before or during the request.
        """
        headers = {"Accept": accept}
        with self._response("GET", path, query, headers, None, read_seconds) as response:
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
        """Sends a request whose body is a JSON object of `media_type`; returns the response body.

        Raises as `get` does. After ConnectionLostError (except UnreachableError) and StoppedError
        the outcome on the server is unknown.
        """
        headers = {"Accept": accept, "Content-Type": media_type}
        with self._response(method, path, query or {}, headers, body, None) as response:
            return response.read()

    def interrupt(self) -> None:
        """Ends every request under way and refuses later ones; any thread, any number of times."""
        self._sockets.interrupt()
        with self._lock:
            if self._client:
                self._client.rest_client.pool_manager.clear()

    def cancel_login(self) -> None:
        """Cancels the running credential plugin, if there is one; any thread.

        The requests that wait for it raise LoginCancelledError.
        """
        self._credentials.cancel_login()

    @contextmanager
    def _response(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
        read_seconds: float | None,
    ) -> Generator[Response, None, None]:
        timeout = (self.timeouts.connect_seconds, read_seconds or self.timeouts.read_seconds)

        def send(identity: Identity) -> HTTPResponse:
            return self._send_as(identity, method, path, query, headers, body, timeout)

        with self._sockets.in_use(), self._errors_mapped():
            raw, identity = self._send_with_credentials(send)
            with closing(raw):  # no effect on a body read to its end: the pool has the connection
                response = Response(
                    raw, identity.hide_secrets, self.timeouts, self._limits, self._clock
                )
                if not HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES:
                    raise self._refusal(raw, response, identity)
                yield response
                if self._sockets.interrupted:
                    raise StoppedError  # an interrupted body without a length seems complete

    @contextmanager
    def _errors_mapped(self) -> Generator[None, None, None]:
        """Raises a ClusterError for each error of urllib3, http.client and the socket."""
        try:
            yield
        except (HTTPError, HTTPException, OSError) as error:
            if self._sockets.interrupted:
                raise StoppedError from error
            raise connection_error(error, self.server) from error

    # Credentials.

    def _send_with_credentials(
        self, send: Callable[[Identity], HTTPResponse]
    ) -> tuple[HTTPResponse, Identity]:
        """Returns the response, unread, and the identity that it belongs to."""
        identity, is_new = self._identity()
        raw = send(identity)
        if raw.status != HTTPStatus.UNAUTHORIZED or is_new:
            return raw, identity
        with ExitStack() as if_repeated:
            if_repeated.callback(raw.close)
            self._credentials.discard(identity)
            another, _ = self._identity()
            if another == identity:
                if_repeated.pop_all()
                return raw, identity
        return send(another), another

    def _identity(self) -> tuple[Identity, bool]:
        """Returns the identity for a request, and whether a credential plugin had to run for it.

        Waits for the plugin; raises StoppedError after `interrupt`.
        """
        if self._sockets.interrupted:
            raise StoppedError
        login = self._credentials.identity()
        is_new = not login.done()
        waiting: list[Future[Any]] = [login, self._sockets.stopped]
        finished = wait(waiting, self.timeouts.login_notice_seconds, FIRST_COMPLETED).done
        if not finished and self.on_login:
            self.on_login(self._credentials.login_sentence)
        wait(waiting, return_when=FIRST_COMPLETED)
        if self._sockets.interrupted:
            raise StoppedError
        return login.result(), is_new

    def _refusal(self, raw: HTTPResponse, response: Response, identity: Identity) -> ClusterError:
        try:
            body = response.read(self._limits.error_bytes)
        except (HTTPError, HTTPException, OSError):
            if self._sockets.interrupted:
                raise
            body = b""  # the status is known
        error = response_error(
            raw.status,
            body,
            raw.headers.get("Retry-After"),
            self.server,
            identity.hide_secrets,
        )
        if isinstance(error, ApiError) and error.code == HTTPStatus.UNAUTHORIZED:
            self._credentials.discard(identity)
            sentence = f"{identity.refusal}. {error}"
            return ApiError(error.code, error.reason, sentence, error.retry_after)
        return error

    # Sending.

    def _send_as(
        self,
        identity: Identity,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
        timeout: tuple[float, float],
    ) -> HTTPResponse:
        """Returns the response, unread.

        Sends a GET again where the server had closed the kept connection before.
        """
        client = self._client_for(identity.certificate)

        def send() -> HTTPResponse:
            _, url, serialized, *_ = client.param_serialize(  # pyright: ignore[reportUnknownMemberType]
                method,
                path,
                query_params=list(query.items()),
                header_params={**headers, "Accept-Encoding": "gzip"},
            )
            complete = HTTPHeaderDict(serialized)
            for name, value in identity.headers:
                complete.add(name, value)
            result = client.call_api(method, url, complete, body, _request_timeout=timeout)  # pyright: ignore[reportUnknownMemberType]
            return result.response

        try:
            return send()
        except HTTPError as error:
            if method != "GET" or not is_stale(error):
                raise
        except ValueError as error:  # the address, a header or a name cannot be encoded
            raise connection_error(error, self.server) from error
        return send()

    def _client_for(self, certificate: ClientCertificate | None) -> ApiClient:
        """Returns a client whose connections present `certificate`; replaces one for another."""
        with self._lock:
            if self._client is None or self._presented != certificate:
                if self._client:
                    self._client.rest_client.pool_manager.clear()
                self._client, self._presented = self._new_client(certificate), certificate
            return self._client

    def _new_client(self, certificate: ClientCertificate | None) -> ApiClient:
        configuration = Configuration(proxy="")  # otherwise it reads one from the environment
        configuration.host = self.server
        client = ApiClient(configuration)
        client.user_agent = _USER_AGENT
        client.rest_client.pool_manager = pool_manager(self._endpoint, certificate, self._sockets)
        return client
