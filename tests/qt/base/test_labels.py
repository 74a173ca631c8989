import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.labels import FlexibleLabel

TEXT = "Reconnecting · data from 12 s ago · 2 nodes unreadable"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_the_last_parts_are_left_out_first(parent: QWidget) -> None:
    label = FlexibleLabel(parent)
    label.setText(TEXT)
    width = label.fontMetrics().horizontalAdvance
    assert label.fitting(width(TEXT)) == TEXT
    assert label.fitting(width(TEXT) - 1) == "Reconnecting · data from 12 s ago"
    assert label.fitting(width("Reconnecting") + 5) == "Reconnecting"
    assert label.fitting(width("Reconnecting") - 5).endswith("…")
    assert label.text() == TEXT, "assistive technology reads all of it"


def test_a_label_that_may_vanish_is_never_cut_within_a_part(parent: QWidget) -> None:
    label = FlexibleLabel(parent, least=0)
    label.setText("Paused · 8 changes waiting")
    assert label.fitting(label.fontMetrics().horizontalAdvance("Paused") - 1) == ""
    assert label.minimumSizeHint().width() == 0


def test_its_first_part_always_has_room(qtbot: QtBot, parent: QWidget) -> None:
    first, second = FlexibleLabel(parent), FlexibleLabel(parent)
    row = QHBoxLayout(parent)
    for label in (first, second):
        label.setText(TEXT)
        row.addWidget(label)
    parent.show()
    parent.resize(row.minimumSize())
    least = first.fontMetrics().horizontalAdvance("Reconnecting")
    qtbot.waitUntil(lambda: min(first.width(), second.width()) >= least)
    assert parent.width() < 2 * first.sizeHint().width()
