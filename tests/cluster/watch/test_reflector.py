"""List and watch by the rules: pages, versions, bookmarks, lines."""

import json
from typing import Any

import pytest

from kubeimg_gui.cluster.resources import Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.transport.response import Response
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import grown, hurry, scripted, streaming
from tests.support.fixtures import Serve, Watching
from tests.support.scripted_server import Request, list_json, node_json


def test_all_pages_are_requested_and_the_total_is_reported(
    serve: Serve, watching: Watching
) -> None:
    def answer(request: Request) -> None:
        if "continue" not in request.query:
            page = list_json(node_json("a"))
            page["metadata"] |= {"continue": "token", "remainingItemCount": 1}
            request.answer(page)
        else:
            request.answer(list_json(node_json("b"), version="10"))

    server = serve(scripted(answer=answer))
    informer, recorder = watching(server.url, Selector("pool=web", "spec.unschedulable=false"))
    assert recorder.next_state(Phase.LIVE).known == 2
    assert set(informer.snapshot()) == {"a", "b"}
    selected = {"labelSelector": "pool=web", "fieldSelector": "spec.unschedulable=false"}
    assert [r.query for r in server.lists] == [
        {"limit": "500", **selected},
        {"limit": "500", "continue": "token", **selected},
    ]
    assert (1, 2) in [(s.known, s.total) for s in recorder.states if s.phase is Phase.SYNCING]
    assert server.watches[0].query.items() >= {"resourceVersion": "10", **selected}.items()


def test_requests_name_kubeimg_and_ask_for_bookmarks(serve: Serve, watching: Watching) -> None:
    server = serve(scripted())
    watching(server.url)[1].next_state(Phase.LIVE)
    watch = server.watches[0]
    assert watch.headers["user-agent"].startswith("kubeimg/")
    assert watch.query["allowWatchBookmarks"] == "true"
    assert 240 <= int(watch.query["timeoutSeconds"]) <= 290


def test_each_request_bounds_the_silence_of_the_server(
    serve: Serve, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch may be silent as long as it lasts, until the server has sent a bookmark."""
    answers: list[float] = []
    silences: list[float] = []
    get, wait_at_most = Connection.get, Response.wait_at_most

    def noted(*args: Any, read_seconds: float, **options: Any) -> Any:
        answers.append(read_seconds)
        return get(*args, read_seconds=read_seconds, **options)

    def noted_silence(response: Response, seconds: float) -> None:
        silences.append(seconds)
        wait_at_most(response, seconds)

    def bookmark_then_end(request: Request) -> None:
        request.start_stream()
        request.event("BOOKMARK", {"metadata": {"resourceVersion": "42"}})
        request.end_stream()

    monkeypatch.setattr(Connection, "get", noted)
    monkeypatch.setattr(Response, "wait_at_most", noted_silence)
    server = serve(scripted(bookmark_then_end))
    timeouts = Timeouts(
        list_seconds=5.0,
        silence_seconds=20.0,
        answer_seconds=15.0,
        idle_seconds=70.0,
        idle_grace_seconds=1000.0,
    )
    _, recorder = watching(server.url, timeouts=timeouts)
    for _ in range(2):
        recorder.next_state(Phase.LIVE)
    assert answers == [5.0, 20.0, 15.0, 20.0, 15.0], "two lists, a watch, a check, a watch"
    first, second = silences
    assert 0.0 <= first - 1000.0 - int(server.watches[0].query["timeoutSeconds"]) < 1.0
    assert second == 70.0


def test_a_closed_watch_resumes_from_its_version_without_a_list(
    serve: Serve, watching: Watching
) -> None:
    def end(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", grown("15"))
        request.end_stream()

    server = serve(scripted(end, streaming(lambda r: r.event("MODIFIED", grown("16", 2)))))
    _, recorder = watching(server.url)
    assert len(recorder.next_change().images.listed_now) == 1
    assert len(recorder.next_change().images.listed_now) == 1
    assert [r.query["resourceVersion"] for r in server.watches] == ["10", "15"]
    assert len(server.lists) == 1
    assert Phase.RECONNECTING not in [s.phase for s in recorder.states]


def test_a_bookmark_advances_the_version_and_publishes_nothing(
    serve: Serve, watching: Watching
) -> None:
    def bookmark_then_reset(request: Request) -> None:
        request.start_stream()
        request.event("BOOKMARK", {"kind": "Node", "metadata": {"resourceVersion": "42"}})
        request.reset()

    server = serve(scripted(bookmark_then_reset))
    informer, recorder = watching(server.url)
    assert "broke" in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert server.watches[1].query["resourceVersion"] == "42"
    assert len(recorder.changes) == 1


def test_lines_are_reassembled_from_chunks_of_any_size(serve: Serve, watching: Watching) -> None:
    event = {"type": "MODIFIED", "object": grown()}
    event["object"]["status"]["images"][0]["names"] = ["中文/图像:1"]  # type: ignore[index]
    line = json.dumps(event, ensure_ascii=False).encode() + b"\n"
    cut = [b"\n", *(line[i : i + 7] for i in range(0, len(line), 7)), b'{"type": "MOD']

    def watch(request: Request) -> None:
        request.start_stream()
        for piece in cut:
            request.chunk(piece)
        request.end_stream()

    server = serve(scripted(watch))
    _, recorder = watching(server.url)
    assert recorder.next_change().images.listed_now[0].names == ("中文/图像:1",)
    recorder.next_state(Phase.LIVE)
    assert len(recorder.changes) == 2


def test_a_stream_without_chunks_is_read_as_it_arrives(serve: Serve, watching: Watching) -> None:
    def watch(request: Request) -> None:
        request.start_stream(chunked=False)
        request.send(json.dumps({"type": "MODIFIED", "object": grown()}).encode() + b"\n")
        request.hang()

    _, recorder = watching(serve(scripted(watch)).url)
    assert len(recorder.next_change().images.listed_now) == 1


def test_events_are_applied_whether_or_not_the_node_is_known(
    serve: Serve, watching: Watching
) -> None:
    server = serve(
        scripted(
            streaming(
                lambda r: r.event("ADDED", grown()),
                lambda r: r.event("MODIFIED", node_json("b", "12")),
                lambda r: r.event("DELETED", node_json("unknown", "13")),
                lambda r: r.event("DELETED", node_json("b", "14")),
            )
        )
    )
    _, recorder = watching(server.url)
    changes = [recorder.next_change() for _ in range(3)]
    assert [(c.kind, c.record.name) for c in changes] == [
        (ChangeKind.CHANGED, "a"),
        (ChangeKind.ADDED, "b"),
        (ChangeKind.DELETED, "b"),
    ]
