"""List and watch against a server with faults."""

import pytest

from kubeimg_gui.cluster.errors import StoppedError
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from kubeimg_gui.domain.change import ChangeKind
from tests.cluster.scripts import GONE, fail, grown, hurry, scripted, streaming
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import Recorder, connection_to
from tests.support.scripted_server import Request, list_json, node_json, status_json


@pytest.mark.parametrize("within_the_stream", [False, True])
def test_an_expired_version_is_followed_by_a_list_of_the_latest_state(
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
    assert server.lists[1].query == {"limit": "500"}
    phases = [state.phase for state in recorder.states]
    assert Phase.RECONNECTING not in phases
    assert phases.count(Phase.SYNCING) == 4, "both lists report progress"
    assert len(recorder.changes) == 1, "nothing changed, so the list publishes nothing"


def test_an_expired_page_is_followed_by_one_list_without_pages(
    serve: Serve, watching: Watching
) -> None:
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


def test_a_watch_that_breaks_before_it_opens_is_a_lost_connection(
    serve: Serve, watching: Watching
) -> None:
    server = serve(scripted(Request.reset))
    informer, recorder = watching(server.url)
    assert not hurry(informer, recorder).startswith("Internal error")
    recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 1


def test_failures_keep_the_nodes_and_back_off(serve: Serve, watching: Watching) -> None:
    server = serve(scripted(fail, fail))
    informer, recorder = watching(server.url)
    first = recorder.next_state(Phase.RECONNECTING)
    assert "etcd is gone" in first.reason
    assert first.next_try is not None
    assert 0.5 < first.next_try - first.since <= 1.6
    assert first.known == 1
    informer.retry_now()
    hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"a"}
    assert len(server.lists) == 1


@pytest.mark.parametrize(("code", "phase"), [(401, Phase.LOGIN_NEEDED), (403, Phase.FORBIDDEN)])
def test_refused_requests_have_their_own_phase(
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


def test_retry_after_delays_the_next_request(serve: Serve, watching: Watching) -> None:
    server = serve(
        lambda r: r.answer(status_json(429, "", "slow down"), 429, "Retry-After: 20\r\n")
    )
    _, recorder = watching(server.url)
    state = recorder.next_state(Phase.RECONNECTING)
    assert state.next_try is not None
    assert state.next_try - state.since >= 20
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
def test_an_unreadable_event_is_skipped_and_the_watch_resumes_after_it(
    serve: Serve, watching: Watching, kind: str, body: dict[str, object], version: str
) -> None:
    def unreadable_then_reset(request: Request) -> None:
        request.start_stream()
        request.event(kind, body)
        request.reset()

    server = serve(
        scripted(unreadable_then_reset, streaming(lambda r: r.event("MODIFIED", grown("13"))))
    )
    informer, recorder = watching(server.url)
    hurry(informer, recorder)
    assert len(recorder.next_change().images.listed_now) == 1
    assert server.watches[1].query["resourceVersion"] == version


def test_an_unreadable_node_is_left_out_of_the_list_and_logged(
    serve: Serve, watching: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    nodes = list_json(node_json("sick", images=5), node_json("well"))
    server = serve(scripted(answer=lambda r: r.answer(nodes)))
    informer, recorder = watching(server.url)
    recorder.next_state(Phase.LIVE)
    assert set(informer.snapshot()) == {"well"}
    assert "sick" in caplog.text


@pytest.mark.parametrize(
    "body",
    [b"<html>proxy</html>", b'{"items": []}', b"[]", b'{"metadata": {"resourceVersion": "5"}}'],
)
def test_a_response_that_is_not_a_list_is_reported(
    serve: Serve, watching: Watching, body: bytes
) -> None:
    server = serve(lambda r: r.answer(body))
    _, recorder = watching(server.url)
    assert "NodeList" in recorder.next_state(Phase.RECONNECTING).reason


def test_an_unreadable_node_can_be_deleted(serve: Serve, watching: Watching) -> None:
    server = serve(
        scripted(streaming(lambda r: r.event("DELETED", node_json("a", "12", images=5))))
    )
    informer, recorder = watching(server.url)
    assert recorder.next_change().kind is ChangeKind.DELETED
    assert informer.snapshot() == {}


def test_the_state_names_unreadable_nodes(serve: Serve, watching: Watching) -> None:
    nodes = list_json(node_json("sick", images=5), node_json("a"))
    unreadable = streaming(
        lambda r: r.event("MODIFIED", node_json("a", "12", images=5)),
        lambda r: r.event("MODIFIED", node_json("sick", "13")),
    )
    server = serve(scripted(unreadable, answer=lambda r: r.answer(nodes)))
    _, recorder = watching(server.url)
    live = recorder.next_state(Phase.LIVE)
    assert (live.unreadable, live.skipped) == (("sick",), 1)
    live = recorder.next_state(Phase.LIVE)
    assert (live.unreadable, live.skipped) == (("a", "sick"), 2)
    live = recorder.next_state(Phase.LIVE)
    assert (live.unreadable, live.skipped) == (("a",), 2)


@pytest.mark.parametrize("line", [b"<html>\n", b"[" * 5000 + b"\n", b'{"type": "MODIFIED"}\n'])
def test_data_that_is_not_an_event_is_requested_again_and_then_skipped_by_a_list(
    serve: Serve, watching: Watching, line: bytes
) -> None:
    def garbage(request: Request) -> None:
        request.start_stream()
        request.chunk(line)
        request.hang()

    server = serve(scripted(garbage, garbage))
    informer, recorder = watching(server.url)
    assert "not an event" in hurry(informer, recorder)
    assert len(server.lists) == 1, "the server may send it correctly the next time"
    assert "not an event" in hurry(informer, recorder)
    recorder.next_state(Phase.LIVE)
    assert len(server.lists) == 2


def test_an_expired_version_that_expires_again_at_once_is_a_failure(
    serve: Serve, watching: Watching
) -> None:
    def expire(request: Request) -> None:
        request.answer(GONE, 410)

    server = serve(scripted(*[expire] * 50))
    _, recorder = watching(server.url)
    assert "too old" in recorder.next_state(Phase.RECONNECTING).reason
    assert (len(server.lists), len(server.watches)) == (2, 2)


def test_a_watch_that_repeats_a_known_version_and_ends_is_a_failure(
    serve: Serve, watching: Watching
) -> None:
    def replay(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", node_json("a", "10"))
        request.end_stream()

    server = serve(scripted(*[replay] * 50))
    _, recorder = watching(server.url)
    assert "at once" in recorder.next_state(Phase.RECONNECTING).reason
    assert len(server.watches) == 1


def test_a_silent_watch_is_resumed_without_a_reported_failure(
    serve: Serve, watching: Watching
) -> None:
    bookmark = {"kind": "Node", "metadata": {"resourceVersion": "42"}}

    def end(request: Request) -> None:
        request.start_stream()
        request.event("BOOKMARK", bookmark)
        request.end_stream()

    server = serve(scripted(end, streaming(), streaming(lambda r: r.event("MODIFIED", grown()))))
    _, recorder = watching(
        server.url,
        options=WatchOptions(intervals=Intervals(short_watch=0.05)),
        timeouts=Timeouts(idle_seconds=0.1),
    )
    recorder.next_change()
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]
    assert len(server.lists) == 1


@pytest.mark.parametrize("last", [None, GONE])
def test_watches_of_one_event_each_are_followed_by_a_pause(
    serve: Serve, watching: Watching, last: dict[str, object] | None
) -> None:
    def one_event(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", grown(str(int(request.query["resourceVersion"]) + 1)))
        if last:
            request.event("ERROR", last)
        request.end_stream()

    server = serve(scripted(*[one_event] * 100))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.RECONNECTING)
    assert len(server.watches) == 2
