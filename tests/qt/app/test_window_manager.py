"""Several windows in one process: one per context, one tray; the last one ends the process."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox, QPushButton

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ConnectionLostError, KubeconfigError
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.app.session import ClientFactory, ClusterClient, Session
from kubeimg_gui.qt.app.window_manager import WindowManager
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.context_list import ContextList
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import event_loop, until
from tests.support.recorder import connection_to


class FakeTray(QObject):
    window_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[str, tuple[Severity, str]] = {}

    def show_state(self, window: str, severity: Severity, words: str) -> None:
        self.states[window] = severity, words

    def forget(self, window: str) -> None:
        self.states.pop(window, None)


class FakeNotifier(QObject):
    activated = Signal(str)

    def send(self, message: object) -> None:
        raise AssertionError(message)


class Fixture:
    def __init__(self, cluster: DemoCluster, theme: Theme) -> None:
        self.tray = FakeTray()
        self.notifier = FakeNotifier()
        self.names: Callable[[], list[str]] = lambda: ["one", "two"]
        self.read: list[Path | None] = []
        self.demo_problem = ""
        self.demo_waits: threading.Event | None = None
        self.closed: list[str] = []
        self._url = cluster.url
        self._theme = theme

    def manager(self) -> WindowManager:
        tray: Any = self.tray
        notifier: Any = self.notifier
        return WindowManager(
            lambda client: Session(client, self._theme, None),
            ClientFactory(self.open, self.demo, self.names_of),
            tray,
            notifier,
        )

    def names_of(self, kubeconfig: Path | None) -> list[str]:
        self.read.append(kubeconfig)
        return self.names()

    def open(self, context: str | None, kubeconfig: Path | None) -> ClusterClient:
        return self.client(context or "current", kubeconfig)

    def demo(self) -> ClusterClient:
        if self.demo_waits:
            self.demo_waits.wait(10)
        if self.demo_problem:
            raise ConnectionLostError(self.demo_problem)
        return self.client("demo")

    def client(self, context: str, kubeconfig: Path | None = None) -> ClusterClient:
        if context == "broken":
            raise KubeconfigError("<b>broken</b> names no cluster")

        def connect() -> Connection:
            return connection_to(self._url)

        name = f"{context} of {kubeconfig}" if kubeconfig else context
        target = Target(context, context, "", connect, lambda: self.closed.append(name))
        return ClusterClient(target, NodeInformer(connect), NodeActions(connect), kubeconfig)


Play = Callable[[Callable[[Fixture, WindowManager], Awaitable[None]]], None]


@pytest.fixture
def play(qapp: QApplication, theme: Theme, cluster: DemoCluster) -> Iterator[Play]:
    with event_loop(qapp) as loop:

        def run(act: Callable[[Fixture, WindowManager], Awaitable[None]]) -> None:
            async def live() -> None:
                fixture = Fixture(cluster, theme)
                manager = fixture.manager()
                manager.open(fixture.client("one")).start()
                try:
                    await act(fixture, manager)
                finally:
                    await manager.close()
                assert sorted(fixture.closed) == sorted(set(fixture.closed))

            loop.run_until_complete(live())

        yield run


async def contexts_offered(window: MainWindow) -> QMenu:
    QTest.mouseClick(window.toolbar.pill, Qt.MouseButton.LeftButton)
    await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "contexts")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


async def choose(window: MainWindow, context: str) -> None:
    menu = await contexts_offered(window)
    (action,) = [each for each in menu.actions() if each.text() == context]
    action.trigger()
    menu.close()


def test_another_context_opens_in_one_new_window(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        await choose(manager.windows[0], "two")
        await until(lambda: len(manager.windows) == 2)
        await choose(manager.windows[0], "two")
        await choose(manager.windows[1], "one")
        for window in manager.windows:
            await until(lambda window=window: window.model.rowCount() == 5)
        assert [window.context for window in manager.windows] == ["one", "two"]
        assert fixture.tray.states == {
            "one": (Severity.FINE, "Live"),
            "two": (Severity.FINE, "Live"),
        }

    play(act)


def test_contexts_of_one_name_in_two_files_are_two_windows(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        manager.open(fixture.open("two", Path("other"))).start()
        await choose(manager.windows[0], "two")
        await until(lambda: len(manager.windows) == 3)
        assert list(fixture.tray.states) == ["one", "two", "two (2)"]

    play(act)


def test_closing_the_last_window_ends_the_process(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        ended: list[bool] = []
        manager.last_closed.connect(lambda: ended.append(True))
        manager.open(fixture.client("two")).start()
        manager.windows[0].close()
        await until(lambda: [window.context for window in manager.windows] == ["two"])
        await until(lambda: fixture.closed == ["one"])
        assert not ended
        assert "one" not in fixture.tray.states
        manager.windows[0].close()
        await until(lambda: ended)

    play(act)


def test_closing_a_window_twice_closes_no_other(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        ended: list[bool] = []
        manager.last_closed.connect(lambda: ended.append(True))
        manager.open(fixture.client("two")).start()
        first = manager.windows[0]
        first.close()
        first.close_requested.emit()
        await until(lambda: fixture.closed == ["one"])
        assert not ended
        assert [window.context for window in manager.windows] == ["two"]

    play(act)


def test_a_window_may_close_while_its_contexts_are_read(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        manager.open(fixture.client("two")).start()
        reading, read = threading.Event(), threading.Event()

        def slowly() -> list[str]:
            reading.set()
            read.wait(10)
            return ["one"]

        fixture.names = slowly
        QTest.mouseClick(manager.windows[0].toolbar.pill, Qt.MouseButton.LeftButton)
        await until(reading.is_set)
        manager.windows[0].close()
        await until(lambda: fixture.closed == ["one"])
        read.set()
        await asyncio.sleep(0.05)
        assert not isinstance(QApplication.activePopupWidget(), QMenu)

    play(act)


def test_a_failure_to_open_is_shown_as_plain_text(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        fixture.names = lambda: ["one", "broken"]
        await choose(manager.windows[0], "broken")
        await until(lambda: manager.windows[0].findChildren(QMessageBox))
        (box,) = manager.windows[0].findChildren(QMessageBox)
        assert box.text() == "<b>broken</b> names no cluster"
        assert box.textFormat() is Qt.TextFormat.PlainText
        box.close()

    play(act)


def test_an_unreadable_kubeconfig_is_reported_in_the_menu(play: Play) -> None:
    def fail() -> list[str]:
        raise KubeconfigError("No kubeconfig found")

    async def act(fixture: Fixture, manager: WindowManager) -> None:
        fixture.names = fail
        menu = await contexts_offered(manager.windows[0])
        assert menu.actions()[-1].text() == "No kubeconfig found"
        assert not menu.actions()[-1].isEnabled()
        menu.close()

    play(act)


def test_a_click_on_a_notification_raises_its_window(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        manager.open(fixture.client("two")).start()
        first = manager.windows[0]
        first.showMinimized()
        fixture.notifier.activated.emit("one")
        await until(lambda: not first.isMinimized())
        await until(lambda: first.activity.view.hasFocus())
        fixture.notifier.activated.emit("gone")
        await asyncio.sleep(0)

    play(act)


def test_a_window_without_a_context_takes_the_name_it_finds(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        target = fixture.client("").target
        manager.open(
            ClusterClient(target, NodeInformer(target.connect), NodeActions(target.connect))
        ).start()
        assert list(fixture.tray.states) == ["one", "no context"]
        target.context = "two"  # as the informer's thread finds it
        await until(lambda: list(fixture.tray.states) == ["one", "two"])
        await choose(manager.windows[0], "two")
        await asyncio.sleep(0.05)
        assert [window.context for window in manager.windows] == ["one", "two"]
        manager.show("two")
        await until(lambda: manager.windows[1].activity.view.hasFocus())
        manager.windows[1].close()
        await until(lambda: list(fixture.tray.states) == ["one"])

    play(act)


def test_two_windows_with_the_same_name_are_numbered(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        target = fixture.client("").target
        manager.open(
            ClusterClient(target, NodeInformer(target.connect), NodeActions(target.connect))
        ).start()
        target.context = "one"
        await until(lambda: list(fixture.tray.states) == ["one", "one (2)"])
        manager.windows[0].close()
        await until(lambda: fixture.closed == ["one"])
        assert list(fixture.tray.states) == ["one (2)"]

    play(act)


def test_many_contexts_are_chosen_by_typing(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        fixture.names = lambda: [f"context-{i}" for i in range(500)]
        QTest.mouseClick(manager.windows[0].toolbar.pill, Qt.MouseButton.LeftButton)
        await until(lambda: isinstance(QApplication.activePopupWidget(), ContextList))
        contexts = QApplication.activePopupWidget()
        assert isinstance(contexts, ContextList)
        QTest.keyClicks(contexts.field, "T-499")
        QTest.keyClick(contexts.field, Qt.Key.Key_Return)
        await until(lambda: len(manager.windows) == 2)
        assert manager.windows[1].context == "context-499"

    play(act)


async def empty_window(fixture: Fixture, manager: WindowManager) -> MainWindow:
    """A window whose kubeconfig names no cluster, in the place of the first one."""

    def connect() -> Connection:
        raise KubeconfigError("No kubeconfig found")

    target = Target("", "", "", connect)
    manager.open(ClusterClient(target, NodeInformer(connect), NodeActions(connect))).start()
    manager.windows[0].close()
    await until(lambda: fixture.closed == ["one"])
    (window,) = manager.windows
    await until(lambda: window.notice_page.isVisible())
    return window


def press(window: MainWindow, words: str) -> None:
    buttons = window.notice_page.findChildren(QPushButton)
    (button,) = [each for each in buttons if each.text() == words and each.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_empty_window_opens_a_kubeconfig_in_its_place(play: Play, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_text("kind: Config")

    async def act(fixture: Fixture, manager: WindowManager) -> None:
        window = await empty_window(fixture, manager)
        window.setGeometry(30, 40, 900, 600)
        ended: list[bool] = []
        manager.last_closed.connect(lambda: ended.append(True))
        press(window, "Open a kubeconfig…")
        (dialog,) = window.findChildren(QFileDialog)
        assert dialog.isVisible()
        name = dialog.findChild(QLineEdit)
        assert isinstance(name, QLineEdit)
        name.setText(str(path))
        dialog.accept()
        await until(lambda: [each.context for each in manager.windows] == ["current"])
        (successor,) = manager.windows
        await until(lambda: successor.model.rowCount() == 5)
        assert successor.height() == 600
        assert not ended, "the process goes on"
        menu = await contexts_offered(successor)
        assert fixture.read == [path], "the contexts are those of the chosen file"
        menu.close()

    play(act)


def test_an_empty_window_starts_the_demo_in_its_place(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        press(await empty_window(fixture, manager), "Start the demo")
        await until(lambda: [each.context for each in manager.windows] == ["demo"])
        await until(lambda: manager.windows[0].model.rowCount() == 5)
        await manager.close()
        assert "demo" in fixture.closed, "it ends with its window"

    play(act)


def test_a_demo_that_cannot_start_is_reported(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        window = await empty_window(fixture, manager)
        fixture.demo_problem = "The demo cluster needs aiohttp"
        press(window, "Start the demo")
        await until(lambda: window.findChildren(QMessageBox))
        (box,) = window.findChildren(QMessageBox)
        assert box.text() == "The demo cluster needs aiohttp"
        assert manager.windows == (window,)
        box.close()

    play(act)


def test_an_empty_window_that_closes_meanwhile_has_no_successor(play: Play) -> None:
    async def act(fixture: Fixture, manager: WindowManager) -> None:
        window = await empty_window(fixture, manager)
        manager.open(fixture.client("two")).start()
        fixture.demo_waits = threading.Event()
        press(window, "Start the demo")
        window.close()
        await until(lambda: [each.context for each in manager.windows] == ["two"])
        fixture.demo_waits.set()
        await asyncio.sleep(0.05)
        assert [each.context for each in manager.windows] == ["two"]

    play(act)
