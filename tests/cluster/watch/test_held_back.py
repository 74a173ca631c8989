"""Watches that bring nothing: no view says live for long what is no longer true."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch import reflector
from kubeimg_gui.cluster.watch.backoff import Backoff
from tests.cluster.watch.held_back import (
    LONG_SECONDS,
    OPTIONS,
    TIMEOUTS,
    HeldBack,
    Proxy,
    cutting,
    first_bytes,
    in_buffers,
    passing,
    swallowing,
    timing_out,
    unanswering,
    whole,
)
from tests.support.fixtures import Watching
from tests.support.recorder import Recorder
from tests.support.scripted_server import ScriptedServer

pytestmark = pytest.mark.timed

KIB = 2**10


class Case:
    """A server behind a proxy, and an informer that watches it."""

    def __init__(self, server: ScriptedServer, script: HeldBack, recorder: Recorder) -> None:
        self.server = server
        self.script = script
        self.recorder = recorder

    def change(self) -> None:
        """Changes the node, and waits until the change is reported."""
        name = self.script.change()
        change = self.recorder.next_change()
        assert change.new is not None
        assert change.new.images[0].names == (name,)

    def polled(self) -> str:
        """Waits for the next state that is polled, and returns the reason."""
        while not (state := self.live()).poll_seconds:
            pass
        return state.reason

    def trusted(self) -> None:
        """Waits for the next state that is live and not polled."""
        while (state := self.live()).poll_seconds:
            pass
        assert state.reason == ""

    def live(self) -> ConnectionState:
        return self.recorder.next_state(Phase.LIVE)

    def check(self) -> None:
        """No third watch from one version without a list in between, and no trouble reported."""
        row: list[str] = []
        for request in self.server.requests:
            version = request.query.get("resourceVersion", "") if request.is_watch else "list"
            row = [*row, version] if version in row else [version]
            assert len(row) <= 2 or version == "list", "blind for three watches"
        assert Phase.RECONNECTING not in self.phases()

    def phases(self) -> set[Phase]:
        return {state.phase for state in self.recorder.states}


Behind = Callable[..., Case]


@pytest.fixture
def behind(watching: Watching, monkeypatch: pytest.MonkeyPatch) -> Iterator[Behind]:
    """Starts cases."""
    monkeypatch.setattr(reflector, "WATCH_SECONDS", (LONG_SECONDS, LONG_SECONDS))
    with ExitStack() as servers:

        def start(proxy: Proxy, *, bookmarks: bool = True, streams: bool = True) -> Case:
            script = HeldBack(proxy, bookmarks=bookmarks)
            server = servers.enter_context(ScriptedServer(script, streams=streams))
            _, recorder = watching(server.url, options=OPTIONS, timeouts=TIMEOUTS)
            return Case(server, script, recorder)

        yield start


@pytest.mark.slow
@pytest.mark.parametrize("proxy", [whole, unanswering, swallowing, in_buffers(8 * KIB)])
def test_a_proxy_that_holds_back_the_first_list_is_noticed_at_once(
    behind: Behind, proxy: Proxy
) -> None:
    case = behind(proxy)
    assert "A proxy on the way to the server may hold them back" in case.polled()
    for _ in range(3):
        case.change()
    case.check()
    case.script.replace(passing)
    case.trusted()


@pytest.mark.slow
@pytest.mark.parametrize("bookmarks", [True, False])
@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize(
    "proxy",
    [
        whole,
        unanswering,
        swallowing,
        in_buffers(500),
        in_buffers(8 * KIB),
        in_buffers(64 * KIB),
        first_bytes(500),
        first_bytes(KIB),
        first_bytes(8 * KIB),
        cutting(0.35),
        passing,
    ],
)
def test_every_change_is_reported_whatever_the_proxy_does(
    behind: Behind, proxy: Proxy, streams: bool, bookmarks: bool
) -> None:
    case = behind(proxy, streams=streams, bookmarks=bookmarks)
    case.live()
    for _ in range(5):
        case.change()
    case.check()


def test_a_watch_whose_answer_stops_coming_is_replaced_by_a_list_at_once(behind: Behind) -> None:
    case = behind(passing)
    case.trusted()
    case.script.replace(unanswering)
    assert case.polled().startswith("The server answers lists but not watches")
    case.change()
    case.check()


@pytest.mark.slow
def test_a_watch_that_falls_silent_is_doubted_after_the_second_one(behind: Behind) -> None:
    case = behind(passing)
    case.trusted()
    case.script.replace(swallowing)
    case.change()
    assert "Lists show changes" in case.polled()
    case.check()


@pytest.mark.slow
@pytest.mark.parametrize("proxy", [passing, cutting(0.2)])
def test_a_quiet_cluster_is_listed_now_and_then_and_stays_live(
    behind: Behind, proxy: Proxy
) -> None:
    """A server sends no bookmark while its version stays the same."""
    case = behind(proxy, bookmarks=False)
    while len(case.server.lists) < 3:
        case.trusted()
    case.change()
    case.check()
    assert not any(state.poll_seconds for state in case.recorder.states)


def test_a_watch_that_is_cut_before_its_bookmark_is_made_shorter(behind: Behind) -> None:
    case = behind(cutting(0.35))
    while len(case.server.requests) < 6:
        assert case.live().poll_seconds is None
    assert len(case.server.lists) == 1
    case.change()
    case.check()


@pytest.mark.slow
def test_watches_that_fail_for_long_are_replaced_by_lists(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reflector, "Backoff", partial(Backoff, first=0.05, last=0.1))
    case = behind(timing_out)
    assert "504" in case.recorder.next_state(Phase.RECONNECTING).reason
    assert "504" in case.polled()
    case.change()
    case.script.replace(passing)
    case.trusted()
