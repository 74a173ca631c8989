"""Windows with more views, and servers whose pods they watch."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.target import Target
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.views import View
from tests.qt.window.image_views import VIEWS
from tests.qt.window.windows import quiet_source
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, ScriptedServer

OpenViews = Callable[..., MainWindow]


@pytest.fixture
def settings_file(tmp_path: Path) -> Path:
    """The settings of all windows."""
    return tmp_path / "window.ini"


@pytest.fixture
def open_views(
    qtbot: QtBot, theme: Theme, clocks: Clocks, settings_file: Path
) -> Iterator[OpenViews]:
    """Opens windows with VIEWS that watch the pods of a server; they share the settings file."""
    opened: list[MainWindow] = []

    def open_one(
        url: str = "",
        context: str = "prod-eu-1",
        size: int = 1440,
        views: Sequence[View] = VIEWS,
    ) -> MainWindow:
        target = Target(context, "prod", "admin", lambda: connection_to(url))
        window = MainWindow(quiet_source(target), theme, settings_file, clocks, views=views)
        qtbot.addWidget(window)
        window.resize(size, 900)
        window.show()
        opened.append(window)
        return window

    yield open_one
    for window in opened:
        window.views.close()(5.0)
        window.close_now()


@pytest.fixture
def serve_pods() -> Iterator[Callable[[Callable[[Request], None]], ScriptedServer]]:
    """Starts servers that answer as a script says."""
    with ExitStack() as stack:
        yield lambda script: stack.enter_context(ScriptedServer(script))
