"""What a face may say about the connection to a cluster.

One immutable value, handed to every handler in order with the changes, so that no face ever
shows data as current that is not.
"""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where the informer stands.

    LOGGING_IN: a credential plugin runs, and may wait for a person. LOGIN_NEEDED: the server, or
    the plugin, refuses. MISCONFIGURED: the kubeconfig or a selector must be mended first.
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
    """The informer's phase and what belongs to it.

    Attributes:
        since: when this phase began, seconds since the epoch.
        nodes: how many nodes are known so far.
        total: how many the server says there are; None where it does not tell.
        reason: why the phase is what it is, a sentence or two for a person, plain text; empty
            where there is nothing to say. In LIVE it says why the nodes are polled.
        next_try: when the next attempt starts, or the next list while polling, seconds since the
            epoch; None where none is due.
        poll_seconds: between two lists where LIVE means polling; None where changes are told as
            they happen.
        unreadable: names of the nodes whose latest state could not be read, sorted; what is shown
            of them is older, or nothing.
        skipped: how many nodes and events were passed over for that, since the start.
    """

    phase: Phase
    since: float
    nodes: int = 0
    total: int | None = None
    reason: str = ""
    next_try: float | None = None
    poll_seconds: float | None = None
    unreadable: tuple[str, ...] = ()
    skipped: int = 0
