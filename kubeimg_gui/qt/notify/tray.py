"""The one tray icon of the process: how the clusters are doing, without a window in sight.

Colour and shape of its badge tell the worst of all windows, its menu leads to each of them. It
keeps nothing running: when the last window closes, the process ends and the icon with it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import DARK, LIGHT
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.message import Message, without_markup

SIZES = (16, 22, 24, 32, 48, 64)
BADGE = 0.6
"""The badge's width in parts of the icon's."""


@dataclass(slots=True)
class _Window:
    severity: Severity
    label: str
    action: QAction


class Tray(QObject):
    """The icon, its menu and its balloons; GUI thread only.

    Where the desktop has no tray no icon is made, and all else works the same. On Linux there is
    one for Qt only if its host was on the session bus before the application started.

    Signals:
        window_asked: the key of the window the person wants to see.
        message_clicked: the key of the window whose balloon was clicked.
        quit_asked: the person wants to end the process.
    """

    window_asked = Signal(str)
    message_clicked = Signal(str)
    quit_asked = Signal()

    def __init__(self, icon: QIcon, silence: DoNotDisturb, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._plain = icon
        self._silence = silence
        self._windows: dict[str, _Window] = {}
        self._worst = Severity.FINE
        self._balloon: str | None = None
        self.menu = QMenu()
        self._end_of_windows = self.menu.addSeparator()
        self._hour = self._add_choice(silence.begin_hour)
        self._for_good = self._add_choice(silence.begin_for_good)
        self._for_good.setText(self.tr("DoNotDisturb for good"))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit")).triggered.connect(self.quit_asked)
        self.menu.aboutToShow.connect(self._show_silence)
        silence.changed.connect(self._show_silence)
        self._show_silence()
        self._icon = self._make_icon() if QSystemTrayIcon.isSystemTrayAvailable() else None

    @property
    def available(self) -> bool:
        """Whether there is an icon."""
        return self._icon is not None

    def show_state(self, window: str, severity: Severity, words: str) -> None:
        """Say how a window's cluster is doing; the first time, that there is this window."""
        known = self._windows.get(window)
        if known is None:
            action = QAction(self.menu)
            action.triggered.connect(lambda: self.window_asked.emit(window))
            self.menu.insertAction(self._end_of_windows, action)
            known = self._windows[window] = _Window(severity, "", action)
        label = without_markup(f"{formatting.shortened(window)} · {words}")
        if (known.severity, known.label) != (severity, label):
            known.severity, known.label = severity, label
            known.action.setText(label)
            self._show_worst()

    def forget(self, window: str) -> None:
        """A window was closed."""
        if known := self._windows.pop(window, None):
            self.menu.removeAction(known.action)
            known.action.deleteLater()
            self._show_worst()

    @Slot(object)
    def show_message(self, message: Message) -> None:
        """Show a message at the icon, where there is one."""
        if self._icon is not None:
            self._balloon = message.window
            kind = QSystemTrayIcon.MessageIcon
            look = kind.Critical if message.critical else kind.Information
            self._icon.showMessage(message.title, message.body, look)

    def stop(self) -> None:
        """Take the icon and its menu away."""
        if self._icon is not None:
            self._icon.hide()
        self.menu.deleteLater()

    def _make_icon(self) -> QSystemTrayIcon:
        icon = QSystemTrayIcon(badged(self._plain, self._worst), self)
        icon.setToolTip("kubeimg")
        icon.setContextMenu(self.menu)
        icon.activated.connect(self._on_activated)
        icon.messageClicked.connect(self._on_message_clicked)
        icon.show()
        return icon

    def _add_choice(self, begin: Callable[[], None]) -> QAction:
        def choose(wanted: bool) -> None:
            if wanted:
                begin()
            else:
                self._silence.end()

        action = self.menu.addAction("")
        action.setCheckable(True)
        action.triggered.connect(choose)
        return action

    def _show_worst(self) -> None:
        """Show the worst of all windows on the icon, and what is said of each beside it."""
        if self._icon is None:
            return
        severities = (window.severity for window in self._windows.values())
        worst = max(severities, default=Severity.FINE)
        if worst is not self._worst:
            self._worst = worst
            self._icon.setIcon(badged(self._plain, worst))
        labels = [window.label for window in self._windows.values()]
        self._icon.setToolTip("\n".join(labels) or "kubeimg")

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger and self._windows:
            worst = max(self._windows, key=lambda name: self._windows[name].severity)
            self.window_asked.emit(worst)

    def _on_message_clicked(self) -> None:
        # On Linux Qt tells of clicks on any program's notifications.
        if self._balloon is not None:
            window, self._balloon = self._balloon, None
            self.message_clicked.emit(window)

    def _show_silence(self) -> None:
        until = self._silence.until
        if until is None:
            self._hour.setText(self.tr("DoNotDisturb for an hour"))
        else:
            words = self.tr("Silent until {time}")
            self._hour.setText(formatting.fill(words, time=formatting.clock(until)))
        self._hour.setChecked(until is not None)
        self._for_good.setChecked(self._silence.for_good)


def badged(icon: QIcon, severity: Severity) -> QIcon:
    """The icon with a badge in its corner, as severe as its colour and its shape.

    A ring stands for an uncertain state, a disc with an exclamation mark for one that needs a
    person; others have none.
    """
    result = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(pixmap.rect(), icon.pixmap(QSize(size, size), 1.0))
        if severity >= Severity.UNCERTAIN:
            side = size * BADGE
            _paint_badge(painter, QRectF(size - side, size - side, side, side), severity)
        painter.end()
        result.addPixmap(pixmap)
    return result


def _paint_badge(painter: QPainter, place: QRectF, severity: Severity) -> None:
    # What lies under the badge is cut out, so that it stands apart on any icon and any panel.
    unit = place.width() / 10
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.drawEllipse(place)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    if severity is Severity.CRITICAL:
        painter.setBrush(QColor(LIGHT.critical))
        painter.drawEllipse(place.adjusted(unit, unit, 0, 0))
        painter.setBrush(QColor(LIGHT.page))
        middle = place.center().x() + unit / 2
        for top, height in ((2.6, 3.6), (7.0, 1.6)):
            painter.drawRect(
                QRectF(middle - unit * 0.8, place.top() + unit * top, unit * 1.6, unit * height)
            )
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((LIGHT.warn, 2.6), (DARK.warn, 1.6)):
        painter.setPen(QPen(QColor(colour), unit * width))
        painter.drawEllipse(place.adjusted(unit * 2.4, unit * 2.4, -unit * 1.4, -unit * 1.4))
