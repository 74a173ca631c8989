"""A TLS server on loopback for any certificate, which records what clients send it."""

import json
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.issuing import Issued
from tests.support.scripted_server import list_json

HEAD_BYTES = 65_536
SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Visit:
    """A completed handshake: the head of the request, and the client's certificate in DER."""

    head: bytes
    certificate: bytes


class TlsServer:
    """Presents a chain and answers each request with no nodes; a context manager.

    Attributes:
        port: of loopback.
        visits: one for each completed handshake, also where no request followed.
    """

    def __init__(
        self,
        chain: Sequence[Issued],
        *,
        ciphers: str = "ALL:@SECLEVEL=0",
        tls12_only: bool = False,
        clients: Issued | None = None,
    ) -> None:
        self.visits: list[Visit] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_ciphers(ciphers)
        if tls12_only:
            self._context.maximum_version = ssl.TLSVersion.TLSv1_2
        if clients:
            self._context.load_verify_locations(cadata=clients.der)
            self._context.verify_mode = ssl.CERT_REQUIRED
        self._chain = chain
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def load(self, folder: Path) -> None:
        """Reads the chain and the key through a file in `folder`."""
        file = folder / "served.pem"
        pem = [each.pem for each in self._chain]
        file.write_bytes(b"".join([self._chain[0].key_pem(), *pem]))
        self._context.load_cert_chain(file)

    def __enter__(self) -> "TlsServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # not connected
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.settimeout(SECONDS)
                with suppress(OSError), connection:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            certificate = secure.getpeercert(binary_form=True) or b""
            head = b""
            with suppress(OSError):
                while b"\r\n\r\n" not in head and (more := secure.recv(HEAD_BYTES)):
                    head += more
            self.visits.append(Visit(head, certificate))
            if head:
                body = json.dumps(list_json()).encode()
                secure.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
                )
