from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.notify.digest import ChangeDigest, Timing
from kubeimg_gui.qt.notify.message import Message
from tests.support.builders import MIB, change, image, known, node
from tests.support.clock import Clock

TIMING = Timing(gather=0, spacing=60, most=240)
"""Nothing is waited for in these tests: the clock is set, and the next change looks at it."""


class Story:
    """A digest, the time, and what was told when, in seconds from the beginning."""

    def __init__(self, qtbot: QtBot, timing: Timing = TIMING) -> None:
        self._qtbot = qtbot
        self._clock = Clock()
        self._began = self._clock.now
        self._count = 0
        self.digest = ChangeDigest("prod-eu-1", self._clock, timing)
        self.digest.ready.connect(self._heard)
        self.messages: list[Message] = []
        self.times: list[float] = []

    def at(self, seconds: float, *changes: NodeChange) -> None:
        """Set the clock, take the changes, by default an arrival, and let happen what is due."""
        self._clock.now = self._began + seconds
        self._count += 1
        arrival = change(node("n1"), node("n1", [image(f"app:{self._count}", size=MIB)]))
        self.digest.take(changes or [arrival])
        self._qtbot.wait(1)

    def _heard(self, message: Message) -> None:
        self.messages.append(message)
        self.times.append(self._clock.now - self._began)


@pytest.fixture
def story(qtbot: QtBot) -> Iterator[Story]:
    story = Story(qtbot)
    yield story
    story.digest.stop()


def test_a_burst_is_one_message(qtbot: QtBot) -> None:
    story = Story(qtbot, Timing(gather=5))
    for i in range(500):
        story.digest.take([change(node(f"b{i}"), node(f"b{i}", [image("app:1", size=MIB)]))])
    story.at(4.9)
    assert story.messages == []
    story.at(5)
    (message,) = story.messages
    assert message.title == "prod-eu-1: 501 nodes changed, +502 MiB"


def test_it_is_told_without_another_change(qtbot: QtBot) -> None:
    story = Story(qtbot, Timing(gather=0.01))
    with qtbot.waitSignal(story.digest.ready):
        story.at(0)
    assert story.messages[0].title == "prod-eu-1: n1 changed, +1.0 MiB"


def test_messages_come_ever_more_seldom_while_changes_keep_coming(story: Story) -> None:
    for second in range(0, 1000, 5):
        story.at(second)
    assert story.times == [0, 60, 180, 420, 660, 900]


def test_nothing_is_lost_between_two_messages(story: Story) -> None:
    for second in (0, 10, 20, 60):
        story.at(second)
    assert [message.title for message in story.messages] == [
        "prod-eu-1: n1 changed, +1.0 MiB",
        "prod-eu-1: n1 changed, +3.0 MiB",
    ]


def test_after_a_quiet_stretch_it_begins_anew(story: Story) -> None:
    for second in (0, 30, 60, 150, 180):
        story.at(second)
    assert story.times == [0, 60, 180]
    # 240 seconds must lie between two messages now, and so long it was quiet.
    story.at(420)
    story.at(479)
    story.at(480)
    assert story.times[3:] == [420, 480]


def test_a_pressure_does_not_wait_behind_other_changes(story: Story) -> None:
    def pressed(name: str) -> NodeChange:
        return change(node(name), node(name, pressures=("DiskPressure",)))

    for second in (0, 60, 61):
        story.at(second)
    story.at(62, pressed("n7"))
    assert story.times == [0, 60, 62]
    assert story.messages[-1].title == "prod-eu-1: n7: Ready,DiskPressure"
    assert "n1 changed, +1.0 MiB" in story.messages[-1].body
    # Nor may it become a storm of its own.
    story.at(63, pressed("n8"))
    story.at(121, pressed("n9"))
    assert story.times == [0, 60, 62]
    story.at(122)
    assert story.messages[-1].title == "prod-eu-1: 2 nodes under pressure"


def test_what_came_to_nothing_is_not_told_and_delays_nothing(story: Story) -> None:
    empty, full = node("n1"), node("n1", [image("app:1")])
    story.at(0, change(empty, full), change(full, empty))
    assert story.messages == []
    story.at(1)
    assert story.times == [1]


def test_what_is_no_news_begins_nothing(story: Story) -> None:
    story.at(0, *known(node("n1", [image("app:1")])))
    story.at(1, change(node("n1"), node("n1", unschedulable=True)))
    assert story.messages == []


def test_nothing_is_told_after_stop(qtbot: QtBot) -> None:
    story = Story(qtbot, Timing(gather=0.01))
    story.at(0)
    story.digest.stop()
    with qtbot.assertNotEmitted(story.digest.ready, wait=30):
        pass
