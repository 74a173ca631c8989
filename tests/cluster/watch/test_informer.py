"""One store, many handlers: what each handler receives, and in which order."""

import threading
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch import informer
from kubeimg_gui.cluster.watch.informer import BATCH_SIZE, CLOCK_SECONDS, ClockJumpDetector
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.cluster.watch.reflector import Reflector, WatchOptions
from kubeimg_gui.domain.change import NodeChange
from tests.support.fixtures import Serve, Watching
from tests.support.recorder import WAIT_SECONDS, Recorder, connection_to
from tests.support.scripted_server import Request, ScriptedServer, image_json, list_json, node_json


@pytest.fixture
def feed(serve: Serve) -> "Feed":
    return Feed(serve)


class Feed:
    """A server that lists node `a` and then sends the events of the test."""

    def __init__(self, serve: Serve) -> None:
        self._stream: Request | None = None
        self._streaming = threading.Event()
        self._version = 10
        self.server: ScriptedServer = serve(self._script)

    def send(self, kind: str, name: str = "a", images: int = 0) -> None:
        assert self._streaming.wait(WAIT_SECONDS)
        assert self._stream is not None
        self._version += 1
        held = [image_json(f"x:{i}", 5) for i in range(images)]
        self._stream.event(kind, node_json(name, str(self._version), images=held))

    def _script(self, request: Request) -> None:
        if not request.is_watch:
            request.answer(list_json(node_json("a", images=[image_json("x:0", 5)])))
            return
        request.start_stream()
        self._stream = request
        self._streaming.set()
        request.hang()


def test_an_emptied_image_list_is_believed_after_the_doubt_time(
    feed: Feed, watching: Watching
) -> None:
    _, recorder = watching(feed.server.url, doubt_seconds=0.05)
    feed.send("MODIFIED", images=0)
    doubted, believed = recorder.next_change(), recorder.next_change()
    assert doubted.record.images_doubted
    assert len(believed.images.no_longer_listed) == 1
    assert believed.at - doubted.at < CLOCK_SECONDS / 2, (
        "it does not wait for the next look at the clock"
    )


def test_the_doubt_time_is_measured_on_the_clock_of_the_options(
    feed: Feed, watching: Watching
) -> None:
    now = 1e9
    options = WatchOptions(clock=Clock(monotonic=lambda: now, wall=lambda: now + 1e6))
    _, recorder = watching(feed.server.url, doubt_seconds=60.0, options=options)
    feed.send("MODIFIED", images=0)
    assert recorder.next_change().record.images_doubted
    feed.send("ADDED", "b")
    assert recorder.next_change().record.name == "b", "the doubt has not ended"
    now += 60.0
    feed.send("MODIFIED", images=0)
    assert not recorder.next_change().record.images_doubted


def test_a_late_handler_receives_the_known_nodes_first(feed: Feed, watching: Watching) -> None:
    informer, first = watching(feed.server.url)
    first.next_state(Phase.LIVE)
    late = Recorder()
    informer.add_handler(late)
    late.next_state(Phase.LIVE)
    assert [(c.record.name, c.initial) for c in late.changes] == [("a", True)]
    feed.send("ADDED", "b")
    assert late.next_change().record.name == "b"


class Failing(Recorder):
    def __init__(self, failure: BaseException) -> None:
        super().__init__()
        self._failure = failure

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        super().on_changes(changes)
        raise self._failure


class Blocked(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.resume = threading.Event()

    def on_state(self, state: ConnectionState) -> None:
        self.resume.wait(WAIT_SECONDS)
        super().on_state(state)


@pytest.mark.parametrize("failure", [ValueError("a bug"), SystemExit("a library exits")])
def test_a_failing_handler_keeps_receiving_and_does_not_affect_others(
    feed: Feed, watching: Watching, caplog: pytest.LogCaptureFixture, failure: BaseException
) -> None:
    informer, recorder = watching(feed.server.url)
    failing = Failing(failure)
    informer.add_handler(failing)
    for name in "bc":
        feed.send("ADDED", name)
        assert recorder.next_change().record.name == name
        assert failing.next_change().record.name == name
    assert "the handler Failing failed" in caplog.text


def test_a_slow_handler_misses_nothing_and_does_not_delay_others(
    feed: Feed, watching: Watching
) -> None:
    informer, recorder = watching(feed.server.url)
    blocked = Blocked()
    informer.add_handler(blocked)
    for number in range(20):
        feed.send("ADDED", f"n{number}")
    names = [recorder.next_change().record.name for _ in range(20)]
    assert all(change.initial for change in blocked.changes)
    blocked.resume.set()
    assert [blocked.next_change().record.name for _ in range(20)] == names


def test_a_handler_can_stop_the_informer(feed: Feed) -> None:
    stopped: list[bool] = []

    class Stopper(Recorder):
        def on_state(self, state: ConnectionState) -> None:
            if state.phase is Phase.LIVE:
                stopped.append(informer.stop())
            super().on_state(state)

    informer = NodeInformer(lambda: connection_to(feed.server.url))
    stopper = Stopper()
    informer.add_handler(stopper)
    informer.start()
    stopper.next_state(Phase.STOPPED)
    assert stopped == [True]
    assert informer.stop()


def test_the_last_state_is_stopped_and_nothing_follows(feed: Feed, watching: Watching) -> None:
    informer, recorder = watching(feed.server.url)
    recorder.next_state(Phase.LIVE)
    assert informer.stop()
    assert informer.stop()
    assert recorder.states[-1].phase is Phase.STOPPED
    assert [s.phase for s in recorder.states].count(Phase.STOPPED) == 1


def test_a_handler_added_after_stop_receives_the_known_nodes_and_its_thread_ends(
    feed: Feed, watching: Watching
) -> None:
    informer, recorder = watching(feed.server.url)
    recorder.next_state(Phase.LIVE)
    assert informer.stop()
    before = set(threading.enumerate())
    late = Recorder()
    informer.add_handler(late)
    assert late.next_state(Phase.STOPPED).known == 1
    assert informer.stop(WAIT_SECONDS)
    assert [(change.record.name, change.initial) for change in late.changes] == [("a", True)]
    assert [state.phase for state in late.states] == [Phase.STOPPED]
    assert {
        thread for thread in threading.enumerate() if thread.name == "informer-Recorder"
    } <= before


def test_stop_waits_for_a_handler_that_is_being_added(monkeypatch: pytest.MonkeyPatch) -> None:
    informer = NodeInformer(lambda: connection_to("http://127.0.0.1:1"))
    stopped: list[bool] = []
    stopper = threading.Thread(target=lambda: stopped.append(informer.stop(WAIT_SECONDS)))
    start = threading.Thread.start

    def start_late(thread: threading.Thread) -> None:
        """Starts the handler's thread when `stop` has had time to overtake it."""
        if thread is not stopper:
            start(stopper)
            stopper.join(0.1)
            assert not stopped, "it has not waited for the thread"
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", start_late)
    late = Recorder()
    informer.add_handler(late)
    stopper.join()
    assert stopped == [True]
    assert late.states[-1].phase is Phase.STOPPED


def test_stop_returns_false_while_a_thread_still_runs() -> None:
    connecting, released = threading.Event(), threading.Event()

    def connect() -> Connection:
        connecting.set()
        released.wait(WAIT_SECONDS)
        return connection_to("http://127.0.0.1:1")

    informer = NodeInformer(connect)
    informer.start()
    assert connecting.wait(WAIT_SECONDS)
    assert not informer.stop(0.01)
    released.set()
    assert informer.stop(WAIT_SECONDS)


def test_an_informer_whose_reflector_has_ended_is_not_running(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()

    def end_at_once(_: object) -> None:
        ended.set()

    monkeypatch.setattr(Reflector, "run", end_at_once)
    informer = NodeInformer(lambda: connection_to("http://127.0.0.1:1"))
    informer.start()
    assert ended.wait(WAIT_SECONDS)
    for thread in threading.enumerate():
        if thread.name == "informer":
            thread.join(WAIT_SECONDS)
    assert not informer.is_running
    assert informer.stop()


class Batches(Recorder):
    """Notes how many changes arrive in each call."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        self.sizes.append(len(changes))
        super().on_changes(changes)


def test_a_handler_receives_many_changes_in_batches(serve: Serve, watching: Watching) -> None:
    nodes = list_json(*(node_json(f"n{number}") for number in range(2 * BATCH_SIZE)))

    def script(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            request.hang()
        else:
            request.answer(nodes)

    informer, recorder = watching(serve(script).url)
    recorder.next_state(Phase.LIVE)
    late = Batches()
    informer.add_handler(late)
    late.next_state(Phase.LIVE)
    assert late.sizes == [BATCH_SIZE, BATCH_SIZE]
    assert [change.record.name for change in late.changes] == list(informer.snapshot())


def test_changes_are_gathered_only_after_others_were_handed_over(
    feed: Feed, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    clock = SimpleNamespace(monotonic=lambda: 100.0, sleep=pauses.append)
    monkeypatch.setattr(informer, "time", clock)
    _, recorder = watching(feed.server.url)
    feed.send("MODIFIED", images=2)
    recorder.next_change()
    assert pauses[0] == 0.0, "nothing was handed over before"
    assert pauses[-1] == pytest.approx(informer.GATHER_SECONDS), "the initial nodes were"


def test_an_informer_that_never_started_stops() -> None:
    def connect() -> None:
        raise AssertionError("connect must not be called")

    assert NodeInformer(connect).stop()  # type: ignore[arg-type]


def test_last_heard_advances_with_each_event(feed: Feed, watching: Watching) -> None:
    informer, recorder = watching(feed.server.url)
    recorder.next_state(Phase.LIVE)
    before = informer.last_heard
    assert before is not None
    feed.send("ADDED", "b")
    recorder.next_change()
    assert informer.last_heard is not None
    assert informer.last_heard >= before


def test_a_failure_to_connect_is_reported_and_retried(feed: Feed) -> None:
    from kubeimg_gui.cluster.errors import CredentialsError

    attempts: list[int] = []

    def connect():
        attempts.append(1)
        if len(attempts) == 1:
            raise CredentialsError("no ticket")
        return connection_to(feed.server.url)

    informer = NodeInformer(connect)
    recorder = Recorder()
    informer.add_handler(recorder)
    informer.start()
    assert recorder.next_state(Phase.LOGIN_NEEDED).reason == "no ticket"
    informer.retry_now()
    recorder.next_state(Phase.LIVE)
    assert informer.stop()


def test_sleep_and_a_changed_clock_are_detected_once() -> None:
    wall, steady = 1_000_000.0, 50.0
    jumps = ClockJumpDetector(Clock(wall=lambda: wall, monotonic=lambda: steady))
    wall, steady = wall + 5, steady + 5
    assert not jumps.jumped()
    wall, steady = wall + 8 * 3600, steady + 5  # the monotonic clock stops during sleep
    assert jumps.jumped()
    wall, steady = wall + 5, steady + 5
    assert not jumps.jumped()
    wall, steady = wall - 3600, steady + 5
    assert jumps.jumped()


def test_waking_up_resumes_from_the_same_version_over_a_new_connection(
    feed: Feed, watching: Watching
) -> None:
    opened: list[Connection] = []

    def connect() -> Connection:
        opened.append(connection_to(feed.server.url))
        return opened[-1]

    informer, recorder = watching(connect)
    recorder.next_state(Phase.LIVE)
    feed.send("MODIFIED", images=2)
    recorder.next_change()
    informer.woke_up()
    recorder.next_state(Phase.LIVE)
    assert len(opened) == 2
    assert len(feed.server.lists) == 1
    assert feed.server.watches[1].query["resourceVersion"] == "11"
    assert Phase.RECONNECTING not in [state.phase for state in recorder.states]


def test_a_jump_of_the_clock_opens_a_new_connection(feed: Feed, watching: Watching) -> None:
    opened: list[Connection] = []
    slept = 0.0

    def connect() -> Connection:
        opened.append(connection_to(feed.server.url))
        return opened[-1]

    clock = Clock(wall=lambda: time.time() + slept)
    _, recorder = watching(connect, options=WatchOptions(clock=clock))
    recorder.next_state(Phase.LIVE)
    slept = 3600.0
    feed.send("MODIFIED", images=0)  # the doubt wakes the thread that compares the clocks
    recorder.next_state(Phase.LIVE)
    assert len(opened) == 2


def test_a_running_login_is_reported_and_can_be_cancelled(
    feed: Feed, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled: list[Connection] = []
    get = Connection.get

    def log_in_then_get(connection: Connection, *args: Any, **options: Any) -> Any:
        assert connection.on_login
        connection.on_login("Log in with the browser")
        return get(connection, *args, **options)

    def cancel_login(connection: Connection) -> None:
        cancelled.append(connection)

    monkeypatch.setattr(Connection, "get", log_in_then_get)
    monkeypatch.setattr(Connection, "cancel_login", cancel_login)
    connection = connection_to(feed.server.url)
    informer, recorder = watching(lambda: connection)
    assert recorder.next_state(Phase.LOGGING_IN).reason == "Log in with the browser"
    recorder.next_state(Phase.LIVE)
    informer.cancel_login()
    assert cancelled == [connection]
