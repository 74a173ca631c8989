"""What happens to a mistake of kubeimg's own: it is logged, shown once, and the window stays.

All ways on which an exception can be lost lead here: slots and Qt overrides, coroutines, threads.
What is shown and logged has been redacted, so that it can be put into a bug report.
"""

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from kubeimg_gui import __version__
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.text.redaction import redact

_log = logging.getLogger(__name__)

MOST_CHARACTERS = 100_000
"""Of details kept in the dialog: a mistake that repeats must not fill the memory."""


class CrashReporter(QObject):
    """Takes over `sys.excepthook` and `threading.excepthook` until `stop`.

    Made in the GUI thread; the hooks may be called in any.
    """

    _raised = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._old = sys.excepthook, threading.excepthook
        sys.excepthook = self.take
        threading.excepthook = self._take_thread

    def take(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """An excepthook; any thread."""
        if issubclass(kind, KeyboardInterrupt):
            return  # the signal itself has been told
        details = redact("".join(traceback.format_exception(kind, error, trace)))
        _log.error("Unexpected error\n%s", details)
        self._raised.emit(redact(f"{kind.__name__}: {error}"), details)

    def stop(self) -> None:
        """Give the hooks back; GUI thread."""
        sys.excepthook, threading.excepthook = self._old
        if self._dialog:
            self._dialog.close()

    @property
    def dialog(self) -> "CrashDialog | None":
        """The dialog that is open; None while there is none."""
        return self._dialog

    def _take_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.take(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, summary: str, details: str) -> None:
        if self._dialog is None:
            # Of its own: a parent would take it along when it closes.
            self._dialog = CrashDialog()
            self._dialog.finished.connect(self._forget)
            self._dialog.show()
        self._dialog.add(summary, details)

    def _forget(self) -> None:
        self._dialog = None


class CrashDialog(QDialog):
    """Tells of mistakes, the later ones behind the first, with details to copy."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Something went wrong"))
        self._count = 0
        self._sentence = plain_label(self, wrap=True)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Details"))
        self.copy = QPushButton(self.tr("Copy details"), self)
        leave = QPushButton(self.tr("Close"), self)
        for button, act in ((self.copy, self._copy), (leave, self.accept)):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.copy)
        bottom.addWidget(leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self._sentence)
        column.addWidget(self.details, 1)
        column.addLayout(bottom)
        self.resize(720, 420)

    @property
    def sentence(self) -> str:
        """What is said above the details."""
        return self._sentence.text()

    def add(self, summary: str, details: str) -> None:
        """Tell of one more mistake."""
        self._count += 1
        summary, details = formatting.passage(summary), formatting.visible(details)
        if self._count == 1:
            self.details.setPlainText(f"{_versions()}\n\n{details}")
            self._sentence.setText(
                self.tr(
                    "kubeimg made a mistake and goes on. What it was doing may be incomplete."
                    " Secrets have been taken out of the details below."
                )
                + f"\n{summary}"
            )
            return
        self._sentence.setText(
            self.tr("kubeimg made {n} mistakes and goes on. The last one:").format(n=self._count)
            + f"\n{summary}"
        )
        if self.details.document().characterCount() < MOST_CHARACTERS:
            self.details.appendPlainText(f"\n{details}")

    def _copy(self) -> None:
        self.details.selectAll()
        self.details.copy()


def _versions() -> str:
    return (
        f"kubeimg {__version__}, Python {platform.python_version()},"
        f" PySide6 {PySide6.__version__}, {platform.system()} {platform.machine()}"
    )
