"""Whether the person wants to be left alone: for an hour, for good, or not at all.

Only "for good" outlives the process: an hour is meant for what is going on now.
"""

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

HOUR = 3600.0
KEY = "notifications/silenced"


class Silence(QObject):
    """One for the process; GUI thread only.

    `settings` is the ini file that keeps "for good", None for none; of it only one key is
    touched. `clock` tells epoch seconds.

    Signals:
        changed: the person chose otherwise; not told when the hour is over.
    """

    changed = Signal()

    def __init__(
        self, settings: Path | None, clock: Callable[[], float], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._file = QSettings(str(settings), QSettings.Format.IniFormat) if settings else None
        kept = self._file is not None and self._file.value(KEY) == "true"
        self._until = math.inf if kept else -math.inf

    @property
    def active(self) -> bool:
        """Whether nothing may be told now."""
        return self._clock() < self._until

    @property
    def for_good(self) -> bool:
        """Whether it lasts until it is ended."""
        return self._until == math.inf

    @property
    def until(self) -> float | None:
        """The end of the hour, epoch seconds; None where no hour is running."""
        return self._until if self.active and not self.for_good else None

    def begin_hour(self) -> None:
        """Be silent for an hour from now."""
        self._set(self._clock() + HOUR)

    def begin_for_good(self) -> None:
        """Be silent until told otherwise, in later runs too."""
        self._set(math.inf)

    def end(self) -> None:
        """Tell again."""
        self._set(-math.inf)

    def _set(self, until: float) -> None:
        self._until = until
        if self._file is not None:
            if self.for_good:
                self._file.setValue(KEY, "true")
            else:
                self._file.remove(KEY)
            self._file.sync()
        self.changed.emit()
