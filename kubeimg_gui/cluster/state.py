"""The state of the connection to a cluster.

An immutable value that every handler receives in order with the changes, so that no view shows
outdated data as current.
"""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The informer's phase.

    LOGGING_IN: a credential plugin runs, and may wait for the user. LOGIN_NEEDED: the server or
    the plugin refused. MISCONFIGURED: the user must correct the kubeconfig or a selector first.
    """

    CONNECTING = "connecting"
    LOGGING_IN = "logging in"
    SYNCING = "syncing"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    LOGIN_NEEDED = "login needed"
    FORBIDDEN = "forbidden"
    MISCONFIGURED = "misconfigured"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """The informer's phase and its details.

    Attributes:
        since: when this phase began, seconds since the epoch.
        known: the number of objects known so far.
        total: the number of objects that the server reports; None where it reports none.
        reason: the cause of the phase, one or two sentences for the user, plain text; "" where
            there is none. In LIVE it says why `poll_seconds` is set; "" if the user chose polling.
        next_try: when the next attempt starts, or the next list while polling, seconds since the
            epoch; None where none is due.
        poll_seconds: how old the objects may be where LIVE means polling, or a watch that may be
            held back; None where it means a watch that brings changes at once.
        unreadable: keys of the objects whose latest state could not be decoded, sorted; the view
            shows an older state of them, or nothing.
        skipped: the number of objects and events that could not be decoded, since the start.
    """

    phase: Phase
    since: float
    known: int = 0
    total: int | None = None
    reason: str = ""
    next_try: float | None = None
    poll_seconds: float | None = None
    unreadable: tuple[str, ...] = ()
    skipped: int = 0
