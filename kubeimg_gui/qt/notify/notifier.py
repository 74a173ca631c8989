"""Brings messages to the person: by the desktop's notification service, else by the tray icon.

The service goes first even where there is a tray: through it a message says how urgent it is and
a click says which message was meant, while Qt's tray icon on Linux offers a click on critical
ones only (qtbase's qdbustrayicon.cpp).
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
"""How many notifications, the last ones, a click is understood of."""


class Notifier(QObject):
    """Sends messages unless the person wants silence; GUI thread, which is never blocked.

    Where there is neither a service nor a tray nothing is sent: the window shows the same.

    Signals:
        activated: the person clicked a message; the key of its window.
    """

    activated = Signal(str)
    _refused = Signal(object)
    _found = Signal(str)

    def __init__(
        self,
        silence: DoNotDisturb,
        service: NotificationService,
        tray: Tray,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._silence = silence
        self._service = service
        self._stopped = False
        self._windows: dict[int, str] = {}
        # One thread: a click may come before the answer that says what the number stands for, and
        # so waits for it. A daemon, for a bus that is stuck must not hold the process's end up.
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._work_on, name="notifications", daemon=True)
        self._thread.start()
        service.clicked.connect(self._on_click)
        tray.message_clicked.connect(self.activated)
        self._refused.connect(tray.show_message, Qt.ConnectionType.QueuedConnection)
        self._found.connect(self.activated, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def send(self, message: Message) -> None:
        """Bring a message to the person."""
        if not self._silence.active:
            self._work.put(partial(self._deliver, message))

    def stop(self) -> None:
        """Send nothing more; may be repeated."""
        self._stopped = True
        self._work.put(None)

    def finish(self, seconds: float) -> None:
        """After `stop`: wait for what is under way; only a stuck bus takes longer."""
        self._thread.join(seconds)

    @Slot(int)
    def _on_click(self, number: int) -> None:
        self._work.put(partial(self._find, number))

    def _work_on(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                if not self._stopped:
                    work()
            except Exception as error:  # noqa: BLE001  (the next message has its turn)
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
