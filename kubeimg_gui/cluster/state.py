"""What a face may say about the connection to a cluster.

One immutable value, handed to every handler in order with the changes, so that no face ever
shows data as current that is not.
"""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """Where the informer stands."""

    CONNECTING = "connecting"
    SYNCING = "syncing"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    LOGIN_NEEDED = "login needed"
    FORBIDDEN = "forbidden"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """The informer's phase and what belongs to it.

    Attributes:
        since: when this phase began, seconds since the epoch.
        nodes: how many nodes are known so far.
        total: how many the server says there are; None where it does not tell.
        reason: why the phase is not LIVE, one sentence for a person, plain text; else empty.
        next_try: when the next attempt starts, seconds since the epoch; None where none is due.
    """

    phase: Phase
    since: float
    nodes: int = 0
    total: int | None = None
    reason: str = ""
    next_try: float | None = None
