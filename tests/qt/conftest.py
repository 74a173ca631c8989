"""Fixtures: Qt offscreen, in one language; no test leaves a thread, timer or button behind."""

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, QThread, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source
from tests.qt.driver import Play, RunAsync, Scenario, event_loop, perform
from tests.support.clock import Clock
from tests.support.recorder import connection_to


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignore warnings of the offscreen platform about unsupported operations."""
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session", autouse=True)
def plural_forms(qapp: QApplication) -> None:
    """Counts are worded only where there is an application."""
    install_translations(qapp, resources_folder() / "translations")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [each for each in gc.get_objects() if isinstance(each, QObject) and _runs(each)]
    assert not left, f"left running: {left}"


@pytest.fixture(autouse=True)
def no_button_left_pressed(qapp: QApplication) -> Iterator[None]:
    """The mouse belongs to the process: a button that one test leaves down changes the next."""
    yield
    pressed = QGuiApplication.mouseButtons()
    for button in pressed:
        QTest.mouseRelease(QWidget(), button)
    assert not pressed, f"left pressed: {pressed}"


def _runs(each: QObject) -> bool:
    if not isValid(each):
        return False
    if isinstance(each, QTimer):
        return each.isActive()
    return isinstance(each, QThread) and each.isRunning()


@pytest.fixture
def theme(qapp: QApplication) -> themes.Theme:
    qapp.setStyle("Fusion")
    qapp.setPalette(themes.palette(themes.LIGHT))
    qapp.setStyleSheet(themes.style_sheet(themes.LIGHT))
    QLocale.setDefault(QLocale(QLocale.Language.English))
    return themes.LIGHT


@pytest.fixture
def clocks(clock: Clock) -> Clocks:
    """Both clocks of the window, driven by the same test clock."""
    return Clocks(clock, clock)


def never_connected() -> Connection:
    raise AssertionError("nothing here asks the server")


@pytest.fixture
def target() -> Target:
    return Target("prod-eu-1", "prod", "admin", never_connected)


@pytest.fixture
def retries() -> list[str]:
    """One entry per call of `retry_now`, `reconnect` or `cancel_login`."""
    return []


@pytest.fixture
def open_window(
    qtbot: QtBot,
    theme: themes.Theme,
    clock: Clock,
    clocks: Clocks,
    target: Target,
    retries: list[str],
    tmp_path: Path,
) -> Callable[[], MainWindow]:
    """Opens a window; later windows share the settings file."""

    def open_one() -> MainWindow:
        source = Source(
            target,
            last_heard=lambda: clock() - 0.4,
            retry_now=lambda: retries.append("now"),
            reconnect=lambda: retries.append("reconnect"),
            cancel_login=lambda: retries.append("cancelled"),
            actions=NodeActions(never_connected),
        )
        window = MainWindow(source, theme, tmp_path / "window.ini", clocks)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        return window

    return open_one


@pytest.fixture
def window(open_window: Callable[[], MainWindow]) -> MainWindow:
    return open_window()


@pytest.fixture
def run_async(qapp: QApplication) -> Iterator[RunAsync]:
    """Runs a coroutine on the event loop of the program."""
    with event_loop(qapp) as loop:
        yield loop.run_until_complete


@pytest.fixture
def play(qapp: QApplication, theme: themes.Theme, cluster: DemoCluster) -> Iterator[Play]:
    """Runs a scenario in a window on the demo cluster."""
    with event_loop(qapp) as loop:

        def run(
            scenario: Scenario,
            *,
            act_on: str = "",
            read_only: bool = False,
            verbs: Sequence[Verb] = VERBS,
        ) -> None:
            loop.run_until_complete(
                perform(
                    scenario,
                    theme,
                    lambda: connection_to(cluster.url),
                    act_through=lambda: connection_to(act_on or cluster.url),
                    read_only=read_only,
                    verbs=verbs,
                )
            )

        yield run
