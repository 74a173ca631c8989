"""A session bus that accepts connections and stops answering at a chosen step."""

import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from threading import Thread


class _Bus(ThreadingUnixStreamServer):
    def __init__(self, path: Path, *, authenticates: bool) -> None:
        super().__init__(str(path), _Client)
        self.authenticates = authenticates
        self.clients: list[socket.socket] = []


class _Client(BaseRequestHandler):
    server: _Bus  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        self.server.clients.append(self.request)
        while line := self.request.recv(1024):
            if not self.server.authenticates:
                continue
            if b"AUTH EXTERNAL" in line:
                self.request.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
            elif b"NEGOTIATE_UNIX_FD" in line:
                self.request.sendall(b"AGREE_UNIX_FD\r\n")


@contextmanager
def silent_bus(folder: Path, *, authenticates: bool = False) -> Generator[str]:
    """Yields the address of a bus that never answers, or only the authentication."""
    path = folder / "bus"
    with _Bus(path, authenticates=authenticates) as bus:
        thread = Thread(target=bus.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"unix:path={path}"
        finally:
            bus.shutdown()
            thread.join()
            for client in bus.clients:
                with suppress(OSError):  # it has left
                    client.shutdown(socket.SHUT_RDWR)
