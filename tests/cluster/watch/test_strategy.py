"""What a reflector does next, by what became of what it did."""

import time

import pytest

from kubeimg_gui.cluster.errors import ApiError, ConnectionLostError, UnreachableError
from kubeimg_gui.cluster.watch.strategy import WatchStrategy

FORBIDDEN = ApiError(403, "Forbidden", "cannot watch")


def test_another_server_is_met_without_prejudice() -> None:
    strategy = WatchStrategy(None)
    strategy.list_failed(ApiError(422, "Invalid", "no streaming lists"))
    strategy.list_ended()
    strategy.watch_failed(FORBIDDEN, time.monotonic(), "1")
    assert strategy.polling
    strategy.reset()
    assert (strategy.polling, strategy.listed, strategy.needs_pages) == (None, False, False)


def test_polling_that_was_asked_for_goes_on_with_another_server() -> None:
    strategy = WatchStrategy(60.0)
    strategy.reset()
    assert strategy.polling
    assert strategy.needs_pages


def test_where_nothing_was_reached_pages_would_not_help() -> None:
    strategy = WatchStrategy(None)
    with pytest.raises(UnreachableError):
        strategy.list_failed(UnreachableError("nothing listens"))
    assert not strategy.needs_pages
    with pytest.raises(ConnectionLostError):
        strategy.list_failed(ConnectionLostError("it broke"))
    assert strategy.needs_pages
    strategy.list_ended()
    strategy.listed = False
    assert not strategy.needs_pages, "the next list may be had by a watch again"


def test_a_right_that_was_taken_away_is_asked_for_less_and_less() -> None:
    strategy = WatchStrategy(None)
    strategy.watch_opened()
    seconds: list[float] = []
    for _ in range(6):
        strategy.watch_failed(FORBIDDEN, time.monotonic(), "1")
        assert strategy.polling
        seconds.append(strategy.polling.seconds)
    assert seconds == [3.0, 6.0, 12.0, 24.0, 30.0, 30.0]
