"""Lists instead of a watch: on request, or while watching is forbidden."""

import time
from collections.abc import Callable

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from tests.cluster.scripts import fail, grown, hurry, list_one_node, scripted
from tests.support.fixtures import Serve, Watching
from tests.support.scripted_server import Request, list_json, status_json


def growing() -> Callable[[Request], None]:
    """A list in which node `a` holds one more image each time."""
    counts = iter(range(100))

    def answer(request: Request) -> None:
        count = next(counts)
        request.answer(list_json(grown(str(count), count), version=str(count)))

    return answer


def test_polling_lists_and_never_watches(serve: Serve, watching: Watching) -> None:
    server = serve(scripted(answer=growing()))
    _, recorder = watching(server.url, options=WatchOptions(poll_seconds=0.05))
    live = recorder.next_state(Phase.LIVE)
    assert (live.poll_seconds, live.reason) == (0.05, "")
    assert live.next_try is not None
    for count in (1, 2):
        change = recorder.next_change()
        assert len(change.images.listed_now) == 1
        assert change.new is not None
        assert len(change.new.images) == count
    assert server.watches == []
    assert server.lists[1].query == {"limit": "500"}, "the latest state, whatever came before"
    syncing = [state for state in recorder.states if state.phase is Phase.SYNCING]
    assert len(syncing) == 2, "only the first list is reported as one"


def test_nodes_are_polled_while_watching_is_forbidden_and_watching_is_retried_later(
    serve: Serve, watching: Watching
) -> None:

    def forbid(request: Request) -> None:
        request.answer(status_json(403, "Forbidden", "cannot watch"), 403)

    server = serve(scripted(forbid, answer=growing()))
    _, recorder = watching(
        server.url, options=WatchOptions(intervals=Intervals(poll=0.05, watch_again=0.3))
    )
    live = recorder.next_state(Phase.LIVE)
    assert "cannot watch" in live.reason
    assert live.poll_seconds == 0.05
    assert len(recorder.next_change().images.listed_now) == 1
    watched = recorder.next_state(Phase.LIVE)
    while watched.poll_seconds:
        watched = recorder.next_state(Phase.LIVE)
    assert (watched.poll_seconds, watched.reason) == (None, "")
    syncing = [state for state in recorder.states if state.phase is Phase.SYNCING]
    assert len(syncing) == 2, "only the first list is reported as one"
    assert Phase.FORBIDDEN not in [state.phase for state in recorder.states]


def test_a_watch_that_was_allowed_before_is_retried_soon(serve: Serve, watching: Watching) -> None:
    """A server that has just started forbids everything until it has read its rules."""

    def cut(request: Request) -> None:
        request.start_stream()
        request.event("BOOKMARK", {"metadata": {"resourceVersion": "11"}})
        request.end_stream()

    def forbid(request: Request) -> None:
        request.answer(status_json(403, "Forbidden", "cannot watch"), 403)

    server = serve(scripted(cut, forbid, forbid, cut, *[forbid] * 4, answer=growing()))
    _, recorder = watching(
        server.url, options=WatchOptions(intervals=Intervals(recheck=0.05, poll=0.3))
    )
    polls: list[float | None] = []
    while 0.3 not in polls:
        polls.append(recorder.next_state(Phase.LIVE).poll_seconds)
    assert polls == [None, 0.05, 0.1, None, 0.05, 0.1, 0.2, 0.3]
    assert Phase.FORBIDDEN not in [state.phase for state in recorder.states]


def test_a_retry_lists_once_and_then_waits_again(serve: Serve, watching: Watching) -> None:
    server = serve(scripted(answer=growing()))
    informer, recorder = watching(server.url, options=WatchOptions(poll_seconds=60.0))
    recorder.next_state(Phase.LIVE)
    informer.retry_now()
    recorder.next_state(Phase.LIVE)
    time.sleep(0.1)
    assert len(server.lists) == 2


def test_a_failed_poll_is_reported_and_polling_continues(serve: Serve, watching: Watching) -> None:
    answers = iter([list_one_node, fail, list_one_node])
    server = serve(lambda r: next(answers, list_one_node)(r))
    informer, recorder = watching(server.url, options=WatchOptions(poll_seconds=0.05))
    recorder.next_state(Phase.LIVE)
    assert "etcd is gone" in hurry(informer, recorder)
    assert recorder.next_state(Phase.LIVE).poll_seconds == 0.05
    assert set(informer.snapshot()) == {"a"}
