"""Drives the real window like a user: clicks, types, waits for what is visible."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import qasync  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base.tasks import DaemonThreads
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.job_bar import JobLine
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.window.main_window import MainWindow

Connect = Callable[[], Connection]
W = TypeVar("W", bound=QWidget)

PATIENCE_SECONDS = 15.0
LOOK_SECONDS = 0.01


async def until(seen: Callable[[], object], what: str = "") -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not seen():
        assert time.monotonic() < deadline, f"never seen: {what or seen}"
        await asyncio.sleep(LOOK_SECONDS)


class Driver:
    def __init__(self, window: MainWindow) -> None:
        self.window = window

    async def synced(self, nodes: int) -> None:
        await until(lambda: self.window.toolbar.state_text.startswith("Live"), "a live window")
        await until(lambda: self.window.model.rowCount() == nodes, f"{nodes} nodes")
        await until(lambda: self.window.table.names, "a selected node")

    def place(self, node: str, column: Column = Column.NODE) -> QPoint:
        """Position of a node's cell in the viewport of the table."""
        table = self.window.table
        row = self.window.model.place_of(node)
        assert row is not None
        return table.visualRect(self.window.model.index(row, column)).center()

    def click(self, node: str, column: Column = Column.NODE, *, more: bool = False) -> None:
        keys = Qt.KeyboardModifier.ControlModifier if more else Qt.KeyboardModifier.NoModifier
        viewport = self.window.table.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, keys, self.place(node, column))

    async def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key in the table."""
        self.window.activateWindow()
        await until(self.window.isActiveWindow, "an active window")
        self.window.table.setFocus()
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        QTest.keyClick(self.window.table, key, held)

    async def right_click(self, node: str) -> QMenu:
        """Right-click a node, and send the context menu event that the platform would send."""
        viewport, at = self.window.table.viewport(), self.place(node)
        QTest.mouseClick(viewport, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, at)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
        QApplication.sendEvent(viewport, asked)
        await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "a menu")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        return menu

    async def choose(self, node: str, words: str) -> None:
        """Right-click a node and choose a menu entry."""
        menu = await self.right_click(node)
        press_entry(menu, entry(menu, words))

    async def dialog(self, kind: type[W]) -> W:
        """The dialog of a kind, once it is open."""

        def found() -> list[W]:
            return [each for each in self.window.findChildren(kind) if each.isVisible()]

        await until(found, kind.__name__)
        return found()[0]

    async def line(self, words: str) -> JobLine:
        """The line of the job bar that contains a text."""

        def found() -> list[JobLine]:
            return [each for each in self.window.job_bar.lines if words in each.text]

        def said() -> str:
            return f"{words!r} in {[each.text for each in self.window.job_bar.lines]}"

        deadline = time.monotonic() + PATIENCE_SECONDS
        while not found():
            assert time.monotonic() < deadline, said()
            await asyncio.sleep(LOOK_SECONDS)
        return found()[0]


Scenario = Callable[[Driver], Awaitable[None]]
Play = Callable[..., None]
RunAsync = Callable[[Coroutine[Any, Any, None]], None]


@contextmanager
def event_loop(application: QApplication) -> Generator[Any, None, None]:
    """The asyncio event loop on Qt's, as in the program; garbage is collected on this thread."""
    loop: Any = qasync.QEventLoop(application)
    loop.set_default_executor(DaemonThreads())
    asyncio.set_event_loop(loop)
    gc.disable()
    yield loop
    asyncio.set_event_loop(None)
    loop.close()
    gc.collect()
    gc.enable()


async def perform(
    scenario: Scenario,
    theme: Theme,
    connect: Connect,
    *,
    act_through: Connect | None = None,
    nodes: int = 5,
    read_only: bool = False,
    verbs: Sequence[Verb] = VERBS,
) -> None:
    """Open a window, run a scenario once all nodes are shown, close the window.

    `act_through` makes the connection for what changes nodes, `connect` that of the informer.
    """
    actions = NodeActions(act_through or connect)
    client = ClusterClient(
        Target("prod-eu-1", "prod", "admin", connect), NodeInformer(connect), actions
    )
    session = Session(client, theme, None, read_only=read_only, verbs=verbs)
    session.window.resize(1440, 900)
    session.start()
    try:
        driver = Driver(session.window)
        await driver.synced(nodes)
        await scenario(driver)
    finally:
        await session.stop()


def entry(menu: QMenu, words: str) -> QAction:
    found = [each for each in menu.actions() if each.text().startswith(words) and each.isVisible()]
    assert len(found) == 1, [each.text() for each in menu.actions()]
    return found[0]


def press_entry(menu: QMenu, action: QAction) -> None:
    QTest.mouseClick(
        menu,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        menu.actionGeometry(action).center(),
    )


def press(button: QPushButton) -> None:
    assert button.isVisible()
    assert button.isEnabled(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(field: QWidget, words: str) -> None:
    """Replace the text of a field by typing."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_Delete)
    if words.isascii():
        QTest.keyClicks(field, words)
    else:  # Qt's test keyboard has Latin letters only
        QApplication.clipboard().setText(words)
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


async def add_annotation(dialog: AnnotateDialog, key: str, value: str) -> None:
    await until(lambda: dialog.add.isEnabled(), "a dialog that takes input")
    press(dialog.add)
    write(dialog.key, key)
    write(dialog.value, value)


async def confirm(dialog: DeleteDialog, words: str, seconds: int) -> None:
    dialog.countdown.setValue(seconds)
    write(dialog.typed, words)
    press(dialog.verb_button)
