"""Work goes on in slices, and other work replaces it."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.treemap.slices import SLICE_SECONDS, Slices


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
