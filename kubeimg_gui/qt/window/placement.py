"""Keeps a window within the available area of its screen.

Screens are measured in device-independent pixels: at a scale of 200 % a screen of 1366×768 pixels
has room for 683×384.
"""

from PySide6.QtCore import QByteArray, QMargins, QObject, QRect, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMainWindow

DEFAULT_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(820, 480)
"""Minimum size of a window, on screens that have room for it."""
USUAL_FRAME = QMargins(4, 36, 4, 8)
"""The window manager's frame, while it is unknown: its title bar must fit on the screen, too."""


def available_area(screen: QScreen, frame: QMargins = USUAL_FRAME) -> QRect:
    """Returns where a window without its frame may be on a screen."""
    return screen.availableGeometry().marginsRemoved(frame)


def inside(rect: QRect, area: QRect) -> QRect:
    """Returns the rectangle shrunk and moved as little as needed to lie within `area`."""
    size = rect.size().boundedTo(area.size())
    left = min(max(rect.left(), area.left()), area.left() + area.width() - size.width())
    top = min(max(rect.top(), area.top()), area.top() + area.height() - size.height())
    return QRect(left, top, size.width(), size.height())


class Placement(QObject):
    """Places one window; GUI thread only.

    The window is fitted again when a screen is unplugged or its available area changes. Between
    these events, the user may move it anywhere.
    """

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "a window needs an application"
        application.screenAdded.connect(self._follow)
        application.screenRemoved.connect(self._fit_soon)
        for screen in application.screens():
            self._follow(screen)

    def restore(self, geometry: bytes, size: QSize | None) -> None:
        """Places the window as saved by Qt, as far as the screen has room.

        A given `size` is used as it is. The position of a new window is up to the desktop.
        """
        window = self._window
        window.setMinimumSize(LEAST_SIZE.boundedTo(available_area(window.screen()).size()))
        if size is not None:
            window.resize(size)
        elif window.restoreGeometry(QByteArray(geometry)):
            self.fit()
        else:
            window.resize(DEFAULT_SIZE.boundedTo(available_area(window.screen()).size()))

    def fit(self) -> None:
        """Fits the window into the available area of its screen."""
        window = self._window
        area = available_area(window.screen(), self._frame())
        window.setMinimumSize(LEAST_SIZE.boundedTo(area.size()))
        fitted = inside(window.geometry(), area)
        if fitted != window.geometry() and not (window.isMaximized() or window.isFullScreen()):
            window.setGeometry(fitted)

    def _follow(self, screen: QScreen) -> None:
        screen.availableGeometryChanged.connect(self._fit_soon)

    def _fit_soon(self) -> None:
        # Qt moves the windows of a screen to another one only after it reports the removal.
        QTimer.singleShot(0, self, self.fit)

    def _frame(self) -> QMargins:
        outer, inner = self._window.frameGeometry(), self._window.geometry()
        if outer == inner:
            return USUAL_FRAME
        return QMargins(
            inner.left() - outer.left(),
            inner.top() - outer.top(),
            outer.right() - inner.right(),
            outer.bottom() - inner.bottom(),
        )
