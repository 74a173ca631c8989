from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.window.informer_bridge import BATCH
from kubeimg_gui.qt.window.pause_buffer import PauseBuffer
from tests.support.builders import known, node

CHANGES = known(*(node(f"n{i}") for i in range(2 * BATCH + 3)))


def test_changes_pass_at_once_while_not_paused(qapp: QApplication) -> None:
    gate = PauseBuffer()
    passed: list[object] = []
    gate.passed.connect(passed.extend)
    gate.take(CHANGES[:2])
    assert passed == CHANGES[:2]


def test_changes_held_back_follow_in_order(qtbot: QtBot) -> None:
    gate = PauseBuffer()
    shares: list[list[object]] = []
    gate.passed.connect(shares.append)
    gate.set_paused(True)
    gate.take(CHANGES[:-1])
    assert (shares, gate.waiting, gate.paused) == ([], len(CHANGES) - 1, True)
    gate.set_paused(False)
    # What comes while others wait must not overtake them.
    gate.take(CHANGES[-1:])
    qtbot.waitUntil(lambda: not gate.waiting)
    assert [change for share in shares for change in share] == CHANGES
    assert max(map(len, shares)) <= BATCH


def test_pausing_again_while_catching_up(qtbot: QtBot) -> None:
    gate = PauseBuffer()
    gate.set_paused(True)
    gate.take(CHANGES)
    gate.set_paused(False)
    gate.set_paused(True)
    with qtbot.assertNotEmitted(gate.passed, wait=80):
        pass
    assert gate.waiting == len(CHANGES)
    gate.set_paused(False)
    qtbot.waitUntil(lambda: not gate.waiting)
