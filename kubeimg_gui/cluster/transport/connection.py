"""An HTTP connection to an API server that any thread can interrupt in any phase.

The official client builds the requests and sends them; sockets, TLS, the proxy and the credentials
are ours, so that closing a window never waits for a server that does not answer, and a request
goes out as whom the kubeconfig says or not at all.
"""

import platform
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, closing, contextmanager
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
from kubeimg_gui.cluster.config.tls import ClientCertificate
from kubeimg_gui.cluster.errors import ApiError, ClusterError, StoppedError
from kubeimg_gui.cluster.transport.error_mapping import answer_error, connection_error
from kubeimg_gui.cluster.transport.http_pools import is_stale, pool_manager
from kubeimg_gui.cluster.transport.response import Response
from kubeimg_gui.cluster.transport.sockets import CONNECT_SECONDS, Sockets

JSON = "application/json"
READ_SECONDS = 30.0
PATIENCE_SECONDS = 0.3
"""How long a request waits for a credential plugin before it says so."""
ERROR_BYTES = 2**20
"""How much of an error's body is read."""

_USER_AGENT = f"kubeimg/{__version__} ({platform.system().lower()}/{platform.machine()})"


class Connection:
    """Requests to one API server, from any number of threads.

    `interrupt` ends them all, from any thread, for good. Each request is made as whom the
    credentials say then; where the server no longer knows that one (401) and they say another, it
    is repeated once.

    Attributes:
        server: the address, for messages.
        on_login: is called in the requesting thread, with a sentence, when a request has waited a
            moment for a credential plugin that runs.
    """

    def __init__(self, endpoint: Endpoint, credentials: Credentials) -> None:
        self.server: str = endpoint.server
        self.on_login: Callable[[str], None] | None = None
        self._endpoint = endpoint
        self._credentials = credentials
        self._sockets = Sockets()
        self._lock = threading.Lock()
        self._client: ApiClient | None = None
        self._shown: ClientCertificate | None = None

    @contextmanager
    def get(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        read_seconds: float = READ_SECONDS,
        accept: str = JSON,
    ) -> Generator[Response, None, None]:
        """GET `path` and hand over the answer, unread; leaving the block closes it.

        `read_seconds` bounds each wait for the server, not the whole answer; `accept` names the
        media types that may come.

        Raises:
            ApiError: the server answered with a status other than 2xx.
            ConnectionLostError: no answer, or the connection broke, inside the block too.
            KubeconfigError, CredentialsError: there is nobody to ask as.
            StoppedError: `interrupt` was called before or meanwhile.
        """
        with self._answer("GET", path, query, {"Accept": accept}, None, read_seconds) as response:
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

    def interrupt(self) -> None:
        """End every request under way and refuse later ones; any thread, any number of times."""
        self._sockets.interrupt()
        with self._lock:
            if self._client:
                self._client.rest_client.pool_manager.clear()

    def cancel_login(self) -> None:
        """Call off the credential plugin that runs, if one does; any thread.

        Who waits for it gets LoginCancelledError.
        """
        self._credentials.cancel_login()

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
        read_seconds: float,
    ) -> Generator[Response, None, None]:
        def sent(identity: Identity) -> HTTPResponse:
            return self._sent(identity, method, path, query, headers, body, read_seconds)

        with self._sockets.in_use(), self._broken_ones_told():
            raw, identity = self._answered(sent)
            with closing(raw):  # harmless once read to the end: the pool has the connection back
                response = Response(raw, identity.hide_secrets)
                if not HTTPStatus.OK <= raw.status < HTTPStatus.MULTIPLE_CHOICES:
                    raise self._refusal(raw, response, identity)
                yield response
                if self._sockets.interrupted:
                    raise StoppedError  # a body without a length just seems to end

    @contextmanager
    def _broken_ones_told(self) -> Generator[None, None, None]:
        """What breaks on the way becomes one of our errors."""
        try:
            yield
        except (HTTPError, HTTPException, OSError) as error:
            if self._sockets.interrupted:
                raise StoppedError from error
            raise connection_error(error, self.server) from error

    # As whom.

    def _answered(self, sent: Callable[[Identity], HTTPResponse]) -> tuple[HTTPResponse, Identity]:
        """The answer, unread, and as whom it was got."""
        identity, is_new = self._identity()
        raw = sent(identity)
        if raw.status != HTTPStatus.UNAUTHORIZED or is_new:
            return raw, identity
        with ExitStack() as if_repeated:
            if_repeated.callback(raw.close)
            self._credentials.refused(identity)
            another, _ = self._identity()
            if another == identity:
                if_repeated.pop_all()
                return raw, identity
        return sent(another), another

    def _identity(self) -> tuple[Identity, bool]:
        """Who to be, and whether a credential plugin had to run for it, which is waited for."""
        if self._sockets.interrupted:
            raise StoppedError
        login = self._credentials.identity()
        is_new = not login.done()
        waiting: list[Future[Any]] = [login, self._sockets.stopped]
        if not wait(waiting, PATIENCE_SECONDS, FIRST_COMPLETED).done and self.on_login:
            self.on_login(self._credentials.login_sentence)
        wait(waiting, return_when=FIRST_COMPLETED)
        if self._sockets.interrupted:
            raise StoppedError
        return login.result(), is_new

    def _refusal(self, raw: HTTPResponse, response: Response, identity: Identity) -> ClusterError:
        try:
            body = response.read(ERROR_BYTES)
        except (HTTPError, HTTPException, OSError):
            if self._sockets.interrupted:
                raise
            body = b""  # what is known already is the status
        error = answer_error(
            raw.status,
            body,
            raw.headers.get("Retry-After"),
            self.server,
            identity.hide_secrets,
        )
        if isinstance(error, ApiError) and error.code == HTTPStatus.UNAUTHORIZED:
            self._credentials.refused(identity)
            sentence = f"{identity.refusal}. {error}"
            return ApiError(error.code, error.reason, sentence, error.retry_after)
        return error

    # Sending.

    def _sent(
        self,
        identity: Identity,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: dict[str, str],
        body: Mapping[str, Any] | None,
        read_seconds: float,
    ) -> HTTPResponse:
        """The answer, unread; a GET on a kept connection that was given up is sent again."""
        client = self._client_for(identity.certificate)
        seconds = (CONNECT_SECONDS, read_seconds)

        def send() -> HTTPResponse:
            _, url, serialized, *_ = client.param_serialize(  # pyright: ignore[reportUnknownMemberType]
                method,
                path,
                query_params=list(query.items()),
                header_params={**headers, "Accept-Encoding": "gzip"},
            )
            shown = HTTPHeaderDict(serialized)
            for name, value in identity.headers:
                shown.add(name, value)
            answer = client.call_api(method, url, shown, body, _request_timeout=seconds)  # pyright: ignore[reportUnknownMemberType]
            return answer.response

        try:
            return send()
        except HTTPError as error:
            if method != "GET" or not is_stale(error):
                raise
        except ValueError as error:  # what no address, no header and no name can hold
            raise connection_error(error, self.server) from error
        return send()

    def _client_for(self, certificate: ClientCertificate | None) -> ApiClient:
        """A client whose connections show that certificate; another one takes its place."""
        with self._lock:
            if self._client is None or self._shown != certificate:
                if self._client:
                    self._client.rest_client.pool_manager.clear()
                self._client, self._shown = self._new_client(certificate), certificate
            return self._client

    def _new_client(self, certificate: ClientCertificate | None) -> ApiClient:
        configuration = Configuration(proxy="")  # it would read one from the environment itself
        configuration.host = self.server
        client = ApiClient(configuration)
        client.user_agent = _USER_AGENT
        client.rest_client.pool_manager = pool_manager(self._endpoint, certificate, self._sockets)
        return client
