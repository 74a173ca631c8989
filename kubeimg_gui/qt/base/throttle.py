"""Limits how many changes are shown at once and how often, so that the window stays responsive."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LEAST, MOST = 50, 500
"""Limits of a batch, in changes."""
BUDGET_SECONDS = 0.008
"""How long one batch may take: half of a frame."""


class BatchSizer:
    """Adapts the size of a batch to the time that batches take; GUI thread only.

    Attributes:
        size: number of changes in the next batch.
    """

    def __init__(self) -> None:
        self.size = 2 * LEAST

    def took(self, count: int, seconds: float) -> None:
        """Adapts to a batch of `count` changes; ignores a small batch that was fast."""
        if count >= self.size or seconds > BUDGET_SECONDS:
            fitting = count * BUDGET_SECONDS / max(seconds, 1e-6)
            self.size = round(max(LEAST, min(fitting, 2 * self.size, MOST)))


class Throttle(QObject):
    """Calls a function at once, then at most once per interval; GUI thread only.

    Requests during an interval cause one call at its end.
    """

    def __init__(self, call: Callable[[], None], milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self._call = call
        self._pending = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._on_timeout)

    def ask(self) -> None:
        """Requests a call."""
        if self._timer.isActive():
            self._pending = True
        else:
            self._timer.start()
            self._call()

    def stop(self) -> None:
        """Cancels a pending call."""
        self._pending = False
        self._timer.stop()

    def _on_timeout(self) -> None:
        if self._pending:
            self._pending = False
            self.ask()
