"""The do-not-disturb setting: off, on for an hour, or on until turned off.

Only "until turned off" is stored; the hour ends with the process.
"""

import math
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from kubeimg_gui.qt.base.clocks import Clocks

HOUR = 3600.0
KEY = "notifications/silenced"


class DoNotDisturb(QObject):
    """One per process; GUI thread only.

    `settings` is the ini file for the stored setting, None for none; only one key is used.

    Signals:
        changed: the user changed the setting; not emitted at the end of the hour.
    """

    changed = Signal()

    def __init__(
        self, settings: Path | None, clocks: Clocks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clocks = clocks
        self._file = QSettings(str(settings), QSettings.Format.IniFormat) if settings else None
        kept = self._file is not None and self._file.value(KEY) == "true"
        self._for_good = kept
        self._end = -math.inf

    @property
    def active(self) -> bool:
        """Whether notifications are suppressed now."""
        return self._for_good or self._seconds_left > 0

    @property
    def for_good(self) -> bool:
        """Whether it is on until turned off."""
        return self._for_good

    @property
    def until(self) -> float | None:
        """The end of the hour, epoch seconds; None if no hour is running."""
        return self._clocks.wall() + self._seconds_left if self._seconds_left > 0 else None

    @property
    def now(self) -> float:
        """The time that `until` is compared to, epoch seconds."""
        return self._clocks.wall()

    def begin_hour(self) -> None:
        """Suppresses notifications for an hour."""
        self._set(HOUR)

    def begin_for_good(self) -> None:
        """Suppresses notifications until turned off, also in later runs."""
        self._set(0.0, for_good=True)

    def end(self) -> None:
        """Turns it off."""
        self._set(0.0)

    @property
    def _seconds_left(self) -> float:
        return self._end - self._clocks.steady()

    def _set(self, seconds: float, *, for_good: bool = False) -> None:
        self._for_good = for_good
        self._end = self._clocks.steady() + seconds
        if self._file is not None:
            if for_good:
                self._file.setValue(KEY, "true")
            else:
                self._file.remove(KEY)
            self._file.sync()
        self.changed.emit()
