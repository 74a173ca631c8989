"""The probes, over HTTP."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.headless import health
from kubeimg_gui.headless.health import Health, HealthServer

LIVE = ConnectionState(Phase.LIVE, 0.0, known=3)


class Served:
    """A health server with a failure to set, and a client for it."""

    def __init__(self) -> None:
        self.failure = ""
        self.health = Health(lambda: self.failure)
        self.server = HealthServer(("127.0.0.1", 0), self.health)

    def ask(self, path: str, method: str = "GET") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    served.server.start()
    yield served
    served.server.stop()


def test_it_is_healthy_until_there_is_a_failure(served: Served) -> None:
    assert served.ask("/healthz") == (200, "ok\n")
    served.failure = "the informer has stopped"
    assert served.ask("/healthz") == (503, "the informer has stopped\n")


def test_it_is_ready_while_live(served: Served) -> None:
    assert served.ask("/readyz") == (503, "connecting\n")
    served.health.on_state(ConnectionState(Phase.SYNCING, 0.0, known=2))
    assert served.ask("/readyz")[0] == 503
    served.health.on_state(LIVE)
    assert served.ask("/readyz") == (200, "live, 3 nodes\n")
    served.health.on_state(ConnectionState(Phase.RECONNECTING, 0.0, 3, reason="It \x1b broke"))
    assert served.ask("/readyz") == (503, "reconnecting: It \\x1b broke\n")


def test_polling_is_ready_too(served: Served) -> None:
    served.health.on_state(ConnectionState(Phase.LIVE, 0.0, 3, poll_seconds=30.0))
    assert served.ask("/readyz?verbose") == (200, "live by polling every 30 s, 3 nodes\n")


def test_head_has_no_body_and_other_paths_are_not_found(served: Served) -> None:
    assert served.ask("/healthz", "HEAD") == (200, "")
    assert served.ask("/metrics")[0] == 404
    assert served.ask("/healthz", "POST")[0] == 501


def test_a_silent_client_blocks_no_other_and_times_out(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health._Request, "timeout", 0.2)  # pyright: ignore[reportPrivateUsage]
    with socket.create_connection(("127.0.0.1", served.server.port), timeout=5) as silent:
        assert served.ask("/healthz")[0] == 200
        assert silent.recv(1) == b""


def test_many_idle_clients_do_not_block_a_new_one(served: Served) -> None:
    address = ("127.0.0.1", served.server.port)
    with ExitStack() as opened:
        clients = [
            opened.enter_context(socket.create_connection(address, timeout=5))
            for _ in range(3 * health.CLIENTS_MOST)
        ]
        assert served.ask("/healthz")[0] == 200
        closed = len(clients) + 1 - health.CLIENTS_MOST
        for client in clients[:closed]:
            assert client.recv(1) == b""
        for client in clients[closed:]:
            client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert client.recv(15) == b"HTTP/1.0 200 OK"


def test_a_client_without_a_thread_takes_no_slot(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(health.threading.Thread, "start", fail)
        for _ in range(2 * health.CLIENTS_MOST):
            with socket.create_connection(("127.0.0.1", served.server.port), timeout=5) as client:
                assert client.recv(1) == b""
    assert served.ask("/healthz")[0] == 200


def test_an_empty_host_listens_on_ipv4_and_ipv6() -> None:
    server = HealthServer(("", 0), Health(lambda: ""))
    server.start()
    for host in ("127.0.0.1", "::1") if socket.has_dualstack_ipv6() else ("127.0.0.1",):
        connection = http.client.HTTPConnection(host, server.port, timeout=5)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
    server.stop()


def test_an_address_in_use_is_an_error(served: Served) -> None:
    with pytest.raises(OSError, match="in use"):
        HealthServer(("127.0.0.1", served.server.port), served.health)
