"""The window's two clocks: the wall clock for times shown, a steady clock for durations.

The wall clock jumps when it is set. Durations must not depend on it: highlights, countdowns,
back-offs and the age of the data on screen.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kubeimg_gui.cluster.state import ConnectionState


def steady_time() -> float:
    """Returns seconds on a clock that is never set and that keeps running during suspend.

    `time.monotonic` stops during suspend on Linux and macOS (clock_gettime(2) and (3)), which
    would make the data on screen look younger than it is.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks, in seconds.

    Attributes:
        wall: since the epoch; may jump in either direction.
        steady: since an arbitrary moment, see `steady_time`.
    """

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = steady_time

    def steadied(self, state: ConnectionState, before: ConnectionState) -> ConnectionState:
        """Returns a state that follows `before`, with its times converted to the steady clock.

        A phase starts when it is reported; the next try is never earlier.
        """
        now, next_try = self.steady(), state.next_try
        return replace(
            state,
            since=before.since if state.phase is before.phase else now,
            next_try=None if next_try is None else now + max(0.0, next_try - self.wall()),
        )


class DataAge:
    """The age of the data on screen, independent of jumps of the wall clock; one thread only.

    `last_heard` returns when the server last answered, seconds since the epoch, None for never.
    """

    def __init__(self, clocks: Clocks, last_heard: Callable[[], float | None]) -> None:
        self._clocks = clocks
        self._last_heard = last_heard
        self._known: float | None = None
        self._heard_at = self._checked_at = float("-inf")

    def seconds(self) -> float | None:
        """Returns seconds since the server last answered, None for never; call it often."""
        heard, now = self._last_heard(), self._clocks.steady()
        if heard is not None and heard != self._known:
            # The answer came after the previous call, so it is no older than that.
            claimed = now - max(0.0, self._clocks.wall() - heard)
            self._heard_at = max(claimed, self._checked_at)
        self._known, self._checked_at = heard, now
        return None if heard is None else now - self._heard_at
