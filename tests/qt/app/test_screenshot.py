"""What a saved screenshot shows."""

import asyncio
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtGui import QImage

from kubeimg_gui.qt.app.screenshot import save_screenshot
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.window.windows import NODES, sync
from tests.support.builders import change, node


def test_the_figures_count_the_nodes_that_the_table_shows(
    window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "window.png"
    sync(window, *NODES)
    window.take_changes([change(None, node("joined"))])
    assert window.summary.nodes.texts[0] == "3", "the next update is not due yet"
    code = asyncio.run(save_screenshot(window, file, Future(), changes=1, seconds=5.0))
    assert code == 0
    assert window.summary.nodes.texts[0] == "4"
    assert "4 of 4 nodes" in window.status.text
    assert QImage(str(file)).size() == window.size() * window.devicePixelRatio()
