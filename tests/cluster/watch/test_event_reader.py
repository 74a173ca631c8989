"""An event reader passes events on and keeps the server's version and last response time."""

import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import ApiError, EndlessListError, InvalidResponseError
from kubeimg_gui.cluster.resources import NODES, Resource
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.transport.response import Response
from kubeimg_gui.cluster.watch.backoff import EmptyListError
from kubeimg_gui.cluster.watch.event_reader import EventReader
from kubeimg_gui.cluster.watch.node_store import NodeStore
from kubeimg_gui.cluster.watch.pager import PAGE_SIZE
from kubeimg_gui.cluster.watch.strategy import Watch
from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from kubeimg_gui.domain.change import NodeChange
from tests.support.fixtures import Serve
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, list_json, node_json, status_json

END = {
    "metadata": {
        "resourceVersion": "10",
        "annotations": {"k8s.io/initial-events-end": "true"},
    },
}
HIDDEN = "<hidden>"


def hide(text: str) -> str:
    return text.replace("hunter2", HIDDEN)


class Reading:
    """An event reader with a store, and a clock that the test moves.

    Attributes:
        now: the time on both clocks.
        published: what the store has published.
        waits: the limits of each further wait for bytes.
        seen: the watch that is read.
    """

    def __init__(self, resource: "Resource[Any]" = NODES) -> None:
        self.now = 1000.0
        self.published: list[NodeChange | ConnectionState] = []
        self.waits: list[float] = []
        self.seen = Watch("", self.now)
        clock = Clock(monotonic=lambda: self.now, wall=lambda: self.now)
        self.store = NodeStore(self.published.append, clock=clock)
        self.reader = EventReader(
            resource,
            self.store,
            clock=clock,
            accept=ACCEPTED,
        )

    def watch(self, *events: tuple[str, Any], every: float = 0.0) -> Response:
        """Returns a response that brings the events, `every` so many seconds."""

        def lines() -> Iterator[bytes]:
            for kind, body in events:
                self.now += every
                yield json.dumps({"type": kind, "object": body}).encode()

        return cast(
            "Response",
            SimpleNamespace(
                media_type="application/json",
                lines=lines,
                hide_secrets=hide,
                wait_at_most=self.waits.append,
            ),
        )

    def _events(self, *events: tuple[str, Any], every: float = 0.0) -> Any:
        return self.reader.events(self.watch(*events, every=every), self.seen)

    def read_list(self, *events: tuple[str, Any], every: float = 0.0) -> bool:
        return self.reader.read_list(self._events(*events, every=every), 30.0)

    def read_changes(self, *events: tuple[str, Any], every: float = 0.0) -> None:
        self.reader.read_changes(self._events(*events, every=every))

    def take_states(self) -> list[ConnectionState]:
        """Returns the states published since the last call."""
        states = [news for news in self.published if isinstance(news, ConnectionState)]
        self.published.clear()
        return states


@pytest.fixture
def reading() -> Reading:
    return Reading()


def test_the_arrival_of_bytes_is_noted_as_they_arrive(reading: Reading) -> None:
    assert reading.reader.last_heard is None
    events = reading.reader.events(
        reading.watch(("ADDED", node_json("a")), every=5.0), Watch("", 0.0)
    )
    assert reading.reader.last_heard == 1000.0, "the response began"
    next(events.remaining)
    assert reading.reader.last_heard == 1005.0


def test_the_times_of_the_first_and_the_last_event_are_noted(reading: Reading) -> None:
    bookmark = ("BOOKMARK", {"metadata": {"resourceVersion": "12"}})
    reading.read_changes(("ADDED", node_json("a")), bookmark, bookmark, every=5.0)
    assert (reading.seen.first_event, reading.seen.last_event) == (1005.0, 1015.0)


def answer_in_turn(*bodies: Any) -> Callable[[Request], None]:
    left = iter(bodies)
    return lambda request: request.answer(next(left))


def read_pages(reading: Reading, serve: Serve, *bodies: Any, silent: bool = False) -> None:
    server = serve(answer_in_turn(*bodies))
    reading.reader.read_pages(connection_to(server.url), {}, 500, silent=silent)


def test_the_version_of_a_list_is_that_of_its_last_page(reading: Reading, serve: Serve) -> None:
    first = list_json(node_json("a"), version="10")
    first["metadata"] |= {"continue": "token", "remainingItemCount": 1}
    read_pages(reading, serve, first, list_json(node_json("b"), version="12"))
    assert reading.reader.version == "12"
    assert reading.reader.last_heard == 1000.0
    states = [(state.phase, state.known, state.total) for state in reading.take_states()]
    assert states == [
        (Phase.SYNCING, 0, None),
        (Phase.SYNCING, 1, 2),
        (Phase.SYNCING, 2, None),
    ]


def test_a_silent_list_reports_no_progress_but_its_changes(reading: Reading, serve: Serve) -> None:
    read_pages(reading, serve, list_json(node_json("a"), node_json("sick", images=5)), silent=True)
    assert [
        change.record.name for change in reading.published if isinstance(change, NodeChange)
    ] == ["a"]
    assert reading.take_states() == []
    reading.store.progressed(Phase.LIVE)
    assert reading.store.state.unreadable == ("sick",)


def test_a_second_empty_list_is_believed_and_a_later_one_is_doubted_again(
    reading: Reading, serve: Serve
) -> None:
    full, empty = list_json(node_json("a")), list_json()
    for _ in range(2):
        read_pages(reading, serve, full)
        assert not reading.reader.doubting
        with pytest.raises(EmptyListError):
            read_pages(reading, serve, empty)
        assert reading.reader.doubting
        assert set(reading.store.snapshot()) == {"a"}
        read_pages(reading, serve, empty)
        assert reading.store.snapshot() == {}


def test_another_server_is_read_without_what_was_known_of_the_first(
    reading: Reading, serve: Serve
) -> None:
    read_pages(reading, serve, list_json(node_json("a")))
    reading.read_changes(("BOOKMARK", END))
    with pytest.raises(EmptyListError):
        read_pages(reading, serve, list_json())
    reading.reader.reset()
    reader = reading.reader
    assert (reader.version, reader.bookmarks, reader.doubting) == ("", False, False)


def test_the_bookmark_at_the_end_of_a_list_shows_that_the_server_sends_them(
    reading: Reading,
) -> None:
    assert reading.read_list(("ADDED", node_json("a")), ("BOOKMARK", END))
    assert reading.reader.bookmarks
    assert reading.reader.version == "10"


def test_a_later_bookmark_shows_it_too_and_sets_the_version(reading: Reading) -> None:
    reading.read_changes(("ADDED", node_json("a", "9")))
    assert (reading.reader.version, reading.reader.bookmarks) == ("9", False)
    reading.read_changes(("BOOKMARK", {"metadata": {"resourceVersion": "12"}}))
    assert (reading.reader.version, reading.reader.bookmarks) == ("12", True)


def test_a_list_without_its_last_bookmark_is_incomplete(reading: Reading) -> None:
    other = {"metadata": {"resourceVersion": "10", "annotations": {"other": "true"}}}
    assert not reading.read_list(("ADDED", node_json("a")), ("BOOKMARK", other))
    assert reading.reader.version == ""


def test_a_list_at_the_start_of_a_watch_drops_nodes_that_are_not_in_it(reading: Reading) -> None:
    reading.read_list(("ADDED", node_json("a")), ("BOOKMARK", END))
    reading.read_list(("ADDED", node_json("b")), ("BOOKMARK", END))
    assert set(reading.store.snapshot()) == {"b"}


def test_a_long_list_reports_progress(reading: Reading) -> None:
    nodes = [("ADDED", node_json(f"n{number}")) for number in range(2 * PAGE_SIZE)]
    reading.read_list(*nodes, ("BOOKMARK", END))
    assert [state.known for state in reading.take_states()] == [0, PAGE_SIZE, 2 * PAGE_SIZE]


def test_a_list_may_take_longer_for_each_page_of_objects(reading: Reading) -> None:
    nodes = [("ADDED", node_json(f"n{number}")) for number in range(3 * PAGE_SIZE)]
    assert reading.read_list(*nodes, ("BOOKMARK", END), every=29.0 / PAGE_SIZE)
    assert max(reading.waits) <= 30.0


@pytest.mark.parametrize("kind", ["ADDED", "MODIFIED", "BOOKMARK", "EXPLODED"])
def test_a_list_that_goes_on_without_an_end_is_given_up_in_time(
    reading: Reading, kind: str
) -> None:
    started = reading.now
    beats = [(kind, node_json("a"))] * 100
    with pytest.raises(EndlessListError):
        reading.read_list(("ADDED", node_json("a")), *beats, ("BOOKMARK", END), every=5.0)
    assert reading.now == started + 30.0
    assert reading.waits == [25.0, 20.0, 15.0, 10.0, 5.0], "silence is given up in time as well"


@pytest.mark.parametrize(
    ("event", "version"),
    [
        (("MODIFIED", node_json("a", "12", images=5)), "12"),
        (("MODIFIED", {"metadata": 5}), "10"),
        (("EXPLODED", node_json("a", "12")), "12"),
        (("DELETED", {"metadata": {"resourceVersion": "12"}}), "12"),
    ],
)
def test_an_unreadable_event_is_counted_and_skipped(
    reading: Reading, event: tuple[str, Any], version: str
) -> None:
    reading.read_list(("ADDED", node_json("a")), ("BOOKMARK", END))
    reading.read_changes(event)
    assert reading.reader.version == version
    assert reading.store.state.skipped == 1
    assert set(reading.store.snapshot()) == {"a"}


def test_an_event_without_a_type_is_an_invalid_response(reading: Reading) -> None:
    with pytest.raises(InvalidResponseError):
        reading.read_changes(("", node_json("a")))


def test_no_secret_reaches_an_error_or_the_log(
    reading: Reading, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ApiError, match=HIDDEN) as raised:
        reading.read_changes(("ERROR", status_json(500, "", "Bearer hunter2")))
    assert "hunter2" not in str(raised.value)
    reading.read_changes(("hunter2", node_json("a")))

    def fail(_: object) -> Any:
        raise DecodeError("cannot read hunter2")

    failing: Resource[Any] = Resource("/nodes", "Node", lambda: fail, lambda: fail)
    Reading(failing).read_changes(("ADDED", node_json("a")))
    assert f"cannot read {HIDDEN}" in caplog.text
    assert HIDDEN in caplog.text
    assert "hunter2" not in caplog.text
