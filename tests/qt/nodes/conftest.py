"""A node table on its own, as the tests of this room use it."""

import pytest
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from tests.qt.nodes.tables import Show
from tests.support.builders import known
from tests.support.clock import Clock


@pytest.fixture
def show(qtbot: QtBot, theme: Theme, clock: Clock) -> Show:
    def show_view(*records: NodeRecord, width: int = 1000) -> NodeView:
        model = NodeTableModel(Clocks(clock, clock))
        view = NodeView(model, theme, clock)
        model.setParent(view)
        qtbot.addWidget(view)
        model.apply(known(*records))
        view.resize(width, 400)
        view.show()
        view.settle(at_once=True)
        return view

    return show_view
