"""The view of the node table: a QTableView that paints its rows itself.

Header, selection, keyboard and accessibility are Qt's. Own painting takes a quarter of the time of
querying the model for every cell, which keeps a live table smooth.
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import (
    QEvent,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QCursor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QWidget

from kubeimg_gui.qt.base.cells import RowLook
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme, motion_is_reduced
from kubeimg_gui.qt.nodes.cell_painter import Cell, CellPainter
from kubeimg_gui.qt.nodes.column_control import ColumnControl
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.group_painter import GroupPainter
from kubeimg_gui.qt.nodes.group_row import GroupRow
from kubeimg_gui.qt.nodes.grouped_view import GroupedView
from kubeimg_gui.qt.nodes.header import NodeHeader
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.name_elision import NameFamilies
from kubeimg_gui.qt.nodes.node_list import NodeList
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.nodes.row import FADE_SECONDS, FADE_STEPS, NodeRow
from kubeimg_gui.qt.nodes.row_cache import RowCache
from kubeimg_gui.qt.nodes.selection import NodeSelection

ROW_HEIGHT = 26
COLUMN_KEYS = "Ctrl+L"
"""Opens the column menu while the table is shown."""
MOST_DEPARTED = 1000
"""Maximum number of rows of deleted nodes that stay while the order is held."""
FADE_STEP_MS = round(1000 * FADE_SECONDS / FADE_STEPS)


class NodeView(GroupedView):
    """Shows a NodeTableModel; the selection is a set of node names and survives reordering.

    `steady` is the steady clock, which fading and idle times need.

    Signals:
        selected: names of the selected nodes, top to bottom; the filter may hide some.
        menu_requested: the user opens the menu of the selected nodes; carries a screen position.
        cell_clicked: see `GroupedView`.

    Attributes:
        hold: whether rows must keep their places.
        columns: the columns as the user arranged them.
    """

    selected = Signal(object)
    menu_requested = Signal(object)

    def __init__(
        self,
        model: NodeTableModel,
        theme: Theme,
        steady: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, parent)
        self._nodes = model
        self._theme = theme
        self._steady = steady
        self._families = NameFamilies()
        self._painter = self._make_painter()
        self._group_painter = self._make_group_painter()
        self._pictures = RowCache(self._painter)
        self._hovered = -1
        self.hold = OrderHold(steady, self)
        self.skeleton = False
        self._set_up()
        self._header = NodeHeader(theme, model, self)
        self.setHorizontalHeader(self._header)
        self._fit_heights()
        self._header.sort_requested.connect(self.sort_by)
        QShortcut(QKeySequence(COLUMN_KEYS), self, lambda: self._header.open_menu())
        self.columns = ColumnControl(self, self._header, model, lambda: self._painter)
        self._fade = QTimer(self)
        self._fade.setInterval(FADE_STEP_MS)
        self._fade.timeout.connect(self._fade_on)
        model.applied.connect(self._start_fading)
        self._selection = NodeSelection(model, self)
        self._selection.changed.connect(self._selection_changed)
        self._selection.restored.connect(self._watch_rows)

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Nodes"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.hold.follow_drags(self.verticalScrollBar())
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)

    def _fit_heights(self) -> None:
        height = max(ROW_HEIGHT, self.fontMetrics().height() + 10)
        self.verticalHeader().setDefaultSectionSize(height)
        self._header.setFixedHeight(height + 4)

    def _make_painter(self) -> CellPainter:
        fade = not motion_is_reduced()
        return CellPainter(self._theme, self.font(), self._families, fade=fade)

    def _make_group_painter(self) -> GroupPainter:
        return GroupPainter(self._theme, self.font(), self._painter.number_width)

    @property
    def header(self) -> NodeHeader:
        """The header, with the order of columns and the hidden columns."""
        return self._header

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the selected nodes."""
        return self._selection.names

    @property
    def fading(self) -> bool:
        """Whether rows are repainted because their tint fades."""
        return self._fade.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self._painter = self._make_painter()
        self._group_painter = self._make_group_painter()
        self._pictures = RowCache(self._painter)
        self._header.set_theme(theme)
        self.viewport().update()

    def show_skeleton(self, *, shown: bool) -> None:
        """Shows or hides a skeleton of rows while there are no rows."""
        if shown is not self.skeleton:
            self.skeleton = shown
            self.viewport().update()

    def select_names(self, names: Iterable[str]) -> None:
        """Selects these nodes, including those that the filter hides."""
        self._selection.select(names)

    def ungrouped(self, *, selected: bool) -> NodeList | None:
        """Returns the nodes, or only the selected ones, as they are now; None without groups.

        Nodes that the filter hides are left out, those of collapsed groups are not.
        """
        if not self._nodes.grouped_by:
            return None
        rows = self._nodes.grouped_nodes
        wanted = [row for row in rows if not selected or self._selection.includes(row)]
        return NodeList(wanted, self._nodes.columns, self._nodes.moment)

    def show_place(self, place: int | None) -> None:
        """Scrolls a row to the middle and focuses the table; does nothing for None."""
        if place is not None:
            middle = QAbstractItemView.ScrollHint.PositionAtCenter
            self.scrollTo(self._nodes.index(place, 0), middle)
            self.setFocus()

    def sort_by(self, column: TableColumn, descending: bool) -> None:
        """Sorts at once."""
        self.columns.sort_by(column, descending=descending)

    def settle(self, *, at_once: bool = False) -> None:
        """Fits the columns, and updates the order of the rows unless it is held.

        It is not held for ever: a pointer may rest over the rows for days, while nodes come and go.
        """
        self.columns.fit_new_texts()
        if self.hold.held and not at_once and self._nodes.departing <= MOST_DEPARTED:
            return
        with self.anchor.kept():
            self._nodes.drop_departed()
            if self._nodes.stale:
                self._nodes.reorder()

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        change = Column.CHANGE
        self._nodes.headerDataChanged.emit(Qt.Orientation.Horizontal, change, change)
        self.columns.fit()

    def _start_fading(self) -> None:
        if not self._fade.isActive() and self._nodes.fading_until > self._steady():
            self._fade.start()

    def _fade_on(self) -> None:
        self.viewport().update()
        if self._steady() > self._nodes.fading_until:
            self._fade.stop()
            # The user has seen the change of a row that was selected all the time.
            self._nodes.mark_seen(self.names)

    def _selection_changed(self, names: tuple[str, ...]) -> None:
        self._nodes.mark_seen(names)
        self.selected.emit(names)
        self.viewport().update()

    def _watch_rows(self) -> None:
        """Passes the range of visible rows to the model."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        end = last + 1 if last >= 0 else self._nodes.rowCount()
        self._nodes.watch(range(max(first, 0), end))

    def _hover(self, place: int) -> None:
        for changed in {self._hovered, place} - {-1}:
            self.viewport().update(self._row_rect(changed))
        self._hovered = place

    def _row_rect(self, place: int) -> QRect:
        top = self.rowViewportPosition(place)
        return QRect(0, top, self.viewport().width(), self.rowHeight(place))

    def _cells(self) -> list[Cell]:
        header = self._header
        return [
            (column, header.sectionViewportPosition(section), header.sectionSize(section))
            for section, column in enumerate(self._nodes.columns)
            if header.sectionSize(section)
        ]

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paints the rows in the exposed area."""
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.fillRect(area, QColor(self._theme.page))
        self._watch_rows()
        if not self._nodes.rowCount():
            if self.skeleton:
                self._paint_skeleton(painter)
            return
        height = self.verticalHeader().defaultSectionSize()
        size = QRect(0, 0, self.viewport().width(), height)
        cells = self._cells()
        self._pictures.begin(painter, self._nodes.moment, self._nodes.scale, size, cells)
        current = self.currentIndex().row() if self.hasFocus() else -1
        first = max(0, self.rowAt(area.top()))
        last = self.rowAt(area.bottom())
        places = range(first, (last if last >= 0 else self._nodes.rowCount() - 1) + 1)
        rows = [self._nodes.row_at(place) for place in places]
        self._families.learn(row.shown_name for row in rows if isinstance(row, NodeRow))
        for place, row in zip(places, rows, strict=True):
            look = RowLook(
                self._row_rect(place),
                selected=self._selection.includes(row),
                hovered=place == self._hovered,
                current=place == current,
            )
            if isinstance(row, GroupRow):
                self._group_painter.paint(painter, row, look, cells)
            else:
                self._pictures.draw(painter, row, look)

    def _paint_skeleton(self, painter: QPainter) -> None:
        height = self.verticalHeader().defaultSectionSize()
        cells = self._cells()
        for place in range(self.viewport().height() // height):
            rect = QRect(0, place * height, self.viewport().width(), height)
            self._painter.paint_placeholder(painter, rect, place, cells)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the columns; held rows stay although a banner appears above the table."""
        super().resizeEvent(event)
        self.anchor.follow_view(held=self.hold.held)
        self.columns.fit()

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: fits rows and columns to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_heights()
            self.set_theme(self._theme)
            self.columns.fit()

    @guard(default=False)
    def viewportEvent(self, event: QEvent) -> bool:
        """Override: follows the pointer."""
        if event.type() in (QEvent.Type.MouseMove, QEvent.Type.Wheel):
            self.hold.move_pointer()
        elif event.type() == QEvent.Type.Enter:
            self.hold.enter_pointer()
        elif event.type() == QEvent.Type.Leave:
            self._hover(-1)
            self.hold.leave_pointer()
        return super().viewportEvent(event)

    @guard(None)
    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Override: highlights the row that scrolls under the pointer."""
        super().scrollContentsBy(dx, dy)
        if self._hovered >= 0:
            self._hover(self.rowAt(self.viewport().mapFromGlobal(QCursor.pos()).y()))

    @guard(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Override: highlights the row under the pointer."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: requests the menu; with the keyboard, at the current row."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        below = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        at = event.globalPos() if by_mouse else below
        if index.isValid() and not self.popup_group_menu(index, at):
            self.menu_requested.emit(at)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: holds the order of the rows."""
        self.hold.press_key()
        super().keyPressEvent(event)
