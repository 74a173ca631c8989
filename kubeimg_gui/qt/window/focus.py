"""Whether a window, one of its dialogs or one of its menus has the keyboard focus."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QWidget


class WindowFocus(QObject):
    """Follows the focus of `window` and all that belongs to it; GUI thread only.

    Signals:
        changed: the focus moved; carries whether it is in the window or in what belongs to it.
    """

    changed = Signal(bool)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "a window needs an application"
        application.focusWindowChanged.connect(self._follow)

    def _follow(self, focused: QWindow | None) -> None:
        mine = self._window.windowHandle()
        while focused is not None and focused != mine:
            focused = focused.transientParent()
        self.changed.emit(focused is not None)
