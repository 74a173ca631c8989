"""The wall clock is set while a window is open: nothing stands still, ends early or goes back."""

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt.base.clocks import Clocks, DataAge, steady_time
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS, FADE_SECONDS
from kubeimg_gui.qt.notify.do_not_disturb import HOUR, DoNotDisturb
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.support.builders import change, images, known, node
from tests.support.clock import Clock

JUMPS = (-3 * HOUR, 3 * HOUR)
BEFORE = ConnectionState(Phase.CONNECTING, since=0.0)


@pytest.fixture
def wall() -> Clock:
    return Clock()


@pytest.fixture
def clocks(clock: Clock, wall: Clock) -> Clocks:
    """Here `clock` is the steady one."""
    return Clocks(wall, clock)


def show_phase(window: MainWindow, wall: Clock, phase: Phase, *, wait: float | None = None) -> None:
    next_try = None if wait is None else wall() + wait
    window.take_state(ConnectionState(phase, since=wall(), next_try=next_try))


def test_a_state_is_put_on_the_steady_clock(clock: Clock, wall: Clock, clocks: Clocks) -> None:
    wall.now, clock.now = 5000.0, 10.0
    state = ConnectionState(Phase.RECONNECTING, since=4990.0, next_try=5004.0)
    steadied = clocks.steadied(state, BEFORE)
    assert (steadied.since, steadied.next_try) == (10.0, 14.0)
    clock.now += 3
    again = clocks.steadied(state, steadied)
    assert again.since == 10.0, "the phase goes on"
    assert clocks.steadied(ConnectionState(Phase.LIVE, 0.0), again).next_try is None


@given(st.floats(-1e9, 1e9))
def test_the_next_try_is_never_in_the_past(next_try: float) -> None:
    clocks = Clocks(lambda: 5000.0, lambda: 10.0)
    state = ConnectionState(Phase.RECONNECTING, since=0.0, next_try=next_try)
    steadied = clocks.steadied(state, BEFORE)
    assert steadied.next_try is not None
    assert steadied.next_try >= 10.0


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-1e5, 1e5), st.booleans())))
def test_an_age_goes_by_the_time_that_passed(steps: list[tuple[float, float, bool]]) -> None:
    """Looked at in every step: time passes, the wall clock may be set, news may come."""
    wall, steady = Clock(), Clock()
    heard: float | None = wall()
    age = DataAge(Clocks(wall, steady), lambda: heard)
    expected = age.seconds()
    for passed, jump, news in steps:
        wall.now += passed + jump
        steady.now += passed
        if news:
            heard = wall()
        seconds = age.seconds()
        expected = 0.0 if news else (expected or 0.0) + passed
        assert seconds is not None
        assert math.isclose(seconds, expected, abs_tol=1e-3)


def test_an_age_is_not_known_before_anything_was_heard(clocks: Clocks) -> None:
    assert DataAge(clocks, lambda: None).seconds() is None


def test_an_answer_from_the_future_is_as_old_as_the_previous_call(
    clock: Clock, clocks: Clocks
) -> None:
    heard = [clocks.wall()]
    age = DataAge(clocks, lambda: heard[0])
    assert age.seconds() == 0.0
    clock.now += 2
    heard[0] = clocks.wall() - HOUR
    assert age.seconds() == 2.0


@pytest.mark.parametrize("jump", JUMPS)
def test_a_highlight_fades_and_a_deleted_node_goes(
    window: MainWindow, wall: Clock, clock: Clock, jump: float
) -> None:
    window.take_changes(known(node("a", images(3)), node("b", images(2))))
    show_phase(window, wall, Phase.LIVE)
    window.take_changes([change(node("a", images(3)), node("a", images(9)))])
    window.take_changes([change(node("b", images(2)), None)])
    wall.now += jump
    row = window.model.row_named("a")
    assert row is not None
    assert row.tint(window.model.moment.steady) == 1.0
    clock.now += FADE_SECONDS / 2
    assert row.tint(window.model.moment.steady) == 0.5
    clock.now += FADE_SECONDS
    assert row.tint(window.model.moment.steady) == 0.0
    assert window.model.fading_until < clock()
    clock.now += DEPARTED_SECONDS
    window.tick()
    assert window.model.row_named("b") is None


def test_fading_ends_the_view_s_repainting(
    qtbot: QtBot, window: MainWindow, wall: Clock, clock: Clock
) -> None:
    window.take_changes(known(node("a", images(3))))
    window.take_changes([change(node("a", images(3)), node("a", images(9)))])
    assert window.table.fading
    wall.now -= HOUR
    clock.now += FADE_SECONDS + 1
    qtbot.waitUntil(lambda: not window.table.fading)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_countdown_is_neither_shortened_nor_prolonged(
    window: MainWindow, wall: Clock, clock: Clock, jump: float
) -> None:
    window.take_changes(known(node("a", images(3))))
    window.model.count_down(["a"], clock() + 10)
    wall.now += jump
    clock.now += 4
    assert window.model.index(0, Column.STATE).data() == "Deleting 6 s ✕"


@pytest.mark.parametrize("jump", JUMPS)
def test_a_lost_connection_s_sentences_go_on(
    window: MainWindow, wall: Clock, clock: Clock, jump: float
) -> None:
    window.take_changes(known(node("a", images(3))))
    show_phase(window, wall, Phase.RECONNECTING, wait=20)
    wall.now += jump
    clock.now += 5
    window.tick()
    assert window.banner.text == "Reconnecting · Next retry in 15 s"
    clock.now += 15
    window.tick()
    assert window.banner.text == "Reconnecting · Retrying now"


@pytest.mark.parametrize("jump", JUMPS)
def test_the_duration_of_connecting_ignores_the_wall_clock(
    window: MainWindow, wall: Clock, clock: Clock, jump: float
) -> None:
    wall.now += jump
    clock.now += 12
    window.tick()
    assert window.toolbar.state_text == "Connecting · 12 s"


@pytest.mark.parametrize("jump", JUMPS)
def test_rows_move_again_after_a_rest(
    window: MainWindow, wall: Clock, clock: Clock, jump: float
) -> None:
    window.take_changes(known(node("a", images(3)), node("b", images(2))))
    show_phase(window, wall, Phase.LIVE)
    window.table.settle(at_once=True)
    wall.now += jump
    window.take_changes([change(node("b", images(2)), node("b", images(9)))])
    clock.now += 5
    window.tick()
    assert window.model.row_at(0).name == "b"


@pytest.mark.parametrize("jump", JUMPS)
def test_an_hour_of_silence_is_an_hour(
    qtbot: QtBot, clock: Clock, wall: Clock, clocks: Clocks, jump: float
) -> None:
    silence = DoNotDisturb(None, clocks)
    silence.begin_hour()
    wall.now += jump
    assert silence.until == wall() + HOUR
    clock.now += HOUR - 1
    assert silence.active
    clock.now += 1
    assert not silence.active
    assert silence.until is None


def test_the_steady_clock_is_not_set_back() -> None:
    times = [steady_time() for _ in range(100)]
    assert times == sorted(times)
    assert times[0] >= time.monotonic() - 60, "it counts what monotonic leaves out"


def test_an_age_that_no_calendar_has_is_a_dash(window: MainWindow) -> None:
    odd = node("a", images(1), created=1e18)
    window.take_changes(known(odd))
    cell = window.model.index(0, Column.AGE)
    assert "—" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert cell.data() == "0s"
