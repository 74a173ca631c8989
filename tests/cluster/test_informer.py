"""One store, many handlers: what is told, to whom, and in which order."""

import threading
from collections.abc import Sequence

import pytest
from builders import image, node
from fixtures import Serve, Watching
from recorder import WAIT_SECONDS, Recorder, connection_to
from scripted_server import Request, ScriptedServer, image_json, list_json, node_json

from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.store import News, NodeStore
from kubeimg_gui.domain.change import ChangeKind, NodeChange

REDIS, NGINX = image("redis:7"), image("nginx:1")


class Told:
    """A store with what it told."""

    def __init__(self, doubt_seconds: float = 60.0) -> None:
        self.news: list[News] = []
        self.store = NodeStore(self.news.append, doubt_seconds)

    def lists(self, *records: object) -> None:
        self.store.list_started()
        for record in records:
            self.store.listed(record)  # type: ignore[arg-type]
        self.store.list_ended()

    def take(self) -> list[tuple[ChangeKind, str]]:
        """Kind and node of the changes told since the last time."""
        taken = [(n.kind, n.record.name) for n in self.news if isinstance(n, NodeChange)]
        self.news.clear()
        return taken


def test_the_first_list_shows_nodes_as_they_come() -> None:
    told = Told()
    told.store.list_started()
    told.store.listed(node("a"))
    assert told.take() == [(ChangeKind.ADDED, "a")]


def test_the_first_list_is_no_news_and_what_follows_is() -> None:
    told = Told()
    told.lists(node("a"))
    told.store.applied(node("b"))
    assert [n.initial for n in told.news if isinstance(n, NodeChange)] == [True, False]


def test_a_first_list_that_was_begun_twice_leaves_no_ghost() -> None:
    told = Told()
    told.store.list_started()
    told.store.listed(node("ghost"))
    told.lists(node("a"))
    assert set(told.store.snapshot()) == {"a"}


def test_a_later_list_is_compared_when_complete_and_departures_come_first() -> None:
    told = Told()
    told.lists(node("a"), node("b"), node("c"))
    told.take()
    told.store.list_started()
    told.store.listed(node("b", [REDIS]))
    told.store.listed(node("c"))
    told.store.listed(node("d"))
    assert told.take() == []
    told.store.list_ended()
    assert told.take() == [
        (ChangeKind.DELETED, "a"),
        (ChangeKind.CHANGED, "b"),
        (ChangeKind.ADDED, "d"),
    ]


def test_a_heartbeat_tells_nothing() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.take()
    told.store.applied(node("a", [REDIS]))
    assert told.take() == []


@pytest.mark.parametrize("by_list", [False, True])
def test_a_name_that_returns_with_another_uid_is_another_node(by_list: bool) -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.take()
    reborn = node("a", [NGINX], uid="another")
    if by_list:
        told.lists(reborn)
    else:
        told.store.applied(reborn)
    assert told.take() == [(ChangeKind.DELETED, "a"), (ChangeKind.ADDED, "a")]
    assert told.store.get("a") == reborn


def test_a_list_that_is_suddenly_empty_is_doubted_until_it_has_stood() -> None:
    told = Told(doubt_seconds=60.0)
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    doubted = told.store.get("a")
    assert doubted is not None
    assert (doubted.images, doubted.images_doubted) == ((REDIS,), True)
    due = told.store.next_doubt()
    assert due is not None
    told.store.settle(due - 1)
    assert told.store.get("a") == doubted
    told.take()
    told.store.settle(due)
    assert told.take() == [(ChangeKind.CHANGED, "a")]
    believed = told.store.get("a")
    assert believed is not None
    assert (believed.images, believed.images_doubted) == ((), False)
    assert told.store.next_doubt() is None


def test_a_doubted_list_that_comes_back_changed_nothing() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    told.store.applied(node("a", ready=False))
    told.store.applied(node("a", [REDIS]))
    assert told.store.next_doubt() is None
    changes = [n for n in told.news if isinstance(n, NodeChange)]
    assert not any(change.images for change in changes)


def test_a_doubted_node_that_is_deleted_is_forgotten() -> None:
    told = Told()
    told.lists(node("a", [REDIS]))
    told.store.applied(node("a"))
    told.store.removed(node("a"))
    assert told.store.next_doubt() is None
    told.store.settle(float("inf"))
    assert told.store.get("a") is None


def test_a_node_that_never_had_images_is_not_doubted() -> None:
    told = Told()
    told.lists(node("a"))
    told.store.applied(node("a", ready=False))
    record = told.store.get("a")
    assert record is not None
    assert not record.images_doubted


def test_a_snapshot_does_not_change_afterwards() -> None:
    told = Told()
    told.lists(node("a"))
    snapshot = told.store.snapshot()
    told.store.applied(node("b"))
    assert set(snapshot) == {"a"}


# Over a server.


@pytest.fixture
def feed(serve: Serve) -> "Feed":
    return Feed(serve)


class Feed:
    """A server that lists node `a` and then sends the events a test puts in."""

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


def test_doubt_ends_by_itself(feed: Feed, watching: Watching) -> None:
    _, recorder = watching(feed.server.url, doubt_seconds=0.05)
    feed.send("MODIFIED", images=0)
    doubted, believed = recorder.next_change(), recorder.next_change()
    assert doubted.record.images_doubted
    assert len(believed.images.left) == 1


def test_a_late_handler_is_told_what_is_known(feed: Feed, watching: Watching) -> None:
    informer, first = watching(feed.server.url)
    first.next_state(Phase.LIVE)
    late = Recorder()
    informer.add_handler(late)
    late.next_state(Phase.LIVE)
    assert [(c.record.name, c.initial) for c in late.changes] == [("a", True)]
    feed.send("ADDED", "b")
    assert late.next_change().record.name == "b"


class Failing(Recorder):
    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        super().on_changes(changes)
        raise ValueError("a handler's own trouble")


class Blocked(Recorder):
    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def on_state(self, state: ConnectionState) -> None:
        self.go_on.wait(WAIT_SECONDS)
        super().on_state(state)


def test_a_failing_handler_disturbs_nobody_and_hears_on(
    feed: Feed, watching: Watching, caplog: pytest.LogCaptureFixture
) -> None:
    informer, recorder = watching(feed.server.url)
    failing = Failing()
    informer.add_handler(failing)
    for name in "bc":
        feed.send("ADDED", name)
        assert recorder.next_change().record.name == name
        assert failing.next_change().record.name == name
    assert "the handler Failing failed" in caplog.text


def test_a_slow_handler_delays_nobody_and_misses_nothing(feed: Feed, watching: Watching) -> None:
    informer, recorder = watching(feed.server.url)
    blocked = Blocked()
    informer.add_handler(blocked)
    for number in range(20):
        feed.send("ADDED", f"n{number}")
    names = [recorder.next_change().record.name for _ in range(20)]
    assert all(change.initial for change in blocked.changes)
    blocked.go_on.set()
    assert [blocked.next_change().record.name for _ in range(20)] == names


def test_stop_from_a_handler_ends_everything(feed: Feed) -> None:
    class Stopper(Recorder):
        def on_state(self, state: ConnectionState) -> None:
            super().on_state(state)
            if state.phase is Phase.LIVE:
                assert informer.stop()

    informer = NodeInformer(lambda: connection_to(feed.server.url))
    stopper = Stopper()
    informer.add_handler(stopper)
    informer.start()
    stopper.next_state(Phase.STOPPED)
    assert informer.stop()


def test_the_last_state_is_stopped_and_nothing_follows(feed: Feed, watching: Watching) -> None:
    informer, recorder = watching(feed.server.url)
    recorder.next_state(Phase.LIVE)
    assert informer.stop()
    assert informer.stop()
    assert recorder.states[-1].phase is Phase.STOPPED
    assert [s.phase for s in recorder.states].count(Phase.STOPPED) == 1


def test_an_informer_that_never_started_stops() -> None:
    def connect() -> None:
        raise AssertionError("not to be called")

    assert NodeInformer(connect).stop()  # type: ignore[arg-type]


def test_when_the_server_was_last_heard(feed: Feed, watching: Watching) -> None:
    informer, recorder = watching(feed.server.url)
    recorder.next_state(Phase.LIVE)
    before = informer.last_heard
    assert before is not None
    feed.send("ADDED", "b")
    recorder.next_change()
    assert informer.last_heard is not None
    assert informer.last_heard >= before


def test_a_failure_to_connect_is_told_and_tried_again(feed: Feed) -> None:
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
    assert recorder.next_state(Phase.RECONNECTING).reason == "no ticket"
    informer.retry_now()
    recorder.next_state(Phase.LIVE)
    assert informer.stop()
