"""The open sockets of a connection, kept so that another thread can shut them down.

urllib3 opens its connections here, so a shutdown reaches them in every phase: name resolution,
connecting, a proxy's CONNECT, the TLS handshake, the response.
"""

import errno
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from typing import Any

from urllib3.connection import HTTPConnection

from kubeimg_gui.cluster.transport.happy_eyeballs import Address, connect_first

Resolve = Callable[[str, int, int, int], Sequence[Address]]
"""Resolves a host name, as `socket.getaddrinfo` does: host, port, family, kind of socket."""


class Sockets:
    """Opens sockets until `interrupt`; any thread.

    It keeps a duplicate of each socket, because TLS and a response detach the original from the
    connection. Shutting a duplicate down shuts the original down too.

    Attributes:
        stopped: done after `interrupt`.
    """

    def __init__(self, connect_seconds: float, resolve: Resolve = socket.getaddrinfo) -> None:
        self.stopped: Future[None] = Future()
        self._connect_seconds = connect_seconds
        self._resolve = resolve
        self._lock = threading.Lock()
        self._requests = 0
        self._cancellers: set[socket.socket] = set()
        self._duplicates: dict[HTTPConnection, socket.socket] = {}

    @property
    def interrupted(self) -> bool:
        """Whether `interrupt` was called."""
        return self.stopped.done()

    def open(self, connection: HTTPConnection) -> socket.socket:
        """Connects to the first address of the connection's host that accepts.

        The name has `connect_seconds`, and so have all its addresses together. Raises OSError:
        ConnectError where no address accepts, TimeoutError where the name is not resolved in time.
        """
        addresses = self._addresses(connection)
        options = connection.socket_options or ()
        with self._cancellation() as cancelled:
            opened = connect_first(addresses, options, self._connect_seconds, cancelled)
        try:
            opened.settimeout(self._connect_seconds)
            self._remember(connection, opened)
        except OSError:
            opened.close()
            raise
        return opened

    @contextmanager
    def _cancellation(self) -> Generator[socket.socket, None, None]:
        """Yields a socket that can be read after `interrupt`, for a selector to wait on."""
        cancelled, canceller = socket.socketpair()
        with cancelled, canceller:
            with self._lock:
                self._check_interrupted()
                self._cancellers.add(canceller)
            try:
                yield cancelled
            finally:
                with self._lock:
                    self._cancellers.discard(canceller)

    def _addresses(self, connection: HTTPConnection) -> Sequence[Address]:
        """Resolves the host in a separate thread, because a lookup cannot be interrupted."""
        found: Future[Sequence[Address]] = Future()
        # `host` lacks the dot at the end of a name, which keeps it out of search domains.
        host = connection._dns_host  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]

        def resolve() -> None:
            try:
                found.set_result(self._resolve(host, connection.port, 0, socket.SOCK_STREAM))
            except (OSError, ValueError) as error:  # ValueError: not a valid host name
                found.set_exception(error)

        threading.Thread(target=resolve, name="resolve", daemon=True).start()
        waiting: list[Future[Any]] = [found, self.stopped]
        wait(waiting, self._connect_seconds, FIRST_COMPLETED)
        self._check_interrupted()
        if not found.done():
            raise TimeoutError
        return found.result()

    def _remember(self, connection: HTTPConnection, opened: socket.socket) -> None:
        with self._lock:
            self._check_interrupted()
            if earlier := self._duplicates.pop(connection, None):
                earlier.close()  # urllib3 opens the same connection object many times
            self._duplicates[connection] = opened.dup()

    def _check_interrupted(self) -> None:
        if self.interrupted:
            raise OSError(errno.ECANCELED, "interrupted")

    @contextmanager
    def in_use(self) -> Generator[None, None, None]:
        """Counts a request as under way.

        After the last request it closes the duplicates whose connection is closed, so that the
        server sees the close as well. It cannot do so earlier: a connection that is opening, or
        whose response took the socket over, looks closed too.
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
        """Shuts every socket down and opens no other; any thread, any number of times."""
        with self._lock:
            if not self.stopped.done():
                self.stopped.set_result(None)
            for canceller in self._cancellers:
                canceller.shutdown(socket.SHUT_RDWR)
            duplicates = list(self._duplicates.values())
            self._duplicates.clear()
        for duplicate in duplicates:
            with suppress(OSError):  # never connected, or already closed
                duplicate.shutdown(socket.SHUT_RDWR)
            duplicate.close()
