"""Connects to the first of a host's addresses that accepts: Happy Eyeballs, RFC 8305.

A network where one address family leads nowhere would otherwise cost a full timeout per address.
"""

import errno
import os
import selectors
import socket
import time
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

ATTEMPT_DELAY_SECONDS = 0.25
"""How long an attempt runs before the next address is tried beside it: RFC 8305, section 5."""

Address = tuple[Any, ...]
"""An entry of `socket.getaddrinfo`."""
SocketOption = tuple[int, int, int | bytes]

_UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK)


class ConnectError(OSError):
    """No address accepted the connection.

    Attributes:
        failures: the error of each address, in the order in which they failed; a TimeoutError
            for those that were still waiting at the end.
    """

    def __init__(self, failures: dict[str, OSError]) -> None:
        super().__init__("; ".join(f"{host}: {error}" for host, error in failures.items()))
        self.failures = failures


def interleaved(addresses: Iterable[Address]) -> list[Address]:
    """Returns the distinct addresses, alternating between families: RFC 8305, section 4.

    The family of the first address comes first; each family keeps its order.
    """
    families: dict[int, list[Address]] = {}
    for address in dict.fromkeys(addresses):
        families.setdefault(address[0], []).append(address)
    return [each for turn in zip_longest(*families.values()) for each in turn if each]


def connect_first(
    addresses: Iterable[Address],
    options: Sequence[SocketOption],
    seconds: float,
    cancelled: socket.socket,
) -> socket.socket:
    """Returns a socket connected to the address that accepts first; closes all other attempts.

    The socket does not block. All attempts together have `seconds`. The call ends as soon as
    `cancelled` can be read. Raises ConnectError, and OSError if it was cancelled.
    """
    attempts = _Attempts(interleaved(addresses), options)
    try:
        return attempts.first(time.monotonic() + seconds, cancelled)
    finally:
        attempts.close()


class _Attempts:
    """The attempts of one call of `connect_first`; only its thread uses them."""

    def __init__(self, addresses: Iterable[Address], options: Sequence[SocketOption]) -> None:
        self._waiting = deque(addresses)
        self._options = options
        self._running: dict[socket.socket, str] = {}
        self._failures: dict[str, OSError] = {}
        self._selector = selectors.DefaultSelector()

    def first(self, deadline: float, cancelled: socket.socket) -> socket.socket:
        self._selector.register(cancelled, selectors.EVENT_READ)
        next_start = time.monotonic()
        while self._waiting or self._running:
            now = time.monotonic()
            if now >= deadline:
                self._give_up()
                break
            if self._waiting and now >= next_start:
                next_start = now + (ATTEMPT_DELAY_SECONDS if self._start() else 0)
                continue
            wake = min(deadline, next_start) if self._waiting else deadline
            for key, _ in self._selector.select(wake - now):
                if key.fileobj is cancelled:
                    raise OSError(errno.ECANCELED, "interrupted")
                if winner := self._finish(key.fileobj):
                    return winner
                next_start = now  # after a failure the next address is tried at once
        raise ConnectError(self._failures)

    def _start(self) -> bool:
        """Starts the next attempt; returns whether it is under way."""
        family, kind, protocol, _, address = self._waiting.popleft()
        try:
            opened = socket.socket(family, kind, protocol)
        except OSError as error:  # this system lacks the family, or has no descriptor left
            self._failures[address[0]] = error
            return False
        self._running[opened] = address[0]
        try:
            for option in self._options:
                opened.setsockopt(*option)
            opened.setblocking(False)
            code = opened.connect_ex(address)
        except OSError as error:
            code = error.errno or errno.EINVAL
        if code not in _UNDER_WAY:
            self._fail(opened, code)
            return False
        self._selector.register(opened, selectors.EVENT_WRITE)
        return True

    def _finish(self, opened: Any) -> socket.socket | None:
        """Returns the socket if its attempt succeeded; otherwise records why it failed."""
        self._selector.unregister(opened)
        if code := opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            self._fail(opened, code)
            return None
        del self._running[opened]
        return opened

    def _fail(self, opened: socket.socket, code: int) -> None:
        self._failures[self._running.pop(opened)] = OSError(code, os.strerror(code))
        opened.close()

    def _give_up(self) -> None:
        for host in (*self._running.values(), *(each[4][0] for each in self._waiting)):
            self._failures[host] = TimeoutError("timed out")

    def close(self) -> None:
        """Closes the sockets of the attempts that did not win."""
        self._selector.close()
        for opened in self._running:
            opened.close()
