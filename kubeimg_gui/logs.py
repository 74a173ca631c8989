"""The log: who writes to it, where it goes, as lines for a person or as JSON for a collector.

Only kubeimg's own loggers are heard, for other libraries' logs may hold what a cluster keeps
secret; and every line goes through the redaction, whoever wrote it.
"""

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from kubeimg_gui.text.redaction import redact

STATES = "kubeimg_gui.headless.state_log"
"""The logger that tells states, in JSON also where all is well."""

_log = logging.getLogger(__name__)


def set_up_logging(verbose: int, file: Path | None, *, as_json: bool) -> None:
    """Log warnings to standard error, or more to `file`; more still if `verbose` is 1 or 2.

    With `as_json` each record is an object on a line of its own, and what would end a thread or
    the process is one as well. Raises OSError where the file cannot be written.
    """
    logging.raiseExceptions = False  # a full disk is no reason to write on the terminal
    logging.lastResort = None  # which is how loggers are heard that nobody listens to
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setFormatter(_json_formatter() if as_json else _TextFormatter())
    level = min(verbose + (1 if file else 0), 2)
    ours = logging.getLogger("kubeimg_gui")
    ours.setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[level])
    ours.handlers = [handler]
    if as_json and not level:
        logging.getLogger(STATES).setLevel(logging.INFO)
    if as_json:
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


def _json_formatter() -> logging.Formatter:
    from kubeimg_gui.headless.json_log import JsonFormatter  # which takes a library of its own

    return JsonFormatter()


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    _log.critical("an error that nobody caught", exc_info=(kind, error, traceback))


def _uncaught_in_thread(uncaught: threading.ExceptHookArgs) -> None:
    if uncaught.exc_value:
        _uncaught(uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback)
