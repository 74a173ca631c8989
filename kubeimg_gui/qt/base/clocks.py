"""The window's two clocks: the wall's for what is told, a steady one for what lasts.

The wall clock jumps when a person or the network sets it. Nothing that lasts may end early, never
or in the past for that: highlights, countdowns, back-offs, the age of what is on screen.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kubeimg_gui.cluster.state import ConnectionState


def steady_time() -> float:
    """Seconds on a clock that nobody sets and that goes on while the machine sleeps.

    `time.monotonic` stands still then on Linux and macOS (clock_gettime(2) and (3)), and what is
    on screen would be younger than it is.
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
        steady: since any moment, see `steady_time`.
    """

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = steady_time

    def steadied(self, state: ConnectionState, before: ConnectionState) -> ConnectionState:
        """A state that has just come after `before`, with its times on the steady clock.

        A phase begins when it is told of; no next try lies before that.
        """
        now, next_try = self.steady(), state.next_try
        return replace(
            state,
            since=before.since if state.phase is before.phase else now,
            next_try=None if next_try is None else now + max(0.0, next_try - self.wall()),
        )


class DataAge:
    """How old what is on screen is, whatever the wall clock does; one thread only.

    `last_heard` tells when the server was last heard of, seconds since the epoch, None for never.
    """

    def __init__(self, clocks: Clocks, last_heard: Callable[[], float | None]) -> None:
        self._clocks = clocks
        self._last_heard = last_heard
        self._known: float | None = None
        self._heard_at = self._looked_at = float("-inf")

    def seconds(self) -> float | None:
        """Seconds since the server was last heard of; None for never. To be asked often."""
        heard, now = self._last_heard(), self._clocks.steady()
        if heard is not None and heard != self._known:
            # It is news since the last look, so it is no older than that.
            claimed = now - max(0.0, self._clocks.wall() - heard)
            self._heard_at = max(claimed, self._looked_at)
        self._known, self._looked_at = heard, now
        return None if heard is None else now - self._heard_at
