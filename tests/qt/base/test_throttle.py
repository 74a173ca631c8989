from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.throttle import BUDGET_SECONDS, LEAST, MOST, BatchSizer, Throttle


def test_a_share_grows_until_it_fills_its_time_and_shrinks_beyond() -> None:
    share = BatchSizer()
    for _ in range(20):
        share.took(share.size, 0.0)
    assert share.size == MOST
    share.took(MOST, 2 * BUDGET_SECONDS)
    assert share.size == MOST // 2
    for _ in range(20):
        share.took(share.size, 100 * BUDGET_SECONDS)
    assert share.size == LEAST


def test_a_few_quick_changes_teach_nothing() -> None:
    share = BatchSizer()
    size = share.size
    share.took(1, BUDGET_SECONDS / 2)
    assert share.size == size


def test_the_first_call_is_made_at_once_and_the_last_is_made_up_for(qtbot: QtBot) -> None:
    parent = QObject()
    written, shown = [0], list[int]()
    paced = Throttle(lambda: shown.append(written[-1]), 20, parent)
    for number in range(1, 6):
        written.append(number)
        paced.ask()
    assert shown == [1]
    qtbot.waitUntil(lambda: shown == [1, 5])
    paced.ask()
    written.append(7)
    paced.ask()
    paced.stop()
    qtbot.wait(60)
    assert 7 not in shown
