"""A separate desktop for a test: an X server, a session bus and the desktop services on it.

Run as a program, this file provides the services. It prints one JSON object per line: first its
address, then each request. Each line on standard input is a user action:
`click 3` clicks notification 3, `activate` clicks the tray icon.
"""

import io
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from PySide6.QtCore import ClassInfo, QCoreApplication, QObject, QSocketNotifier, Signal, Slot
from PySide6.QtCore import Property as QtProperty
from PySide6.QtDBus import QDBusConnection, QDBusMessage

NEEDED = ("dbus-run-session", "xvfb-run", "xauth")
SECONDS = 20.0

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts no installed services by itself."""

Event = dict[str, Any]


class Events:
    """What a program prints: on each line a JSON object with its `event`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        threading.Thread(target=self._read, args=(process.stdout,)).start()

    def next(self, name: str) -> Event:
        """Wait for the next event of this name; those before it are gone."""
        return self.until(name)[-1]

    def until(self, name: str) -> list[Event]:
        """Wait for the next event of this name; all from the last one waited for up to it."""
        events = [self._events.get(timeout=SECONDS)]
        while events[-1]["event"] != name:
            events.append(self._events.get(timeout=SECONDS))
        return events

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            self._events.put(json.loads(line))


class Desktop(Events):
    """A desktop as a test sees it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        super().__init__(process)
        assert process.stdin is not None
        self._orders: IO[str] = process.stdin
        self._ready = self.next("ready")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that is to run on this desktop."""
        foreign = ("WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP", "QT_QPA_PLATFORMTHEME")
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        return {**kept, **self._ready["environment"], "QT_QPA_PLATFORM": "xcb"}

    def rest(self) -> list[Event]:
        """The events that have come and were not waited for."""
        self._order("sync")
        return self.until("synced")[:-1]

    def click(self, number: int) -> None:
        """Click a notification."""
        self._order(f"click {number}")

    def activate(self) -> None:
        """Click the tray icon."""
        self._order("activate")

    @contextmanager
    def hanging(self) -> Generator[None]:
        """The services are on the bus and do not answer."""
        with stopped(self._ready["pid"]):
            yield

    @contextmanager
    def bus_hanging(self) -> Generator[None]:
        """The bus accepts connections and does not answer."""
        launcher = Path(f"/proc/{self._ready['parent']}/task/{self._ready['parent']}/children")
        children = map(int, launcher.read_text().split())
        with stopped(next(child for child in children if child != self._ready["pid"])):
            yield

    def _order(self, order: str) -> None:
        self._orders.write(order + "\n")
        self._orders.flush()


@contextmanager
def desktop(folder: Path, *, notifications: bool = True, tray: bool = False) -> Generator[Desktop]:
    """A desktop for the time of the block, ready for programs; `folder` is for its files."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    assert not missing, f"{', '.join(missing)} missing: Debian's packages are dbus, xvfb and xauth"
    bus = folder / "session.conf"
    bus.write_text(BUS)
    offers = {"notifications": notifications, "tray": tray}
    with subprocess.Popen(
        [
            *("xvfb-run", "-a", "dbus-run-session", f"--config-file={bus}", "--"),
            *(sys.executable, __file__, *(offer for offer, wanted in offers.items() if wanted)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield Desktop(process)
        finally:
            end(process)


@contextmanager
def stopped(process: int) -> Generator[None]:
    """The process does not run during the block."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def end(process: subprocess.Popen[str]) -> None:
    """Close a program's input, which ends it and its children; kill it if it does not end."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def report(event: str, **facts: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


@ClassInfo({"D-Bus Interface": "org.freedesktop.Notifications"})  # pyright: ignore
class Notifications(QObject):
    """A strict service: Qt turns away a call whose signature is not `susssasa{sv}i`."""

    ActionInvoked = Signal("uint", str)  # pyright: ignore
    NotificationClosed = Signal("uint", "uint")  # pyright: ignore

    def __init__(self) -> None:
        super().__init__()
        self._last = 0

    @Slot(str, "uint", str, str, str, "QStringList", "QVariantMap", int, result="uint")
    def Notify(  # noqa: N802
        self,
        app_name: str,
        replaces_id: int,
        app_icon: str,
        summary: str,
        body: str,
        actions: list[str],
        hints: dict[str, Any],
        expire_timeout: int,
    ) -> int:
        self._last += 1
        report(
            "notify",
            number=self._last,
            app_name=app_name,
            replaces_id=replaces_id,
            app_icon=app_icon,
            summary=summary,
            body=body,
            actions=actions,
            hints={name: hint for name, hint in hints.items() if isinstance(hint, int | str)},
            expire_timeout=expire_timeout,
        )
        return self._last

    @Slot(result="QStringList")
    def GetCapabilities(self) -> list[str]:  # noqa: N802
        return ["actions", "body", "body-markup"]

    def click(self, number: int) -> None:
        self.ActionInvoked.emit(number, "default")
        self.NotificationClosed.emit(number, 2)


@ClassInfo({"D-Bus Interface": "org.kde.StatusNotifierWatcher"})  # pyright: ignore
class TrayHost(QObject):
    """The watcher of tray icons, and the host that shows them."""

    StatusNotifierItemRegistered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._items: list[str] = []

    @Slot(str)
    def RegisterStatusNotifierItem(self, service: str) -> None:  # noqa: N802
        self._items.append(service)
        report("icon", service=service)
        self.StatusNotifierItemRegistered.emit(service)

    IsStatusNotifierHostRegistered = QtProperty(bool, lambda _self: True)

    def activate(self, bus: QDBusConnection) -> None:
        call = QDBusMessage.createMethodCall(
            self._items[-1], "/StatusNotifierItem", "org.kde.StatusNotifierItem", "Activate"
        )
        call.setArguments([0, 0])
        bus.send(call)


def serve(offers: list[str]) -> None:
    """Be the desktop's services until standard input ends."""
    application = QCoreApplication([])
    bus = QDBusConnection.sessionBus()
    notifications, host = Notifications(), TrayHost()
    for offer, service, path, named in (
        (
            "notifications",
            notifications,
            "/org/freedesktop/Notifications",
            "org.freedesktop.Notifications",
        ),
        ("tray", host, "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"),
    ):
        if offer in offers:
            assert bus.registerObject(
                path, service, QDBusConnection.RegisterOption.ExportAllContents
            )
            assert bus.registerService(named)

    orders = io.FileIO(
        sys.stdin.fileno()
    )  # unbuffered: a buffered line would not wake the notifier

    def obey() -> None:
        match orders.readline().split():
            case [b"click", number]:
                notifications.click(int(number))
            case [b"activate"]:
                host.activate(bus)
            case [b"sync"]:
                report("synced")
            case _:
                application.quit()

    waiting = QSocketNotifier(orders.fileno(), QSocketNotifier.Type.Read)
    waiting.activated.connect(obey)
    found = ("DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS")
    report(
        "ready",
        pid=os.getpid(),
        parent=os.getppid(),
        environment={name: os.environ[name] for name in found},
    )
    application.exec()


if __name__ == "__main__":
    serve(sys.argv[1:])
