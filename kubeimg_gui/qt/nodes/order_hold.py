"""Holds the order of the rows while a person aims at one of them.

A row that moves between aiming and clicking makes the click hit another node.
"""

from collections.abc import Callable, Hashable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QScrollBar

AIM_SECONDS = 5.0
"""How long the order is held after a key in the rows, and after a menu or dialog has closed."""


class OrderHold(QObject):
    """Decides whether rows must keep their places; GUI thread only.

    They do while the pointer is over the rows, while a menu or a dialog of a row is open or the
    scroll bar is dragged, and for AIM_SECONDS after a key. In a window without the focus only a
    pointer that moves holds them. A pointer under which the window opens holds nothing until it
    moves. `steady` is the steady clock.

    Signals:
        released: the order may be no longer held, see `held`.
    """

    released = Signal()

    def __init__(self, steady: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._steady = steady
        self._pointed = self._moved = False
        self._focused = True
        self._last_aim = float("-inf")
        self._open: set[Hashable] = set()

    @property
    def held(self) -> bool:
        """Whether rows keep their places now."""
        aiming = self._pointed or bool(self._open)
        return (self._focused and aiming) or self._steady() - self._last_aim < AIM_SECONDS

    def move_pointer(self) -> None:
        """The pointer moves over the rows."""
        self._pointed = self._moved = True
        if not self._focused:
            self._last_aim = self._steady()

    def enter_pointer(self) -> None:
        """The pointer is over the rows, perhaps because a menu above them has closed."""
        self._pointed = self._moved

    def leave_pointer(self) -> None:
        """The pointer is no longer over the rows."""
        self._pointed = False
        self.released.emit()

    def press_key(self) -> None:
        """A key was pressed in the rows."""
        self._last_aim = self._steady()

    def begin(self, cause: Hashable) -> None:
        """A menu or dialog of a row opens, or a drag of the scroll bar starts."""
        self._open.add(cause)

    def end(self, cause: Hashable) -> None:
        """What `begin` was called for is over; the user may look for the row again."""
        if cause in self._open:
            self._open.remove(cause)
            self._last_aim = self._steady()

    def follow(self, dialog: QDialog) -> None:
        """Holds the order until a dialog that opens now is closed."""
        cause = object()
        self.begin(cause)
        dialog.finished.connect(lambda: self.end(cause))
        dialog.destroyed.connect(lambda: self.end(cause))

    def follow_drags(self, bar: QScrollBar) -> None:
        """Holds the order from now on while the scroll bar of the rows is dragged."""
        bar.sliderPressed.connect(lambda: self.begin(bar))
        bar.sliderReleased.connect(lambda: self.end(bar))

    def set_focused(self, focused: bool) -> None:
        """The window or one of its dialogs and menus has the focus, or another window has it."""
        self._focused = focused
        if not focused:
            self.released.emit()
