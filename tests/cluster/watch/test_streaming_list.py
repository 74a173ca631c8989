"""The list at the start of a watch: in both encodings, and in pages if the server refuses it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch import reflector
from kubeimg_gui.cluster.watch.backoff import Backoff
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.cluster.wire.negotiation import PROTOBUF
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import GONE, hurry
from tests.support.encodings_of_nodes import (
    bookmark_protobuf,
    enveloped,
    frame,
    lengthy,
    node_protobuf,
    status_protobuf,
)
from tests.support.fixtures import Watching
from tests.support.scripted_server import (
    Request,
    ScriptedServer,
    image_json,
    list_json,
    node_json,
    status_json,
)

Streams = Callable[..., ScriptedServer]
Play = Callable[[Request], None]
END: dict[str, Any] = {
    "kind": "Node",
    "metadata": {
        "resourceVersion": "10",
        "annotations": {"k8s.io/initial-events-end": "true"},
    },
}


@pytest.fixture
def streams() -> Iterator[Streams]:
    """Starts servers with streaming lists that play each step in turn and then hang."""
    with ExitStack() as servers:

        def start(*plays: Play) -> ScriptedServer:
            left = iter(plays)

            def script(request: Request) -> None:
                play = next(left, None)
                if play is None:
                    request.start_stream()
                    request.hang()
                else:
                    play(request)

            return servers.enter_context(ScriptedServer(script, streams=True))

        yield start


def sends(*events: tuple[str, Any], then: Play = Request.hang) -> Play:
    """A stream of events in JSON; `then` runs after them."""

    def play(request: Request) -> None:
        request.start_stream()
        for kind, body in events:
            request.event(kind, body)
        then(request)

    return play


def lists(*names: str, then: Play = Request.hang) -> Play:
    """A complete streaming list; `then` runs after it."""
    nodes = [("ADDED", node_json(name)) for name in names]
    return sends(*nodes, ("BOOKMARK", END), then=then)


def answers(body: Any, code: int = 200) -> Play:
    return lambda request: request.answer(body, code)


def in_json(request: Request) -> None:
    sends(
        ("ADDED", node_json("a")),
        ("ADDED", node_json("b")),
        ("BOOKMARK", END),
        ("MODIFIED", node_json("a", "11", images=[image_json("x:1", 5)])),
        ("DELETED", node_json("b", "12")),
    )(request)


def in_protobuf(request: Request) -> None:
    def send(kind: str, encoded: bytes) -> None:
        piece = lengthy(frame(kind, encoded))
        request.chunk(piece[:3])  # as a stream may be cut
        request.chunk(piece[3:])

    def node(*args: str, **status: Any) -> bytes:
        return enveloped("Node", node_protobuf(node_json(*args, **status)))

    request.start_stream(media_type=f"{PROTOBUF};stream=watch")
    send("ADDED", node("a"))
    send("ADDED", node("b"))
    send("BOOKMARK", bookmark_protobuf("10", ends_list=True))
    send("MODIFIED", node("a", "11", images=[image_json("x:1", 5)]))
    send("DELETED", node("b", "12"))
    request.hang()


@pytest.mark.parametrize("play", [in_json, in_protobuf])
def test_one_request_brings_the_list_and_the_changes_after_it(
    streams: Streams, watching: Watching, play: Play
) -> None:
    server = streams(play)
    _, recorder = watching(server.url, Selector("pool=web"))
    assert recorder.next_state(Phase.LIVE).known == 2
    assert [change.initial for change in recorder.changes[:2]] == [True, True]
    grown = recorder.next_change()
    assert [image.names for image in grown.images.listed_now] == [("x:1",)]
    gone = recorder.next_change()
    assert (gone.kind, gone.record.name) == (ChangeKind.DELETED, "b")
    (asked,) = server.requests
    assert 240 <= int(asked.query.pop("timeoutSeconds")) <= 290
    assert asked.query == {
        "watch": "true",
        "sendInitialEvents": "true",
        "resourceVersionMatch": "NotOlderThan",
        "allowWatchBookmarks": "true",
        "labelSelector": "pool=web",
    }
    assert asked.headers["accept"] == "application/vnd.kubernetes.protobuf,application/json"


def test_the_last_bookmark_of_a_list_sets_the_version(streams: Streams, watching: Watching) -> None:
    server = streams(
        sends(
            ("ADDED", node_json("a", "77")),
            ("BOOKMARK", {"metadata": {"resourceVersion": "88"}}),
            ("BOOKMARK", END),
            then=Request.reset,
        )
    )
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert server.requests[1].query["resourceVersion"] == "10"
    assert "sendInitialEvents" not in server.requests[1].query


def test_a_broken_list_is_repeated_in_pages_and_known_nodes_stay(
    streams: Streams, watching: Watching
) -> None:
    server = streams(
        sends(("ADDED", node_json("a")), ("ADDED", node_json("b")), then=Request.reset),
        answers(list_json(node_json("b"), node_json("c"))),
    )
    informer, recorder = watching(server.url)
    hurry(informer, recorder)
    assert set(informer.snapshot()) == {"a", "b"}
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"b", "c"}
    assert "resourceVersion" not in server.requests[1].query


def test_a_list_that_ends_too_soon_is_repeated_in_pages(
    streams: Streams, watching: Watching
) -> None:
    server = streams(
        sends(("ADDED", node_json("a")), then=Request.end_stream),
        answers(list_json(node_json("a"), node_json("b"))),
    )
    informer, recorder = watching(server.url)
    reason = hurry(informer, recorder)
    assert reason == "The server closed the list before it was complete"
    assert recorder.next_state(Phase.LIVE).known == 2
    assert [request.is_watch for request in server.requests] == [True, False, True]


@pytest.mark.parametrize("nodes", [0, 1])
def test_a_list_that_falls_silent_is_repeated_in_pages(
    streams: Streams, watching: Watching, nodes: int
) -> None:
    server = streams(
        sends(*[("ADDED", node_json("a"))] * nodes),
        answers(list_json(node_json("a"))),
        sends(("BOOKMARK", {"metadata": {"resourceVersion": "11"}})),
    )
    _, recorder = watching(server.url, timeouts=Timeouts(list_seconds=0.1))
    recorder.next_state(Phase.LIVE)
    assert [request.is_watch for request in server.requests[:2]] == [True, False]
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]


def test_a_server_without_streaming_lists_is_asked_for_one_only_once(
    streams: Streams, watching: Watching
) -> None:
    server = streams(
        answers(status_json(422, "Invalid", "sendInitialEvents is forbidden"), 422),
        answers(list_json(node_json("a"))),
        sends(("ERROR", GONE)),
        answers(list_json(node_json("b"), version="20")),
    )
    _, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    while recorder.next_change().kind is not ChangeKind.DELETED:
        pass
    asked = ["sendInitialEvents" in request.query for request in server.requests[:4]]
    assert asked == [True, False, False, False]
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]


def test_a_forbidden_list_is_reported_as_such(streams: Streams, watching: Watching) -> None:
    server = streams(
        answers(status_json(403, "Forbidden", "cannot watch"), 403),
        answers(status_json(403, "Forbidden", "cannot list"), 403),
    )
    _, recorder = watching(server.url)
    assert "cannot list" in recorder.next_state(Phase.FORBIDDEN).reason


def test_an_error_in_protobuf_is_reported(streams: Streams, watching: Watching) -> None:
    refusal = status_protobuf(503, "ServiceUnavailable", "etcd is gone", retry_after=7)
    server = streams(answers(refusal, 503))
    _, recorder = watching(server.url)
    state = recorder.next_state(Phase.RECONNECTING)
    assert state.reason == "The server says: etcd is gone (503)"
    assert state.next_try is not None
    assert state.next_try - state.since > 6


def relisted(*events: tuple[str, Any]) -> tuple[Play, Play]:
    """A list of `a` and `b` whose version expires, and the events of the next list."""
    return lists("a", "b", then=lambda request: request.event("ERROR", GONE)), sends(*events)


def test_a_later_list_is_compared_when_it_is_complete(streams: Streams, watching: Watching) -> None:
    later = dict(END, metadata={**END["metadata"], "resourceVersion": "30"})
    server = streams(
        *relisted(
            ("ADDED", node_json("b", "20", images=[image_json("x:1", 5)])),
            ("ADDED", node_json("c", "21")),
            ("ADDED", node_json("d", "22")),
            ("DELETED", node_json("d", "23")),
            ("BOOKMARK", later),
        )
    )
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"b", "c"}
    changes = [
        (change.kind, change.record.name) for change in recorder.changes if not change.initial
    ]
    assert changes[0] == (ChangeKind.DELETED, "a")
    assert set(changes[1:]) == {(ChangeKind.CHANGED, "b"), (ChangeKind.ADDED, "c")}
    assert server.requests[1].query["sendInitialEvents"] == "true"
    assert "resourceVersion" not in server.requests[1].query


def test_an_unreadable_node_of_a_list_is_not_deleted(streams: Streams, watching: Watching) -> None:
    unreadable = node_json("a", "20", images=5)
    server = streams(*relisted(("ADDED", unreadable), ("ADDED", node_json("b")), ("BOOKMARK", END)))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert recorder.next_state(Phase.LIVE).unreadable == ("a",)
    assert set(informer.snapshot()) == {"a", "b"}


def test_a_suddenly_empty_list_is_requested_again(streams: Streams, watching: Watching) -> None:
    server = streams(*relisted(("BOOKMARK", END)), lists())
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert "suddenly returned an empty list" in hurry(informer, recorder)
    assert set(informer.snapshot()) == {"a", "b"}
    recorder.next_state(Phase.LIVE)
    assert informer.snapshot() == {}
    assert "resourceVersion" not in server.requests[2].query


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
