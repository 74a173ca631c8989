"""The header of the node table: titles and the column menu."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.table_header import Heading, TableHeader
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.columns import NUMERIC, Column, TableColumn
from kubeimg_gui.qt.nodes.label_menu import LabelMenu
from kubeimg_gui.qt.nodes.model import NodeTableModel

DESCENDING_FIRST: frozenset[TableColumn] = NUMERIC | {Column.LARGEST, Column.TREND, Column.STATE}
"""Columns that the first click sorts in descending order."""


class NodeHeader(TableHeader):
    """Titles of a table of nodes; a menu shows and hides columns.

    Signals:
        columns_chosen: a column was shown or hidden.
        label_chosen: the user adds (True) or removes the column of a label.
    """

    columns_chosen = Signal()
    label_chosen = Signal(str, bool)

    def __init__(self, theme: Theme, nodes: NodeTableModel, parent: QWidget) -> None:
        super().__init__(theme, Column.REPORTED, parent)
        self._nodes = nodes
        self.setMinimumSectionSize(28)

    def heading(self, section: int) -> Heading:
        """Override: a column of nodes."""
        column = self._nodes.columns[section]
        # The reported size has its bar on the right; its number starts below the title.
        at_right = column in NUMERIC and column is not Column.REPORTED
        return Heading(column, self._title(column), at_right, column in DESCENDING_FIRST)

    def column_menu(self) -> QMenu:
        """Returns a menu that shows and hides columns, except the name of the node.

        Its submenu adds and removes those of labels.
        """
        menu = QMenu(self)
        for section, column in enumerate(self._nodes.columns):
            if column is Column.NODE:
                continue
            action = menu.addAction(formatting.menu_entry(self._title(column)))
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(section))
            action.toggled.connect(partial(self._choose, column))
        menu.addSeparator()
        labels = LabelMenu(self._nodes, menu)
        labels.chosen.connect(self.label_chosen)
        labels.more_requested.connect(self._ask_for_label)
        menu.addMenu(labels)
        return menu

    def open_menu(self, at: QPoint | None = None) -> None:
        """Opens the column menu at a screen position, by default at its left edge."""
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at or self.mapToGlobal(self.rect().bottomLeft()))

    def _title(self, column: TableColumn) -> str:
        return self._nodes.columns.title(column, self._nodes.moment)

    def _choose(self, column: TableColumn, shown: bool) -> None:
        self.setSectionHidden(self._nodes.columns.section(column), not shown)
        self.columns_chosen.emit()

    def _ask_for_label(self) -> None:
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.nodes.label_dialog import LabelDialog

        dialog = LabelDialog(
            self._nodes,
            self.window(),
            title=self.tr("Label column"),
            verb=self.tr("Add column"),
            left_out=self._nodes.columns.labels,
        )

        def choose(label: str) -> None:
            self.label_chosen.emit(label, True)

        dialog.chosen.connect(choose)
        dialog.open()

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens the column menu."""
        self.open_menu(event.globalPos())
