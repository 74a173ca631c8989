"""An HTTP server on loopback that answers just what a test scripts, down to the bytes.

For what a well-behaved server never does: broken bodies, silence, resets.
"""

import json
import socket
import socketserver
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

NO_STREAMING_LISTS = (
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: '
    "resourceVersionMatch is forbidden for watch"
)

HIGH_VERSION = "9" * 18
"""Higher than any version of a script."""


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    connection: socket.socket = field(repr=False)
    released: threading.Event = field(repr=False)

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def is_watch(self) -> bool:
        return "watch" in self.query

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def answer(self, body: Any, code: int = 200, headers: str = "") -> None:
        encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send(
            f"HTTP/1.1 {code} X\r\nContent-Type: application/json\r\n{headers}"
            f"Content-Length: {len(encoded)}\r\nConnection: close\r\n\r\n".encode()
            + encoded
        )

    def start_stream(self, *, chunked: bool = True, media_type: str = "application/json") -> None:
        framing = "Transfer-Encoding: chunked\r\n" if chunked else ""
        self.send(
            f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n{framing}"
            "Connection: close\r\n\r\n".encode()
        )

    def chunk(self, data: bytes) -> None:
        self.send(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def event(self, kind: str, body: Any) -> None:
        self.chunk(json.dumps({"type": kind, "object": body}).encode() + b"\n")

    def end_stream(self) -> None:
        self.send(b"0\r\n\r\n")

    def hang(self) -> None:
        """Neither send nor close until the server is closed."""
        self.released.wait()

    def reset(self) -> None:
        """Close with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class ScriptedServer:
    """Calls `script(request)` for each request in its own thread; one request per connection.

    A server without streaming lists, unless `streams`: it refuses each as one before 1.27 does.
    It confirms every version before a watch resumes from it, unless `confirms` is False: then the
    script answers the lists of one object too.
    """

    def __init__(
        self,
        script: Callable[[Request], None],
        *,
        streams: bool = False,
        confirms: bool = True,
    ) -> None:
        self.requests: list[Request] = []
        self.refused: list[Request] = []
        self.confirmed: list[Request] = []
        self._released = threading.Event()
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                request_line = self.rfile.readline().decode()
                if not request_line:
                    return
                headers: dict[str, str] = {}
                while (line := self.rfile.readline().decode().strip()) != "":
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                body = self.rfile.read(int(headers.get("content-length", 0)))
                method, address, _ = request_line.split()
                target = urlsplit(address)
                query = {key: values[0] for key, values in parse_qs(target.query).items()}
                request = Request(
                    method, target.path, query, headers, body, self.request, outer._released
                )
                with suppress(OSError):  # the client went away, which tests do on purpose
                    if "sendInitialEvents" in query and not streams:
                        outer.refused.append(request)
                        request.answer(status_json(422, "Invalid", NO_STREAMING_LISTS), 422)
                    elif query.get("limit") == "1" and confirms:
                        outer.confirmed.append(request)
                        kind = target.path.rpartition("/")[2].removesuffix("s").capitalize()
                        page = list_json({}, version=HIGH_VERSION) | {"kind": f"{kind}List"}
                        request.answer(page)
                    else:
                        outer.requests.append(request)
                        script(request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def watches(self) -> list[Request]:
        return [request for request in self.requests if request.is_watch]

    @property
    def lists(self) -> list[Request]:
        return [request for request in self.requests if not request.is_watch]


def node_json(name: str = "node-1", version: str = "1", **status: Any) -> dict[str, Any]:
    return {
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "uid": f"uid-of-{name}",
            "resourceVersion": version,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "labels": {"pool": "web"},
        },
        "spec": {},
        "status": {
            "conditions": [{"type": "Ready", "status": "True"}],
            "nodeInfo": {"containerRuntimeVersion": "containerd://1.7.27"},
            **status,
        },
    }


def image_json(name: str, size: int) -> dict[str, Any]:
    return {"names": [name], "sizeBytes": size}


def list_json(*nodes: dict[str, Any], version: str = "10", **metadata: Any) -> dict[str, Any]:
    return {
        "kind": "NodeList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": version, **metadata},
        "items": list(nodes),
    }


def status_json(code: int, reason: str, message: str) -> dict[str, Any]:
    return {
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "reason": reason,
        "message": message,
    }


def five_nodes() -> list[dict[str, Any]]:
    """Nodes `n0` to `n4` to be created, with one image each; `n0` is in the pool gpu."""
    nodes = [node_json(f"n{i}", images=[image_json("redis:7", 5)]) for i in range(5)]
    nodes[0]["metadata"]["labels"] = {"pool": "gpu", "zone": "a"}
    for node in nodes:
        del node["metadata"]["uid"], node["metadata"]["resourceVersion"]
    return nodes
