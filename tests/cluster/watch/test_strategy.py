"""The next request of a reflector, by the outcome of the earlier ones."""

import pytest

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    EndlessListError,
    InvalidResponseError,
    ReadTimeoutError,
    StoppedError,
    UnreachableError,
)
from kubeimg_gui.cluster.watch.backoff import EmptyListError
from kubeimg_gui.cluster.watch.strategy import Intervals, Watch, WatchStrategy

FORBIDDEN = ApiError(403, "Forbidden", "cannot watch")
INVALID = ApiError(422, "Invalid", "no streaming lists")
GONE = ApiError(410, "Expired", "too old")


class Timed:
    """A strategy with a clock that the test moves."""

    def __init__(self, poll_seconds: float | None = None) -> None:
        self.now = 1000.0
        self.strategy = WatchStrategy(poll_seconds, clock=Clock(monotonic=lambda: self.now))

    def listed_long_ago(self) -> WatchStrategy:
        self.strategy.list_ended()
        self.now += 1000.0
        return self.strategy

    def watch(self, version: str = "1") -> Watch:
        """A watch that the server has just accepted."""
        return Watch(version, self.now, answered=True)

    def poll_seconds(self) -> float:
        assert self.strategy.polling
        return self.strategy.polling.seconds


@pytest.fixture
def timed() -> Timed:
    return Timed()


def test_nothing_is_remembered_of_another_server(timed: Timed) -> None:
    strategy = timed.strategy
    strategy.list_failed(timed.watch(), INVALID)
    strategy.list_ended()
    strategy.watch_opened()
    strategy.watch_failed(timed.watch(), GONE)
    strategy.list_ended()
    with pytest.raises(InvalidResponseError):
        strategy.watch_failed(timed.watch(), InvalidResponseError("garbage"))
    strategy.watch_failed(timed.watch(), FORBIDDEN)
    assert strategy.polling
    strategy.reset()
    assert (strategy.polling, strategy.listed, strategy.needs_pages) == (None, False, False)
    strategy.list_ended()
    with pytest.raises(InvalidResponseError):
        strategy.watch_failed(timed.watch(), InvalidResponseError("garbage"))
    assert strategy.listed, "no garbage came from this server before"
    strategy.watch_failed(timed.watch(), GONE)
    strategy.watch_failed(timed.watch(), FORBIDDEN)
    assert timed.poll_seconds() == 30.0, "this server has never allowed a watch"


def test_polling_on_request_continues_with_another_server() -> None:
    strategy = WatchStrategy(60.0)
    strategy.reset()
    assert strategy.polling
    assert strategy.needs_pages


def test_polling_on_request_never_ends() -> None:
    timed = Timed(60.0)
    strategy = timed.listed_long_ago()
    assert strategy.polling
    assert not strategy.needs_pages
    strategy.poll_waited(strategy.polling)
    assert strategy.polling
    assert strategy.needs_pages


# Lists.


def test_pages_do_not_follow_where_the_server_was_not_reached(timed: Timed) -> None:
    strategy = timed.strategy
    with pytest.raises(UnreachableError):
        strategy.list_failed(timed.watch(), UnreachableError("nothing listens"))
    assert not strategy.needs_pages
    with pytest.raises(ConnectionLostError):
        strategy.list_failed(timed.watch(), ConnectionLostError("it broke"))
    assert strategy.needs_pages
    strategy.list_ended()
    strategy.listed = False
    assert not strategy.needs_pages, "the next list can be streamed again"


@pytest.mark.parametrize(
    "error",
    [
        ApiError(401, "Unauthorized", "who?"),
        ApiError(429, "TooManyRequests", "slow down"),
        EmptyListError(),
        UnreachableError("nothing listens"),
        StoppedError(),
    ],
)
def test_a_failure_that_pages_would_meet_too_is_raised_without_pages(
    timed: Timed, error: ClusterError
) -> None:
    with pytest.raises(type(error)):
        timed.strategy.list_failed(timed.watch(), error)
    assert not timed.strategy.needs_pages


@pytest.mark.parametrize(
    "error",
    [
        ApiError(404, "NotFound", "a proxy"),
        GONE,
        ApiError(500, "InternalError", "etcd"),
        ConnectionLostError("it broke"),
        InvalidResponseError("garbage"),
    ],
)
def test_one_list_in_pages_follows_other_failures(timed: Timed, error: ClusterError) -> None:
    with pytest.raises(type(error)):
        timed.strategy.list_failed(timed.watch(), error)
    assert timed.strategy.needs_pages
    timed.strategy.list_ended()
    timed.strategy.listed = False
    assert not timed.strategy.needs_pages


@pytest.mark.parametrize("code", [400, 403])
def test_pages_follow_at_once_where_the_request_was_refused(timed: Timed, code: int) -> None:
    timed.strategy.list_failed(timed.watch(), ApiError(code, "", "no"))
    assert timed.strategy.needs_pages


def test_a_server_without_streaming_lists_is_remembered_for_an_hour(timed: Timed) -> None:
    strategy = timed.strategy
    strategy.list_failed(timed.watch(), INVALID)
    strategy.list_ended()
    strategy.listed = False
    timed.now += 3599.0
    assert strategy.needs_pages
    timed.now += 1.0
    assert not strategy.needs_pages


@pytest.mark.parametrize("error", [EndlessListError(), ReadTimeoutError("silence")])
def test_a_server_that_does_not_end_a_streaming_list_is_remembered_without_a_failure(
    timed: Timed, error: ClusterError
) -> None:
    strategy = timed.strategy
    strategy.list_failed(timed.watch(), error)
    strategy.list_ended()
    strategy.listed = False
    assert strategy.needs_pages


def test_a_list_that_the_server_closes_is_followed_by_pages(timed: Timed) -> None:
    with pytest.raises(ConnectionLostError, match="before it was complete"):
        timed.strategy.watch_ended(timed.watch(), "1")
    assert timed.strategy.needs_pages


# Watches.


def end_watch(timed: Timed, seconds: float, *, moved: bool) -> None:
    watch = timed.watch()
    watch.first_event = watch.last_event = timed.now
    timed.now += seconds
    timed.strategy.watch_ended(watch, "2" if moved else "1")


def test_a_watch_that_ends_after_a_second_is_normal(timed: Timed) -> None:
    timed.listed_long_ago()
    for _ in range(3):
        end_watch(timed, 1.0, moved=False)


def test_a_short_watch_that_brought_nothing_is_a_failure(timed: Timed) -> None:
    timed.listed_long_ago()
    with pytest.raises(ConnectionLostError, match="at once"):
        end_watch(timed, 0.9, moved=False)


def test_only_every_other_short_watch_may_bring_something(timed: Timed) -> None:
    timed.listed_long_ago()
    end_watch(timed, 0.1, moved=True)
    with pytest.raises(ConnectionLostError, match="at once"):
        end_watch(timed, 0.1, moved=True)
    end_watch(timed, 5.0, moved=True)
    end_watch(timed, 0.1, moved=True)


def test_a_short_watch_of_another_server_does_not_count(timed: Timed) -> None:
    timed.listed_long_ago()
    end_watch(timed, 0.1, moved=True)
    timed.strategy.reset()
    timed.listed_long_ago()
    end_watch(timed, 0.1, moved=True)


def test_the_time_of_the_list_does_not_count_as_time_of_the_watch(timed: Timed) -> None:
    started = timed.now
    timed.now += 100.0
    timed.strategy.list_ended()
    assert timed.strategy.is_short(started)
    timed.now += 1.0
    assert not timed.strategy.is_short(started)


def fail_watch(timed: Timed, error: ClusterError, seconds: float = 0.0, version: str = "1") -> None:
    watch = timed.watch(version)
    watch.first_event = watch.last_event = timed.now
    timed.now += seconds
    timed.strategy.watch_failed(watch, error)


def test_an_expired_version_is_followed_by_a_list_but_not_twice_at_once(timed: Timed) -> None:
    strategy = timed.listed_long_ago()
    fail_watch(timed, GONE)
    assert not strategy.listed
    strategy.list_ended()
    with pytest.raises(ApiError):
        fail_watch(timed, GONE)
    assert not strategy.listed


@pytest.mark.parametrize("by", ["a long watch before it expired", "a clean end", "a cut"])
def test_an_expired_version_is_normal_again_after(timed: Timed, by: str) -> None:
    strategy = timed.listed_long_ago()
    fail_watch(timed, GONE)
    strategy.list_ended()
    if by == "a long watch before it expired":
        fail_watch(timed, GONE, seconds=5.0)
        strategy.list_ended()
    elif by == "a clean end":
        end_watch(timed, 5.0, moved=False)
    else:
        fail_watch(timed, ConnectionLostError("it broke"), seconds=5.0)
    fail_watch(timed, GONE)


def test_garbage_is_followed_by_a_list_if_the_same_version_brings_it_twice(timed: Timed) -> None:
    strategy = timed.listed_long_ago()
    for version, listed in (("1", True), ("2", True), ("2", False)):
        with pytest.raises(InvalidResponseError):
            fail_watch(timed, InvalidResponseError("garbage"), version=version)
        assert strategy.listed == listed


def test_other_failures_of_a_watch_keep_the_version(timed: Timed) -> None:
    strategy = timed.listed_long_ago()
    for error in (ApiError(500, "", "etcd"), ConnectionLostError("it broke"), StoppedError()):
        with pytest.raises(type(error)):
            fail_watch(timed, error)
        assert strategy.listed


# Polling.


def test_a_forbidden_watch_is_polled_and_retried_later(timed: Timed) -> None:
    strategy = timed.listed_long_ago()
    fail_watch(timed, FORBIDDEN)
    polling = strategy.polling
    assert polling
    assert polling.reason == str(FORBIDDEN)
    assert strategy.needs_pages, "the last list is old"
    for _ in range(4):
        strategy.list_ended()
        assert strategy.polling, "the watch is not due"
        timed.now += polling.seconds
        strategy.poll_waited(polling)
        assert strategy.needs_pages
    strategy.list_ended()
    timed.now += 1.0
    strategy.poll_waited(polling)
    assert strategy.polling is None
    assert strategy.listed, "the watch continues from the last list"


def test_a_watch_forbidden_right_after_a_list_is_polled_without_another_list(
    timed: Timed,
) -> None:
    timed.strategy.list_ended()
    fail_watch(timed, FORBIDDEN, seconds=0.5)
    assert timed.strategy.polling
    assert not timed.strategy.needs_pages


def test_a_watch_that_was_allowed_before_is_retried_soon_and_then_less_often(
    timed: Timed,
) -> None:
    strategy = timed.strategy
    for _ in range(2):
        strategy.watch_opened()
        seconds: list[float] = []
        for _ in range(6):
            fail_watch(timed, FORBIDDEN)
            seconds.append(timed.poll_seconds())
        assert seconds == [3.0, 6.0, 12.0, 24.0, 30.0, 30.0]


def test_a_recheck_that_is_not_sooner_than_a_poll_is_a_poll() -> None:
    now = 1000.0
    intervals = Intervals(poll=30.0, recheck=30.0, watch_again=120.0)
    strategy = WatchStrategy(None, intervals, Clock(monotonic=lambda: now))
    strategy.watch_opened()
    strategy.watch_failed(Watch("1", now), FORBIDDEN)
    assert strategy.polling
    assert strategy.polling.until == now + 120.0


def test_a_soon_retried_watch_is_retried_after_one_list(timed: Timed) -> None:
    strategy = timed.strategy
    strategy.watch_opened()
    fail_watch(timed, FORBIDDEN)
    assert strategy.polling
    timed.now += strategy.polling.seconds
    strategy.poll_waited(strategy.polling)
    assert strategy.polling is None
