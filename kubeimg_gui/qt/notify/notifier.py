"""Shows messages through the desktop's notification service, or else the tray icon.

The service comes first: it supports urgency and reports which message was clicked, while Qt's
tray icon on Linux supports clicks on critical messages only (qtbase's qdbustrayicon.cpp).
"""

import sys
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from kubeimg_gui.qt.notify.dbus import NotificationService
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.message import Message
from kubeimg_gui.qt.notify.tray import Tray

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 100
"""Number of latest notifications whose clicks are recognised."""


class Notifier(QObject):
    """Sends messages unless "do not disturb" is on; GUI thread only, which it never blocks.

    Sends nothing if there is neither a service nor a tray; the window shows the same.

    Signals:
        activated: the user clicked a message; carries the key of its window.
    """

    activated = Signal(str)
    _refused = Signal(object)
    _found = Signal(str)

    def __init__(
        self,
        do_not_disturb: DoNotDisturb,
        service: NotificationService,
        tray: Tray,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._do_not_disturb = do_not_disturb
        self._service = service
        self._stopped = False
        self._windows: dict[int, str] = {}
        # One thread: a click may arrive before the answer with the number of its notification, and
        # waits for it. A daemon thread, because a stuck bus must not delay the end of the process.
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work_on, name="notifications", daemon=True)
        self._thread.start()
        service.clicked.connect(self._on_click)
        tray.message_clicked.connect(self.activated)
        self._refused.connect(tray.show_message, Qt.ConnectionType.QueuedConnection)
        self._found.connect(self.activated, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def send(self, message: Message) -> None:
        """Sends a message."""
        if not self._do_not_disturb.active:
            self._work.put(partial(self._deliver, message))

    def stop(self) -> None:
        """Stops sending; idempotent."""
        self._stopped = True
        self._work.put(None)

    def finish(self, seconds: float) -> None:
        """Waits for the current call after `stop`; only a stuck bus exceeds `seconds`."""
        self._thread.join(seconds)

    @Slot(int)
    def _on_click(self, number: int) -> None:
        self._work.put(partial(self._find, number))

    def _work_on(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                if not self._stopped:
                    work()
            except Exception as error:  # noqa: BLE001  (the next message is independent)
                sys.excepthook(type(error), error, error.__traceback__)

    def _deliver(self, message: Message) -> None:
        number = self._service.notify(message)
        if number is None and not self._stopped:
            self._refused.emit(message)
        elif number:
            self._windows[number] = message.window
            if len(self._windows) > REMEMBERED:
                del self._windows[next(iter(self._windows))]

    def _find(self, number: int) -> None:
        window = self._windows.pop(number, None)
        if window is not None and not self._stopped:
            self._found.emit(window)
