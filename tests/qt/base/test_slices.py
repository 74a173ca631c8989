"""Work goes on in slices, and other work replaces it."""

import time
from collections.abc import Iterator
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.slices import CHUNK, SLICE_SECONDS, Slices, Steps, chunks, sort_in_steps

T = TypeVar("T")


@pytest.fixture
def slices() -> Iterator[Slices]:
    parent = QObject()
    yield Slices(parent)
    parent.deleteLater()


def work(done: list[int], steps: int, seconds: float = 0.0) -> Iterator[None]:
    for step in range(steps):
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            pass
        done.append(step)
        yield


def test_short_work_is_over_at_once_and_long_work_pauses(qtbot: QtBot, slices: Slices) -> None:
    done: list[int] = []
    slices.start(work(done, 3))
    assert done == []
    qtbot.waitUntil(lambda: not slices.running)
    assert done == [0, 1, 2]
    assert slices.pauses == 0
    slices.start(work(done, 30, SLICE_SECONDS))
    qtbot.waitUntil(lambda: not slices.running)
    assert slices.pauses > 10


def test_other_work_replaces_what_is_left(qtbot: QtBot, slices: Slices) -> None:
    first: list[int] = []
    second: list[int] = []
    slices.start(work(first, 1000, SLICE_SECONDS))
    qtbot.waitUntil(lambda: len(first) > 2)
    slices.start(work(second, 2))
    qtbot.waitUntil(lambda: not slices.running)
    assert second == [0, 1]
    assert len(first) < 1000


def test_work_may_replace_itself(qtbot: QtBot, slices: Slices) -> None:
    done: list[int] = []

    def replacing() -> Iterator[None]:
        slices.start(work(done, 2))
        yield
        done.append(99)

    slices.start(replacing())
    qtbot.waitUntil(lambda: not slices.running)
    assert done == [0, 1]


def test_work_can_be_finished_or_dropped(slices: Slices) -> None:
    done: list[int] = []
    slices.start(work(done, 5))
    slices.finish()
    assert done == [0, 1, 2, 3, 4]
    assert not slices.running
    slices.start(work(done, 5))
    slices.stop()
    assert not slices.running
    assert len(done) == 5


def test_work_may_begin_at_once(qtbot: QtBot, slices: Slices) -> None:
    done: list[int] = []
    slices.start_now(work(done, 5))
    assert done == [0, 1, 2, 3, 4]
    assert not slices.running
    slices.start_now(work(done, 30, SLICE_SECONDS))
    assert 5 < len(done) < 35
    assert slices.running
    qtbot.waitUntil(lambda: not slices.running)
    assert len(done) == 35
    assert slices.seconds >= 30 * SLICE_SECONDS


def steps_and_result(steps: Steps[T]) -> tuple[int, T]:
    count = 1
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return count, end.value
        count += 1


@given(st.integers(0, 9), st.integers(-1, 1), st.integers(0, 9))
def test_sorting_in_steps_sorts(chunk_count: int, more: int, seed: int) -> None:
    random = Random(seed)
    items = [random.randrange(10**6) for _ in range(max(0, chunk_count * CHUNK // 4 + more))]
    steps, result = steps_and_result(sort_in_steps(items))
    assert result == sorted(items)
    assert (steps == 1) is (len(items) <= CHUNK)
    assert [item for chunk in chunks(items) for item in chunk] == items
