"""The log as JSON for a collector: one object on a line for each record.

Imported only where that is asked for.
"""

from typing import Any

from pythonjsonlogger.core import BaseJsonFormatter

from kubeimg_gui.headless.escaping import json_text
from kubeimg_gui.headless.json_schema import rfc3339
from kubeimg_gui.text.redaction import redact


class JsonFormatter(BaseJsonFormatter):
    """`time`, `level`, `logger`, `msg`, then what a record says more, in printable ASCII."""

    def __init__(self) -> None:
        super().__init__(
            ["created", "levelname", "name", "message"],
            rename_fields={
                "created": "time",
                "levelname": "level",
                "name": "logger",
                "message": "msg",
            },
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Override: times as everywhere in our JSON, and no secrets."""
        texts = {key: redact(text) for key, text in log_data.items() if isinstance(text, str)}
        return {**log_data, **texts, "time": rfc3339(log_data["time"])}

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        """Override: safe in any terminal."""
        return json_text(log_data)
