"""What `watch` says of its connection: a line on standard error, or a record in the log.

Each is told once when it says something new, so that a quiet cluster makes a quiet log.
"""

import logging
from collections.abc import Callable
from typing import TextIO

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.headless.exit_codes import TO_BE_MENDED
from kubeimg_gui.headless.json_schema import rfc3339
from kubeimg_gui.headless.report import not_understood
from kubeimg_gui.text.sanitize import plain

_log = logging.getLogger(__name__)

_TROUBLE = (Phase.RECONNECTING, *TO_BE_MENDED)


class StateTeller:
    """Hands a state on where it says something new; one thread only."""

    def __init__(self, tell: Callable[[ConnectionState], None]) -> None:
        self._tell = tell
        self._told: object = None

    def hear(self, state: ConnectionState) -> None:
        """Tell it: each failed try is told, the nodes counted so far are not."""
        is_live = state.phase is Phase.LIVE
        what_counts = (state.poll_seconds, state.unreadable) if is_live else (state.next_try,)
        if (told := (state.phase, state.reason, *what_counts)) != self._told:
            self._told = told
            self._tell(state)


def write_state(errors: TextIO, state: ConnectionState) -> None:
    """A line for a person."""
    errors.write(f"kubeimg: {describe_state(state)}\n")
    errors.flush()


def log_state(state: ConnectionState) -> None:
    """A record for a program: `phase`, `nodes`, and where they are known `reason`, `next_try`.

    Trouble is a warning.
    """
    told: dict[str, object] = {"phase": state.phase.value, "nodes": state.nodes}
    if state.reason:
        told["reason"] = plain(state.reason)
    if state.next_try is not None:
        told["next_try"] = rfc3339(state.next_try)
    level = logging.WARNING if state.phase in _TROUBLE else logging.INFO
    _log.log(level, "%s", describe_state(state), extra=told)


def describe_state(state: ConnectionState) -> str:
    """The state in one line."""
    words = state.phase.value
    if state.phase is Phase.LIVE:
        if state.poll_seconds:
            words += f" by polling every {state.poll_seconds:g} s"
        words += f", {state.nodes} nodes"
    if state.reason:
        words += f": {state.reason}"
    if state.phase is Phase.LIVE and state.unreadable:
        words += f"; {not_understood(state.unreadable)}"
    if state.next_try is not None and state.phase is not Phase.LIVE:
        words += f"; next try at {rfc3339(state.next_try)}"
    return plain(words)
