"""A streaming list of nodes and the events after it, as a real server sends them, byte for byte.

Played again, they come as fast as a client takes them: no server could make them so fast.
"""

import http.client
import ssl
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.cluster.watch.churn import WRITERS
from tests.support.api import NODES, Api, JsonObject, Login

JSON = "application/json"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_QUERY = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
_TYPE_BYTES = 64
"""Where in a frame the type of its event is, in either encoding."""
_WAIT_SECONDS = 60.0


@dataclass(slots=True)
class Stream:
    """What one watch brought, frame by frame: nodes, the bookmark that ends them, then events."""

    nodes: list[bytes] = field(default_factory=list[bytes])
    end: bytes = b""
    events: list[bytes] = field(default_factory=list[bytes])


def record(
    url: str, login: Login, swaps: Iterable[tuple[str, list[JsonObject]]]
) -> dict[str, Stream]:
    """The nodes of a server and what comes of giving them other images, by media type."""
    recorders = _recorders(url, login, NODES)
    swaps = list(swaps)
    with ThreadPoolExecutor(len(recorders)) as pool:
        recorded = [pool.submit(recorder.events, len(swaps)) for recorder in recorders.values()]
        _set_images(url, login, swaps)
        for events in recorded:
            events.result()
    return {media_type: recorder.stream for media_type, recorder in recorders.items()}


def record_objects(url: str, login: Login, path: str) -> dict[str, Stream]:
    """The objects at a path, by media type, without events."""
    return {media_type: each.stream for media_type, each in _recorders(url, login, path).items()}


def _recorders(url: str, login: Login, path: str) -> dict[str, "_Recorder"]:
    return {media_type: _Recorder(url, login, media_type, path) for media_type in (JSON, PROTOBUF)}


class _Recorder:
    """Reads a watch: the nodes at once, the events when asked to."""

    def __init__(self, url: str, login: Login, media_type: str, path: str) -> None:
        address = urlsplit(url)
        assert address.hostname
        connection = http.client.HTTPSConnection(
            address.hostname,
            address.port,
            timeout=_WAIT_SECONDS,
            context=ssl.create_default_context(cafile=login.ca_file),
        )
        headers = {"Accept": media_type, "Authorization": f"Bearer {login.token}"}
        connection.request("GET", f"{path}?{_QUERY}&allowWatchBookmarks=true", headers=headers)
        self._answer = connection.getresponse()
        assert self._answer.status == http.HTTPStatus.OK, self._answer.read()
        self._frame = self._line if media_type == JSON else self._counted
        self.stream = Stream()
        while b"ADDED" in (frame := self._frame())[:_TYPE_BYTES]:
            self.stream.nodes.append(frame)
        assert b"k8s.io/initial-events-end" in frame
        self.stream.end = frame

    def events(self, count: int) -> None:
        """Read so many, and none of the bookmarks between them."""
        while len(self.stream.events) < count:
            if b"MODIFIED" in (frame := self._frame())[:_TYPE_BYTES]:
                self.stream.events.append(frame)
        self._answer.close()

    def _line(self) -> bytes:
        return self._answer.readline()

    def _counted(self) -> bytes:
        length = self._answer.read(4)
        return length + self._answer.read(int.from_bytes(length))


def _set_images(url: str, login: Login, swaps: list[tuple[str, list[JsonObject]]]) -> None:
    """As kubelets do, several at a time."""
    clients = threading.local()
    opened: list[Api] = []

    def set_images(swap: tuple[str, list[JsonObject]]) -> None:
        if not hasattr(clients, "api"):
            clients.api = Api(url, login)
            opened.append(clients.api)
        clients.api.set_images(*swap)

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in pool.map(set_images, swaps):
            pass
    for api in opened:
        api.close()
