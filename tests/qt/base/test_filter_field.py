"""The field of a filter, and how it shows a problem."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.filter_field import MARGIN, FilterField

LONG = "“size>5” is ignored. Expected a size with a unit, for example size>50GiB."


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(700, 300)
    return window


@pytest.fixture
def field(window: QWidget) -> FilterField:
    field = FilterField(window)
    field.setGeometry(500, 10, 150, 28)
    set_tip(field, "Help.")
    window.show()
    return field


def line(field: FilterField) -> QLabel:
    (found,) = field.window().findChildren(QLabel)
    return found


def test_a_problem_is_shown_until_it_is_gone(field: FilterField) -> None:
    assert not field.window().findChildren(QLabel)
    field.show_problem("Wrong.")
    assert line(field).isVisible()
    assert line(field).text() == field.problem == "Wrong."
    assert field.property("wrong") is True
    assert field.accessibleDescription() == "Wrong."
    field.show_problem("Still wrong.")
    assert line(field).text() == "Still wrong."
    field.show_problem("")
    assert not line(field).isVisible()
    assert field.property("wrong") is False
    assert field.accessibleDescription() == "Help."


def test_the_line_is_below_the_field_and_within_the_window(
    field: FilterField, window: QWidget
) -> None:
    field.show_problem(LONG)
    assert line(field).y() >= field.geometry().bottom()
    assert window.rect().contains(line(field).geometry())
    assert line(field).width() == line(field).sizeHint().width()
    field.move(20, 40)
    assert line(field).pos().x() == 20
    assert line(field).y() >= field.geometry().bottom()
    window.resize(200, 300)
    field.resize(100, 28)
    assert line(field).geometry().right() == window.width() - MARGIN - 1


def test_the_line_covers_what_is_below_and_moves_nothing(
    field: FilterField, window: QWidget
) -> None:
    field.show_problem("Wrong.")
    other = QWidget(window)
    other.setGeometry(QRect(QPoint(0, 40), window.size()))
    other.show()
    field.show_problem(LONG)
    assert window.children()[-1] is line(field)
    assert other.pos() == QPoint(0, 40)


def test_the_line_is_hidden_with_the_field(field: FilterField) -> None:
    field.show_problem("Wrong.")
    field.hide()
    assert not line(field).isVisible()
    field.show()
    assert line(field).isVisible()
