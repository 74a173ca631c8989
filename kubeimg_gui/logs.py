"""The log: who writes to it, where it goes, as lines for a person or as JSON for a collector.

Only kubeimg's own loggers are heard, for other libraries' logs may hold what a cluster keeps
secret; and every line goes through the redaction, whoever wrote it.
"""

import logging.config
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from kubeimg_gui.cluster.redaction import redact

STATES = "kubeimg_gui.headless.states"
"""The logger that tells states, in JSON also where all is well."""

_JSON = "kubeimg_gui.headless.json_log.JsonFormatter"
"""By its name, so that only a log in JSON imports it."""
_log = logging.getLogger(__name__)


def set_up_logging(verbose: int, file: Path | None, *, as_json: bool) -> None:
    """Log warnings to standard error, or more to `file`; more still if `verbose` is 1 or 2.

    With `as_json` each record is an object on a line of its own, and what would end a thread or
    the process is one as well. Raises OSError or ValueError where the file cannot be written.
    """
    logging.raiseExceptions = False  # a full disk is no reason to write on the terminal
    logging.lastResort = None  # which is how loggers are heard that nobody listens to
    target = {"class": "logging.StreamHandler"}
    if file:
        target = {"class": "logging.FileHandler", "filename": str(file), "encoding": "utf-8"}
    level = min(verbose + (1 if file else 0), 2)
    loggers: dict[str, Any] = {
        "kubeimg_gui": {"level": ("WARNING", "INFO", "DEBUG")[level], "handlers": ["target"]}
    }
    if as_json and not level:
        loggers[STATES] = {"level": "INFO"}
    formatter = _JSON if as_json else _TextFormatter
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"lines": {"()": formatter}},
            "handlers": {"target": {**target, "formatter": "lines"}},
            "loggers": loggers,
        }
    )
    if as_json:
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


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
