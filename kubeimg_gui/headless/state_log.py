"""Connection states of `watch`: a line on standard error, or a log record.

A state is reported only if it differs from the last one, so that a quiet cluster has a quiet log.
"""

import logging
from collections.abc import Callable
from typing import TextIO

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.headless.exit_codes import FATAL_PHASES
from kubeimg_gui.headless.json_schema import rfc3339
from kubeimg_gui.headless.report import describe_unreadable
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

_log = logging.getLogger(__name__)

_ERRORS = (Phase.RECONNECTING, *FATAL_PHASES)


class StateReporter:
    """Passes states that say something new to `report`; for one thread only."""

    def __init__(self, report: Callable[[ConnectionState], None]) -> None:
        self._report = report
        self._reported: object = None

    def on_state(self, state: ConnectionState) -> None:
        """Reports the state if it is new: each failed attempt is, another node count is not."""
        is_live = state.phase is Phase.LIVE
        details = (state.poll_seconds, state.unreadable) if is_live else (state.next_try,)
        if (compared := (state.phase, state.reason, *details)) != self._reported:
            self._reported = compared
            self._report(state)


def write_state(errors: TextIO, state: ConnectionState) -> None:
    """Writes the state as a line of text."""
    errors.write(f"kubeimg: {describe_state(state)}\n")
    errors.flush()


def log_state(state: ConnectionState) -> None:
    """Logs the state with `phase`, `nodes` and, where known, `reason` and `next_try`.

    Errors are logged as warnings.
    """
    extra: dict[str, object] = {"phase": state.phase.value, "nodes": state.known}
    if state.reason:
        extra["reason"] = plain(state.reason)
    if state.next_try is not None:
        extra["next_try"] = rfc3339(state.next_try)
    level = logging.WARNING if state.phase in _ERRORS else logging.INFO
    _log.log(level, "%s", describe_state(state), extra=extra)


def describe_state(state: ConnectionState) -> str:
    """Returns the state in one line."""
    text = state.phase.value
    if state.phase is Phase.LIVE:
        if state.poll_seconds:
            text += f" by polling every {state.poll_seconds:g} s"
        text += f", {units.counted(state.known, 'node')}"
    if state.reason:
        text += f": {state.reason}"
    if state.phase is Phase.LIVE and state.unreadable:
        text += f"; {describe_unreadable(state.unreadable)}"
    if state.next_try is not None and state.phase is not Phase.LIVE:
        text += f"; next try at {rfc3339(state.next_try)}"
    return plain(text)
