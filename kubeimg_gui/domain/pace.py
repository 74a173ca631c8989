"""When the next digest is due: debounced, then rate-limited with exponential back-off.

Pressure has a pace of its own, so a node under pressure is reported at once even where a long
rollout has already slowed the digests down. Times are seconds on a clock that never goes back.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import comes_under_pressure
from kubeimg_gui.domain.digest import Digest, DigestBuilder


@dataclass(frozen=True, slots=True)
class PaceLimits:
    """Limits of the pace, in seconds.

    Attributes:
        debounce: how long changes are collected after the first one.
        min_interval, max_interval: interval between two digests. It starts at the minimum, doubles
            up to the maximum while changes keep coming, and starts over after a quiet period of
            its own length.
    """

    debounce: float = 5.0
    min_interval: float = 60.0
    max_interval: float = 3600.0


DEFAULT_LIMITS = PaceLimits()


class DigestPace:
    """The pace of the digests of one kind of change."""

    def __init__(self, limits: PaceLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._interval = 0.0
        self._pending_since: float | None = None
        self._last_change = -math.inf
        self._last_digest = -math.inf

    @property
    def due(self) -> float:
        """When the next digest is due; infinity while no change is pending."""
        if self._pending_since is None:
            return math.inf
        return max(self._pending_since + self._limits.debounce, self._last_digest + self._interval)

    def record_change(self, now: float) -> None:
        """Records a change that the next digest has to report."""
        if now - self._last_change >= self._interval:
            self._interval = 0.0
        self._last_change = now
        if self._pending_since is None:
            self._pending_since = now

    def clear(self, now: float, *, sent: bool) -> None:
        """Clears the pending changes; `sent` is False where they cancelled each other out."""
        if self._pending_since is not None and sent:
            self._interval = min(
                max(self._limits.min_interval, 2 * self._interval), self._limits.max_interval
            )
            self._last_digest = self._last_change = now
        self._pending_since = None


class DigestSchedule:
    """Collects changes into a digest and knows when it is due; confined to one thread."""

    def __init__(self, limits: PaceLimits = DEFAULT_LIMITS) -> None:
        self._builder = DigestBuilder()
        self._storage = DigestPace(limits)
        self._pressure = DigestPace(limits)

    @property
    def due(self) -> float:
        """When to call `take`; infinity while there is nothing to report."""
        return min(self._storage.due, self._pressure.due)

    def add(self, changes: Iterable[NodeChange], now: float) -> None:
        """Adds changes, in order."""
        for change in changes:
            if change.storage_changed:
                self._storage.record_change(now)
            if comes_under_pressure(change):
                self._pressure.record_change(now)
            self._builder.add(change)

    def take(self, now: float) -> Digest | None:
        """Returns the digest of all changes since the last one and starts the next.

        None where the changes cancel each other out; the pace stays as it was then.
        """
        digest = self._builder.build()
        self._builder = DigestBuilder()
        for pace in (self._storage, self._pressure):
            pace.clear(now, sent=digest is not None)
        return digest
