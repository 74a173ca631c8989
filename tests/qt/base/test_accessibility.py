"""Assistive technology reads plain text, also where a tooltip is rich text."""

from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt import base
from kubeimg_gui.qt.base.accessibility import add_clear_button, set_tip, spoken

SOURCES = Path(base.__file__).parents[1]
TIPS_OF_OTHERS = {"base/accessibility.py", "notify/tray.py", "verbs/menu.py"}
"""Where tooltips are set that belong to no widget: the tray icon's, and those of actions."""


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Help (F1)", "Help (F1)"),
        ("<b>x</b> & co", "<b>x</b> & co"),
        ("two\nlines", "two\nlines"),
        ("a\u202eb\x00", r"a\u202eb\x00"),
        ("", ""),
    ],
)
def test_a_description_is_the_plain_text_of_the_tooltip(qtbot: QtBot, text: str, read: str) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    set_tip(label, "an earlier tip")
    set_tip(label, text)
    assert label.accessibleDescription() == read
    found = QAccessible.queryAccessibleInterface(label)
    assert found.text(QAccessible.Text.Description) == read
    assert bool(label.toolTip()) is bool(text)


def test_the_button_that_clears_a_field_has_a_name(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    add_clear_button(field)
    assert [each.accessibleName() for each in field.findChildren(QToolButton)] == ["Clear"]


def test_a_cell_without_text_is_called_empty(qapp: QApplication) -> None:
    assert (spoken("5"), spoken("")) == ("5", "empty")


def callers(method: str) -> set[str]:
    """The modules that call a method of Qt."""
    return {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if f".{method}(" in path.read_text(encoding="utf-8")
    }


def test_every_tooltip_of_a_widget_is_described_and_every_clear_button_named() -> None:
    assert callers("setToolTip") == TIPS_OF_OTHERS
    assert callers("setClearButtonEnabled") == {"base/accessibility.py"}
