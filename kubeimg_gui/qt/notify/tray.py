"""The tray icon of the process: the state of all clusters at a glance.

Its badge shows the worst state of all windows, and its menu leads to each of them. It does not
keep the process alive: when the last window closes, the process ends.
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
"""Width of the badge as a share of the icon."""


@dataclass(slots=True)
class _Window:
    severity: Severity
    label: str
    action: QAction


class Tray(QObject):
    """The icon, its menu and its balloon messages; GUI thread only.

    There is no icon until `appear`, and none without a tray on the desktop; everything else works.

    Signals:
        window_requested: the user wants to see a window; carries its key.
        message_clicked: the user clicked a balloon; carries the key of its window.
        quit_requested: the user ends the process.
    """

    window_requested = Signal(str)
    message_clicked = Signal(str)
    quit_requested = Signal()

    def __init__(
        self, icon: QIcon, do_not_disturb: DoNotDisturb, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._plain = icon
        self._do_not_disturb = do_not_disturb
        self._windows: dict[str, _Window] = {}
        self._worst = Severity.FINE
        self._balloon: str | None = None
        self.menu = QMenu()
        self._windows_end = self.menu.addSeparator()
        self._hour = self._add_choice(do_not_disturb.begin_hour)
        self._for_good = self._add_choice(do_not_disturb.begin_for_good)
        self._for_good.setText(self.tr("Do not disturb until turned off"))
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit")).triggered.connect(self.quit_requested)
        self.menu.aboutToShow.connect(self._update_choices)
        do_not_disturb.changed.connect(self._update_choices)
        self._update_choices()
        self._icon: QSystemTrayIcon | None = None

    def appear(self) -> None:
        """Shows the icon if the desktop has a tray; call it once, after the first window's paint.

        It asks the session bus and the display server. On Linux, Qt finds a tray only if its host
        is on the session bus by then.
        """
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = self._make_icon()
            self._show_worst()

    @property
    def available(self) -> bool:
        """Whether there is a tray icon."""
        return self._icon is not None

    def show_state(self, window: str, severity: Severity, text: str) -> None:
        """Shows the state of a window's cluster; the first call adds the window."""
        known = self._windows.get(window)
        if known is None:
            action = QAction(self.menu)
            action.triggered.connect(lambda: self.window_requested.emit(window))
            self.menu.insertAction(self._windows_end, action)
            known = self._windows[window] = _Window(severity, "", action)
        label = without_markup(f"{formatting.shortened(window)} · {text}")
        if (known.severity, known.label) != (severity, label):
            known.severity, known.label = severity, label
            known.action.setText(label)
            self._show_worst()

    def forget(self, window: str) -> None:
        """Removes a window that was closed."""
        if known := self._windows.pop(window, None):
            self.menu.removeAction(known.action)
            known.action.deleteLater()
            self._show_worst()

    @Slot(object)
    def show_message(self, message: Message) -> None:
        """Shows a message at the icon, if there is one."""
        if self._icon is not None:
            self._balloon = message.window
            kind = QSystemTrayIcon.MessageIcon
            look = kind.Critical if message.critical else kind.Information
            self._icon.showMessage(message.title, message.body, look)

    def stop(self) -> None:
        """Removes the icon and its menu."""
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
                self._do_not_disturb.end()

        action = self.menu.addAction("")
        action.setCheckable(True)
        action.triggered.connect(choose)
        return action

    def _show_worst(self) -> None:
        """Updates badge and tooltip of the icon."""
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
            self.window_requested.emit(worst)

    def _on_message_clicked(self) -> None:
        # On Linux, Qt reports clicks on notifications of any program.
        if self._balloon is not None:
            window, self._balloon = self._balloon, None
            self.message_clicked.emit(window)

    def _update_choices(self) -> None:
        until = self._do_not_disturb.until
        if until is None:
            self._hour.setText(self.tr("Do not disturb for an hour"))
        else:
            text = self.tr("Do not disturb until {time}")
            self._hour.setText(
                formatting.fill(text, time=formatting.clock(until, self._do_not_disturb.now))
            )
        self._hour.setChecked(until is not None)
        self._for_good.setChecked(self._do_not_disturb.for_good)


def badged(icon: QIcon, severity: Severity) -> QIcon:
    """Returns the icon with a badge for the severity in its corner.

    A ring for UNCERTAIN, a disc with an exclamation mark for CRITICAL, none otherwise.
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
    # Clears the area under the badge, so that it is visible on any icon and any panel.
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
