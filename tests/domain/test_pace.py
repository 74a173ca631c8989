import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.pace import DigestPace, DigestSchedule, PaceLimits
from tests.support.builders import MIB, change, image, known, node

if TYPE_CHECKING:
    from kubeimg_gui.domain.digest import Digest

LIMITS = PaceLimits(debounce=0, min_interval=60, max_interval=240)


class Story:
    """A schedule, and the digests with the seconds at which each was taken."""

    def __init__(self, limits: PaceLimits = LIMITS) -> None:
        self.schedule = DigestSchedule(limits)
        self.digests: list[Digest] = []
        self.times: list[float] = []
        self._count = 0

    def at(self, seconds: float, *changes: NodeChange) -> None:
        """Adds the changes, by default an arrival, and takes the digest if it is due."""
        self._count += 1
        arrival = change(node("n1"), node("n1", [image(f"app:{self._count}", size=MIB)]))
        self.schedule.add(changes or [arrival], seconds)
        if self.schedule.due <= seconds:
            digest = self.schedule.take(seconds)
            if digest is not None:
                self.digests.append(digest)
                self.times.append(seconds)


@pytest.fixture
def story() -> Story:
    return Story()


def pressed(name: str) -> NodeChange:
    return change(node(name), node(name, pressures=("DiskPressure",)))


def test_a_burst_is_one_digest() -> None:
    story = Story(PaceLimits(debounce=5))
    for i in range(500):
        story.at(0, change(node(f"b{i}"), node(f"b{i}", [image("app:1", size=MIB)])))
    story.at(4.9)
    assert story.digests == []
    assert story.schedule.due == 5
    story.at(5)
    (digest,) = story.digests
    assert (len(digest.changed_nodes), digest.bytes_changed) == (501, 502 * MIB)


def test_the_interval_doubles_up_to_its_maximum_while_changes_keep_coming(story: Story) -> None:
    for second in range(0, 1000, 5):
        story.at(second)
    assert story.times == [0, 60, 180, 420, 660, 900]


def test_no_change_is_lost_between_two_digests(story: Story) -> None:
    for second in (0, 10, 20, 60):
        story.at(second)
    assert [digest.bytes_changed for digest in story.digests] == [MIB, 3 * MIB]


def test_the_interval_starts_over_after_a_quiet_period_of_its_own_length(story: Story) -> None:
    for second in (0, 30, 60, 150, 180):
        story.at(second)
    assert story.times == [0, 60, 180]
    # The interval is 240 s now, and as long it was quiet.
    story.at(420)
    story.at(479)
    story.at(480)
    assert story.times[3:] == [420, 480]


def test_pressure_does_not_wait_for_the_pace_of_other_changes(story: Story) -> None:
    for second in (0, 60, 61):
        story.at(second)
    story.at(62, pressed("n7"))
    assert story.times == [0, 60, 62]
    assert list(story.digests[-1].under_pressure) == ["n7"]
    assert story.digests[-1].bytes_changed == MIB
    # The pace of pressure is limited as well.
    story.at(63, pressed("n8"))
    story.at(121, pressed("n9"))
    assert story.times == [0, 60, 62]
    story.at(122)
    assert list(story.digests[-1].under_pressure) == ["n8", "n9"]


def test_changes_that_cancel_each_other_out_delay_nothing(story: Story) -> None:
    empty, full = node("n1"), node("n1", [image("app:1")])
    story.at(0, change(empty, full), change(full, empty))
    assert story.digests == []
    story.at(1)
    assert story.times == [1]


def test_initial_nodes_and_other_changes_make_nothing_due(story: Story) -> None:
    story.at(0, *known(node("n1", [image("app:1")]), node("n2", pressures=("DiskPressure",))))
    story.at(1, change(node("n1"), node("n1", unschedulable=True)))
    assert story.schedule.due == math.inf
    assert story.digests == []


def test_a_pace_without_changes_is_not_slowed_down() -> None:
    pace = DigestPace(LIMITS)
    pace.clear(0, sent=True)
    pace.record_change(1)
    assert pace.due == 1


def test_nothing_is_due_after_a_digest() -> None:
    pace = DigestPace(PaceLimits(debounce=5))
    assert pace.due == math.inf
    pace.record_change(10)
    pace.record_change(12)
    assert pace.due == 15
    pace.clear(15, sent=True)
    assert pace.due == math.inf
    pace.record_change(16)
    assert pace.due == 15 + 60


def test_a_quiet_period_starts_at_the_digest() -> None:
    pace = DigestPace(PaceLimits(debounce=5, min_interval=60))
    pace.record_change(0)
    pace.clear(5, sent=True)
    pace.record_change(62)  # 62 s after the last change, but only 57 s after the digest
    assert pace.due == 67
    pace.clear(67, sent=True)
    pace.record_change(68)
    assert pace.due == 67 + 120


@given(st.lists(st.floats(0, 400), max_size=40), st.sampled_from([0.0, 5.0]))
def test_digests_keep_their_distance_and_every_change_is_reported_in_time(
    gaps: list[float], debounce: float
) -> None:
    limits = PaceLimits(debounce, min_interval=60, max_interval=240)
    pace, now = DigestPace(limits), 0.0
    sent: list[float] = []
    for gap in gaps:
        later = now + gap
        if pace.due <= later:
            sent.append(pace.due)
            pace.clear(pace.due, sent=True)
        now = later
        pace.record_change(now)
        assert now <= pace.due <= now + max(debounce, limits.max_interval)
    assert all(after - before >= 60 - 1e-6 for before, after in pairwise(sent))
