"""The header of a table: what a click sorts by, and where it marks that."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.table_header import Heading, TableHeader
from kubeimg_gui.qt.base.theme import DARK, Theme

HEADINGS = (Heading("name", "Name", False, False), Heading("size", "Size", True, True))


class Headings(TableHeader):
    def heading(self, section: int) -> Heading:
        return HEADINGS[section]


@pytest.fixture
def view(qtbot: QtBot) -> QTableView:
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(QStandardItemModel(0, len(HEADINGS), view))
    view.resize(500, 200)
    return view


@pytest.fixture
def header(view: QTableView, theme: Theme) -> Headings:
    """Sorted by size; each section is 200 pixels wide."""
    made = Headings(theme, "size", view)
    view.setHorizontalHeader(made)
    made.setDefaultSectionSize(200)
    view.show()
    return made


def click(header: Headings, section: int) -> None:
    at = QPoint(header.sectionViewportPosition(section) + 90, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def half(header: Headings, section: int, *, right: bool) -> QImage:
    """The left or the right half of a section, as it is painted."""
    left = header.sectionViewportPosition(section) + (100 if right else 0)
    return header.grab().copy(left, 0, 96, header.height() - 2).toImage()


def is_plain(image: QImage) -> bool:
    first = image.pixel(0, 0)
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return all(image.pixel(x, y) == first for x, y in places)


def test_the_first_click_sorts_as_the_column_says_and_the_next_the_other_way(
    header: Headings,
) -> None:
    wanted: list[tuple[object, bool]] = []

    def sort(column: object, descending: bool) -> None:
        wanted.append((column, descending))
        section = [each.column for each in HEADINGS].index(column)
        header.mark_sorted(section, descending=descending)

    header.sort_requested.connect(sort)
    for section in (1, 0, 0, 1):
        click(header, section)
    assert wanted == [("size", False), ("name", False), ("name", True), ("size", True)]
    assert header.sortIndicatorSection() == 1


def test_titles_of_numbers_are_at_the_right(header: Headings) -> None:
    assert not is_plain(half(header, 0, right=False))
    assert is_plain(half(header, 0, right=True))
    assert is_plain(half(header, 1, right=False))
    assert not is_plain(half(header, 1, right=True))


def test_the_sorted_column_has_a_chevron_that_shows_the_direction(header: Headings) -> None:
    plain = half(header, 0, right=False)
    header.mark_sorted(0, descending=True)
    down = half(header, 0, right=False)
    header.mark_sorted(0, descending=False)
    up = half(header, 0, right=False)
    assert plain != down
    assert down != up
    header.set_theme(DARK)
    assert half(header, 0, right=False) != up
