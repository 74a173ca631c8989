"""The view of the table of images: a QTreeView that paints its rows itself.

Header, selection, keyboard and accessibility are Qt's.
"""

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.cells import PADDING
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme, motion_is_reduced
from kubeimg_gui.qt.inventory.columns import HIDDEN_AT_FIRST, Column, title
from kubeimg_gui.qt.inventory.header import ImageHeader
from kubeimg_gui.qt.inventory.kept_place import KeptPlace
from kubeimg_gui.qt.inventory.model import MOST_AT_ONCE, ImageTreeModel
from kubeimg_gui.qt.inventory.painter import Cell, EntryLook, RowPainter
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow
from kubeimg_gui.qt.inventory.widths import fit_widths, wishes
from kubeimg_gui.qt.nodes.group_painter import INDENT
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.nodes.view import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex
ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ImageTree(QTreeView):
    """Shows an ImageTreeModel; the selected row is kept by name while rows move.

    `steady` is the steady clock.

    Signals:
        selected: key of the selected image, "" for a group or none.
        opened: the user pressed Enter on an image; carries its key.
        menu_requested: the user opens the menu of an image; carries its key and a position.
        uncounted: a group was painted whose nodes are to be counted.

    Attributes:
        hold: whether rows must keep their places.
        chosen: the columns that the user wants to see.
        user_widths: the widths in pixels of the columns that the user resized.
    """

    selected = Signal(str)
    opened = Signal(str)
    menu_requested = Signal(str, QPoint)
    uncounted = Signal()

    def __init__(
        self, model: ImageTreeModel, theme: Theme, steady: Callable[[], float], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._images = model
        self._theme = theme
        self._painter = self._make_painter()
        self._hovered: Entry | None = None
        self._fitting = False
        self._cells: list[Cell] = []
        self.chosen = frozenset(Column) - HIDDEN_AT_FIRST
        self.user_widths: dict[Column, int] = {}
        self.hold = OrderHold(steady, self)
        self.setModel(model)
        self._set_up()
        self._header = ImageHeader(
            theme, lambda column: title(column, model.arrangement.grouping), self
        )
        self._set_up_header()
        self.kept = KeptPlace(self, model)
        self.kept.selected.connect(self._on_selected)

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Images"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformRowHeights(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setAllColumnsShowFocus(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hold.follow_drags(self.verticalScrollBar())
        self._height = max(ROW_HEIGHT, self.fontMetrics().height() + 10)
        self.setItemDelegate(_RowHeight(self._height, self))

    def _set_up_header(self) -> None:
        header, arrangement = self._header, self._images.arrangement
        self.setHeader(header)
        header.setFixedHeight(ROW_HEIGHT + 4)
        header.sort_requested.connect(self.sort_by)
        header.column_chosen.connect(self._choose_column)
        header.sectionResized.connect(self._resized_by_hand)
        header.sectionHandleDoubleClicked.connect(self._forget_width)
        header.customContextMenuRequested.connect(self._open_column_menu)
        header.mark_sorted(arrangement.sort_column, descending=arrangement.descending)

    def _make_painter(self) -> RowPainter:
        return RowPainter(self._theme, self.font(), fade=not motion_is_reduced())

    @property
    def visible_entries(self) -> list[Entry]:
        """The rows on screen, top to bottom."""
        found: list[Entry] = []
        index, bottom = self.indexAt(QPoint(0, 0)), self.viewport().height()
        while index.isValid() and self.visualRect(index).top() < bottom:
            entry = self._images.entry_at(index)
            if entry is not None:
                found.append(entry)
            index = self.indexBelow(index)
        return found

    @property
    def column_names(self) -> frozenset[Column]:
        """The columns that are shown, as far as there is room."""
        if self._images.arrangement.grouping is Grouping.NONE:
            return self.chosen
        return self.chosen - {Column.TAGS}

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self._painter = self._make_painter()
        self._header.set_theme(theme)
        self.viewport().update()

    def sort_by(self, column: Column, descending: bool) -> None:
        """Sorts at once."""
        self._images.sort_by(column, descending=descending)
        self._header.mark_sorted(column, descending=descending)
        self.fit_columns()
        self.viewport().update()

    def fit_columns(self) -> None:
        """Fits the columns to their content, as far as there is room."""
        shown = self.column_names
        wanted = wishes(
            self._painter,
            self._images.arrangement.grouping,
            self._images.arrangement.sort_column,
            shown,
            mixed=self._images.mixed_meanings,
        )
        self._fitting = True
        for column in Column:
            self._header.setSectionHidden(column, column not in shown)
        widths = fit_widths(self.viewport().width(), wanted, self.user_widths)
        for column, width in widths.items():
            self._header.resizeSection(column, width)
        self._fitting = False

    def _choose_column(self, column: Column, shown: bool) -> None:
        self.chosen = self.chosen | {column} if shown else self.chosen - {column}
        self.fit_columns()

    def _resized_by_hand(self, section: int, _old: int, new: int) -> None:
        # Qt resizes sections by itself, too, for example when they are shown again.
        by_mouse = QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton
        if not self._fitting and new and by_mouse:
            self.user_widths[Column(section)] = new

    def _forget_width(self, section: int) -> None:
        self.user_widths.pop(Column(section), None)
        self.fit_columns()

    def _open_column_menu(self, at: QPoint) -> None:
        offered = frozenset(Column) - {Column.NAME}
        if self._images.arrangement.grouping is not Grouping.NONE:
            offered -= {Column.TAGS}
        menu = self._header.column_menu(offered, self.chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._header.mapToGlobal(at))

    def _on_selected(self, entry: Entry | None) -> None:
        if entry is not None:
            entry.highlight = entry.highlight._replace(seen=True)
        self.selected.emit(entry.key if entry is not None else "")
        self.viewport().update()

    def _toggle(self, index: QModelIndex) -> None:
        index = index.siblingAtColumn(0)
        self.setExpanded(index, not self.isExpanded(index))

    def _hover(self, entry: Entry | None) -> None:
        if entry is not self._hovered:
            self._hovered = entry
            self.viewport().update()

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paints the rows, or why there are none."""
        header = self._header
        self._cells = [
            (column, header.sectionViewportPosition(column), header.sectionSize(column))
            for column in Column
            if header.sectionSize(column)
        ]
        self._painter.begin(self._height, self._images.context, self._images.scale)
        super().paintEvent(event)
        if not self._images.arrangement.top:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._theme.muted))
            room = self.viewport().rect().adjusted(24, 24, -24, -24)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(flags), self.empty_text())

    def empty_text(self) -> str:
        """Returns why there are no rows."""
        if self._images.filtered:
            return self.tr("No image matches the filter.")
        return self.tr("No node lists an image.")

    @guard(None)
    def drawRow(self, painter: QPainter, options: QStyleOptionViewItem, index: Index) -> None:
        """Override: paints all cells of a row."""
        entry = self._images.entry_at(index)
        if entry is None:
            return
        place = QRect(0, self.visualRect(index).top(), self.viewport().width(), self._height)
        if isinstance(entry, GroupRow):
            if len(entry.members) <= MOST_AT_ONCE:
                entry.refresh()
            if entry.recount:
                self.uncounted.emit()
        current = self.hasFocus() and self.currentIndex().siblingAtColumn(0) == index
        look = EntryLook(
            place,
            selected=self.selectionModel().isSelected(index),
            hovered=entry is self._hovered,
            current=current,
            expanded=self.isExpanded(index),
        )
        self._painter.paint_row(painter, entry, look, self._cells)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the columns."""
        super().resizeEvent(event)
        self.fit_columns()

    @guard(default=False)
    def viewportEvent(self, event: QEvent) -> bool:
        """Override: follows the pointer."""
        if event.type() in (QEvent.Type.MouseMove, QEvent.Type.Wheel):
            self.hold.move_pointer()
        elif event.type() == QEvent.Type.Enter:
            self.hold.enter_pointer()
        elif event.type() == QEvent.Type.Leave:
            self._hover(None)
            self.hold.leave_pointer()
        return super().viewportEvent(event)

    @guard(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Override: highlights the row under the pointer."""
        self._hover(self._images.entry_at(self.indexAt(event.position().toPoint())))
        super().mouseMoveEvent(event)

    @guard(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Override: a click on the triangle of a group expands or collapses it."""
        super().mousePressEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        entry = self._images.entry_at(index)
        triangle = self._header.sectionViewportPosition(Column.NAME) + PADDING + INDENT
        if isinstance(entry, GroupRow) and index.column() == Column.NAME and at.x() < triangle:
            self._toggle(index)

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: requests the menu of an image; with the keyboard, at the current row."""
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        index = self.indexAt(event.pos()) if by_mouse else self.currentIndex()
        entry = self._images.entry_at(index)
        if isinstance(entry, ImageRow):
            below = self.visualRect(index.siblingAtColumn(0)).bottomLeft()
            at = event.globalPos() if by_mouse else self.viewport().mapToGlobal(below)
            self.menu_requested.emit(entry.key, at)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: holds the order; Enter opens an image or expands a group."""
        self.hold.press_key()
        entry = self._images.entry_at(self.currentIndex())
        if event.key() not in ENTER or entry is None:
            super().keyPressEvent(event)
        elif isinstance(entry, GroupRow):
            self._toggle(self.currentIndex())
        else:
            self.opened.emit(entry.key)


class _RowHeight(QStyledItemDelegate):
    """Gives all rows one height."""

    def __init__(self, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._height = height

    @guard(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Override: the same for all rows."""
        return QSize(1, self._height)
