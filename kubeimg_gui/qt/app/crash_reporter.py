"""Handler for uncaught exceptions: logs them and shows them in a dialog; the window stays open.

Exceptions from slots, Qt overrides, coroutines and threads all arrive here. Secrets are redacted
before they are logged or shown, so the details can be pasted into a bug report.
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

MAX_CHARACTERS = 100_000
"""Maximum length of the details, so that a repeated exception does not fill the memory."""


class CrashReporter(QObject):
    """Replaces `sys.excepthook` and `threading.excepthook` until `stop`.

    Created in the GUI thread; the hooks may be called in any thread.
    """

    _raised = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dialog: CrashDialog | None = None
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._previous_hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self.report
        threading.excepthook = self._report_from_thread

    def report(
        self,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType | None,
    ) -> None:
        """Reports an exception; usable as `sys.excepthook`; any thread."""
        if issubclass(kind, KeyboardInterrupt):
            return  # handled as a signal
        details = redact("".join(traceback.format_exception(kind, error, trace)))
        _log.error("Unexpected error\n%s", details)
        self._raised.emit(redact(f"{kind.__name__}: {error}"), details)

    def stop(self) -> None:
        """Restores the previous hooks; GUI thread."""
        sys.excepthook, threading.excepthook = self._previous_hooks
        if self._dialog:
            self._dialog.close()

    @property
    def dialog(self) -> "CrashDialog | None":
        """The open dialog; None for none."""
        return self._dialog

    def _report_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_type, args.exc_value, args.exc_traceback)

    def _show(self, summary: str, details: str) -> None:
        if self._dialog is None:
            # Without a parent, which would close the dialog together with itself.
            self._dialog = CrashDialog()
            self._dialog.finished.connect(self._forget)
            self._dialog.show()
        self._dialog.add(summary, details)

    def _forget(self) -> None:
        self._dialog = None


class CrashDialog(QDialog):
    """Shows unexpected errors, with details to copy; later ones are appended."""

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Unexpected error"))
        self._count = 0
        self._label = plain_label(self, wrap=True)
        self.details = QPlainTextEdit(self)
        self.details.setReadOnly(True)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.setAccessibleName(self.tr("Details"))
        self.copy = QPushButton(self.tr("Copy details"), self)
        close = QPushButton(self.tr("Close"), self)
        for button, act in ((self.copy, self._copy), (close, self.accept)):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(self.copy)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(self._label)
        column.addWidget(self.details, 1)
        column.addLayout(bottom)
        self.resize(720, 420)

    @property
    def text(self) -> str:
        """The text above the details."""
        return self._label.text()

    def add(self, summary: str, details: str) -> None:
        """Shows one more error."""
        self._count += 1
        summary, details = formatting.passage(summary), formatting.visible(details)
        if self._count == 1:
            self.details.setPlainText(f"{_versions()}\n\n{details}")
            self._label.setText(
                self.tr(
                    "Unexpected error. kubeimg is still running. The operation may be incomplete."
                    " Secrets are removed from the details below."
                )
                + f"\n{summary}"
            )
            return
        self._label.setText(
            self.tr("{n} unexpected errors. kubeimg is still running. The last one:").format(
                n=self._count
            )
            + f"\n{summary}"
        )
        if self.details.document().characterCount() < MAX_CHARACTERS:
            self.details.appendPlainText(f"\n{details}")

    def _copy(self) -> None:
        self.details.selectAll()
        self.details.copy()


def _versions() -> str:
    return (
        f"kubeimg {__version__}, Python {platform.python_version()},"
        f" PySide6 {PySide6.__version__}, {platform.system()} {platform.machine()}"
    )
