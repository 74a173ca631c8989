"""The list at the start of a watch: in both encodings, and in pages if the server refuses it."""

from typing import Any

import pytest

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.wire.negotiation import PROTOBUF
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import GONE, hurry
from tests.cluster.watch.streaming import END, Play, Streams, answers, lists, relisted, sends
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
    image_json,
    list_json,
    node_json,
    status_json,
)


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
