"""Time as the cluster room sees it: one value that tests replace."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Both clocks, in seconds; any thread may read them.

    Attributes:
        monotonic: never set back; for durations.
        wall: since the epoch; for times that people read.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
