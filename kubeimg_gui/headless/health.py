"""`/healthz` and `/readyz`, the probes of a kubelet.

Healthy: the informer's threads run and the output is being read; otherwise only a restart helps.
Ready: all nodes are listed and up to date, by watching or polling.
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
"""Timeout for a client that sends nothing."""
CLIENTS_MOST = 16
"""Maximum number of connections. The server closes the oldest to accept a new one, so that idle
clients cannot block a kubelet."""


class Health:
    """An informer's handler that answers the probes.

    `failure` returns why the process must be restarted, or "". `healthy` and `ready` may be called
    from any thread; each returns whether the probe passes, and why.
    """

    def __init__(self, failure: Callable[[], str]) -> None:
        self._failure = failure
        self._state = ConnectionState(Phase.CONNECTING, 0.0)

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Override: changes do not affect the probes."""

    def on_state(self, state: ConnectionState) -> None:
        """Override: remembers the state for the next probe."""
        self._state = state

    def healthy(self) -> tuple[bool, str]:
        """Returns whether the process works without a restart, and why."""
        failure = self._failure()
        return not failure, failure or "ok"

    def ready(self) -> tuple[bool, str]:
        """Returns whether the nodes are up to date, and why."""
        return self._state.phase is Phase.LIVE, describe_state(self._state)


class HealthServer:
    """Serves the probes on one address, in its own threads.

    `address` is a host ("" for all IPv4 and IPv6 addresses) and a port. Raises OSError if the
    address cannot be used.
    """

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self._server = _Server(address, health)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(SIGNAL_SECONDS,), name="health", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_address[1]

    def start(self) -> None:
        """Starts serving; may be called once."""
        self._thread.start()

    def stop(self) -> None:
        """Stops serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], health: Health) -> None:
        self.answers = {"/healthz": health.healthy, "/readyz": health.ready}
        self._lock = threading.Lock()
        self._clients: dict[socket.socket, None] = {}  # in order of arrival
        host, port = address
        if not host and socket.has_dualstack_ipv6():
            host = "::"
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Request)

    def server_bind(self) -> None:
        """Override: binds to IPv4 and IPv6 where possible, without a name lookup."""
        if self.address_family is socket.AF_INET6:
            only_six = self.server_address[0] != "::"
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, only_six)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Override: closes the oldest connection where there are too many."""
        with self._lock:
            self._clients[request] = None
            oldest = next(iter(self._clients)) if len(self._clients) > CLIENTS_MOST else None
            if oldest:
                del self._clients[oldest]
        if oldest:
            with suppress(OSError):  # it has just closed
                oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Override: forgets the connection."""
        with self._lock:
            self._clients.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Override: a client that disconnects is not an error worth printing."""
        _log.debug("a probe failed", exc_info=True)


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
        passes, why = ask()
        body = f"{redact(why)}\n".encode(errors="backslashreplace")
        self.send_response(HTTPStatus.OK if passes else HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Override: does not log every probe."""
