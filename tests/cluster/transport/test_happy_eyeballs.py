"""A host with several addresses: the first that accepts wins, and nothing of the others stays."""

import errno
import os
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.connection import HTTPConnection
from urllib3.exceptions import NewConnectionError

from kubeimg_gui.cluster.auth.credentials import Credentials
from kubeimg_gui.cluster.config.endpoint import endpoint_of
from kubeimg_gui.cluster.config.kubeconfig import Context
from kubeimg_gui.cluster.config.kubeconfig_file import Cluster, User
from kubeimg_gui.cluster.errors import StoppedError, UnreachableError
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.error_mapping import connection_error
from kubeimg_gui.cluster.transport.happy_eyeballs import (
    ATTEMPT_DELAY_SECONDS,
    Address,
    ConnectError,
    connect_first,
    interleaved,
)
from kubeimg_gui.cluster.transport.sockets import Resolve
from tests.faults.certificates import AUTHORITY, AUTHORITY_DATA
from tests.support.addresses import entry, name_of, refusing, silent_listener
from tests.support.fixtures import Serve
from tests.support.proxies import ConnectProxy
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.recording_server import RecordingServer

URL = "http://kube.example:6443"
DESCRIPTORS = Path("/proc/self/fd")
FAMILIES = (socket.AF_INET, socket.AF_INET6)
V4, V6 = ("10.0.0.1", "10.0.0.2", "10.0.0.3"), ("fd00::1", "fd00::2", "fd00::3")


@given(st.lists(st.sampled_from(V4 + V6)))
def test_families_alternate_and_each_keeps_its_order(hosts: list[str]) -> None:
    given_order = [entry((host, 1)) for host in hosts]
    result = interleaved(given_order)
    distinct = list(dict.fromkeys(given_order))
    assert sorted(result) == sorted(distinct)
    for family in FAMILIES:
        of_family = [each for each in distinct if each[0] is family]
        assert [each for each in result if each[0] is family] == of_family
    assert result[:1] == distinct[:1]
    shorter = min(sum(each[0] is family for each in distinct) for family in FAMILIES)
    for one, other in pairwise(result[: 2 * shorter]):
        assert one[0] is not other[0]


@contextmanager
def listening(host: str = "127.0.0.1") -> Generator[tuple[str, int], None, None]:
    with socket.create_server((host, 0)) as server:
        yield host, server.getsockname()[1]


def connected_to(*addresses: tuple[str, int], seconds: float = 10.0) -> tuple[int, float]:
    """The port that a connection reached, and the seconds that it took."""
    cancelled, canceller = socket.socketpair()
    began = time.monotonic()
    with (
        cancelled,
        canceller,
        connect_first([entry(each) for each in addresses], (), seconds, cancelled) as won,
    ):
        return won.getpeername()[1], time.monotonic() - began


def open_descriptors() -> int:
    return len(os.listdir(DESCRIPTORS)) if DESCRIPTORS.is_dir() else 0  # noqa: PTH208


def test_a_silent_address_delays_the_next_by_a_quarter_of_a_second() -> None:
    before = open_descriptors()
    with silent_listener() as silent, listening() as good:
        port, seconds = connected_to(silent, good)
    assert port == good[1]
    assert ATTEMPT_DELAY_SECONDS <= seconds < 3 * ATTEMPT_DELAY_SECONDS
    assert open_descriptors() == before


def test_a_silent_family_gives_way_to_the_other() -> None:
    try:
        with silent_listener("::1") as silent, listening() as good:
            others = [("::1", silent[1] + 1 + each) for each in range(20)]
            port, seconds = connected_to(silent, *others, good)
    except OSError as error:
        pytest.skip(f"no IPv6 on loopback: {error}")
    assert port == good[1]
    assert seconds < 3 * ATTEMPT_DELAY_SECONDS, "twenty more addresses of the family come later"


def test_a_refusal_starts_the_next_attempt_at_once() -> None:
    with listening() as good:
        port, seconds = connected_to(refusing(), refusing(), refusing(), good)
    assert port == good[1]
    assert seconds < 3 * ATTEMPT_DELAY_SECONDS


def test_a_refusal_beside_a_silent_address_starts_the_next_at_once() -> None:
    with silent_listener() as silent, listening() as good:
        port, seconds = connected_to(silent, *(refusing() for _ in range(4)), good)
    assert port == good[1]
    assert seconds < 4 * ATTEMPT_DELAY_SECONDS


def test_an_address_of_a_family_that_the_system_lacks_is_passed_over() -> None:
    lacking = (12345, socket.SOCK_STREAM, 0, "", ("x", 1))
    cancelled, canceller = socket.socketpair()
    with (
        cancelled,
        canceller,
        listening() as good,
        connect_first([lacking, entry(good)], (), 1.0, cancelled) as won,
    ):
        assert won.getpeername() == good


def test_of_two_that_accept_the_first_wins() -> None:
    with listening() as first, listening() as second:
        assert connected_to(first, second)[0] == first[1]


def test_all_addresses_share_the_timeout() -> None:
    before = open_descriptors()
    began = time.monotonic()
    with (
        silent_listener() as one,
        silent_listener("127.0.0.2") as two,
        pytest.raises(ConnectError) as caught,
    ):
        connected_to(one, two, seconds=0.3)
    assert time.monotonic() - began < 1.0
    assert list(caught.value.failures) == ["127.0.0.1", "127.0.0.2"]
    assert {type(each) for each in caught.value.failures.values()} == {TimeoutError}
    assert open_descriptors() == before


def test_no_address_at_all_is_an_error() -> None:
    with pytest.raises(ConnectError):
        connected_to()


def failure(resolve: Resolve) -> str:
    connection = connection_to(URL, timeouts=Timeouts(connect_seconds=0.4), resolve=resolve)
    with pytest.raises(UnreachableError) as caught:
        connection.send("GET", "/")
    return str(caught.value)


def test_the_sentence_names_the_addresses_where_there_are_several() -> None:
    refused = "The server refused the connection"
    assert failure(name_of(refusing())) == f"{refused} ({URL})"
    both = refusing(), refusing("127.0.0.2")
    assert failure(name_of(*both)) == f"{refused} at 127.0.0.1, 127.0.0.2 ({URL})"
    many = [refusing(f"127.0.0.{number}") for number in range(1, 8)]
    assert failure(name_of(*many)).endswith(f"127.0.0.3, 127.0.0.4 and 3 more ({URL})")


def test_the_sentence_gives_each_reason_where_they_differ() -> None:
    with silent_listener() as silent:
        sentence = failure(name_of(silent, refusing("127.0.0.2")))
        alone = failure(name_of(silent))
    reasons = "127.0.0.2: connection refused, 127.0.0.1: timed out"
    assert sentence == f"The server cannot be reached ({reasons}) ({URL})"
    assert alone == f"The server did not accept the connection in time ({URL})"


def test_a_reset_while_connecting_is_worded_as_one_after_it() -> None:
    error = NewConnectionError(HTTPConnection("a"), "")
    error.__cause__ = ConnectError({"127.0.0.1": ConnectionResetError(errno.ECONNRESET, "reset")})
    assert str(connection_error(error, URL)) == f"The connection broke ({URL})"


def test_a_name_without_an_address_is_reported() -> None:
    assert failure(name_of()) == f"The server cannot be reached: its name has no address ({URL})"


def test_a_request_reaches_the_address_that_accepts(serve: Serve) -> None:
    server = serve(lambda request: request.answer(b"{}"))
    good = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with silent_listener() as silent:
        connection = connection_to(URL, resolve=name_of(silent, good))
        began = time.monotonic()
        assert connection.send("GET", "/") == b"{}"
        assert time.monotonic() - began < 1.0
        connection.interrupt()


@contextmanager
def through_proxy(server: str, resolve: Resolve) -> Generator[Connection, None, None]:
    cluster = Cluster(
        server=server,
        proxy_url="http://proxy.example:3128",
        certificate_authority_data=AUTHORITY_DATA,
    )
    context = Context("c", "cl", "", cluster, User())
    timeouts = Timeouts(connect_seconds=1.0)
    endpoint = endpoint_of(context, {})
    yield (connection := Connection(endpoint, Credentials(context), timeouts, resolve=resolve))
    connection.interrupt()


@pytest.mark.parametrize("server", ["https://127.0.0.1:6443", "http://kube.example:6443"])
def test_a_proxy_with_a_silent_address_is_reached_at_its_other_one(server: str) -> None:
    with (
        RecordingServer("server", AUTHORITY, AUTHORITY.issue_cert("127.0.0.1")) as secure,
        ConnectProxy(secure.port) as tunnels,
        RecordingServer("proxy", AUTHORITY, None) as forwards,
        silent_listener() as silent,
    ):
        port = int(tunnels.url.rpartition(":")[2]) if "https:" in server else forwards.port
        with through_proxy(server, name_of(silent, ("127.0.0.1", port))) as connection:
            began = time.monotonic()
            assert b"NodeList" in connection.send("GET", "/api/v1/nodes")
            assert time.monotonic() - began < 1.0


def test_the_sentence_names_the_addresses_of_a_proxy() -> None:
    resolve = name_of(refusing(), refusing("127.0.0.2"))
    with through_proxy("https://kube.example", resolve) as connection:
        reason = "the proxy refused the connection at 127.0.0.1, 127.0.0.2"
        with pytest.raises(UnreachableError, match=f"cannot connect to the server: {reason}"):
            connection.send("GET", "/")


@pytest.mark.parametrize("host", ["kube.example", "kube.example."])
def test_a_dot_at_the_end_of_a_name_reaches_the_resolver(serve: Serve, host: str) -> None:
    server = serve(lambda request: request.answer(b"{}"))
    asked: list[str] = []

    def resolve(name: str, *_: object) -> list[Address]:
        asked.append(name)
        return [entry(("127.0.0.1", int(server.url.rpartition(":")[2])))]

    connection = connection_to(f"http://{host}:6443", resolve=resolve)
    assert connection.send("GET", "/") == b"{}"
    connection.interrupt()
    assert asked == [host]


def test_interrupt_ends_all_attempts_at_once() -> None:
    before, threads = open_descriptors(), threading.active_count()
    stopped: list[StoppedError] = []
    with silent_listener() as one, silent_listener() as two, silent_listener() as three:
        connection = connection_to(URL, resolve=name_of(one, two, three))

        def run() -> None:
            with pytest.raises(StoppedError) as caught:
                connection.send("GET", "/")
            stopped.append(caught.value)

        requesting = threading.Thread(target=run)
        requesting.start()
        requesting.join(2.5 * ATTEMPT_DELAY_SECONDS)
        assert requesting.is_alive()
        began = time.monotonic()
        connection.interrupt()
        requesting.join(WAIT_SECONDS)
        assert time.monotonic() - began < ATTEMPT_DELAY_SECONDS
    assert stopped
    assert open_descriptors() == before
    assert threading.active_count() == threads
