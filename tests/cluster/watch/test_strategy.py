"""What a reflector does next, by what became of what it did."""

import time

import pytest

from kubeimg_gui.cluster.errors import ApiError, ConnectionLostError, NotReachedError
from kubeimg_gui.cluster.watch.strategy import POLL_SECONDS, Course

FORBIDDEN = ApiError(403, "Forbidden", "cannot watch")


def test_another_server_is_met_without_prejudice() -> None:
    course = Course(None)
    course.list_failed(ApiError(422, "Invalid", "no streaming lists"))
    course.list_ended()
    course.watch_failed(FORBIDDEN, time.monotonic(), "1")
    assert course.polling
    course.begin_anew()
    assert (course.polling, course.listed, course.needs_pages) == (None, False, False)


def test_polling_that_was_asked_for_goes_on_with_another_server() -> None:
    course = Course(60.0)
    course.begin_anew()
    assert course.polling
    assert course.needs_pages


def test_where_nothing_was_reached_pages_would_not_help() -> None:
    course = Course(None)
    with pytest.raises(NotReachedError):
        course.list_failed(NotReachedError("nobody there"))
    assert not course.needs_pages
    with pytest.raises(ConnectionLostError):
        course.list_failed(ConnectionLostError("it broke"))
    assert course.needs_pages
    course.list_ended()
    course.listed = False
    assert not course.needs_pages, "the next list may be had by a watch again"


def test_a_right_that_was_taken_away_is_asked_for_less_and_less() -> None:
    course = Course(None)
    course.watch_opened()
    seconds: list[float] = []
    for _ in range(6):
        course.watch_failed(FORBIDDEN, time.monotonic(), "1")
        assert course.polling
        seconds.append(course.polling.seconds)
    assert seconds == [3.0, 6.0, 12.0, 24.0, POLL_SECONDS, POLL_SECONDS]
