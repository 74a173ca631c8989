"""Uncaught exceptions are redacted, logged and shown in one dialog; the window stays."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.app.crash_reporter import CrashDialog, CrashReporter

SECRET = "Authorization: Bearer abcdef0123456789"


@pytest.fixture
def errors(qtbot: QtBot) -> Iterator[CrashReporter]:
    hooks = sys.excepthook, threading.excepthook
    errors = CrashReporter()
    yield errors
    errors.stop()
    assert (sys.excepthook, threading.excepthook) == hooks


def shown(qtbot: QtBot, errors: CrashReporter, words: str) -> CrashDialog:
    qtbot.waitUntil(lambda: errors.dialog is not None and words in errors.dialog.text)
    assert errors.dialog is not None
    return errors.dialog


def fail(words: str) -> None:
    raise ValueError(words)


@pytest.mark.qt_no_exception_capture
def test_an_exception_in_a_slot_is_shown_and_logged_without_secrets(
    qtbot: QtBot, errors: CrashReporter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        QTimer.singleShot(0, lambda: fail(f"<b>node-1</b> {SECRET}"))
        dialog = shown(qtbot, errors, "Unexpected error. kubeimg is still running.")
    assert "ValueError: <b>node-1</b>" in dialog.text
    details = dialog.details.toPlainText()
    assert "in fail" in details
    assert "PySide6 6." in details
    for text in (dialog.text, details, caplog.text):
        assert "abcdef0123456789" not in text
    dialog.copy.click()
    assert QApplication.clipboard().text() == details


@pytest.mark.qt_no_exception_capture
def test_more_errors_are_counted_in_the_same_dialog(qtbot: QtBot, errors: CrashReporter) -> None:
    for words in ("first", "second"):
        thread = threading.Thread(target=fail, args=(words,))
        thread.start()
        thread.join()
    dialog = shown(qtbot, errors, "2 unexpected errors.")
    assert dialog.text.endswith("ValueError: second")
    assert "first" in dialog.details.toPlainText()
    dialog.close()
    qtbot.waitUntil(lambda: errors.dialog is None)
    sys.excepthook(ValueError, ValueError("third"), None)
    assert "third" in shown(qtbot, errors, "Unexpected error.").text


@pytest.mark.qt_no_exception_capture
def test_the_dialog_outlives_the_active_window(qtbot: QtBot, errors: CrashReporter) -> None:
    window = QWidget()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    sys.excepthook(ValueError, ValueError("first"), None)
    shown(qtbot, errors, "Unexpected error.")
    with qtbot.waitSignal(window.destroyed):
        window.close()
        window.deleteLater()
    sys.excepthook(ValueError, ValueError("second"), None)
    shown(qtbot, errors, "2 unexpected errors.")
