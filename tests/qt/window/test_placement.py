"""Windows stay on their screen; the offscreen platform has one of 800×800 pixels."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.window.placement import (
    DEFAULT_SIZE,
    LEAST_SIZE,
    Placement,
    available_area,
    inside,
)

ROOT = Path(__file__).parents[3]

WINDOW = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import LIGHT
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source

def connect():
    raise AssertionError("nothing here asks the server")

application = QApplication([])
source = Source(
    Target("c", "c", "u", connect), time.time, print, print, print, NodeActions(connect)
)
window = MainWindow(source, LIGHT, Path(sys.argv[1]), Clocks())
if sys.argv[2:]:
    window.setGeometry(QRect(*map(int, sys.argv[2:])))
window.show()
application.processEvents()
frame, area = window.frameGeometry(), window.screen().availableGeometry()
print(area.contains(frame), window.width(), window.height(), window.page.panel.isVisible())
window.close_now()
"""

DESK = [(0, 0, 1366, 768), (1366, 0, 2560, 1440)]
LAPTOP = [(0, 0, 1366, 768)]


def environment(folder: Path, screens: list[tuple[int, ...]], scale: str) -> Mapping[str, str]:
    described = [
        {
            **dict(zip(("x", "y", "width", "height"), screen, strict=True)),
            **{"name": f"screen-{number}", "dpr": 1, "logicalDpi": 96, "logicalBaseDpi": 96},
        }
        for number, screen in enumerate(screens)
    ]
    file = folder / "screens.json"
    file.write_text(json.dumps({"screens": described, "windowFrameMargins": True}))
    platform = f"offscreen:configfile={file}"
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": platform,
        "QT_SCALE_FACTOR": scale,
    }


def open_window(
    folder: Path, screens: list[tuple[int, ...]], scale: str, *geometry: int
) -> list[str]:
    command = [sys.executable, "-c", WINDOW, str(folder / "window.ini"), *map(str, geometry)]
    ran = subprocess.run(
        command,
        env=environment(folder, screens, scale),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scale", "size", "has_panel"),
    [("1", (1358, 724), True), ("1.25", (1085, 570), False), ("2", (675, 340), False)],
)
def test_a_window_fits_a_laptop_at_any_scale(
    tmp_path: Path, scale: str, size: tuple[int, int], has_panel: bool
) -> None:
    new = open_window(tmp_path, LAPTOP, scale)
    assert new == ["True", *map(str, size), str(has_panel)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scale", "geometry"),
    [
        ("1", (1500, 50, 2300, 1300)),
        ("1", (1200, 700, 1300, 700)),
        ("1.25", (3600, 1300, 900, 600)),
        ("2", (0, 0, 1366, 768)),
    ],
)
def test_a_remembered_geometry_fits_another_screen(
    tmp_path: Path, scale: str, geometry: tuple[int, ...]
) -> None:
    """Saved beside a large screen that is unplugged since, or at another scale."""
    open_window(tmp_path, DESK, "1", *geometry)
    assert open_window(tmp_path, LAPTOP, scale)[0] == "True"


@given(
    st.builds(QRect, *[st.integers(-5000, 5000)] * 2, *[st.integers(1, 5000)] * 2),
    st.builds(QRect, *[st.integers(-5000, 5000)] * 2, *[st.integers(1, 5000)] * 2),
)
def test_a_rectangle_is_moved_and_shrunk_as_little_as_needed(rect: QRect, area: QRect) -> None:
    fitted = inside(rect, area)
    assert area.contains(fitted)
    assert fitted.size() == rect.size().boundedTo(area.size())
    if area.contains(rect):
        assert fitted == rect


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_a_new_window_has_the_default_size_if_there_is_room(window: QMainWindow) -> None:
    Placement(window).restore(b"", None)
    room = available_area(window.screen()).size()
    assert window.size() == DEFAULT_SIZE.boundedTo(room)
    assert window.minimumSize() == LEAST_SIZE.boundedTo(room)


def test_a_given_size_is_used_as_it_is(window: QMainWindow) -> None:
    Placement(window).restore(b"", QSize(2000, 1500))
    assert window.size() == QSize(2000, 1500)


def test_a_saved_geometry_is_fitted(qtbot: QtBot, window: QMainWindow) -> None:
    window.setGeometry(700, 700, 1440, 900)
    saved = bytes(window.saveGeometry().data())
    again = QMainWindow()
    qtbot.addWidget(again)
    Placement(again).restore(saved, None)
    assert available_area(again.screen()).contains(again.geometry())


def test_a_damaged_geometry_is_ignored(window: QMainWindow) -> None:
    Placement(window).restore(b"\x01\x02 not a geometry", None)
    assert window.size() == DEFAULT_SIZE.boundedTo(available_area(window.screen()).size())


def test_a_screen_that_shrinks_takes_its_windows_along(qtbot: QtBot, window: QMainWindow) -> None:
    Placement(window).restore(b"", None)
    window.show()
    window.setGeometry(-300, 500, 1440, 900)
    window.screen().availableGeometryChanged.emit(QRect())
    qtbot.waitUntil(lambda: window.screen().availableGeometry().contains(window.frameGeometry()))


def test_a_maximized_window_stays_maximized(qtbot: QtBot, window: QMainWindow) -> None:
    placement = Placement(window)
    placement.restore(b"", None)
    window.showMaximized()
    qtbot.waitUntil(window.isMaximized)
    placement.fit()
    assert window.windowState() & Qt.WindowState.WindowMaximized
