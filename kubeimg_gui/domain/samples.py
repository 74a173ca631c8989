"""The reported size of one node over time: a bounded series of samples, one per change."""

from collections.abc import Iterator

MAX_SAMPLES = 60


class SizeSamples:
    """Pairs of time and reported bytes, oldest first; confined to one thread.

    A full series drops every second sample, so that it always reaches back to the first one.
    Times are seconds since the epoch.

    Attributes:
        changed_at: time of the newest sample, 0 while there is none.
    """

    __slots__ = ("_samples", "changed_at")

    def __init__(self) -> None:
        self._samples: list[tuple[float, int]] = []
        self.changed_at = 0.0

    def __len__(self) -> int:
        return len(self._samples)

    def __iter__(self) -> Iterator[tuple[float, int]]:
        return iter(self._samples)

    @property
    def first(self) -> tuple[float, int]:
        """The oldest sample; raises IndexError while there is none."""
        return self._samples[0]

    @property
    def last(self) -> tuple[float, int]:
        """The newest sample; raises IndexError while there is none."""
        return self._samples[-1]

    def add(self, at: float, size: int) -> None:
        """Adds a sample that is newer than all others; ignores a size that did not change."""
        samples = self._samples
        if samples and samples[-1][1] == size:
            return
        if len(samples) == MAX_SAMPLES:
            del samples[1::2]
        samples.append((at, size))
        self.changed_at = at
