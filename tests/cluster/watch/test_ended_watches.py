"""A watch that ends is an ordinary thing: what follows at once and silently, and what is trouble.

Load balancers cut connections that were idle for a while; a server closes its watches as it ends.
"""

from collections.abc import Callable

import pytest

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.strategy import Intervals
from tests.cluster.scripts import fail, grown, scripted, streaming
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import Recorder
from tests.support.scripted_server import Request

SHORT = WatchOptions(intervals=Intervals(short_watch=0.05))
IMPATIENT = WatchOptions(intervals=Intervals(short_watch=0.05, resume=0.1))
LIFE_SECONDS = 0.1
Cut = Callable[[Request], None]


def half_a_line(request: Request) -> None:
    request.chunk(b'{"type": "MOD')
    request.reset()


def closed(request: Request) -> None:
    """Closed without the end of the chunks, as a load balancer closes."""
    request.connection.close()


CUTS = pytest.mark.parametrize(
    "cut", [Request.end_stream, Request.reset, closed, half_a_line], ids=lambda cut: cut.__name__
)


def lives_until(cut: Cut) -> Cut:
    """A watch that brings an event and is cut a while later."""

    def watch(request: Request) -> None:
        request.start_stream()
        request.event("MODIFIED", grown(str(int(request.query["resourceVersion"]) + 1)))
        request.released.wait(LIFE_SECONDS)
        cut(request)

    return watch


def phases(recorder: Recorder) -> set[Phase]:
    return {state.phase for state in recorder.states}


@CUTS
def test_a_watch_that_lived_is_resumed_at_once_and_silently(
    serve: Serve, watching: Watching, cut: Cut
) -> None:
    server = serve(
        scripted(*[lives_until(cut)] * 3, streaming(lambda r: r.event("MODIFIED", grown("20", 2))))
    )
    _, recorder = watching(server.url, options=SHORT)
    for _ in range(4):
        recorder.next_state(Phase.LIVE)
    assert Phase.RECONNECTING not in phases(recorder)
    assert [watch.query["resourceVersion"] for watch in server.watches] == ["10", "11", "12", "13"]
    assert len(server.lists) == 1


@CUTS
def test_trouble_is_reported_from_the_first_failed_retry(
    serve: Serve, watching: Watching, cut: Cut
) -> None:
    server = serve(scripted(lives_until(cut), fail))
    _, recorder = watching(server.url, options=SHORT)
    assert "etcd is gone" in recorder.next_state(Phase.RECONNECTING).reason


@CUTS
def test_a_watch_that_is_cut_at_once_is_trouble(serve: Serve, watching: Watching, cut: Cut) -> None:
    def at_once(request: Request) -> None:
        request.start_stream()
        cut(request)

    server = serve(scripted(at_once))
    _, recorder = watching(server.url)
    recorder.next_state(Phase.RECONNECTING)
    assert len(server.watches) == 1


def test_a_watch_that_does_not_resume_in_time_is_trouble_until_it_does(
    serve: Serve, watching: Watching
) -> None:
    def later(request: Request) -> None:
        request.released.wait(0.4)
        request.start_stream()
        request.hang()

    server = serve(scripted(lives_until(Request.reset), later))
    _, recorder = watching(server.url, options=IMPATIENT)
    recorder.next_state(Phase.LIVE)
    late = recorder.next_state(Phase.RECONNECTING)
    assert "not yet begun" in late.reason
    assert late.next_try == late.since, "the next try is under way"
    recorder.next_state(Phase.LIVE)
    assert len(server.watches) == 2


def test_a_watch_that_resumes_in_time_is_no_trouble_later(serve: Serve, watching: Watching) -> None:
    server = serve(scripted(lives_until(Request.reset), lambda r: lives_until(closed)(r)))
    _, recorder = watching(server.url, options=IMPATIENT)
    for _ in range(3):
        recorder.next_state(Phase.LIVE)
    assert Phase.RECONNECTING not in phases(recorder)
