"""What a kubelet is answered, over HTTP."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.headless import health
from kubeimg_gui.headless.health import Health, HealthServer

LIVE = ConnectionState(Phase.LIVE, 0.0, nodes=3)


class Served:
    """Health with a switch, and a client of its server."""

    def __init__(self) -> None:
        self.illness = ""
        self.health = Health(lambda: self.illness)
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


def test_it_is_healthy_while_the_informer_runs(served: Served) -> None:
    assert served.ask("/healthz") == (200, "ok\n")
    served.illness = "the informer has ended"
    assert served.ask("/healthz") == (503, "the informer has ended\n")


def test_it_is_ready_once_live_and_as_long(served: Served) -> None:
    assert served.ask("/readyz") == (503, "connecting\n")
    served.health.on_state(ConnectionState(Phase.SYNCING, 0.0, nodes=2))
    assert served.ask("/readyz")[0] == 503
    served.health.on_state(LIVE)
    assert served.ask("/readyz") == (200, "live, 3 nodes\n")
    served.health.on_state(ConnectionState(Phase.RECONNECTING, 0.0, 3, reason="It \x1b broke"))
    assert served.ask("/readyz") == (503, "reconnecting: It \\x1b broke\n")


def test_polling_is_ready_too(served: Served) -> None:
    served.health.on_state(ConnectionState(Phase.LIVE, 0.0, 3, poll_seconds=30.0))
    assert served.ask("/readyz?verbose") == (200, "live by polling every 30 s, 3 nodes\n")


def test_a_head_has_no_body_and_other_paths_are_not_there(served: Served) -> None:
    assert served.ask("/healthz", "HEAD") == (200, "")
    assert served.ask("/metrics")[0] == 404
    assert served.ask("/healthz", "POST")[0] == 501


def test_who_says_nothing_keeps_nobody_waiting_and_is_sent_away(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health._Request, "timeout", 0.2)  # pyright: ignore[reportPrivateUsage]
    with socket.create_connection(("127.0.0.1", served.server.port), timeout=5) as silent:
        assert served.ask("/healthz")[0] == 200
        assert silent.recv(1) == b""


def test_nobody_can_keep_others_out(served: Served) -> None:
    address = ("127.0.0.1", served.server.port)
    with ExitStack() as opened:
        crowd = [
            opened.enter_context(socket.create_connection(address, timeout=5))
            for _ in range(3 * health.CLIENTS_MOST)
        ]
        assert served.ask("/healthz")[0] == 200
        gone = len(crowd) + 1 - health.CLIENTS_MOST
        for visitor in crowd[:gone]:
            assert visitor.recv(1) == b""
        for visitor in crowd[gone:]:
            visitor.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
            assert visitor.recv(15) == b"HTTP/1.0 200 OK"


def test_a_visitor_that_nobody_can_attend_to_takes_no_place(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(health.threading.Thread, "start", fail)
        for _ in range(2 * health.CLIENTS_MOST):
            with socket.create_connection(("127.0.0.1", served.server.port), timeout=5) as visitor:
                assert visitor.recv(1) == b""
    assert served.ask("/healthz")[0] == 200


def test_all_addresses_are_listened_at() -> None:
    server = HealthServer(("", 0), Health(lambda: ""))
    server.start()
    for host in ("127.0.0.1", "::1") if socket.has_dualstack_ipv6() else ("127.0.0.1",):
        connection = http.client.HTTPConnection(host, server.port, timeout=5)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
    server.stop()


def test_an_address_that_is_taken_is_an_error(served: Served) -> None:
    with pytest.raises(OSError, match="in use"):
        HealthServer(("127.0.0.1", served.server.port), served.health)
