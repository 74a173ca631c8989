"""Accepts connections on loopback: with TLS, without, or not at all.

The mode can change while the port number stays the same, so that tests can reject a client and
accept it again.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import cast

from aiohttp import web

from kubeimg_gui.demo.apiserver import ApiServer
from kubeimg_gui.demo.faults import reset

HOST = "127.0.0.1"
_BACKLOG = 128


class ServeError(Exception):
    """The demo cluster cannot be served; the text says why."""


class Door(StrEnum):
    """What the listener does with a new connection."""

    OPEN = "open"
    REFUSED = "refused"
    RESET = "reset"
    CLOSED = "closed at once"
    SILENT = "accepted, and never answered"
    PLAIN = "answered in plain HTTP"


def server_tls(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Returns a TLS context for a certificate, valid or not. Raises OSError.

    If `key` is None, the certificate's file holds the key as well.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


class Listener:
    """Accepts connections for a server; confined to the event loop's thread.

    Attributes:
        accepted: number of accepted connections.
    """

    def __init__(self, server: web.Server, port: int, tls: ssl.SSLContext | None) -> None:
        self._server = server
        self._port = port
        self._scheme = "https" if tls else "http"
        self._reserved: socket.socket | None = None
        self._listening: socket.socket | None = None
        self._accepting: set[asyncio.Task[None]] = set()
        self._rejected: list[_RejectedConnection] = []
        self.accepted = 0

    @property
    def url(self) -> str:
        """The server's URL; valid after `open`."""
        return f"{self._scheme}://{HOST}:{self._port}"

    async def open(self, door: Door, tls: ssl.SSLContext | None) -> None:
        """Closes all connections and accepts new ones in this mode. Raises ServeError."""
        await self.close()
        if door is Door.REFUSED:
            return
        try:
            self._reserve()
            self._listening = socket.create_server((HOST, self._port), backlog=_BACKLOG)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise ServeError(f"port {self._port} of {HOST} cannot be used: {why}") from error
        self._listening.setblocking(False)
        tls = tls if door is Door.OPEN else None
        asyncio.get_running_loop().add_reader(
            self._listening, self._accept, self._listening, door, tls
        )

    def _reserve(self) -> None:
        """Keeps the port while nothing listens on it, so that no connection of others takes it."""
        if self._reserved is None:
            self._reserved = socket.socket()
            self._reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._reserved.bind((HOST, self._port))
            self._port = self._reserved.getsockname()[1]

    def release(self) -> None:
        """Gives the port back; call it after `close`."""
        if self._reserved:
            self._reserved.close()

    async def close(self) -> None:
        """Stops listening and closes all connections, also those that are being accepted."""
        if self._listening:
            asyncio.get_running_loop().remove_reader(self._listening)
            # A program that is being started holds a copy for a moment, which would still listen.
            with suppress(OSError):  # Linux only
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        await asyncio.sleep(0)  # so that each accept task has started
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        for connection in self._server.connections:
            if connection.transport:
                connection.transport.abort()
        for rejected in self._rejected:
            rejected.end()
        self._rejected.clear()

    def _accept(self, listening: socket.socket, door: Door, tls: ssl.SSLContext | None) -> None:
        # asyncio's own server leaks an accepted connection if it is closed before the connection
        # has a transport: an assertion fails silently, and the connection stays open.
        with suppress(OSError):  # the client has disconnected
            opened, _ = listening.accept()
            self.accepted += 1
            task = asyncio.create_task(self._receive(opened, door, tls))
            self._accepting.add(task)
            task.add_done_callback(self._accepting.discard)

    async def _receive(self, opened: socket.socket, door: Door, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # the TLS handshake failed
            await loop.connect_accepted_socket(lambda: self._protocol(door), opened, ssl=tls)

    def _protocol(self, door: Door) -> asyncio.Protocol:
        if door in (Door.OPEN, Door.PLAIN):
            return cast("asyncio.Protocol", self._server())
        self._rejected.append(_RejectedConnection(door))
        return self._rejected[-1]


class _RejectedConnection(asyncio.Protocol):
    """A connection without an answer."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._transport: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Override: closes or resets it, unless the mode is SILENT."""
        self._transport = transport
        if self._door is Door.RESET:
            reset(transport)
        elif self._door is Door.CLOSED:
            transport.close()

    def end(self) -> None:
        """Closes it."""
        if self._transport:
            self._transport.close()


@asynccontextmanager
async def running(
    server: ApiServer, port: int, tls: ssl.SSLContext | None = None
) -> AsyncGenerator[Listener, None]:
    """Serves on loopback within the block. Raises ServeError."""
    runner = web.AppRunner(
        server.application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
    )
    await runner.setup()
    assert runner.server is not None, "it is set up"
    listener = Listener(runner.server, port, tls)
    try:
        await listener.open(Door.OPEN, tls)
        yield listener
    finally:
        await listener.close()
        listener.release()
        server.store.disconnect_watchers()
        await runner.cleanup()
