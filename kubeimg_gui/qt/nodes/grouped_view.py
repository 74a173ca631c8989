"""Mouse and keyboard on the group rows of a table: they collapse and expand, nothing selects them.

The selection stays while the cursor is on a group.
"""

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QInputEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTableView, QWidget

from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.nodes.column_model import Index
from kubeimg_gui.qt.nodes.group_row import GroupRow, Row
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.scroll_anchor import ScrollAnchor

NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate
CursorAction = QAbstractItemView.CursorAction


class GroupedView(QTableView):
    """A table of nodes, in groups or not; GUI thread only.

    Signals:
        cell_clicked: a left click on a cell of a node; carries its TableColumn and the node's name.

    Attributes:
        anchor: keeps rows at their places on the screen while others move.
    """

    cell_clicked = Signal(object, str)

    def __init__(self, model: NodeTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._pressed: Row | None = None
        self.anchor = ScrollAnchor(self, model)
        self.setModel(model)

    def toggle(self, group: GroupRow) -> None:
        """Collapses or expands a group, which stays where it is on the screen."""
        with self.anchor.kept():
            self._rows.collapse(group, collapsed=not group.collapsed)

    def toggle_current(self) -> bool:
        """Collapses or expands the group at the cursor; returns whether there is one."""
        group = self._row_of(self.currentIndex())
        if isinstance(group, GroupRow):
            self.toggle(group)
        return isinstance(group, GroupRow)

    def group_menu(self, group: GroupRow) -> QMenu:
        """Returns a menu that collapses and expands this group or all of them."""
        menu = QMenu(self)
        text = self.tr("Expand") if group.collapsed else self.tr("Collapse")
        menu.addAction(text, lambda: self.toggle(group))
        menu.addSeparator()
        menu.addAction(self.tr("Collapse all groups"), lambda: self._toggle_all(collapsed=True))
        menu.addAction(self.tr("Expand all groups"), lambda: self._toggle_all(collapsed=False))
        return menu

    def popup_group_menu(self, index: QModelIndex, position: QPoint) -> bool:
        """Opens the menu of the group at an index; returns whether there is one."""
        group = self._row_of(index)
        if not isinstance(group, GroupRow):
            return False
        menu = self.group_menu(group)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)
        return True

    def _toggle_all(self, *, collapsed: bool) -> None:
        with self.anchor.kept():
            self._rows.collapse_all(collapsed=collapsed)

    def _row_of(self, index: Index) -> Row | None:
        return self._rows.row_at(index.row()) if index.isValid() else None

    def _go_to(self, row: Row) -> None:
        place = self._rows.places_of((row,)).get(row)
        if place is not None:
            self.setCurrentIndex(self._rows.index(place, max(0, self.currentIndex().column())))

    def _navigate(self, key: int) -> bool:
        """Handles Left and Right in groups; returns whether the key has an effect here."""
        row, below = self._row_of(self.currentIndex()), self.currentIndex().row() + 1
        if isinstance(row, GroupRow):
            if row.collapsed is (key == Qt.Key.Key_Right):
                self.toggle(row)
            elif key == Qt.Key.Key_Right and below < self._rows.rowCount():
                self._go_to(self._rows.row_at(below))
            return True
        group = self._rows.group_of(row.name) if row is not None else None
        if key != Qt.Key.Key_Left or group is None:
            return False
        self._go_to(group)
        return True

    @guard(NO_UPDATE)
    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Override: a group leaves the selection as it is, unless Shift or a drag extends it."""
        by_input = isinstance(event, QInputEvent)
        modifiers = event.modifiers() if by_input else QGuiApplication.keyboardModifiers()
        extends = (
            bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            or self.state() is QAbstractItemView.State.DragSelectingState
        )
        if isinstance(self._row_of(index), GroupRow) and not extends:
            return NO_UPDATE
        return super().selectionCommand(index, event)

    @guard(QModelIndex())
    def moveCursor(
        self,
        cursorAction: CursorAction,  # noqa: N803
        modifiers: Qt.KeyboardModifier,
    ) -> QModelIndex:
        """Override: Ctrl+Home goes to the first node, if its group is expanded."""
        index = super().moveCursor(cursorAction, modifiers)
        below = index.siblingAtRow(index.row() + 1)
        is_group = isinstance(self._row_of(index), GroupRow)
        if cursorAction is CursorAction.MoveHome and is_group and below.isValid():
            if isinstance(self._row_of(below), GroupRow):
                return index
            self.scrollToTop()
            return below
        return index

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Left collapses a group or goes to it, Right expands it or goes into it."""
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        )
        horizontal = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if not (plain and horizontal and self._navigate(event.key())):
            super().keyPressEvent(event)

    @guard(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Override: notes which row is clicked."""
        super().mousePressEvent(event)
        self._pressed = self._row_of(self.indexAt(event.position().toPoint()))

    @guard(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Override: the second click of a double click toggles no group."""
        super().mouseDoubleClickEvent(event)  # it may call mousePressEvent
        self._pressed = None

    @guard(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Override: a left click emits `cell_clicked`, or collapses or expands a group."""
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        index = self.indexAt(event.position().toPoint())
        row = self._row_of(index)
        if event.button() is not Qt.MouseButton.LeftButton or row is None:
            return
        if not isinstance(row, GroupRow):
            self.cell_clicked.emit(self._rows.columns[index.column()], row.name)
        elif row is pressed and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.toggle(row)
