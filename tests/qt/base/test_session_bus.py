"""Whether the session bus answers: buses that are missing, that refuse, and that say nothing."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kubeimg_gui.qt.base.session_bus import (
    ADDRESS,
    BUS,
    WAITED_FOR,
    call_message,
    session_bus_is_stuck,
)
from tests.support import desktop
from tests.support.silent_bus import silent_bus

SECONDS = 0.2


def is_stuck(address: str) -> bool:
    began = time.monotonic()
    stuck = session_bus_is_stuck({ADDRESS: address}, SECONDS)
    assert time.monotonic() - began < 5 * SECONDS
    return stuck


@contextmanager
def answering(folder: Path, answer: Callable[[socket.socket], None]) -> Generator[str]:
    """The address of a server that answers one connection as a test says, and closes it."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "server"))
        server.listen()

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as client:
                answer(client)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"unix:path={folder}/server"
        finally:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.fixture
def real_bus(tmp_path: Path) -> Generator[str]:
    """The address of a bus without services."""
    config = tmp_path / "session.conf"
    config.write_text(desktop.BUS)
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--print-address", "--nofork"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as daemon:
        try:
            assert daemon.stdout is not None
            yield daemon.stdout.readline().strip()
        finally:
            daemon.terminate()


@pytest.mark.parametrize("authenticates", [False, True])
def test_a_bus_that_accepts_and_says_nothing_is_stuck(
    tmp_path: Path, *, authenticates: bool
) -> None:
    with silent_bus(tmp_path, authenticates=authenticates) as address:
        assert is_stuck(address)
        assert is_stuck(f"unix:path=/nowhere;{address},guid=1"), "the first that accepts counts"


def test_a_bus_that_accepts_no_connection_is_stuck(tmp_path: Path) -> None:
    path = str(tmp_path / "bus")
    with (
        socket.socket(socket.AF_UNIX) as server,
        socket.socket(socket.AF_UNIX) as first,
        socket.socket(socket.AF_UNIX) as second,
    ):
        server.bind(path)
        server.listen(0)
        first.connect(path)
        second.setblocking(False)
        with suppress(BlockingIOError):
            second.connect(path)
        assert is_stuck(f"unix:path={path}")


def test_a_bus_on_tcp_or_an_abstract_socket_may_be_stuck(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert is_stuck(f"tcp:host=127.0.0.1,port={server.getsockname()[1]}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{tmp_path}/abstract")
        server.listen()
        assert is_stuck(f"unix:abstract={tmp_path}/abstract")


@pytest.mark.parametrize(
    "address",
    [
        "unix:path=/nowhere",
        "unix:path=",
        "unix:path=" + "x" * 200,
        "unix:path=%00",
        "unix:tmpdir=/tmp",
        "tcp:host=127.0.0.1,port=1",
        "tcp:host=127.0.0.1,port=none",
        "tcp:",
        "unixexec:path=true",
        "autolaunch:",
        "disabled:",
        "nonsense",
        "",
    ],
)
def test_an_address_that_leads_nowhere_is_not_stuck(address: str) -> None:
    assert not is_stuck(address)


@pytest.mark.parametrize("answer", [b"", b"REJECTED EXTERNAL\r\n", b"ERROR\r\n", b"\0\xff"])
def test_a_bus_that_refuses_is_not_stuck(tmp_path: Path, answer: bytes) -> None:
    def refuse(client: socket.socket) -> None:
        client.recv(1024)
        client.sendall(answer)

    with answering(tmp_path, refuse) as address:
        assert not is_stuck(address)


def test_a_bus_that_closes_after_the_authentication_is_not_stuck(tmp_path: Path) -> None:
    def close(client: socket.socket) -> None:
        client.recv(1024)
        client.sendall(b"OK 0\r\n")
        client.recv(1024)

    with answering(tmp_path, close) as address:
        assert not is_stuck(address)


def test_the_default_address_is_in_the_runtime_folder(tmp_path: Path) -> None:
    with silent_bus(tmp_path):
        assert session_bus_is_stuck({"XDG_RUNTIME_DIR": str(tmp_path)}, SECONDS)
        assert not session_bus_is_stuck({}, SECONDS)


def test_a_real_bus_answers_everycall_message(real_bus: str) -> None:
    assert not is_stuck(real_bus)
    with socket.socket(socket.AF_UNIX) as bus:
        bus.settimeout(5)
        bus.connect(real_bus.partition("path=")[2].partition(",")[0])
        bus.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\n")
        assert bus.recv(100).startswith(b"OK ")
        bus.sendall(
            b"BEGIN\r\n"
            + call_message(1, BUS, BUS, "Hello")
            + call_message(2, "a.b", "c.d", "Ping")
        )
        received = b""
        while b"a.b" not in received:
            received += bus.recv(1024)
    assert b":1." in received, "the bus gave the client a name"


def test_a_service_that_qt_waits_for_may_be_stuck(real_bus: str) -> None:
    program = f"""
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtDBus import QDBusConnection
application = QCoreApplication([])
assert QDBusConnection.sessionBus().registerService({WAITED_FOR[0]!r})
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, ADDRESS: real_bus},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as service:
        try:
            assert service.stdout is not None
            assert service.stdout.readline() == b"ready\n"
            assert not is_stuck(real_bus)
            service.send_signal(signal.SIGSTOP)
            os.waitpid(service.pid, os.WUNTRACED)
            assert is_stuck(real_bus)
        finally:
            service.kill()
