"""API servers on loopback that record each request with its user and certificate.

They hold no nodes. The token says what they answer, so that a test need not script them.
"""

import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import trustme

from tests.support.scripted_server import list_json, status_json

Answer = Callable[[str, str], tuple[int, bytes]]
REFUSED_TOKEN, FORBIDDEN_TOKEN = "refused", "forbidden"
"""With these tokens the answers are 401 and 403."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request.

    Attributes:
        server: the name of the server that it came to.
        host: what the client calls the server, in the request.
        path: without the query.
        impersonation: names in small letters and values of all such headers, by name.
        certificate: the common name of the client's; empty where it showed none.
        server_name: which name of the server the client wants to see proven; empty where none.
    """

    server: str
    host: str
    path: str
    authorization: str
    impersonation: tuple[tuple[str, str], ...]
    certificate: str
    server_name: str


class RecordingServer:
    """A server, with TLS where it is given a certificate; a context manager.

    `answer` makes the code and the body out of a path and an Authorization header. A watch that is
    answered with 200 goes on in silence.

    Attributes:
        port: of loopback.
        came: for each request the name of the client's program and the rest.
    """

    def __init__(
        self,
        name: str,
        authority: trustme.CA,
        certificate: trustme.LeafCert | None,
        answer: Answer | None = None,
    ) -> None:
        self.came: list[tuple[str, Arrival]] = []
        self._ended = threading.Event()
        asked: dict[Any, str] = {}
        secure = _secured(authority, certificate, asked) if certificate else None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                with suppress(OSError):  # who does not trust us, or is not trusted, goes
                    super().handle()

            def do_GET(self) -> None:
                agent = self.headers.get("User-Agent", "").partition("/")[0]
                outer.came.append((agent, self._arrival()))
                authorization = self.headers.get("Authorization", "")
                code, body = _as_an_older_one(self.path, answer or no_nodes, authorization)
                holds = code == 200 and "watch=" in self.path
                self.send_response(code)
                self.send_header("Content-Type", "application/json")
                if not holds:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                if holds:
                    outer._ended.wait()
                    self.close_connection = True

            def _arrival(self) -> Arrival:
                headers = ((key.lower(), value) for key, value in self.headers.items())
                impersonation = [pair for pair in headers if pair[0].startswith("impersonate-")]
                return Arrival(
                    name,
                    self.headers.get("Host", ""),
                    urlsplit(self.path).path,
                    self.headers.get("Authorization", ""),
                    tuple(sorted(impersonation, key=lambda pair: pair[0])),
                    _common_name(self.connection),
                    asked.get(self.connection, ""),
                )

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request: Any, client_address: Any) -> None:
                with suppress(OSError):
                    request.settimeout(10)
                    with secure(request) if secure else request as connection:
                        super().finish_request(connection, client_address)

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "RecordingServer":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _: object, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _as_an_older_one(path: str, answer: Answer, authorization: str) -> tuple[int, bytes]:
    """The answer of a server without streaming lists."""
    code, body = answer(path, authorization)
    return (422, b"") if code == 200 and "sendInitialEvents" in path else (code, body)


def no_nodes(path: str, authorization: str) -> tuple[int, bytes]:
    """An empty list, or what the token asks for."""
    code, body = 200, list_json()
    if not urlsplit(path).path.endswith("/api/v1/nodes"):
        code, body = 404, status_json(404, "NotFound", "the server could not find it")
    elif authorization.endswith(REFUSED_TOKEN):
        code, body = 401, status_json(401, "Unauthorized", "Unauthorized")
    elif authorization.endswith(FORBIDDEN_TOKEN):
        code, body = 403, status_json(403, "Forbidden", "nodes is forbidden")
    return code, json.dumps(body).encode()


def _secured(
    authority: trustme.CA, certificate: trustme.LeafCert, asked: dict[Any, str]
) -> Callable[[socket.socket], ssl.SSLSocket]:
    """What makes a connection secure; `asked` receives which name the client wants to see."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]
    authority.configure_trust(context)  # pyright: ignore[reportUnknownMemberType]
    context.verify_mode = ssl.CERT_OPTIONAL

    def remember(connection: Any, server_name: str | None, _: ssl.SSLContext) -> None:
        asked[connection] = server_name or ""

    context.sni_callback = remember
    return partial(context.wrap_socket, server_side=True)


def _common_name(connection: socket.socket) -> str:
    """Of the client's certificate."""
    shown: Any = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    subject: tuple[tuple[tuple[str, str]], ...] = shown["subject"] if shown else ()
    return next((value for ((key, value),) in subject if key == "commonName"), "")
