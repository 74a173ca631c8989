"""The actions that save the table that the window shows."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.domain.condition import Severity

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog

    from kubeimg_gui.qt.window.table_saver import TableSaver, View

translate = QCoreApplication.translate


class TableExport(QObject):
    """Adds *Save table* and *Save selected rows* to a menu; GUI thread only.

    The actions come before those of the menu, which must have one. `shown` returns the widget
    whose table is saved: a table or a tree, or one that holds it. `note` takes "", a sentence
    about a saved table, and its Severity.

    Attributes:
        table, selection: the actions.
    """

    def __init__(
        self,
        shown: Callable[[], QWidget],
        menu: QMenu,
        note: Callable[[str, str, Severity], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._shown = shown
        self._note = note
        self._parent = parent
        self._saver: TableSaver | None = None
        first = menu.actions()[0]
        self.table = QAction(translate("Export", "Save table…"), self)
        self.table.setShortcut(QKeySequence(QKeySequence.StandardKey.Save))
        self.table.triggered.connect(lambda: self._save(selected=False))
        self.selection = QAction(translate("Export", "Save selected rows…"), self)
        self.selection.triggered.connect(lambda: self._save(selected=True))
        menu.insertActions(first, [self.table, self.selection])
        menu.insertSeparator(first)
        menu.aboutToShow.connect(self._enable)
        parent.addAction(self.table)

    @property
    def dialog(self) -> "QFileDialog | None":
        """The dialog that chooses the file, None while it is closed."""
        return None if self._saver is None else self._saver.dialog

    def stop(self) -> None:
        """Ends what is being saved; no file is left incomplete."""
        if self._saver is not None:
            self._saver.stop()

    def _view(self) -> "View | None":
        from kubeimg_gui.qt.window.table_saver import table_of

        return table_of(self._shown())

    def _enable(self) -> None:
        view = self._view()
        self.table.setEnabled(view is not None)
        self.selection.setEnabled(view is not None and view.selectionModel().hasSelection())

    def _save(self, *, selected: bool) -> None:
        # The shortcut works while the menu has not been shown.
        view = self._view()
        if view is None:
            return
        if self._saver is None:
            # Imported late: the first window appears sooner.
            from kubeimg_gui.qt.window.table_saver import TableSaver

            self._saver = TableSaver(self._note, self._parent)
        self._saver.ask(view, selected=selected)
