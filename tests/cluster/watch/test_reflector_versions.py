"""Lists and versions that lead nowhere, waits that a person or the clock ends."""

import time

from kubeimg_gui.cluster.errors import LoginCancelledError
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import GONE, hurry, scripted
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, list_json, node_json, status_json


def test_a_version_that_is_none_is_given_up(serve: Serve, watching: Watching) -> None:
    text = 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'
    refuse = status_json(500, "", text)
    server = serve(scripted(lambda r: r.answer(refuse, 500)))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 2


def test_a_version_that_expires_after_a_watch_lived_is_no_repetition(
    serve: Serve, watching: Watching
) -> None:
    """As where a server is made anew twice: each time a list leads on at once."""

    def expire(request: Request) -> None:
        request.answer(GONE, 410)

    def live_for_a_while(request: Request) -> None:
        request.start_stream()
        request.released.wait(0.4)
        request.reset()

    server = serve(scripted(expire, live_for_a_while, expire))
    informer, recorder = watching(
        server.url, options=WatchOptions(intervals=Intervals(short_watch=0.3))
    )
    assert "410" not in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 3
    assert not any("410" in state.reason for state in recorder.states)


def test_a_suddenly_empty_list_is_asked_for_again_from_the_source(
    serve: Serve, watching: Watching
) -> None:
    answers = iter([list_json(node_json("a")), list_json(), list_json()])
    server = serve(
        scripted(lambda r: r.answer(GONE, 410), answer=lambda r: r.answer(next(answers)))
    )
    informer, recorder = watching(server.url)
    doubt = recorder.next_state(Phase.RECONNECTING)
    assert "suddenly returns an empty list" in doubt.reason
    assert doubt.next_try is not None
    assert doubt.next_try - time.time() > 4
    assert set(informer.snapshot()) == {"a"}
    informer.retry_now()
    assert recorder.next_change().kind is ChangeKind.DELETED
    assert server.lists[-1].query == {"limit": "500"}, "not from a cache"


def test_a_list_that_goes_round_in_circles_is_left(serve: Serve, watching: Watching) -> None:
    page = list_json(node_json("a"))
    page["metadata"]["continue"] = "token"
    server = serve(lambda r: r.answer(page))
    _, recorder = watching(server.url)
    assert "continue token repeats" in recorder.next_state(Phase.RECONNECTING).reason
    assert len(server.requests) == 2


def test_a_version_that_the_server_has_not_reached_is_given_up(
    serve: Serve, watching: Watching
) -> None:
    """As where a cluster was made anew, or its etcd restored, behind the same address."""
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


def test_at_another_server_versions_begin_anew(serve: Serve, watching: Watching) -> None:
    first, second = serve(scripted()), serve(scripted())
    servers = iter([first, second])
    informer, recorder = watching(lambda: connection_to(next(servers).url))
    recorder.next_state(Phase.LIVE)
    informer.woke_up()
    recorder.next_state(Phase.LIVE)
    assert [request.query for request in second.lists] == [{"limit": "500"}]


def test_a_watch_that_is_cut_now_and_then_does_not_wait_longer_each_time(
    serve: Serve, watching: Watching
) -> None:
    """As by a load balancer, every other minute."""

    def cut(request: Request) -> None:
        request.start_stream()
        request.reset()

    server = serve(scripted(*[cut] * 50))
    informer, recorder = watching(
        server.url, options=WatchOptions(intervals=Intervals(short_watch=0.0))
    )
    for _ in range(6):
        state = recorder.next_state(Phase.RECONNECTING)
        assert state.next_try is not None
        assert state.next_try - time.time() <= 2 * Backoff.FIRST
        informer.retry_now()


def test_a_login_that_was_called_off_is_not_begun_by_waking_up(watching: Watching) -> None:
    asked: list[int] = []

    def connect() -> Connection:
        asked.append(1)
        raise LoginCancelledError("called off")

    informer, recorder = watching(connect)
    assert recorder.next_state(Phase.LOGIN_NEEDED).next_try is None
    informer.woke_up()
    informer.retry_now()
    recorder.next_state(Phase.LOGIN_NEEDED)
    assert len(asked) == 2, "asked by the person, not by the clock"
