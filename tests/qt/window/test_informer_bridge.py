import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt.window.informer_bridge import BATCH, InformerBridge
from tests.support.builders import known, node

ONE = known(node("a"))[0]


class Ears:
    """Records the signals of a bridge, in order."""

    def __init__(self, bridge: InformerBridge) -> None:
        self.received: list[object] = []
        bridge.changes.connect(self.received.append)
        bridge.state.connect(self.received.append)

    @property
    def changes(self) -> list[NodeChange]:
        return [each for sent in self.received if isinstance(sent, list) for each in sent]  # pyright: ignore

    @property
    def batches(self) -> list[int]:
        return [len(sent) for sent in self.received if isinstance(sent, list)]  # pyright: ignore


@pytest.fixture
def bridge(qtbot: QtBot) -> Iterator[InformerBridge]:
    bridge = InformerBridge()
    yield bridge
    bridge.stop()


def feed(story: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=story, daemon=True)
    thread.start()
    return thread


def test_nothing_is_lost_and_order_is_kept(bridge: InformerBridge, qtbot: QtBot) -> None:
    recorder = Ears(bridge)
    sent = known(*(node(f"n{i}") for i in range(3 * BATCH + 7)))

    def story() -> None:
        for change in sent[:1000]:
            bridge.on_changes([change])
        bridge.on_changes(sent[1000:])

    thread = feed(story)
    qtbot.waitUntil(lambda: len(recorder.changes) == len(sent))
    thread.join()
    assert recorder.changes == sent
    assert max(recorder.batches) <= BATCH
    assert len(recorder.batches) < 20


def test_states_come_in_order_with_the_changes(bridge: InformerBridge, qtbot: QtBot) -> None:
    recorder = Ears(bridge)
    syncing, live, lost = (
        ConnectionState(phase, 0) for phase in (Phase.SYNCING, Phase.LIVE, Phase.RECONNECTING)
    )

    def story() -> None:
        bridge.on_state(syncing)
        bridge.on_changes([ONE])
        bridge.on_state(live)
        bridge.on_state(lost)

    feed(story).join()
    qtbot.waitUntil(lambda: len(recorder.received) == 3)
    # Of states that follow each other only the last is news.
    assert recorder.received == [syncing, [ONE], lost]


def test_a_thread_ahead_of_the_gui_blocks(bridge: InformerBridge, qtbot: QtBot) -> None:
    recorder = Ears(bridge)
    passed = threading.Semaphore(0)

    def story() -> None:
        for _ in range(4 * BATCH):
            bridge.on_changes([ONE])
            passed.release()

    thread = feed(story)
    for _ in range(BATCH):
        assert passed.acquire(timeout=5)
    # The GUI has not taken anything yet: the next one must wait.
    assert not passed.acquire(timeout=0.05)
    qtbot.waitUntil(lambda: len(recorder.changes) == 4 * BATCH)
    thread.join()


def test_stop_releases_a_blocked_thread(bridge: InformerBridge) -> None:
    thread = feed(lambda: bridge.on_changes([ONE] * 10 * BATCH))
    thread.join(0.05)
    assert thread.is_alive()
    bridge.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_nothing_is_emitted_after_stop(bridge: InformerBridge, qtbot: QtBot) -> None:
    recorder = Ears(bridge)
    bridge.on_changes([ONE])
    bridge.stop()
    bridge.on_changes([ONE])
    bridge.on_state(ConnectionState(Phase.STOPPED, 0))
    with qtbot.assertNotEmitted(bridge.changes, wait=80):
        pass
    assert recorder.received == []
