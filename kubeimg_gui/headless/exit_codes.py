"""How kubeimg ends where it cannot go on: with which exit code, and in which sentence.

One table for every face, so that a script can tell what to mend from what to wait for.
"""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.text.sanitize import plain

EXIT_FAILED, EXIT_USAGE, EXIT_CONNECTION, EXIT_PERMISSION = 1, 2, 3, 4
EXIT_INTERRUPTED = 128 + signal.SIGINT
SIGNAL_SECONDS = 0.2
"""How long the main thread waits at a time. Python heeds a signal between two of its steps only:
one that comes just before a call that blocks would be heard when that returns."""

TO_BE_MENDED = {
    Phase.MISCONFIGURED: EXIT_USAGE,
    Phase.LOGIN_NEEDED: EXIT_PERMISSION,
    Phase.FORBIDDEN: EXIT_PERMISSION,
}
"""Phases that no waiting ends, with the codes that say so."""

_NEXT = {
    Phase.MISCONFIGURED: "mend the kubeconfig or the selector",
    Phase.LOGIN_NEEDED: "log in again, or name a user in the kubeconfig who may come in",
    Phase.FORBIDDEN: "ask for the right to list and watch nodes, or choose another --context",
}
_NEXT_IN_POD = {
    Phase.MISCONFIGURED: "mend the selector, or what is mounted for the service account",
    Phase.LOGIN_NEEDED: "see whether the service account still exists and its token is kept new",
    Phase.FORBIDDEN: "bind the service account to a role that may list and watch nodes",
}
_LATER = "see whether it is the right --context, or try again later"


@contextmanager
def told_by_signals(told: threading.Event) -> Generator[None, None, None]:
    """SIGINT and SIGTERM set `told`, instead of what they do otherwise; for the main thread."""
    earlier = [
        (number, signal.signal(number, lambda _number, _frame: told.set()))
        for number in (signal.SIGINT, signal.SIGTERM)
    ]
    try:
        yield
    finally:
        for number, before in earlier:
            signal.signal(number, before)


def exit_code(phase: Phase) -> int:
    """What to exit with when the connection to a cluster has come to this phase and no further."""
    return TO_BE_MENDED.get(phase, EXIT_CONNECTION)


def last_words(context: str, phase: Phase, reason: str, *, in_pod: bool = False) -> str:
    """Where it ended, why, and what to do next, in one line that is safe for a terminal."""
    advice, later = (_NEXT_IN_POD, "try again later") if in_pod else (_NEXT, _LATER)
    return plain(f"{context}: {reason}; {advice.get(phase, later)}")
