"""The open sockets of a connection, kept so that another thread can shut them down.

urllib3 opens its connections through here, whatever phase they then are in: name resolution,
connecting, a proxy's CONNECT, a handshake, an answer.
"""

import socket
import threading
from collections.abc import Generator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any

from urllib3.connection import HTTPConnection

CONNECT_SECONDS = 10.0

_Addresses = list[tuple[Any, ...]]


class Sockets:
    """Opens sockets until `interrupt`.

    A duplicate is kept of each: wrapping in TLS and handing over to a response detach the
    original from everything that could be asked for it. (Shutting a duplicate shuts both.)

    Attributes:
        stopped: done once interrupted.
    """

    def __init__(self) -> None:
        self.stopped: Future[None] = Future()
        self._lock = threading.Lock()
        self._requests = 0
        self._duplicates: dict[HTTPConnection, socket.socket] = {}

    @property
    def interrupted(self) -> bool:
        """Whether `interrupt` was called."""
        return self.stopped.done()

    def open(self, connection: HTTPConnection) -> socket.socket:
        """Connect to the first address of the connection's host that answers."""
        failure: OSError | None = None
        for family, kind, protocol, _, address in self._addresses(connection):
            opened = socket.socket(family, kind, protocol)
            try:
                for option in connection.socket_options or ():
                    opened.setsockopt(*option)
                opened.settimeout(CONNECT_SECONDS)
                self._remember(connection, opened)
                opened.connect(address)
            except OSError as error:
                opened.close()
                failure = error
            else:
                return opened
        raise failure or OSError("the name has no address")

    def _addresses(self, connection: HTTPConnection) -> _Addresses:
        """Those of the connection's host, asked for in a thread that nobody has to wait for."""
        found: Future[_Addresses] = Future()

        def resolve() -> None:
            try:
                found.set_result(
                    socket.getaddrinfo(connection.host, connection.port, 0, socket.SOCK_STREAM)
                )
            except (OSError, ValueError) as error:  # a name that is none is a ValueError
                found.set_exception(error)

        threading.Thread(target=resolve, name="resolve", daemon=True).start()
        waiting: list[Future[Any]] = [found, self.stopped]
        wait(waiting, CONNECT_SECONDS, FIRST_COMPLETED)
        if self.interrupted:
            raise OSError("interrupted")
        if not found.done():
            raise TimeoutError
        return found.result()

    def _remember(self, connection: HTTPConnection, opened: socket.socket) -> None:
        with self._lock:
            if self.interrupted:
                raise OSError("interrupted")
            if earlier := self._duplicates.pop(connection, None):
                earlier.close()  # urllib3 opens the same connection again and again
            self._duplicates[connection] = opened.dup()

    @contextmanager
    def in_use(self) -> Generator[None, None, None]:
        """A request is under way.

        After the last one the sockets whose connection is closed are let go, so that the server
        sees it too: not before, for a connection that is being opened, or has handed its socket
        over to a response, looks closed as well.
        """
        with self._lock:
            self._requests += 1
        try:
            yield
        finally:
            with self._lock:
                self._requests -= 1
                if not self._requests:
                    self._forget_closed()

    def _forget_closed(self) -> None:
        for connection in [each for each in self._duplicates if each.sock is None]:
            self._duplicates.pop(connection).close()

    def interrupt(self) -> None:
        """Shut every socket and open no other; any thread, any number of times."""
        with self._lock:
            if not self.stopped.done():
                self.stopped.set_result(None)
            duplicates = list(self._duplicates.values())
            self._duplicates.clear()
        for duplicate in duplicates:
            with suppress(OSError):  # never connected, or already gone
                duplicate.shutdown(socket.SHUT_RDWR)
            duplicate.close()
