"""Logging: levels, destination, and the format (text for users, JSON for log collectors).

Only kubeimg's own loggers write, because the logs of other libraries may contain secrets of the
cluster. Every line is redacted.
"""

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from kubeimg_gui.headless.json_schema import rfc3339
from kubeimg_gui.text.escaping import json_text
from kubeimg_gui.text.redaction import redact

STATES = "kubeimg_gui.headless.state_log"
"""The logger of connection states; in JSON it always logs at level INFO or lower."""
_STANDARD_FIELDS = {*vars(logging.makeLogRecord({})), "message", "asctime"}
"""The attributes that every record has. All others come from `extra`."""

_log = logging.getLogger(__name__)


def set_up_logging(verbose: int, file: Path | None, *, as_json: bool) -> None:
    """Logs warnings to standard error, or also INFO to `file`; `verbose` 1 or 2 logs more.

    With `as_json` each record is a JSON object on its own line, and so are uncaught exceptions and
    Python warnings. Raises OSError if the file cannot be written.
    """
    logging.raiseExceptions = False  # a full disk must not write tracebacks to the terminal
    logging.lastResort = None  # it would print the records of loggers without a handler
    handler = logging.FileHandler(file, encoding="utf-8") if file else logging.StreamHandler()
    handler.setFormatter(_JsonFormatter() if as_json else _TextFormatter())
    level = min(verbose + (1 if file else 0), 2)
    package_logger = logging.getLogger("kubeimg_gui")
    package_logger.setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[level])
    package_logger.handlers = [handler]
    if as_json and not level:
        logging.getLogger(STATES).setLevel(logging.INFO)
    if as_json:
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = _uncaught_in_thread


class _JsonFormatter(logging.Formatter):
    """Formats a record as `time`, `level`, `logger`, `msg`, then its extra fields, in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": rfc3339(record.created),
            "level": record.levelname,
            "logger": record.name,
            "msg": record.getMessage(),
        }
        if record.exc_info:
            fields["exc_info"] = self.formatException(record.exc_info)
        if record.stack_info:
            fields["stack_info"] = self.formatStack(record.stack_info)
        extra = vars(record).items()
        fields |= {key: value for key, value in extra if key not in _STANDARD_FIELDS}
        return json_text({k: redact(v) if isinstance(v, str) else v for k, v in fields.items()})


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    _log.critical("uncaught exception", exc_info=(kind, error, traceback))


def _uncaught_in_thread(uncaught: threading.ExceptHookArgs) -> None:
    if uncaught.exc_value:
        _uncaught(uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback)
