"""A server on loopback that plays a recording again, to as many nodes as are asked for.

It sends bytes that are ready before they are wanted, over plain HTTP, so that what is measured is
the client alone.
"""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.bench.recording import JSON, PROTOBUF, Stream
from tests.support.api import NODES, JsonObject

HOST = "127.0.0.1"
FRAMES_AT_ONCE = 50
_OBJECT_FROM = len(b'{"type":"ADDED","object":')
_OBJECT_TO = -len(b"}\n")


class Replay(ThreadingHTTPServer):
    """Serves a recording's nodes, repeated under other names, and after `release` its events.

    A context manager. A watch gets all events at once; a list gets JSON in one piece. `path` is
    that of the list. Other names come of replacing `mark`, five bytes in the names.
    """

    daemon_threads = True

    def __init__(
        self,
        recording: dict[str, Stream],
        nodes: int,
        *,
        events: bool = False,
        path: str = NODES,
        mark: bytes = b"node-",
    ) -> None:
        super().__init__((HOST, 0), _Player)
        self.path = path
        self._mark = mark
        self._recording = recording
        self._nodes = nodes
        self._burst = {
            media_type: b"".join(map(_chunk, stream.events)) if events else b""
            for media_type, stream in recording.items()
        }
        self._released = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever)

    def __enter__(self) -> "Replay":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def release(self) -> None:
        """Send the events."""
        self._released.set()

    def write_kubeconfig(self, path: Path) -> Path:
        """Write a kubeconfig for this server."""
        document: JsonObject = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "replay",
            "contexts": [{"name": "replay", "context": {"cluster": "replay", "user": "anonymous"}}],
            "clusters": [
                {"name": "replay", "cluster": {"server": f"http://{HOST}:{self.server_port}"}}
            ],
            "users": [{"name": "anonymous", "user": {}}],
        }
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return path

    def frames(self, media_type: str) -> Iterator[bytes]:
        """Of the nodes: those recorded, then the same under names of the same length."""
        recorded = self._recording[media_type].nodes
        for number in range(self._nodes):
            copy, index = divmod(number, len(recorded))
            frame = recorded[index]
            yield frame.replace(self._mark, b"n%03d-" % copy) if copy else frame

    def watched(self, media_type: str, initial: bool) -> Iterator[bytes]:
        """The body of a watch, in pieces: the nodes if asked for, the events when released."""
        if initial:
            frames = self.frames(media_type)
            while some := b"".join(map(_chunk, islice(frames, FRAMES_AT_ONCE))):
                yield some
            yield _chunk(self._recording[media_type].end)
        self._released.wait()
        yield self._burst[media_type]

    def listed(self) -> bytes:
        """The body of a list."""
        items = b",".join(frame[_OBJECT_FROM:_OBJECT_TO] for frame in self.frames(JSON))
        return b'{"kind":"NodeList","apiVersion":"v1","metadata":%b,"items":[%b]}\n' % (
            b'{"resourceVersion":"1000000"}',
            items,
        )


class _Player(BaseHTTPRequestHandler):
    server: Replay  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        assert address.path == self.server.path, self.path
        query = parse_qs(address.query)
        if "watch" in query:
            self._stream("sendInitialEvents" in query)
        else:
            self._list(self.server.listed())

    def _stream(self, initial: bool) -> None:
        media_type = PROTOBUF if PROTOBUF in self.headers["Accept"] else JSON
        kind = f"{PROTOBUF};stream=watch" if media_type == PROTOBUF else JSON
        self._answer({"Content-Type": kind, "Transfer-Encoding": "chunked"})
        for piece in self.server.watched(media_type, initial):
            self.wfile.write(piece)
        self.rfile.read(1)  # until the client goes
        self.close_connection = True

    def _list(self, body: bytes) -> None:
        self._answer({"Content-Type": JSON, "Content-Length": str(len(body))})
        self.wfile.write(body)

    def _answer(self, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _chunk(frame: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(frame), frame)
