"""Exit codes, and the message that says why kubeimg stops and what to do next.

All commands share one table, so that a script can distinguish an error to fix from one to retry.
"""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.text.sanitize import plain

EXIT_FAILED, EXIT_USAGE, EXIT_CONNECTION, EXIT_PERMISSION, EXIT_INCOMPLETE = 1, 2, 3, 4, 5
"""INCOMPLETE: the output is written, but lacks nodes or pods that cannot be read."""
EXIT_INTERRUPTED = 128 + signal.SIGINT
SIGNAL_SECONDS = 0.2
"""How long the main thread blocks at a time. Python runs signal handlers between bytecodes only: a
signal that arrives just before a blocking call is handled after that call."""

FATAL_PHASES = {
    Phase.MISCONFIGURED: EXIT_USAGE,
    Phase.LOGIN_NEEDED: EXIT_PERMISSION,
    Phase.FORBIDDEN: EXIT_PERMISSION,
}
"""Phases that do not end by waiting, with their exit codes."""

_NEXT = {
    Phase.MISCONFIGURED: "fix the kubeconfig or the selector",
    Phase.LOGIN_NEEDED: "log in again, or choose a kubeconfig user with valid credentials",
    Phase.FORBIDDEN: "ask for permission to list and watch nodes, or choose another --context",
}
_NEXT_IN_POD = {
    Phase.MISCONFIGURED: "fix the selector or the mounted service account",
    Phase.LOGIN_NEEDED: "check that the service account exists and that its token is renewed",
    Phase.FORBIDDEN: "bind the service account to a role that may list and watch nodes",
}
_LATER = "check the --context, or try again later"


@contextmanager
def set_by_signals(event: threading.Event) -> Generator[None, None, None]:
    """Makes SIGINT and SIGTERM only set `event` within the block; for the main thread."""
    earlier = [
        (number, signal.signal(number, lambda _number, _frame: event.set()))
        for number in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        yield
    finally:
        for number, before in earlier:
            signal.signal(number, before)


def exit_code(phase: Phase) -> int:
    """Returns the exit code for a connection that ends in this phase."""
    return FATAL_PHASES.get(phase, EXIT_CONNECTION)


def final_message(context: str, phase: Phase, reason: str, *, in_pod: bool = False) -> str:
    """Returns one line, safe for a terminal: the context, what failed, and what to do next."""
    advice, later = (_NEXT_IN_POD, "try again later") if in_pod else (_NEXT, _LATER)
    return plain(f"{context}: {reason}; {advice.get(phase, later)}")
