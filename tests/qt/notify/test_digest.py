import pytest
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.pace import PaceLimits
from kubeimg_gui.qt.notify.digest import ChangeDigest
from kubeimg_gui.qt.notify.message import Message
from tests.support.builders import MIB, change, image, node
from tests.support.clock import Clock

SHORT = PaceLimits(debounce=0.01)


def arrival(name: str = "n1") -> NodeChange:
    return change(node(name), node(name, [image("app:1", size=MIB)]))


@pytest.fixture
def digest(qtbot: QtBot, clock: Clock) -> ChangeDigest:
    return ChangeDigest("prod-eu-1", clock, SHORT)


def test_a_message_is_emitted_without_a_further_change(qtbot: QtBot, digest: ChangeDigest) -> None:
    messages: list[Message] = []
    digest.ready.connect(messages.append)
    digest.take([arrival()])
    qtbot.waitUntil(lambda: bool(messages))
    assert messages == [Message("prod-eu-1", "prod-eu-1: n1 changed, +1.0 MiB", "Arrived: app:1")]


def test_the_timer_waits_until_the_digest_is_due(qtbot: QtBot, clock: Clock) -> None:
    digest = ChangeDigest("prod-eu-1", clock, PaceLimits(debounce=5))
    titles: list[str] = []
    digest.ready.connect(lambda message: titles.append(message.title))  # pyright: ignore
    digest.take([arrival("n1")])
    clock.now += 4
    digest.take([arrival("n2")])
    qtbot.wait(20)
    assert titles == []
    clock.now += 1
    digest.take([arrival("n3")])
    qtbot.waitUntil(lambda: titles == ["prod-eu-1: 3 nodes changed, +3.0 MiB"])


def test_changes_that_cancel_each_other_out_emit_nothing(
    qtbot: QtBot, digest: ChangeDigest
) -> None:
    empty, full = node("n1"), node("n1", [image("app:1")])
    with qtbot.assertNotEmitted(digest.ready, wait=30):
        digest.take([change(empty, full), change(full, empty)])


def test_other_changes_start_no_timer(qtbot: QtBot, digest: ChangeDigest) -> None:
    with qtbot.assertNotEmitted(digest.ready, wait=30):
        digest.take([change(node("n1"), node("n1", unschedulable=True))])


def test_nothing_is_emitted_after_stop(qtbot: QtBot, digest: ChangeDigest) -> None:
    digest.take([arrival()])
    digest.stop()
    with qtbot.assertNotEmitted(digest.ready, wait=30):
        pass
