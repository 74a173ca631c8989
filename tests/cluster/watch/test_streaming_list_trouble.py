"""A streaming list that fails, does not end, or brings what cannot be read."""

from functools import partial

import pytest

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch import reflector
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from tests.cluster.scripts import GONE, hurry
from tests.cluster.watch.streaming import END, Play, Streams, answers, lists, relisted, sends
from tests.support.fixtures import Watching
from tests.support.scripted_server import (
    Request,
    list_json,
    node_json,
    status_json,
)


@pytest.mark.parametrize(
    "refusal",
    [
        answers(status_json(410, "Expired", "too old"), 410),
        answers(status_json(504, "Timeout", "Too large resource version: 10"), 504),
        sends(("ERROR", GONE)),
    ],
)
def test_a_list_that_fails_for_its_version_is_repeated_in_pages(
    streams: Streams, watching: Watching, refusal: Play
) -> None:
    """The list names no version, but a server whose cache lags behind etcd may say so."""
    first, _ = relisted()
    server = streams(first, refusal, answers(list_json(node_json("b"), version="3")))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"b"}
    assert [request.is_watch for request in server.requests] == [True, True, False, True]
    assert not any("resourceVersion" in request.query for request in server.requests[:3])
    assert server.requests[3].query["resourceVersion"] == "3"


def test_waits_grow_while_lists_break(
    streams: Streams, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reflector, "Backoff", partial(Backoff, first=0.01))
    broken = sends(("ADDED", node_json("a")), then=Request.reset)
    server = streams(broken, *[Request.reset] * 3)
    _, recorder = watching(server.url, options=WatchOptions(intervals=Intervals(short_watch=0.0)))
    waits: list[float] = []
    for _ in range(4):
        state = recorder.next_state(Phase.RECONNECTING)
        assert state.next_try is not None
        waits.append(state.next_try - state.since)
    assert waits[3] > waits[0] * 2


@pytest.mark.parametrize("code", [404, 405, 406, 500, 502, 504])
def test_a_server_that_fails_streaming_lists_is_asked_for_pages(
    streams: Streams, watching: Watching, code: int
) -> None:
    reason = "Timeout" if code == 504 else "Odd"
    refusal = answers(status_json(code, reason, "Too large resource version: 10"), code)
    server = streams(refusal, answers(list_json(node_json("a"))))
    informer, recorder = watching(server.url)
    hurry(informer, recorder)
    assert recorder.next_state(Phase.LIVE).known == 1
    assert [request.is_watch for request in server.requests][:2] == [True, False]


@pytest.mark.parametrize("kind", ["MODIFIED", "BOOKMARK", "ADDED"])
def test_a_server_whose_streaming_list_does_not_end_is_asked_for_pages_from_then_on(
    streams: Streams, watching: Watching, kind: str
) -> None:
    """A server that knows no streaming lists ignores what it is asked for (1.18 and older)."""

    def ignores(request: Request) -> None:
        request.start_stream()
        request.event("ADDED", node_json("a"))
        for version in range(1000):
            request.event(kind, node_json("a", str(version)))
            request.released.wait(0.02)

    page = answers(list_json(node_json("a")))
    server = streams(ignores, page, sends(("ERROR", GONE)), page)
    _, recorder = watching(server.url, timeouts=Timeouts(list_seconds=0.2))
    recorder.next_state(Phase.LIVE)
    recorder.next_state(Phase.LIVE)
    asked = ["sendInitialEvents" in request.query for request in server.requests[:4]]
    assert asked == [True, False, False, False]
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]


def test_a_last_bookmark_without_a_version_is_a_failure(
    streams: Streams, watching: Watching
) -> None:
    end = {"metadata": {"annotations": END["metadata"]["annotations"]}}
    server = streams(
        sends(("ADDED", node_json("a")), ("BOOKMARK", end)), answers(list_json(node_json("a")))
    )
    informer, recorder = watching(server.url)
    assert "carries no resourceVersion" in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)


def test_a_version_that_expires_right_after_a_slow_list_is_a_failure_the_second_time(
    streams: Streams, watching: Watching
) -> None:

    def slowly(request: Request) -> None:
        request.start_stream()
        request.event("ADDED", node_json("a"))
        request.released.wait(0.15)
        request.event("BOOKMARK", END)
        request.event("ERROR", GONE)

    server = streams(*[slowly] * 10)
    _, recorder = watching(server.url, options=WatchOptions(intervals=Intervals(short_watch=0.1)))
    recorder.next_state(Phase.RECONNECTING)
    assert len(server.requests) == 2


def test_a_watch_may_be_silent_for_longer_than_its_list(
    streams: Streams, watching: Watching
) -> None:

    def later(request: Request) -> None:
        request.released.wait(0.5)
        request.event("ADDED", node_json("b", "11"))
        request.hang()

    server = streams(lists("a", then=later))
    _, recorder = watching(server.url, timeouts=Timeouts(list_seconds=0.2))
    assert recorder.next_change().record.name == "b"
    assert len(server.requests) == 1


def test_an_unreadable_node_that_is_deleted_within_the_list_is_deleted(
    streams: Streams, watching: Watching
) -> None:
    unreadable = ("ADDED", node_json("a", "20", images=5))
    server = streams(
        *relisted(
            unreadable, ("ADDED", node_json("b")), ("DELETED", node_json("a")), ("BOOKMARK", END)
        )
    )
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert recorder.next_state(Phase.LIVE).unreadable == ()
    assert set(informer.snapshot()) == {"b"}


def test_a_node_that_becomes_unreadable_within_the_list_is_named_as_unreadable(
    streams: Streams, watching: Watching
) -> None:
    unreadable = ("MODIFIED", node_json("a", "21", images=5))
    server = streams(
        *relisted(
            ("ADDED", node_json("a", "20")),
            ("ADDED", node_json("b")),
            unreadable,
            ("BOOKMARK", END),
        )
    )
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert recorder.next_state(Phase.LIVE).unreadable == ("a",)
    assert set(informer.snapshot()) == {"a", "b"}


def test_an_event_without_a_type_is_a_failure(streams: Streams, watching: Watching) -> None:
    server = streams(lists("a", then=lambda request: request.event("", node_json("a"))))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert "not an event" in hurry(informer, recorder)


def test_a_list_after_a_watch_without_an_answer_is_reported_as_any_other(
    streams: Streams, watching: Watching
) -> None:
    server = streams(
        lists("a", then=Request.end_stream),
        Request.hang,
        answers(list_json(node_json("a"))),
        sends(("ERROR", GONE)),
        lists("a", "b"),
    )
    _, recorder = watching(server.url, timeouts=Timeouts(answer_seconds=0.1))
    while (state := recorder.next_state(Phase.LIVE)).known == 1:
        pass
    assert "answers lists but not watches" in state.reason
    assert state.poll_seconds, "no event has shown that watches get through"
