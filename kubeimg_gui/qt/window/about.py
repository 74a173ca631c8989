"""About kubeimg: version, licence, and where its files are, as text to copy."""

import logging
import platform
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui import __version__
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import heavier, plain_label

translate = QCoreApplication.translate

LICENCE = "Apache-2.0"
"""SPDX identifier."""
WIDTH = 560


def about_text(settings: Path | None) -> str:
    """Returns one fact on each line; `settings` is the file of the window's layout, None for none.

    Paths are shown as they are: they stay in the dialog and on the clipboard.
    """
    none = translate("About", "not saved")
    facts = (
        (translate("About", "Version"), __version__),
        (translate("About", "Licence"), LICENCE),
        ("PySide6", PySide6.__version__),
        ("Python", platform.python_version()),
        (translate("About", "Settings"), str(settings) if settings else none),
        (translate("About", "Log"), _log_place()),
    )
    return formatting.visible("\n".join(f"{name}: {value}" for name, value in facts))


def _log_place() -> str:
    for handler in logging.getLogger(__name__.partition(".")[0]).handlers:
        if isinstance(handler, logging.FileHandler):
            return handler.baseFilename
    return translate("About", "standard error (--log-file writes it to a file)")


class AboutDialog(QDialog):
    """Shows `about_text`, which can be selected and copied.

    Attributes:
        text: the facts.
        copy, close_button: the buttons.
    """

    def __init__(self, settings: Path | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("About", "About kubeimg"))
        title = plain_label(self)
        title.setText(translate("About", "kubeimg shows what fills the disks of your nodes."))
        title.setFont(heavier(self.font()))
        self.text = QPlainTextEdit(about_text(settings), self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(translate("About", "About kubeimg"))
        self.copy = QPushButton(translate("About", "Copy"), self)
        self.close_button = QPushButton(translate("About", "Close"), self)
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self.copy, self.close_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        for part in (title, self.text):
            column.addWidget(part)
        column.addLayout(row)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.close)
        self.close_button.setDefault(True)
        self.resize(WIDTH, self.sizeHint().height())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
