"""Many threads share one connection: made once, replaced after a failure, closed at any time."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest

from kubeimg_gui.cluster.errors import (
    ApiError,
    CredentialsError,
    StoppedError,
    UnreachableError,
)
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.shared_connection import SharedConnection
from tests.support.fixtures import Serve
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.scripted_server import Request, ScriptedServer, status_json

UNAUTHORIZED = status_json(401, "Unauthorized", "who are you?")
THREADS = 8


class Logins:
    """Makes connections to a server and remembers them; `hold` keeps them from being made."""

    def __init__(self, server: ScriptedServer) -> None:
        self._url = server.url
        self.made: list[Connection] = []
        self.started = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self) -> Connection:
        self.started.set()
        assert self.go_on.wait(WAIT_SECONDS)
        self.made.append(connection_to(self._url))
        return self.made[-1]


Share = Callable[[Callable[[], Connection]], SharedConnection]


@pytest.fixture
def share() -> Iterator[Share]:
    started: list[SharedConnection] = []

    def start(connect: Callable[[], Connection]) -> SharedConnection:
        started.append(SharedConnection(connect))
        return started[-1]

    yield start
    for shared in started:
        shared.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as threads:
        yield threads


def get(connection: Connection) -> bytes:
    return connection.send("GET", "/x")


def test_the_connection_is_made_on_demand(serve: Serve, share: Share) -> None:
    logins = Logins(serve(lambda r: r.answer(b"yes")))
    shared = share(logins)
    assert logins.made == []
    assert (shared.call(get), shared.call(get)) == (b"yes", b"yes")
    assert len(logins.made) == 1


def test_threads_share_a_connection_that_is_still_being_made(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    logins = Logins(serve(lambda r: r.answer(b"yes")))
    logins.go_on.clear()
    shared = share(logins)
    calls = [threads.submit(shared.call, get) for _ in range(THREADS)]
    assert logins.started.wait(WAIT_SECONDS)
    logins.go_on.set()
    assert [call.result(WAIT_SECONDS) for call in calls] == [b"yes"] * THREADS
    assert len(logins.made) == 1


def test_a_login_that_failed_is_tried_again_by_the_next_call(serve: Serve, share: Share) -> None:
    logins = Logins(serve(lambda r: r.answer(b"yes")))
    failures = [CredentialsError("no plugin"), CredentialsError("not yet")]

    def connect() -> Connection:
        if failures:
            raise failures.pop(0)
        return logins()

    shared = share(connect)
    for words in ("no plugin", "not yet"):
        with pytest.raises(CredentialsError, match=words):
            shared.call(get)
    assert shared.call(get) == b"yes"


class Expired:
    """A server that rejects the credentials of the first requests."""

    def __init__(self, unknown: int) -> None:
        self.unknown = unknown
        self.lock = threading.Lock()

    def __call__(self, request: Request) -> None:
        with self.lock:
            self.unknown -= 1
            unknown = self.unknown >= 0
        if unknown:
            request.answer(UNAUTHORIZED, 401)
        else:
            request.answer(b"yes")


def refused(shared: SharedConnection) -> None:
    with pytest.raises(ApiError, match="who are you"):
        shared.call(get)


def test_after_a_401_the_next_call_makes_another(serve: Serve, share: Share) -> None:
    server = serve(Expired(1))
    logins = Logins(server)
    shared = share(logins)
    refused(shared)
    assert shared.call(get) == b"yes"
    assert shared.call(get) == b"yes"
    assert (len(logins.made), len(server.requests)) == (2, 3)
    with pytest.raises(StoppedError):
        get(logins.made[0])


def test_an_unreachable_server_is_connected_to_again(serve: Serve, share: Share) -> None:
    """The kubeconfig may have changed its address in the meantime."""
    logins = Logins(serve(lambda r: r.answer(b"yes")))
    gone = [connection_to("http://127.0.0.1:1")]
    shared = share(lambda: gone.pop() if gone else logins())
    with pytest.raises(UnreachableError):
        shared.call(get)
    assert shared.call(get) == b"yes"


def test_another_refusal_makes_no_other(serve: Serve, share: Share) -> None:
    logins = Logins(serve(lambda r: r.answer(status_json(403, "Forbidden", "not you"), 403)))
    shared = share(logins)
    for _ in range(2):
        with pytest.raises(ApiError, match="not you"):
            shared.call(get)
    assert len(logins.made) == 1


def test_threads_that_meet_a_401_at_once_make_one_connection(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    all_asked = threading.Barrier(THREADS)
    expired = Expired(THREADS)

    def script(request: Request) -> None:
        if expired.unknown > 0:
            all_asked.wait(WAIT_SECONDS)
        expired(request)

    logins = Logins(serve(script))
    shared = share(logins)
    calls = [threads.submit(shared.call, get) for _ in range(THREADS)]
    assert all(isinstance(call.exception(WAIT_SECONDS), ApiError) for call in calls)
    calls = [threads.submit(shared.call, get) for _ in range(THREADS)]
    assert [call.result(WAIT_SECONDS) for call in calls] == [b"yes"] * THREADS
    assert len(logins.made) == 2


def test_a_401_disturbs_no_other_call(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    slow_asked, go_on = threading.Event(), threading.Event()
    codes = [401]

    def script(request: Request) -> None:
        if request.path == "/slow":
            slow_asked.set()
            go_on.wait(WAIT_SECONDS)
            request.answer(b"slow")
        elif codes:
            request.answer(UNAUTHORIZED, codes.pop())
        else:
            request.answer(b"yes")

    logins = Logins(serve(script))
    shared = share(logins)
    slow = threads.submit(shared.call, lambda connection: connection.send("GET", "/slow"))
    assert slow_asked.wait(WAIT_SECONDS)
    refused(shared)
    assert shared.call(get) == b"yes"
    go_on.set()
    assert slow.result(WAIT_SECONDS) == b"slow"
    with pytest.raises(StoppedError):
        get(logins.made[0])


def ended_within_a_second(shared: SharedConnection, calls: list[Future[bytes]]) -> bool:
    began = time.monotonic()
    shared.close()
    for call in calls:
        assert isinstance(call.exception(WAIT_SECONDS), StoppedError)
    return time.monotonic() - began < 1.0


def test_closing_ends_calls_on_every_connection(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    """One call hangs on the connection from before a 401, one on the one after."""
    hanging = threading.Semaphore(0)
    codes = [401]

    def script(request: Request) -> None:
        if request.path == "/x":
            request.answer(UNAUTHORIZED if codes else b"yes", codes.pop() if codes else 200)
        else:
            hanging.release()
            request.hang()

    logins = Logins(serve(script))
    shared = share(logins)
    calls = [threads.submit(shared.call, lambda c: c.send("GET", "/old"))]
    assert hanging.acquire(timeout=WAIT_SECONDS)
    refused(shared)
    assert shared.call(get) == b"yes"
    calls.append(threads.submit(shared.call, lambda c: c.send("GET", "/new")))
    assert hanging.acquire(timeout=WAIT_SECONDS)
    assert len(logins.made) == 2
    assert ended_within_a_second(shared, calls)


def test_closing_waits_for_no_login(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    server = serve(lambda r: r.answer(b"yes"))
    logins = Logins(server)
    logins.go_on.clear()
    shared = share(logins)
    calls = [threads.submit(shared.call, get) for _ in range(2)]
    assert logins.started.wait(WAIT_SECONDS)
    assert ended_within_a_second(shared, calls)
    logins.go_on.set()
    assert not server.requests


def test_closing_in_the_midst_of_many_calls_ends_them_all(
    serve: Serve, share: Share, threads: ThreadPoolExecutor
) -> None:
    answered = threading.Semaphore(0)

    def script(request: Request) -> None:
        request.answer(b"yes")
        answered.release()

    shared = share(Logins(serve(script)))

    def ask_until_stopped() -> None:
        with suppress(StoppedError):
            while shared.call(get) == b"yes":
                pass

    calls = [threads.submit(ask_until_stopped) for _ in range(THREADS)]
    for _ in range(20):
        assert answered.acquire(timeout=WAIT_SECONDS)
    shared.close()
    for call in calls:
        assert call.result(1.0) is None
