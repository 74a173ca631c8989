"""What silent watches say about the way to the server."""

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    ReadTimeoutError,
    UnreachableError,
)
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch.silent_watches import SilentWatches
from kubeimg_gui.cluster.watch.strategy import Watch, WatchStrategy

IDLE = ReadTimeoutError("nothing in time")
CUT = ConnectionLostError("it broke")


class Watching:
    """A strategy that has listed once, and watches whose time passes at once."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.strategy = WatchStrategy(None, clock=Clock(monotonic=lambda: self.now))
        self.strategy.list_ended(news=True)
        self.now += 100.0

    def watch(
        self,
        lasts: float = 90.0,
        *,
        event_at: float | None = None,
        error: ClusterError | None = None,
        answered: bool = True,
    ) -> None:
        """A watch ends, with an error or in order."""
        event = None if event_at is None else self.now + event_at
        watch = Watch("7", self.now, answered, event, event)
        self.now += lasts
        if error:
            self.strategy.watch_failed(watch, error)
        else:
            self.strategy.watch_ended(watch, "7" if event is None else "8")

    def held_back(self, count: int, *, error: ClusterError | None = None) -> None:
        """So many silent watches, and the lists that are due between them, with news."""
        for _ in range(count):
            self.watch(error=error)
            if not self.strategy.listed:
                self.list(news=True)

    def list(self, *, news: bool = False) -> None:
        assert self.strategy.needs_pages
        self.strategy.list_ended(news=news)

    @property
    def reason(self) -> str:
        """Why watches are not trusted, "" while they are."""
        return self.strategy.distrust.reason if self.strategy.distrust else ""


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.mark.parametrize("error", [None, IDLE, CUT])
def test_the_second_silent_watch_is_followed_by_a_list_and_a_short_watch(
    watching: Watching, error: ClusterError | None
) -> None:
    strategy = watching.strategy
    watching.watch(error=error)
    assert (strategy.listed, strategy.probe_seconds) == (True, None)
    watching.watch(error=error)
    assert strategy.confirms
    watching.list()
    assert strategy.probe_seconds == 15.0
    assert strategy.distrust is None, "the list has shown that nothing was missed"
    assert strategy.polling is None


def test_a_quiet_cluster_stays_trusted_and_is_listed_after_every_second_watch(
    watching: Watching,
) -> None:
    """A server sends no bookmark while its version stays the same."""
    strategy = watching.strategy
    for _ in range(10):
        watching.watch(15.0)
        assert strategy.listed
        watching.watch(15.0)
        watching.list()
        assert (strategy.distrust, strategy.polling) == (None, None)


@pytest.mark.parametrize("error", [None, IDLE, CUT])
def test_the_third_silent_watch_is_followed_by_polling_with_a_reason(
    watching: Watching, error: ClusterError | None
) -> None:
    watching.held_back(3, error=error)
    polling = watching.strategy.polling
    assert polling
    assert (polling.seconds, polling.until) == (30.0, watching.now + 120.0)
    assert "A proxy on the way to the server may hold them back" in polling.reason


def test_a_list_that_brings_what_no_watch_brought_is_evidence(watching: Watching) -> None:
    for _ in range(2):
        watching.watch()
    watching.list(news=True)
    assert "A proxy on the way to the server may hold them back" in watching.reason
    assert watching.strategy.polling is None, "a short watch may get through"


def test_polling_goes_on_until_watching_is_tried_again(watching: Watching) -> None:
    watching.held_back(3)
    before = watching.strategy.polling
    assert before
    watching.now += 30.0
    watching.strategy.poll_waited(before)
    watching.list()
    assert watching.strategy.polling == before


def test_polling_ends_with_a_short_watch_that_is_not_trusted_yet(watching: Watching) -> None:
    watching.held_back(3)
    assert watching.strategy.polling
    watching.now += 121.0
    watching.strategy.poll_waited(watching.strategy.polling)
    assert watching.strategy.polling is None
    assert watching.strategy.listed
    assert watching.strategy.probe_seconds == 15.0
    assert watching.reason
    watching.watch(15.0)
    watching.list()
    assert watching.strategy.polling, "one more silent watch is enough"


@pytest.mark.parametrize(("event_at", "trusted"), [(13.0, True), (0.0, True), (14.9, False)])
def test_an_event_that_comes_before_the_end_brings_trust_back(
    watching: Watching, event_at: float, trusted: bool
) -> None:
    """What a proxy holds back comes as the watch ends."""
    watching.held_back(2)
    watching.watch(15.0, event_at=event_at)
    assert (watching.reason == "") == trusted
    assert not watching.strategy.confirms
    for _ in range(2):
        assert watching.strategy.listed
        watching.watch()
    assert not watching.strategy.listed, "silent watches are counted from the start again"


def test_a_proxy_that_passes_full_buffers_on_stays_distrusted(watching: Watching) -> None:
    watching.held_back(2)
    watch = Watch("7", watching.now, True, watching.now, watching.now + 15.0)
    watching.now += 15.0
    watching.strategy.watch_ended(watch, "8")
    assert watching.reason, "what was left in the buffer came last"


def test_distrust_ends_after_an_hour(watching: Watching) -> None:
    watching.held_back(2)
    watching.watch(15.0, event_at=15.0)
    watching.now += 3600.0
    assert (watching.reason, watching.strategy.probe_seconds) == ("", None)


@pytest.mark.parametrize("error", [None, CUT])
def test_events_that_come_only_as_a_long_watch_ends_are_late(
    watching: Watching, error: ClusterError | None
) -> None:
    """As nginx passes them on: when the server ends the watch, or after a minute of silence."""
    watching.watch(60.0, event_at=59.9, error=error)
    assert watching.reason.startswith("What the server's watches bring arrives only when they end")
    assert watching.strategy.probe_seconds == 15.0
    assert watching.strategy.listed


def test_an_event_right_before_the_end_of_a_shorter_watch_says_nothing(watching: Watching) -> None:
    watching.watch(15.0, event_at=14.9, error=CUT)
    assert (watching.reason, watching.strategy.probe_seconds) == ("", None)


def test_short_watches_are_requested_for_an_hour(watching: Watching) -> None:
    for _ in range(2):
        watching.watch()
    watching.list()
    watching.watch(15.0, event_at=13.0)
    watching.now += 3570.0
    assert watching.strategy.probe_seconds == 15.0
    watching.now += 31.0
    assert watching.strategy.probe_seconds is None


def test_a_watch_that_fell_silent_after_an_event_is_silent_too(watching: Watching) -> None:
    """A proxy may pass the first bytes on, and hold the others."""
    for _ in range(2):
        watching.watch(event_at=0.0, error=IDLE)
    assert watching.strategy.confirms


def test_a_bookmark_is_no_silence(watching: Watching) -> None:
    for _ in range(10):
        watching.watch(270.0, event_at=60.0)
        assert watching.strategy.listed
    assert watching.strategy.probe_seconds is None


def test_a_watch_without_an_answer_is_followed_by_a_list_at_once(watching: Watching) -> None:
    watching.watch(20.0, error=IDLE, answered=False)
    watching.list()
    assert "answers lists but not watches" in watching.reason
    watching.watch(20.0, error=IDLE, answered=False)
    watching.list()
    assert watching.strategy.polling


def test_a_streaming_list_that_brings_nothing_counts_like_a_watch_without_an_answer() -> None:
    for nodes in (True, False):
        strategy = WatchStrategy(None)
        strategy.list_failed(Watch("", 0.0), IDLE)
        strategy.list_ended(news=nodes)
        assert strategy.probe_seconds == 15.0
        assert bool(strategy.distrust) == nodes, "a list without nodes shows nothing"


def test_a_streaming_list_that_brings_something_is_no_silent_watch() -> None:
    strategy = WatchStrategy(None)
    strategy.list_failed(Watch("", 0.0, first_event=1.0, last_event=1.0), IDLE)
    strategy.list_ended(news=True)
    assert (strategy.probe_seconds, strategy.distrust) == (None, None)


@pytest.mark.parametrize("error", [ApiError(504, "", "gateway timeout"), CUT])
def test_watches_that_fail_for_a_minute_count(watching: Watching, error: ClusterError) -> None:
    for _ in range(5):
        with pytest.raises(type(error)):
            watching.watch(20.0, error=error, answered=False)
        assert watching.strategy.listed
    with pytest.raises(type(error)):
        watching.watch(20.0, error=error, answered=False)
    watching.list()
    watching.watch(20.0, error=error, answered=False)
    watching.list()
    assert watching.strategy.polling
    assert watching.strategy.polling.reason == str(error)


@pytest.mark.parametrize(
    "error",
    [
        UnreachableError("nothing listens"),
        ApiError(401, "Unauthorized", "who?"),
        ApiError(429, "TooManyRequests", "slow down"),
    ],
)
def test_failures_that_lists_would_meet_too_do_not_count(
    watching: Watching, error: ClusterError
) -> None:
    for _ in range(10):
        with pytest.raises(type(error)):
            watching.watch(20.0, error=error, answered=False)
        assert watching.strategy.listed


def test_a_server_whose_lists_fail_as_well_is_no_proxy_that_holds_watches_back(
    watching: Watching,
) -> None:
    for _ in range(2):
        watching.watch()
    watching.strategy.pages_failed(ConnectionLostError("it broke"))
    assert watching.strategy.listed, "the watch continues, and misses nothing"
    watching.watch()
    assert watching.strategy.listed
    watching.watch()
    watching.list(news=True)
    assert watching.reason


def test_nothing_is_remembered_on_the_way_to_another_server(watching: Watching) -> None:
    for _ in range(2):
        watching.watch()
    watching.list(news=True)
    watching.strategy.reset()
    assert (watching.reason, watching.strategy.probe_seconds) == ("", None)


def test_a_failure_explains_more_than_silence() -> None:
    silent = SilentWatches(3600.0, lambda: 0.0)
    silent.add("The server says: no (500)")
    assert silent.reason == "", "once may be chance"
    silent.add("The server says: no (500)")
    silent.compare(news=True)
    silent.add()
    assert silent.reason == "The server says: no (500)"


def test_an_answer_that_may_be_held_back_has_more_time_before_it_is_trouble(
    watching: Watching,
) -> None:
    timeouts = Timeouts(answer_seconds=20.0)
    assert watching.strategy.resume_seconds(timeouts) == 3.0
    watching.held_back(2)
    assert watching.strategy.resume_seconds(timeouts) == 23.0
