"""The clocks of the `cluster` package, in one value that tests can replace."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Both clocks, in seconds; any thread may read them.

    Attributes:
        monotonic: never set back; for durations.
        wall: since the epoch; for times that users read.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
