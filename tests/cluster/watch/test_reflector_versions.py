"""Lists and versions that the server refuses, and waits that the user or the clock ends."""

import threading
import time
from typing import TYPE_CHECKING

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import CredentialsError, LoginCancelledError
from kubeimg_gui.cluster.resources import NODES
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.node_store import NodeStore
from kubeimg_gui.cluster.watch.reflector import Reflector, WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import GONE, fail, grown, hurry, scripted, streaming
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import WAIT_SECONDS, Recorder, connection_to
from tests.support.scripted_server import Request, list_json, node_json, status_json

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT_SECONDS = 0.2
"""Long enough for a request or a login to start that must not."""


def test_a_version_that_the_server_cannot_parse_is_dropped(
    serve: Serve, watching: Watching
) -> None:
    text = 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'
    refuse = status_json(500, "", text)
    server = serve(scripted(lambda r: r.answer(refuse, 500)))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 2


def test_a_version_that_expires_after_a_long_watch_is_not_a_repeated_failure(
    serve: Serve, watching: Watching
) -> None:
    """A server is replaced twice: each time a list follows at once."""

    def expire(request: Request) -> None:
        request.answer(GONE, 410)

    def live_for_a_while(request: Request) -> None:
        request.start_stream()
        request.released.wait(0.4)
        request.reset()

    server = serve(scripted(expire, live_for_a_while, expire))
    _, recorder = watching(server.url, options=WatchOptions(intervals=Intervals(short_watch=0.3)))
    for _ in range(2):
        recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 3
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]
    assert not any("410" in state.reason for state in recorder.states)


def test_a_suddenly_empty_list_is_requested_again_without_a_version(
    serve: Serve, watching: Watching
) -> None:
    answers = iter([list_json(node_json("a")), list_json(), list_json()])
    server = serve(
        scripted(lambda r: r.answer(GONE, 410), answer=lambda r: r.answer(next(answers)))
    )
    informer, recorder = watching(server.url)
    state = recorder.next_state(Phase.RECONNECTING)
    assert "suddenly returned an empty list" in state.reason
    assert state.next_try is not None
    assert state.next_try - state.since > 4
    assert set(informer.snapshot()) == {"a"}
    informer.retry_now()
    assert recorder.next_change().kind is ChangeKind.DELETED
    assert server.lists[-1].query == {"limit": "500"}, "not from a cache"


def test_a_list_whose_continue_token_repeats_is_a_failure(serve: Serve, watching: Watching) -> None:
    page = list_json(node_json("a"))
    page["metadata"]["continue"] = "token"
    server = serve(lambda r: r.answer(page))
    _, recorder = watching(server.url)
    assert "continue token repeats" in recorder.next_state(Phase.RECONNECTING).reason
    assert len(server.requests) == 2


def test_a_version_that_the_server_has_not_reached_is_dropped(
    serve: Serve, watching: Watching
) -> None:
    """A cluster was recreated, or its etcd restored, behind the same address."""
    too_large = status_json(504, "Timeout", "Too large resource version: 10, current: 3")
    answers = iter([list_json(node_json("a")), too_large, list_json(node_json("b"), version="3")])

    def answer(request: Request) -> None:
        body = next(answers)
        request.answer(body, body.get("code", 200))

    server = serve(scripted(lambda r: r.answer(too_large, 504), answer=answer))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"b"}
    assert server.watches[-1].query["resourceVersion"] == "3"


def test_another_server_is_listed_without_the_version_of_the_first(
    serve: Serve, watching: Watching
) -> None:
    first, second = serve(scripted()), serve(scripted())
    servers = iter([first, second])
    informer, recorder = watching(lambda: connection_to(next(servers).url))
    recorder.next_state(Phase.LIVE)
    informer.woke_up()
    recorder.next_state(Phase.LIVE)
    assert [request.query for request in second.lists] == [{"limit": "500"}]


def test_waits_do_not_grow_between_long_watches(serve: Serve, watching: Watching) -> None:
    """A load balancer cuts connections every few minutes, and refuses the next for a moment."""

    def cut(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", grown(str(int(request.query["resourceVersion"]) + 1)))
        request.reset()

    server = serve(scripted(*[cut, fail] * 50))
    informer, recorder = watching(
        server.url, options=WatchOptions(intervals=Intervals(short_watch=0.0))
    )
    for _ in range(6):
        state = recorder.next_state(Phase.RECONNECTING)
        assert state.next_try is not None
        assert "etcd is gone" in state.reason
        assert state.next_try - state.since <= 2 * Backoff.FIRST
        informer.retry_now()


def test_waking_up_does_not_shorten_the_wait_after_a_later_failure(
    serve: Serve, watching: Watching
) -> None:
    server = serve(scripted(streaming(), fail))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    informer.woke_up()
    recorder.next_state(Phase.RECONNECTING)
    time.sleep(MOMENT_SECONDS)
    assert len(server.watches) == 2


def test_a_retry_starts_the_waits_over(serve: Serve, watching: Watching) -> None:
    informer, recorder = watching(serve(fail).url)
    for _ in range(6):
        state = recorder.next_state(Phase.RECONNECTING)
        assert state.next_try is not None
        assert state.next_try - state.since <= 2 * Backoff.FIRST
        informer.retry_now()
        recorder.next_state(Phase.SYNCING)


def test_failing_logins_have_waits_of_their_own(
    watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow_waits(clock: Clock) -> Backoff:
        return Backoff(clock, first=1000.0, jitter=lambda: 0.0)

    def connect() -> Connection:
        raise CredentialsError("no ticket")

    monkeypatch.setattr("kubeimg_gui.cluster.watch.reflector.login_backoff", slow_waits)
    _, recorder = watching(connect)
    state = recorder.next_state(Phase.LOGIN_NEEDED)
    assert state.next_try == state.since + 1000.0


class CancelledLogins:
    """A `connect` that fails since the user cancels each login; `meanwhile` runs before."""

    def __init__(self) -> None:
        self.count = 0
        self.again = threading.Event()
        self.meanwhile: Callable[[], None] | None = None

    def __call__(self) -> Connection:
        self.count += 1
        if self.count > 1:
            self.again.set()
        elif self.meanwhile:
            self.meanwhile()
        raise LoginCancelledError("cancelled")


def test_only_the_user_starts_a_cancelled_login_again(watching: Watching) -> None:
    logins = CancelledLogins()
    informer, recorder = watching(logins)
    assert recorder.next_state(Phase.LOGIN_NEEDED).next_try is None
    informer.woke_up()
    assert not logins.again.wait(MOMENT_SECONDS), "the machine woke up"
    informer.retry_now()
    recorder.next_state(Phase.LOGIN_NEEDED)
    assert logins.count == 2


def test_waking_up_just_before_the_user_cancels_does_not_start_a_login() -> None:
    logins = CancelledLogins()
    informer, recorder = NodeInformer(logins), Recorder()
    logins.meanwhile = informer.woke_up
    informer.add_handler(recorder)
    informer.start()
    recorder.next_state(Phase.LOGIN_NEEDED)
    assert not logins.again.wait(MOMENT_SECONDS)
    assert informer.stop()


def test_a_retry_just_before_the_user_cancels_does_not_start_a_login() -> None:
    logins = CancelledLogins()
    informer, recorder = NodeInformer(logins), Recorder()

    def retry_then_cancel() -> None:
        informer.retry_now()
        informer.cancel_login()

    logins.meanwhile = retry_then_cancel
    informer.add_handler(recorder)
    informer.start()
    recorder.next_state(Phase.LOGIN_NEEDED)
    assert not logins.again.wait(MOMENT_SECONDS)
    assert informer.stop()


def test_a_retry_during_a_failing_try_is_not_lost() -> None:
    logins = CancelledLogins()
    informer = NodeInformer(logins)
    logins.meanwhile = informer.retry_now
    informer.start()
    assert logins.again.wait(WAIT_SECONDS)
    assert informer.stop()


def test_cancelling_a_login_right_after_stop_does_not_keep_the_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class StopsFirst(threading.Event):
        """Both calls come between the reflector's last look at `stop` and its wait."""

        def wait(self, timeout: float | None = None) -> bool:
            reflector.stop()
            reflector.cancel_login()
            return super().wait(timeout)

    store = NodeStore(lambda _news: None)
    reflector = Reflector(CancelledLogins(), NODES, store)
    monkeypatch.setattr(reflector, "_retry", StopsFirst())
    thread = threading.Thread(target=reflector.run, daemon=True)
    thread.start()
    thread.join(WAIT_SECONDS)
    assert not thread.is_alive()


@pytest.mark.parametrize("error", [ValueError("a bug"), SystemExit("a library exits")])
def test_an_internal_error_is_reported_and_retried(
    serve: Serve, watching: Watching, error: BaseException
) -> None:
    server = serve(scripted())
    failures = iter([error])

    def connect() -> Connection:
        for failure in failures:
            raise failure
        return connection_to(server.url)

    informer, recorder = watching(connect)
    assert hurry(informer, recorder).startswith("Internal error in kubeimg")
    recorder.next_state(Phase.LIVE)
