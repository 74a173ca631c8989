"""Client of the desktop's notification service, over D-Bus.

The service is another process that may be missing, slow or stuck. Calls here block and need a
thread of their own. They would hold Python's global lock if the bus itself were stuck, so it is
asked first.
"""

import logging
import os
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

from kubeimg_gui.qt.base.session_bus import ADDRESS, session_bus_is_stuck
from kubeimg_gui.qt.notify.message import Message

_log = logging.getLogger(__name__)

SERVICE = INTERFACE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
ANSWER_MS = 500
"""Timeout of a call; a stuck service delays the end of the process by as much."""
BUS_SECONDS = 0.5
"""Time limit for the bus to answer before a call."""
NO_BUS = "disabled:"
"""An address that no client can connect to."""
DEFAULT_ACTION = "default"
"""The action that a click on the notification invokes."""
NORMAL, CRITICAL = 1, 2
DEFAULT_TIMEOUT = -1


def give_up_session_bus() -> None:
    """Makes Qt's connection to the session bus fail at once, for the rest of the process.

    Qt opens it once and keeps the result, so the environment is as before afterwards. Call it
    before the application is created.
    """
    address = os.environ.get(ADDRESS)
    os.environ[ADDRESS] = NO_BUS
    QDBusConnection.sessionBus()
    if address is None:
        del os.environ[ADDRESS]
    else:
        os.environ[ADDRESS] = address


class NotificationService(QObject):
    """`org.freedesktop.Notifications` on the session bus, version 1.2 of the specification.

    https://specifications.freedesktop.org/notification-spec/1.2/

    Create it in the GUI thread, where `clicked` is emitted; call `notify` in one other thread.

    Signals:
        clicked: the number of a notification, possibly of another program.
    """

    clicked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: QDBusConnection | None = None

    def notify(self, message: Message) -> int | None:
        """Shows a message; blocks for at most BUS_SECONDS and ANSWER_MS.

        Returns the number of the notification, 0 if the service did not answer in time (a service
        that is starting may still show it), None if there is no service or it refused.
        """
        if session_bus_is_stuck(os.environ, BUS_SECONDS):
            _log.info("the session bus does not answer")
            return None
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
                    # The specification requires a byte, which Python cannot send; services
                    # accept an int, which Qt's own tray icon sends as well.
                    "urgency": CRITICAL if message.critical else NORMAL,
                },
            ),
            Q_ARG("int", DEFAULT_TIMEOUT),
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
    """The method used here, with its types."""

    @Slot(str, "uint", str, str, str, "QStringList", "QVariantMap", int, result="uint")
    def Notify(self, *_arguments: object) -> int:
        """Never called; only the signature matters."""
        return 0


def _describe_interface(bus: QDBusConnection) -> None:
    """Makes Qt cache the types of the interface, so that it does not query the service.

    `Notify` needs an unsigned integer, and only a QDBusInterface that knows the types converts a
    Python int to one. Querying a stuck service takes up to 25 seconds and holds Python's lock, so
    the window freezes (measured with a stopped service). Qt caches the types by the name of the
    interface (documentation of QDBusInterface), so it can read them from this process instead.
    """
    described = _Interface()
    bus.registerObject(PATH, described, QDBusConnection.RegisterOption.ExportAllSlots)
    QDBusInterface(bus.baseService(), PATH, INTERFACE, bus)
    bus.unregisterObject(PATH)
