"""The list-and-watch loop: keeps a sink true to the nodes of an API server, whatever happens.

It is client-go's Reflector in its rules (resume from the last resourceVersion, bookmarks, relist
on 410, back-off with jitter) over a transport that can be interrupted, because the official
client's informer neither backs off nor stops.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from kubeimg_gui.cluster.codec_json import DecodeError, Event, JsonCodec
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    StoppedError,
    api_error,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.domain.node import NodeRecord

if TYPE_CHECKING:
    from kubeimg_gui.cluster.connection import Connection, Response

_log = logging.getLogger(__name__)

PAGE_NODES = 500
NODES_PATH = "/api/v1/nodes"

WATCH_SECONDS = (240.0, 290.0)
"""The server is asked to end a watch after a random time in this range, below the 5 minutes at
which common load balancers cut; kube-rs uses 290."""
IDLE_SECONDS = 90.0
"""Silence that means a dead connection where bookmarks come every minute."""
IDLE_GRACE_SECONDS = 15.0
SHORT_WATCH_SECONDS = 1.0
"""A watch that ends sooner without an event is a failure (client-go's VeryShortWatchError)."""
LOGIN_RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Selector:
    """Which nodes to watch, in kubectl's syntax; empty means all."""

    labels: str = ""
    fields: str = ""

    def query(self) -> dict[str, str]:
        """The query parameters that say so."""
        chosen = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {key: value for key, value in chosen.items() if value}


class Sink(Protocol):
    """Where a reflector tells what it sees; called in its thread only."""

    def list_started(self) -> None:
        """A list begins; what `listed` tells until `list_ended` is the whole truth."""

    def listed(self, record: NodeRecord) -> None:
        """One node of the list."""

    def list_ended(self) -> None:
        """The list is complete: nodes not in it are gone."""

    def applied(self, record: NodeRecord) -> None:
        """A node was added or modified."""

    def removed(self, record: NodeRecord) -> None:
        """A node was deleted; the record is its last state."""

    def progressed(
        self,
        phase: Phase,
        *,
        remaining: int | None = None,
        reason: str = "",
        wait: float | None = None,
    ) -> None:
        """The phase, what is still to come of a list, why it failed, seconds to the next try."""


class Backoff:
    """Waiting times that grow while trouble lasts.

    client-go's figures: 0.8 s doubling to 30 s, each spread by up to as much again so that many
    clients do not return at once, and calm again after two minutes without trouble.
    """

    FIRST, LAST, CALM = 0.8, 30.0, 120.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step = self.FIRST
        self._last_trouble = -self.CALM

    def next(self) -> float:
        """Seconds to wait after one more failure."""
        now = self._clock()
        if now - self._last_trouble > self.CALM:
            self._step = self.FIRST
        wait = self._step * (1 + random.random())
        self._step = min(self._step * 2, self.LAST)
        self._last_trouble = now + wait
        return wait

    def reset(self) -> None:
        """Start over: the user asked, or the machine woke up."""
        self._step = self.FIRST


def list_pages(
    connection: "Connection",
    codec: JsonCodec,
    query: dict[str, str],
    *,
    page_nodes: int = PAGE_NODES,
) -> Iterator[tuple[list[NodeRecord], int | None, str]]:
    """List nodes page by page: the records, how many remain after them, the resourceVersion.

    Raises:
        ApiError: also with `expired` where a continue token is no longer known.
        ConnectionLostError: the answer does not come or is no list.
    """
    query = {**query, **({"limit": str(page_nodes)} if page_nodes else {})}
    while True:
        with connection.get(NODES_PATH, query) as response:
            body = response.read()
        try:
            page = codec.page(body)
        except DecodeError as error:
            raise ConnectionLostError("The server's answer is no list of nodes") from error
        metadata = page.metadata
        if not metadata.resource_version:
            raise ConnectionLostError("The server's list carries no resourceVersion")
        records = [record for raw in page.items or () if (record := _record(codec, raw))]
        yield records, metadata.remaining_item_count, metadata.resource_version
        if not metadata.continue_token:
            return
        for key in ("resourceVersion", "resourceVersionMatch"):
            query.pop(key, None)  # a continue token carries its own version
        query["continue"] = metadata.continue_token


def _record(codec: JsonCodec, raw: object) -> NodeRecord | None:
    """The record of a list item, None (and a line in the log) where it does not decode."""
    try:
        return codec.node(raw)[0]  # type: ignore[arg-type]
    except DecodeError as error:
        _log.warning("skipped the node %r: %s", codec.name_and_version(raw)[0], error)  # type: ignore[arg-type]
        return None


class Reflector:
    """Runs list and watch in the thread that calls `run`, until `stop`.

    `connect` is called in that thread, again after a failure. `last_heard` is when bytes last
    came from the server, seconds since the epoch; any thread may read it.
    """

    def __init__(
        self, connect: "Callable[[], Connection]", sink: Sink, selector: Selector | None = None
    ) -> None:
        self._connect = connect
        self._sink = sink
        self._selection = (selector or Selector()).query()
        self._codec = JsonCodec()
        self._backoff = Backoff()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._stopping = False
        self._wake = threading.Event()
        self._version = ""
        self._listed = False
        self._bookmarks = False
        self.last_heard: float | None = None

    # Any thread.

    def stop(self) -> None:
        """End `run` soon, whatever it waits for; any thread, any number of times."""
        with self._lock:
            self._stopping = True
            if self._connection:
                self._connection.interrupt()
        self._wake.set()

    def retry_now(self) -> None:
        """Cut a back-off short; any thread."""
        self._backoff.reset()
        self._wake.set()

    # The reflector's thread.

    def run(self) -> None:
        """List, watch and recover until stopped."""
        while not self._stopping:
            try:
                self._list_and_watch(self._connected())
            except StoppedError:
                return
            except ClusterError as error:
                self._recover(error)
            except Exception as error:  # noqa: BLE001  (the loop outlives its own mistakes)
                _log.exception("the reflector failed")
                self._recover(error)

    def _connected(self) -> "Connection":
        if self._connection is None:
            connection = self._connect()
            with self._lock:
                self._connection = connection
                if self._stopping:
                    connection.interrupt()
        return self._connection

    def _disconnect(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection:
            connection.interrupt()

    def _list_and_watch(self, connection: "Connection") -> None:
        if not self._listed:
            self._list(connection)
            self._listed = True
        while True:
            self._watch(connection)

    def _list(self, connection: "Connection") -> None:
        """List once, not older than what was seen; anew and unpaged where that has expired."""
        query = dict(self._selection)
        if self._version:
            query |= {
                "resourceVersion": self._version,
                "resourceVersionMatch": "NotOlderThan",
            }
        try:
            self._list_with(connection, query, PAGE_NODES)
        except ApiError as error:
            if not (error.expired or error.version_too_large):
                raise
            self._list_with(connection, dict(self._selection), 0)

    def _list_with(self, connection: "Connection", query: dict[str, str], limit: int) -> None:
        self._sink.list_started()
        self._sink.progressed(Phase.SYNCING)
        version = ""
        for records, remaining, page_version in list_pages(
            connection, self._codec, query, page_nodes=limit
        ):
            self._hear()
            version = page_version
            for record in records:
                self._sink.listed(record)
            self._sink.progressed(Phase.SYNCING, remaining=remaining)
        self._sink.list_ended()
        self._version = version

    def _watch(self, connection: "Connection") -> None:
        """Follow one watch to its end; returning means: resume where it ended."""
        seconds = random.uniform(*WATCH_SECONDS)
        idle = IDLE_SECONDS if self._bookmarks else seconds + IDLE_GRACE_SECONDS
        query = {
            **self._selection,
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(int(seconds)),
        }
        started = time.monotonic()
        try:
            with connection.get(NODES_PATH, query, read_seconds=idle) as response:
                self._hear()
                self._sink.progressed(Phase.LIVE)
                events = self._follow(response)
        except ApiError as error:
            if error.expired:
                self._listed = False
            raise
        if not events and time.monotonic() - started < SHORT_WATCH_SECONDS:
            raise ConnectionLostError("The server ends the watch at once")

    def _follow(self, response: "Response") -> int:
        count = 0
        for line in response.lines():
            self._hear()
            count += 1
            try:
                self._handle(self._codec.event(line))
            except DecodeError as error:
                _log.warning("skipped an event: %s", error)
        return count

    def _handle(self, event: Event) -> None:
        if event.type == "ERROR":
            raise api_error(HTTPStatus.INTERNAL_SERVER_ERROR, bytes(event.object))
        if event.type == "BOOKMARK":
            self._bookmarks = True
            self._version = self._codec.name_and_version(event.object)[1] or self._version
            return
        try:
            record, version = self._codec.node(event.object)
        except DecodeError as error:
            name, version = self._codec.name_and_version(event.object)
            _log.warning("skipped an event of the node %r: %s", name, error)
            self._version = version or self._version
            return
        match event.type:
            case "ADDED" | "MODIFIED":
                self._sink.applied(record)
            case "DELETED":
                self._sink.removed(record)
            case unknown:
                _log.warning("skipped an event of the unknown type %r", unknown)
        self._version = version or self._version

    def _hear(self) -> None:
        self.last_heard = time.time()

    def _recover(self, error: Exception) -> None:
        """Say what failed and wait: not at all where only the version had expired."""
        phase, wait = Phase.RECONNECTING, self._backoff.next()
        if isinstance(error, ApiError):
            if error.expired and not self._listed:
                return
            if error.code == HTTPStatus.UNAUTHORIZED:
                phase, wait = Phase.LOGIN_NEEDED, max(wait, LOGIN_RETRY_SECONDS)
                self._disconnect()  # connecting anew reads the credentials anew
            elif error.code == HTTPStatus.FORBIDDEN:
                phase = Phase.FORBIDDEN
            wait = max(wait, error.retry_after or 0.0)
        reason = str(error) if isinstance(error, ClusterError) else f"kubeimg failed: {error!r}"
        _log.info("%s; next try in %.1f s", reason, wait)
        self._wake.clear()
        if self._stopping:
            return
        self._sink.progressed(phase, reason=reason, wait=wait)
        self._wake.wait(wait)
