"""The header of the node table: titles, a chevron at the sorted column, and the column menu."""

from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.cell_painter import PADDING
from kubeimg_gui.qt.nodes.columns import NUMERIC, Column, TableColumn
from kubeimg_gui.qt.nodes.label_dialog import LabelDialog
from kubeimg_gui.qt.nodes.label_menu import LabelMenu
from kubeimg_gui.qt.nodes.model import NodeTableModel

CHEVRON = 6
CHEVRON_ROOM = CHEVRON + 4
DESCENDING_FIRST: frozenset[TableColumn] = NUMERIC | {Column.LARGEST, Column.TREND, Column.STATE}
"""Columns that the first click sorts in descending order."""


class NodeHeader(QHeaderView):
    """Titles that sort when clicked and move when dragged; a menu shows and hides columns.

    Signals:
        sort_requested: the user sorts by (TableColumn, descending).
        columns_chosen: a column was shown or hidden.
        label_chosen: the user adds (True) or removes the column of a label.
    """

    sort_requested = Signal(object, bool)
    columns_chosen = Signal()
    label_chosen = Signal(str, bool)

    def __init__(self, theme: Theme, nodes: NodeTableModel, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self._nodes = nodes
        self._sorted: tuple[TableColumn, bool] = (Column.REPORTED, True)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(28)
        self.setAccessibleName(self.tr("Columns"))
        self.sectionClicked.connect(self._clicked)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self.viewport().update()

    def show_sorted(self, column: TableColumn, *, descending: bool) -> None:
        """Marks the column that the rows are sorted by."""
        self._sorted = (column, descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.setSortIndicator(self._nodes.columns.section(column), order)
        self.viewport().update()

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

    def _clicked(self, section: int) -> None:
        column = self._nodes.columns[section]
        was, descending = self._sorted
        first = column in DESCENDING_FIRST
        self.sort_requested.emit(column, not descending if column == was else first)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens the column menu."""
        self.open_menu(event.globalPos())

    @guard(None)
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        """Override: paints the title without a frame, and the chevron."""
        column = self._nodes.columns[logicalIndex]
        active = column == self._sorted[0]
        painter.fillRect(rect, QColor(self._theme.surface))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, QColor(self._theme.line))
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        mark = CHEVRON_ROOM if active else 0
        metrics = self.fontMetrics()
        text = metrics.elidedText(
            self._title(column), Qt.TextElideMode.ElideRight, room.width() - mark
        )
        width = metrics.horizontalAdvance(text)
        # The reported size has its bar on the right; its number starts below the title.
        at_right = column in NUMERIC and column is not Column.REPORTED
        left = room.right() + 1 - width - mark if at_right else room.left()
        baseline = rect.top() + (rect.height() - metrics.height()) // 2 + metrics.ascent()
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text if active else self._theme.muted))
        painter.drawText(left, baseline, text)
        if active:
            self._paint_chevron(painter, QPoint(left + width + 4, rect.center().y()))

    def _paint_chevron(self, painter: QPainter, at: QPoint) -> None:
        down = 1 if self._sorted[1] else -1
        tip = QPointF(at.x() + CHEVRON / 2, at.y() + 0.5 + down * 1.5)
        side = tip.y() - down * 3
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.4))
        painter.drawPolyline(
            QPolygonF([QPointF(at.x(), side), tip, QPointF(at.x() + CHEVRON, side)])
        )
        painter.restore()
