"""List and watch against a server that does what servers do on bad days."""

import json
import time
from collections.abc import Callable

import pytest
from fixtures import Serve, Watching
from recorder import Recorder, connection_to
from scripted_server import Request, image_json, list_json, node_json, status_json

from kubeimg_gui.cluster.connection import Connection
from kubeimg_gui.cluster.errors import StoppedError
from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.reflector import Backoff, Selector
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.domain.change import ChangeKind

GONE = status_json(410, "Expired", "too old resource version: 10 (20)")


def list_one_node(request: Request) -> None:
    request.answer(list_json(node_json("a")))


def fail(request: Request) -> None:
    request.answer(status_json(500, "InternalError", "etcd is gone"), 500)


def scripted(
    *watches: Callable[[Request], None], answer: Callable[[Request], None] | None = None
) -> Callable[[Request], None]:
    """List node `a`; play the watches in turn, then hang."""
    played = iter(watches)
    answer = answer or list_one_node

    def script(request: Request) -> None:
        if not request.is_watch:
            answer(request)
            return
        watch = next(played, None)
        if watch is None:
            request.start_stream()
            request.hang()
        else:
            watch(request)

    return script


def grown(version: str = "11", count: int = 1) -> dict[str, object]:
    return node_json("a", version, images=[image_json(f"x:{i}", 5) for i in range(count)])


def streaming(*send: Callable[[Request], None]) -> Callable[[Request], None]:
    """A watch that sends and then hangs."""

    def watch(request: Request) -> None:
        request.start_stream()
        for step in send:
            step(request)
        request.hang()

    return watch


def hurry(informer: NodeInformer, recorder: Recorder, phase: Phase = Phase.RECONNECTING) -> str:
    """Wait for a failure, skip its back-off, and give its reason."""
    reason = recorder.next_state(phase).reason
    informer.retry_now()
    return reason


def test_pages_are_followed_and_the_total_is_told(serve: Serve, watching: Watching) -> None:
    def answer(request: Request) -> None:
        if "continue" not in request.query:
            page = list_json(node_json("a"))
            page["metadata"] |= {"continue": "token", "remainingItemCount": 1}
            request.answer(page)
        else:
            request.answer(list_json(node_json("b"), version="10"))

    server = serve(scripted(answer=answer))
    informer, recorder = watching(server.url, Selector("pool=web", "spec.unschedulable=false"))
    assert recorder.next_state(Phase.LIVE).nodes == 2
    assert set(informer.snapshot()) == {"a", "b"}
    selected = {"labelSelector": "pool=web", "fieldSelector": "spec.unschedulable=false"}
    assert [r.query for r in server.lists] == [
        {"limit": "500", **selected},
        {"limit": "500", "continue": "token", **selected},
    ]
    assert (1, 2) in [(s.nodes, s.total) for s in recorder.states if s.phase is Phase.SYNCING]
    assert server.watches[0].query.items() >= {"resourceVersion": "10", **selected}.items()


def test_requests_carry_our_name_and_ask_for_bookmarks(serve: Serve, watching: Watching) -> None:
    server = serve(scripted())
    watching(server.url)[1].next_state(Phase.LIVE)
    watch = server.watches[0]
    assert watch.headers["user-agent"].startswith("kubeimg/")
    assert watch.query["allowWatchBookmarks"] == "true"
    assert 240 <= int(watch.query["timeoutSeconds"]) <= 290


def test_an_ended_watch_goes_on_where_it_was_without_a_list(
    serve: Serve, watching: Watching
) -> None:
    def end(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", grown("15"))
        request.end_stream()

    server = serve(scripted(end, streaming(lambda r: r.event("MODIFIED", grown("16", 2)))))
    _, recorder = watching(server.url)
    assert len(recorder.next_change().images.arrived) == 1
    assert len(recorder.next_change().images.arrived) == 1
    assert [r.query["resourceVersion"] for r in server.watches] == ["10", "15"]
    assert len(server.lists) == 1
    assert Phase.RECONNECTING not in [s.phase for s in recorder.states]


def test_a_bookmark_moves_the_version_and_tells_nothing(serve: Serve, watching: Watching) -> None:
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


@pytest.mark.parametrize("within_the_stream", [False, True])
def test_an_expired_version_leads_to_a_list_not_older_than_seen(
    serve: Serve, watching: Watching, within_the_stream: bool
) -> None:
    def expire(request: Request) -> None:
        if within_the_stream:
            request.start_stream()
            request.event("ERROR", GONE)
            request.end_stream()
        else:
            request.answer(GONE, 410)

    server = serve(scripted(expire))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    if within_the_stream:
        recorder.next_state(Phase.LIVE)
    assert server.lists[1].query == {
        "limit": "500",
        "resourceVersion": "10",
        "resourceVersionMatch": "NotOlderThan",
    }
    assert Phase.RECONNECTING not in [s.phase for s in recorder.states]
    assert len(recorder.changes) == 1, "nothing changed, so the list tells nothing"


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (410, GONE),
        (504, status_json(504, "Timeout", "Too large resource version: 10, current: 3")),
    ],
)
def test_a_version_the_list_refuses_too_is_given_up(
    serve: Serve, watching: Watching, code: int, body: dict[str, object]
) -> None:
    def answer(request: Request) -> None:
        if "resourceVersion" in request.query:
            request.answer(body, code)
        else:
            request.answer(list_json(node_json("a"), version="3"))

    server = serve(scripted(lambda r: r.answer(GONE, 410), answer=answer))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert server.lists[-1].query == {}
    assert server.watches[-1].query["resourceVersion"] == "3"


def test_an_expired_page_leads_to_one_whole_list(serve: Serve, watching: Watching) -> None:
    def answer(request: Request) -> None:
        if "continue" in request.query:
            request.answer(GONE, 410)
        elif "limit" in request.query:
            page = list_json(node_json("a"), node_json("stale"))
            page["metadata"]["continue"] = "token"
            request.answer(page)
        else:
            request.answer(list_json(node_json("a"), node_json("b")))

    server = serve(scripted(answer=answer))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"a", "b"}
    assert len(server.lists) == 3


def test_trouble_keeps_the_nodes_and_backs_off(serve: Serve, watching: Watching) -> None:
    server = serve(scripted(fail, fail))
    informer, recorder = watching(server.url)
    first = recorder.next_state(Phase.RECONNECTING)
    assert "etcd is gone" in first.reason
    assert first.next_try is not None
    assert 0.5 < first.next_try - time.time() <= 1.6
    assert first.nodes == 1
    informer.retry_now()
    hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"a"}
    assert len(server.lists) == 1


@pytest.mark.parametrize(("code", "phase"), [(401, Phase.LOGIN_NEEDED), (403, Phase.FORBIDDEN)])
def test_refusals_have_their_own_phase(
    serve: Serve, watching: Watching, code: int, phase: Phase
) -> None:
    message = 'nodes is forbidden: User "bob" cannot list resource "nodes"'
    server = serve(lambda r: r.answer(status_json(code, "", message), code))
    _, recorder = watching(server.url)
    assert message in recorder.next_state(phase).reason
    assert len(server.requests) == 1


def test_a_connection_with_refused_credentials_is_closed(serve: Serve) -> None:
    server = serve(lambda r: r.answer(status_json(401, "Unauthorized", "Unauthorized"), 401))
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(connection_to(server.url))
        return opened[-1]

    informer, recorder = NodeInformer(connect), Recorder()
    informer.add_handler(recorder)
    informer.start()
    for _ in range(2):
        hurry(informer, recorder, Phase.LOGIN_NEEDED)
    assert informer.stop()
    assert len(opened) >= 2
    with pytest.raises(StoppedError), opened[0].get("/", {}):
        pass


def test_retry_after_is_obeyed(serve: Serve, watching: Watching) -> None:
    server = serve(
        lambda r: r.answer(status_json(429, "", "slow down"), 429, "Retry-After: 20\r\n")
    )
    _, recorder = watching(server.url)
    next_try = recorder.next_state(Phase.RECONNECTING).next_try
    assert next_try is not None
    assert next_try - time.time() > 15
    assert len(server.requests) == 1


def test_a_watch_that_ends_at_once_is_a_failure(serve: Serve, watching: Watching) -> None:
    def end(request: Request) -> None:
        request.start_stream()
        request.end_stream()

    server = serve(scripted(end))
    _, recorder = watching(server.url)
    assert "at once" in recorder.next_state(Phase.RECONNECTING).reason
    assert len(server.watches) == 1


@pytest.mark.parametrize(
    ("kind", "body", "version"),
    [
        ("MODIFIED", node_json("a", "12", images=5), "12"),
        ("MODIFIED", {"metadata": 5}, "10"),
        ("EXPLODED", node_json("a", "12"), "12"),
    ],
)
def test_an_event_that_makes_no_sense_is_passed_over(
    serve: Serve, watching: Watching, kind: str, body: dict[str, object], version: str
) -> None:
    def sick_then_reset(request: Request) -> None:
        request.start_stream()
        request.event(kind, body)
        request.reset()

    server = serve(scripted(sick_then_reset, streaming(lambda r: r.event("MODIFIED", grown("13")))))
    informer, recorder = watching(server.url)
    hurry(informer, recorder)
    assert len(recorder.next_change().images.arrived) == 1
    assert server.watches[1].query["resourceVersion"] == version


def test_a_node_that_makes_no_sense_is_left_out_of_the_list(
    serve: Serve, watching: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    nodes = list_json(node_json("sick", images=5), node_json("well"))
    server = serve(scripted(answer=lambda r: r.answer(nodes)))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"well"}
    assert "sick" in caplog.text


@pytest.mark.parametrize("body", [b"<html>proxy</html>", b'{"items": []}', b"[]"])
def test_an_answer_that_is_no_list_is_said(serve: Serve, watching: Watching, body: bytes) -> None:
    server = serve(lambda r: r.answer(body))
    _, recorder = watching(server.url)
    assert "list" in recorder.next_state(Phase.RECONNECTING).reason


def test_lines_arrive_whole_however_they_are_cut(serve: Serve, watching: Watching) -> None:
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
    assert recorder.next_change().images.arrived[0].names == ("中文/图像:1",)
    recorder.next_state(Phase.LIVE)
    assert len(recorder.changes) == 2


def test_a_stream_without_chunks_is_read_as_it_comes(serve: Serve, watching: Watching) -> None:
    def watch(request: Request) -> None:
        request.start_stream(chunked=False)
        request.send(json.dumps({"type": "MODIFIED", "object": grown()}).encode() + b"\n")
        request.hang()

    _, recorder = watching(serve(scripted(watch)).url)
    assert len(recorder.next_change().images.arrived) == 1


def test_added_known_and_modified_unknown_nodes_are_taken_as_they_are(
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


def test_backoff_doubles_to_its_limit_and_calms_down() -> None:
    now = 0.0
    backoff = Backoff(lambda: now)
    steps = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]
    for step in steps:
        wait = backoff.next()
        assert step <= wait <= 2 * step
        now += wait
    now += 121
    assert backoff.next() <= 1.6
    backoff.next()
    backoff.reset()
    assert backoff.next() <= 1.6
