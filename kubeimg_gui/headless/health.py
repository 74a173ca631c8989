"""`/healthz` and `/readyz`: what a kubelet asks a pod for.

Healthy is an informer whose threads run and whose output is taken: else only a new process helps.
Ready is one whose nodes are all there and kept up to date, live or by polling.
"""

import logging
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.headless.exit_codes import SIGNAL_SECONDS
from kubeimg_gui.headless.state_log import describe_state
from kubeimg_gui.text.redaction import redact

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
"""How long a client may be silent."""
CLIENTS_MOST = 16
"""At once; then the oldest is sent away, so that nobody can keep a kubelet out."""


class Health:
    """A handler of an informer that knows how it is.

    `illness` tells why the process is of no use any more, "" as long as it is. The questions may
    be asked in any thread; each answer is whether all is well, and why.
    """

    def __init__(self, illness: Callable[[], str]) -> None:
        self._illness = illness
        self._state = ConnectionState(Phase.CONNECTING, 0.0)

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Override: health does not depend on them."""

    def on_state(self, state: ConnectionState) -> None:
        """Override: the state that the next question is answered by."""
        self._state = state

    def healthy(self) -> tuple[bool, str]:
        """Whether the process is of use as it is."""
        illness = self._illness()
        return not illness, illness or "ok"

    def ready(self) -> tuple[bool, str]:
        """Whether what it tells is the present."""
        return self._state.phase is Phase.LIVE, describe_state(self._state)


class HealthServer:
    """Answers on one address from `start` to `stop`, in threads of its own.

    `address` is a host, "" for all of IPv4 and IPv6, and a port. Raises OSError where nobody can
    listen there.
    """

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self._server = _Server(address, health)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(SIGNAL_SECONDS,), name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_address[1]

    def start(self) -> None:
        """Begin to answer; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self.answers = {"/healthz": health.healthy, "/readyz": health.ready}
        self._lock = threading.Lock()
        self._clients: dict[socket.socket, None] = {}  # in the order in which they came
        host, port = address
        if not host and socket.has_dualstack_ipv6():
            host = "::"
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Request)

    def server_bind(self) -> None:
        """Override: for both families where there are, and without asking who we are by name."""
        if self.address_family is socket.AF_INET6:
            only_six = self.server_address[0] != "::"
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_six)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Override: the newest is let in, whoever else is there."""
        with self._lock:
            self._clients[request] = None
            oldest = next(iter(self._clients)) if len(self._clients) > CLIENTS_MOST else None
            if oldest:
                del self._clients[oldest]
        if oldest:
            with suppress(OSError):  # it has just gone
                oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Override: it is no client any more."""
        with self._lock:
            self._clients.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Override: a client that went away is nothing to write on standard error."""
        _log.debug("a question of health failed", exc_info=True)


class _Request(BaseHTTPRequestHandler):
    server_version, sys_version = "kubeimg", ""
    timeout = PATIENCE_SECONDS

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        assert isinstance(self.server, _Server)
        ask = self.server.answers.get(self.path.partition("?")[0])
        if ask is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        is_well, why = ask()
        body = f"{redact(why)}\n".encode(errors="backslashreplace")
        self.send_response(HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Override: a question every few seconds is no news."""
