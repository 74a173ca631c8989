"""Whether the D-Bus session bus answers, found out without Qt's client of it.

libdbus, which Qt uses, has no time limit for the authentication: a bus that accepts connections
and stays silent blocks the calling thread for ever. On X11 Qt connects before it shows a window,
for accessibility, on some desktops when the application is created. There it also waits up to 50 s
for services that are on the bus and do not answer. (measured with Qt 6.11)

Addresses, authentication and messages are those of
https://dbus.freedesktop.org/doc/dbus-specification.html.
"""

import os
import socket
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from threading import Event, Thread
from urllib.parse import unquote

ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
"""The environment variable that holds the address of the bus."""
ANSWER_SECONDS = 1.0
"""Default time limit. A bus answers within milliseconds."""
BUS = "org.freedesktop.DBus"
WAITED_FOR = ("org.a11y.Bus", "org.freedesktop.portal.Desktop")
"""The services that Qt calls in the GUI thread and waits for."""

_LINE_BYTES = 1024
_CALL, _RETURN, _ERROR = 1, 2, 3
_NO_AUTO_START = 2


def session_bus_is_stuck(environment: Mapping[str, str], seconds: float = ANSWER_SECONDS) -> bool:
    """Returns whether the bus, or a service that Qt waits for, does not answer within `seconds`.

    A bus or service that is missing or refuses is not stuck. Linux only. Any thread.
    """
    if sys.platform != "linux":
        return False
    answered = Event()

    def ask() -> None:
        with suppress(TimeoutError, BlockingIOError):
            _ask(environment, seconds)
            answered.set()

    # A thread, because the lookup of a host name has no time limit.
    Thread(target=ask, name="session-bus", daemon=True).start()
    return not answered.wait(seconds)


def _ask(environment: Mapping[str, str], seconds: float) -> None:
    """Returns when the first bus that accepts a connection has answered, or none accepts one.

    Raises TimeoutError, or BlockingIOError where the queue of connections to accept is full.
    """
    for transport, options in _addresses(environment):
        try:
            with _connected(transport, options, seconds) as connection:
                _greet(connection)
                return
        except (TimeoutError, BlockingIOError):
            raise
        except (OSError, ValueError):  # libdbus tries the next address as well
            continue


def _addresses(environment: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields transport and options of each address, in the order in which libdbus tries them."""
    for address in environment.get(ADDRESS, "unix:runtime=yes").split(";"):
        transport, _, pairs = address.partition(":")
        options: dict[str, str] = {}
        for pair in pairs.split(","):
            key, _, value = pair.partition("=")
            options[key] = unquote(value)
        if "runtime" in options:
            options["path"] = environment.get("XDG_RUNTIME_DIR", "") + "/bus"
        yield transport, options


def _connected(transport: str, options: Mapping[str, str], seconds: float) -> socket.socket:
    """Raises OSError where there is no such server, or for a transport that is not asked."""
    if transport == "tcp":
        return socket.create_connection(
            (options.get("host", "localhost"), options.get("port", "")), seconds
        )
    path = options.get("path") or "\0" + options.get("abstract", "")
    if transport != "unix" or path == "\0":
        raise OSError("not asked")
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(seconds)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _greet(connection: socket.socket) -> None:
    """Returns when the bus and the services on it have answered, or the bus has refused."""
    user = str(os.getuid()).encode().hex().encode()
    connection.sendall(b"\0AUTH EXTERNAL " + user + b"\r\n")
    if not connection.recv(_LINE_BYTES).startswith(b"OK"):
        return
    calls = [call_message(1, BUS, BUS, "Hello")]
    calls += [
        call_message(serial, service, "org.freedesktop.DBus.Peer", "Ping")
        for serial, service in enumerate(WAITED_FOR, 2)
    ]
    connection.sendall(b"BEGIN\r\n" + b"".join(calls))
    _wait_for_replies(connection, len(calls))


def _wait_for_replies(connection: socket.socket, count: int) -> None:
    """Returns after so many results and errors, or when the bus has closed the connection."""
    with connection.makefile("rb") as stream:
        while count and (start := stream.read(16)):
            body, _serial, fields = struct.unpack(
                "<III" if start[:1] == b"l" else ">III", start[4:]
            )
            stream.read(fields + -fields % 8 + body)
            count -= start[1] in (_RETURN, _ERROR)


def call_message(serial: int, service: str, interface: str, method: str) -> bytes:
    """Returns the message that calls a method without arguments, if the service is running."""
    fields = b""
    for code, kind, value in (
        (1, b"o", "/org/freedesktop/DBus"),
        (2, b"s", interface),
        (3, b"s", method),
        (6, b"s", service),
    ):
        text = value.encode()
        fields = _padded(fields) + struct.pack("<BBcBI", code, 1, kind, 0, len(text)) + text + b"\0"
    fixed = struct.pack("<cBBBIII", b"l", _CALL, _NO_AUTO_START, 1, 0, serial, len(fields))
    return fixed + _padded(fields)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)
