"""The desktop's notification service, spoken to over D-Bus.

The service is another process that may be missing, slow or stuck, so every call here blocks and
belongs to a thread that may. Only a bus that is itself stuck keeps Python's lock meanwhile.
"""

import logging
from typing import cast

from PySide6.QtCore import (
    Q_ARG,
    Q_RETURN_ARG,
    SLOT,
    ClassInfo,
    QMetaObject,
    QObject,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtDBus import QDBusConnection, QDBusError, QDBusInterface

from kubeimg_gui.qt.notify.message import Message

_log = logging.getLogger(__name__)

SERVICE = INTERFACE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
ANSWER_MS = 500
"""How long an answer is waited for; also what a stuck service may cost the process's end."""
DEFAULT_ACTION = "default"
"""What a click on the notification itself invokes."""
NORMAL, CRITICAL = 1, 2
AS_THE_DESKTOP_LIKES = -1


class NotificationService(QObject):
    """`org.freedesktop.Notifications` on the session bus, version 1.2 of the specification.

    https://specifications.freedesktop.org/notification-spec/1.2/

    Made in the GUI thread, where `clicked` is emitted; `notify` belongs to one other thread.

    Signals:
        clicked: the number of a notification, perhaps of another program.
    """

    clicked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: QDBusConnection | None = None

    def notify(self, message: Message) -> int | None:
        """Show a message; blocks for ANSWER_MS at most, unless the bus itself is stuck.

        Returns the notification's number, 0 where the service did not answer in time (one that
        is only being started may still show it), None where there is none or it refused.
        """
        self._bus = self._bus or self._connect()
        if not self._bus.isConnected():
            _log.info("no session bus: %s", self._bus.lastError().message())
            return None
        service = QDBusInterface(SERVICE, PATH, INTERFACE, self._bus)
        service.setTimeout(ANSWER_MS)
        number = QMetaObject.invokeMethod(
            service,
            "Notify",
            Qt.ConnectionType.DirectConnection,
            Q_RETURN_ARG("uint"),
            Q_ARG("QString", "kubeimg"),
            Q_ARG("uint", 0),
            Q_ARG("QString", "kubeimg"),
            Q_ARG("QString", message.title),
            Q_ARG("QString", message.body),
            Q_ARG("QStringList", [DEFAULT_ACTION, self.tr("Open")]),
            Q_ARG(
                "QVariantMap",
                {
                    "desktop-entry": "kubeimg",
                    # The specification asks for a byte, which cannot be had from Python; Qt's own
                    # tray icon sends an int as well, so services have met it.
                    "urgency": CRITICAL if message.critical else NORMAL,
                },
            ),
            Q_ARG("int", AS_THE_DESKTOP_LIKES),
        )
        error = service.lastError()
        if not error.isValid():
            return cast("int", number)
        _log.info("no answer from the notification service: %s", error.message())
        return 0 if error.type() is QDBusError.ErrorType.NoReply else None

    def _connect(self) -> QDBusConnection:
        bus = QDBusConnection.sessionBus()
        if bus.isConnected():
            _describe_interface(bus)
            slot = SLOT("_on_action(uint,QString)")
            bus.connect(SERVICE, PATH, INTERFACE, "ActionInvoked", self, slot)  # pyright: ignore
        return bus

    @Slot("uint", str)
    def _on_action(self, number: int, action: str) -> None:
        if action == DEFAULT_ACTION:
            self.clicked.emit(number)


@ClassInfo({"D-Bus Interface": INTERFACE})  # pyright: ignore
class _Interface(QObject):
    """The part of the interface that is used here, with its types."""

    @Slot(str, "uint", str, str, str, "QStringList", "QVariantMap", int, result="uint")
    def Notify(self, *_arguments: object) -> int:
        """Never called: what counts is the signature."""
        return 0


def _describe_interface(bus: QDBusConnection) -> None:
    """Tell Qt the types of the interface's methods before it asks the service for them.

    `Notify` wants an unsigned number, which only a QDBusInterface that knows so makes of a Python
    int. It would ask the service, while holding Python's lock, for up to 25 seconds: measured
    with a stopped one, and the window stands still as long. But Qt keeps what it learned, by the
    interface's name (QDBusInterface's documentation), so it may learn it from our own side of
    the bus.
    """
    described = _Interface()
    bus.registerObject(PATH, described, QDBusConnection.RegisterOption.ExportAllSlots)
    QDBusInterface(bus.baseService(), PATH, INTERFACE, bus)
    bus.unregisterObject(PATH)
