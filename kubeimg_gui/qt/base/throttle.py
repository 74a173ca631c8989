"""How much is shown at once, and how often: what keeps a storm of changes from holding a window up.

Whoever shows changes measures how long a share of them takes; whoever sums them up does so at
once and then only now and then.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

LEAST, MOST = 50, 500
"""Of the changes in a share: on a busy machine, and on a quick one."""
BUDGET_SECONDS = 0.008
"""How long a share may take, half of a frame."""


class BatchSizer:
    """How many changes are shown at once; GUI thread only.

    Attributes:
        size: of the next share.
    """

    def __init__(self) -> None:
        self.size = 2 * LEAST

    def took(self, count: int, seconds: float) -> None:
        """Learn from a share of `count`; a small one that was quick teaches nothing."""
        if count >= self.size or seconds > BUDGET_SECONDS:
            fitting = count * BUDGET_SECONDS / max(seconds, 1e-6)
            self.size = round(max(LEAST, min(fitting, 2 * self.size, MOST)))


class Throttle(QObject):
    """Makes a call at once when asked, and then at most every so many milliseconds; GUI thread.

    What was asked for meanwhile is made up for, so the last call is never older than that.
    """

    def __init__(self, call: Callable[[], None], milliseconds: int, parent: QObject) -> None:
        super().__init__(parent)
        self._call = call
        self._owed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._rested)

    def ask(self) -> None:
        """Ask for a call."""
        if self._timer.isActive():
            self._owed = True
        else:
            self._timer.start()
            self._call()

    def stop(self) -> None:
        """Make no more calls until asked again."""
        self._owed = False
        self._timer.stop()

    def _rested(self) -> None:
        if self._owed:
            self._owed = False
            self.ask()
