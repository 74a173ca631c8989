"""A table of images on its own, as the tests of this room use it."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from tests.qt.inventory.tables import Table
from tests.support.clock import Clock


@pytest.fixture
def table(qtbot: QtBot, theme: Theme, clock: Clock, clocks: Clocks) -> Table:
    """A visible table without nodes."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1040, 700)
    shown = Table(window, theme, clock, clocks)
    window.show()
    return shown
