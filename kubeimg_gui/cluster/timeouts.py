"""How long the cluster room waits for a server: one value that tests replace."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds.

    Attributes:
        silence_seconds: a list is given up where nothing arrives for this long.
        idle_seconds: a watch is given up where nothing arrives for this long although bookmarks
            come every minute.
    """

    silence_seconds: float = 30.0
    idle_seconds: float = 90.0
