"""The Help menu: keys, documentation, about."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.qt.base.centring import show_centred

# What the menu opens is imported when it is opened: the first window appears sooner.
if TYPE_CHECKING:
    from kubeimg_gui.qt.window.about import AboutDialog
    from kubeimg_gui.qt.window.documentation import DocumentationWindow

translate = QCoreApplication.translate

KEYS = "window.md#keys-and-clicks"


class HelpMenu(QObject):
    """Opens the documentation, one window of it at a time, and *About*; GUI thread only.

    `documents` is the folder that holds the pages, `settings` the file of the window's layout.

    Attributes:
        menu: the menu.
        keys, documentation, about: its actions.
        window: the open documentation, None while it is closed.
        dialog: the open *About*, None while it is closed.
    """

    def __init__(self, documents: Path, settings: Path | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._documents = documents
        self._settings = settings
        self._parent = parent
        self.window: DocumentationWindow | None = None
        self.dialog: AboutDialog | None = None
        self.menu = QMenu(parent)
        self.keys = self._add(translate("Help", "Keys"), self.open_keys)
        self.keys.setShortcuts([QKeySequence("F1"), QKeySequence("?")])
        self.documentation = self._add(translate("Help", "Documentation"), self.open)
        self.about = self._add(translate("Help", "About kubeimg"), self.open_about)
        parent.addAction(self.keys)

    def _add(self, text: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(act)
        self.menu.addAction(action)
        return action

    def open_keys(self) -> None:
        """Shows the keys; the button *Contents* leads to the rest of the documentation."""
        self._open(KEYS)

    def open(self) -> None:
        """Shows the contents of the documentation."""
        self._open()

    def open_about(self) -> None:
        """Shows *About*, or brings it to the front."""
        from kubeimg_gui.qt.window.about import AboutDialog

        if self.dialog is None:
            self.dialog = AboutDialog(self._settings, self._parent)
            self.dialog.finished.connect(self._about_closed)
            show_centred(self.dialog, self._parent)
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _open(self, page: str | None = None) -> None:
        from kubeimg_gui.qt.window.documentation import INDEX, DocumentationWindow

        if self.window is None:
            self.window = DocumentationWindow(self._documents, self._parent)
            self.window.finished.connect(self._closed)
            show_centred(self.window, self._parent)
        self.window.open_page(page or INDEX)
        self.window.raise_()
        self.window.activateWindow()

    def _closed(self) -> None:
        self.window = None

    def _about_closed(self) -> None:
        self.dialog = None
