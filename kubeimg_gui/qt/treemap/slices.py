"""Runs long work on the GUI thread in slices, so that the window stays responsive."""

import time
from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer

FIRST_SECONDS = 0.020
"""How long work goes on before its first pause: most of it is over by then."""
SLICE_SECONDS = 0.008


class Slices(QObject):
    """Runs one iterator at a time and pauses it when a slice is over; GUI thread only.

    Attributes:
        pauses: how often the current work was paused.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.pauses = 0
        self._work: Iterator[object] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    @property
    def running(self) -> bool:
        """Whether work is left."""
        return self._work is not None

    def start(self, work: Iterator[object]) -> None:
        """Runs other work when the current event is handled; what is left is dropped.

        So work that several events in a row ask for is begun once.
        """
        self.pauses = -1
        self._work = work
        self._timer.start()

    def stop(self) -> None:
        """Drops the work that is left."""
        self._work = None
        self._timer.stop()

    def finish(self) -> None:
        """Does all that is left at once, for a picture."""
        self._run(float("inf"))

    def _go_on(self) -> None:
        self.pauses += 1
        self._run(SLICE_SECONDS if self.pauses else FIRST_SECONDS)

    def _run(self, seconds: float) -> None:
        work, clock = self._work, time.perf_counter
        if work is None:
            return
        until = clock() + seconds
        for _ in work:
            if self._work is not work:  # replaced by what it has caused
                return
            if clock() >= until:
                return
        if self._work is work:
            self.stop()
