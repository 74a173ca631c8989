"""Proxies between a client and a server: one for CONNECT, and one that cuts connections.

Both only forward bytes, so that TLS stays between client and server.
"""

import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

CHUNK_BYTES = 64 * 2**10
HEAD_SECONDS = 10.0


class ConnectProxy:
    """An HTTP proxy that leads every CONNECT to one port of loopback; a context manager.

    With `secure` clients speak TLS to it.

    Attributes:
        url: of the proxy.
        asked: for each CONNECT the destination and the Proxy-Authorization header.
    """

    def __init__(self, port: int, secure: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = HEAD_SECONDS

            def setup(self) -> None:
                if secure:
                    self.request = secure.wrap_socket(
                        self.request, server_side=True, do_handshake_on_connect=False
                    )
                super().setup()

            def handle(self) -> None:
                with suppress(OSError), self.request:
                    words = self.rfile.readline().decode().split()
                    if not words:
                        return
                    credentials = ""
                    while line := self.rfile.readline().decode().strip():
                        name, _, value = line.partition(":")
                        if name.lower() == "proxy-authorization":
                            credentials = value.strip()
                    outer.asked.append((words[1], credentials))
                    self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    with socket.create_connection(("127.0.0.1", port)) as onward:
                        join = _join_in_turn if secure else _join
                        join(self.request, onward)

        self._server = _serving(Handler)
        self.url = f"http{'s' * bool(secure)}://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "ConnectProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class CuttingProxy:
    """Leads to a port of loopback and cuts every connection through it when it is so old.

    A server looks at a token only when a request begins: what cuts a watch makes it look again.

    Attributes:
        port: of loopback.
        cuts: how many connections were cut while open.
    """

    def __init__(self, port: int, seconds: float) -> None:
        self.cuts = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                cutter = threading.Timer(seconds, outer._cut, (self.request,))
                with (
                    suppress(OSError),
                    socket.create_connection(("127.0.0.1", port)) as onward,
                    outer._cut_in_time(self.request, cutter),
                ):
                    _join(self.request, onward)

        self._server = _serving(Handler)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "CuttingProxy":
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            still_open = list(self._open)
        for connection in still_open:
            self._cut(connection)
        self._server.shutdown()
        self._server.server_close()

    def _cut(self, connection: socket.socket) -> None:
        with self._lock:
            if connection in self._open:
                self.cuts += 1
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _cut_in_time(self, connection: socket.socket, cutter: threading.Timer) -> Generator[None]:
        with self._lock:
            self._open.add(connection)
        cutter.start()
        try:
            yield
        finally:
            cutter.cancel()
            with self._lock:
                self._open.remove(connection)


def _serving(handler: type[socketserver.BaseRequestHandler]) -> socketserver.ThreadingTCPServer:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def _join(one: socket.socket, other: socket.socket) -> None:
    """Pass bytes both ways until both ends have nothing more to say."""
    back = threading.Thread(target=_pass_on, args=(other, one), daemon=True)
    back.start()
    _pass_on(one, other)
    back.join()


def _join_in_turn(one: ssl.SSLSocket, other: socket.socket) -> None:
    """Pass bytes both ways in one thread, because two must not use a TLS connection at once."""
    while True:
        ready = [one] if one.pending() else select.select([one, other], [], [])[0]
        for source in ready:
            chunk = source.recv(CHUNK_BYTES)
            if not chunk:
                return
            (other if source is one else one).sendall(chunk)


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            sink.sendall(chunk)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
