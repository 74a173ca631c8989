"""What the tests of the main window do to it and look at."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.resources import EVERYTHING, Selector
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source
from tests.support.builders import CUT, GIB, images, known, node

NODES = (
    node("a", images(50, 2 * GIB), before=CUT),
    node("b", images(3, GIB), ready=False),
    node("c", images(2), runtime="cri-o://1.31", pressures=("DiskPressure",)),
)


def quiet_source(target: Target, selector: Selector = EVERYTHING) -> Source:
    """A source that has heard nothing, whose requests do nothing."""
    return Source(
        target,
        last_heard=lambda: None,
        retry_now=lambda: None,
        reconnect=lambda: None,
        cancel_login=lambda: None,
        actions=NodeActions(target.connect),
        selector=selector,
    )


def state(window: MainWindow, phase: Phase, **fields: object) -> None:
    window.take_state(ConnectionState(phase, since=0.0, **fields))  # pyright: ignore


def sync(window: MainWindow, *records: NodeRecord) -> None:
    state(window, Phase.SYNCING)
    window.take_changes(known(*records))
    state(window, Phase.LIVE)


def order(window: MainWindow) -> list[str]:
    return [row.name for row in window.model.shown_nodes]


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    found = [b for b in window.findChildren(QPushButton) if b.text() == words and b.isVisible()]
    assert len(found) == 1
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def visible_labels(window: MainWindow) -> list[QLabel]:
    return [label for label in window.findChildren(QLabel) if label.isVisible()]
