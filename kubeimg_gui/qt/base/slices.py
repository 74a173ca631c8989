"""Runs long work on the GUI thread in slices, so that the window stays responsive."""

import time
from collections.abc import Generator, Iterator, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer

FIRST_SECONDS = 0.020
"""Seconds before the first pause: most work is complete by then."""
SLICE_SECONDS = 0.008
CHUNK = 2000
"""Number of items in one step, which takes a few milliseconds."""

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work in short steps that returns a result at its end."""


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yields the items in sequences of CHUNK."""
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def sort_in_steps(items: Sequence[Any]) -> Steps[list[Any]]:
    """Returns the items sorted, as `sorted` does; fewer than CHUNK in a single step."""
    runs: list[list[Any]] = []
    for chunk in chunks(items):
        if runs:
            yield
        runs.append(sorted(chunk))
    while len(runs) > 1:
        merged: list[list[Any]] = []
        for at in range(0, len(runs), 2):
            yield
            # Sorting two sorted lists merges them, without a comparison in Python.
            merged.append(sorted(sum(runs[at + 1 : at + 2], runs[at])))
        runs = merged
    return runs[0] if runs else []


class Slices(QObject):
    """Runs one iterator at a time and pauses it when a slice is over; GUI thread only.

    Attributes:
        pauses: how often the current work was paused.
        seconds: how long the current work has taken without its pauses.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.pauses = 0
        self.seconds = 0.0
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether work is left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Runs other work after the current event; drops what is left of the current work.

        So work that several events in a row request is started once.
        """
        self.pauses = -1
        self.seconds = 0.0
        self._work = work
        self._timer.start()

    def start_now(self, work: Iterator[object]) -> None:
        """Runs other work up to its first pause now; drops what is left of the current work."""
        self.start(work)
        self._go_on()

    def stop(self) -> None:
        """Drops the work that is left."""
        self._work = None
        self._timer.stop()

    def finish(self) -> None:
        """Completes the work at once, for a picture."""
        self._run(float("inf"))

    def _go_on(self) -> None:
        self.pauses += 1
        self._run(SLICE_SECONDS if self.pauses else FIRST_SECONDS)

    def _run(self, seconds: float) -> None:
        work, clock = self._work, time.perf_counter
        if work is None:
            return
        began = clock()
        for _ in work:
            replaced = self._work is not work  # by what it has caused
            if replaced or clock() >= began + seconds:
                break
        else:
            if self._work is work:
                self.stop()
        self.seconds += clock() - began
