"""The header of the table of images: titles and the column menu."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.table_header import Heading, TableHeader
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.columns import DESCENDING_FIRST, NUMERIC, Column


class ImageHeader(TableHeader):
    """Titles of a table of images; a menu shows and hides columns.

    Signals:
        column_chosen: the user shows or hides a (Column, shown).
    """

    column_chosen = Signal(object, bool)

    def __init__(self, theme: Theme, title: Callable[[Column], str], parent: QWidget) -> None:
        super().__init__(theme, Column.TOTAL, parent)
        self._title = title
        self.setFirstSectionMovable(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(0)

    def heading(self, section: int) -> Heading:
        """Override: a column of images."""
        column = Column(section)
        return Heading(column, self._title(column), column in NUMERIC, column in DESCENDING_FIRST)

    def column_menu(self, offered: frozenset[Column], shown: frozenset[Column]) -> QMenu:
        """Returns a menu that shows and hides the columns that are offered."""
        menu = QMenu(self)
        for column in sorted(offered):
            action = menu.addAction(self._title(column))
            action.setCheckable(True)
            action.setChecked(column in shown)
            action.toggled.connect(partial(self.column_chosen.emit, column))
        return menu

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens the column menu, see `customContextMenuRequested`."""
        self.customContextMenuRequested.emit(event.pos())
