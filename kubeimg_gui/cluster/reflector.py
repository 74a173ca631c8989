"""The list-and-watch loop: keeps a sink true to the nodes of an API server, whatever happens.

It is client-go's Reflector in its rules (resume from the last resourceVersion, bookmarks, relist
on 410, back-off with jitter) over a transport that can be interrupted, because the official
client's informer neither backs off nor stops.
"""

import logging
import random
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.codec_json import DecodeError, Event, JsonCodec
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    SilentServerError,
    StoppedError,
    UnreadableAnswerError,
    api_error,
)
from kubeimg_gui.cluster.listing import NODES_PATH, PAGE_NODES, Selector, list_pages
from kubeimg_gui.cluster.setback import Backoff, EmptyListError, login_backoff, setback
from kubeimg_gui.cluster.state import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.connection import Connection, Response
    from kubeimg_gui.cluster.sink import Sink

_log = logging.getLogger(__name__)

WATCH_SECONDS = (240.0, 290.0)
"""The server is asked to end a watch after a random time in this range, below the 5 minutes at
which common load balancers cut; kube-rs uses 290."""
IDLE_SECONDS = 90.0
"""Silence that means a dead connection where bookmarks come every minute."""
IDLE_GRACE_SECONDS = 15.0
SHORT_WATCH_SECONDS = 1.0
"""A watch that ends sooner and brought nothing is a failure (client-go's VeryShortWatchError)."""
POLL_SECONDS = 30.0
"""Between two lists where watching is forbidden."""
WATCH_AGAIN_SECONDS = 120.0
"""How long after watching was forbidden it is tried again."""


@dataclass(frozen=True, slots=True)
class _Polling:
    """Lists instead of a watch: how often, why ("" for: as asked), until when."""

    seconds: float
    reason: str = ""
    until: float = float("inf")


class Reflector:
    """Runs list and watch in the thread that calls `run`, until `stop`.

    `connect` is called in that thread, again where the kubeconfig must be read anew. With
    `poll_seconds` nodes are listed every so often and never watched; where watching is forbidden
    they are too. `last_heard` is when bytes last came from the server, seconds since the epoch;
    any thread may read it.
    """

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        sink: "Sink",
        selector: Selector | None = None,
        *,
        poll_seconds: float | None = None,
    ) -> None:
        self._connect = connect
        self._sink = sink
        self._selection = (selector or Selector()).query()
        self._polling = _Polling(poll_seconds) if poll_seconds else None
        self._codec = JsonCodec()
        self._backoff = Backoff()
        self._login_backoff = login_backoff()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._stopping = False
        self._wake = threading.Event()
        self._server = ""
        self._version = ""
        self._listed = False
        self._listed_at = 0.0
        self._bookmarks = False
        self._doubting = False
        self._expired_at_once = False
        self._ended_at_once = False
        self._stuck_at = ""
        self._called_off = False
        self.last_heard: float | None = None

    # Any thread.

    def stop(self) -> None:
        """End `run` soon, whatever it waits for; any thread, any number of times."""
        self._stopping = True
        self._drop_connection()
        self._wake.set()

    def retry_now(self) -> None:
        """Cut a wait short; any thread."""
        self._backoff.reset()
        self._login_backoff.reset()
        self._wake.set()

    def begin_anew(self) -> None:
        """Go on at once over a new connection, from where it was; any thread.

        A login that a person has called off stays so.
        """
        self._drop_connection()
        if not self._called_off:
            self.retry_now()

    def cancel_login(self) -> None:
        """Call off the credential plugin that is waited for; any thread."""
        self._wake.clear()  # who asked to go on before does not want that any more
        with self._lock:
            if self._connection:
                self._connection.cancel_login()

    # The reflector's thread.

    def run(self) -> None:
        """List, watch and recover until stopped."""
        while not self._stopping:
            self._wake.clear()
            try:
                self._list_and_watch(self._connected())
            except StoppedError:
                self._drop_connection()  # by `stop`, or to begin anew
            except ClusterError as error:
                self._recover(error)
            except Exception as error:  # noqa: BLE001  (the loop outlives its own mistakes)
                _log.exception("the reflector failed")
                self._recover(error)

    def _connected(self) -> "Connection":
        with self._lock:
            connection = self._connection
        if connection is None:
            connection = self._connect()
            connection.on_login = self._logging_in
            if connection.server != self._server:  # versions mean nothing elsewhere
                self._server, self._version, self._listed = connection.server, "", False
            with self._lock:
                self._connection = connection
                if self._stopping:
                    connection.interrupt()
        return connection

    def _drop_connection(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection:
            connection.interrupt()

    def _logging_in(self, sentence: str) -> None:
        self._sink.progressed(Phase.LOGGING_IN, reason=sentence)

    def _list_and_watch(self, connection: "Connection") -> None:
        while True:
            if not self._listed:
                self._list(connection)
                self._listed = True
            if self._polling:
                self._wait_for_next_list(self._polling)
            else:
                self._watch(connection)

    # Lists.

    def _list(self, connection: "Connection") -> None:
        """List once, not older than what was seen; anew and unpaged where that has expired."""
        query = dict(self._selection)
        if self._version and not self._doubting:
            query |= {
                "resourceVersion": self._version,
                "resourceVersionMatch": "NotOlderThan",
            }
        try:
            self._list_with(connection, query, PAGE_NODES)
        except ApiError as error:
            if not error.version_unusable:
                raise
            self._list_with(connection, dict(self._selection), 0)

    def _list_with(self, connection: "Connection", query: dict[str, str], limit: int) -> None:
        self._sink.list_started()
        tells = not (self._polling and self._version)
        if tells:
            self._sink.progressed(Phase.SYNCING)
        version = ""
        for page in list_pages(connection, self._codec, query, page_nodes=limit):
            self._hear()
            version = page.version
            for record in page.records:
                self._sink.listed(record)
            for name in page.unreadable:
                self._sink.skipped(name)
            if tells:
                self._sink.progressed(Phase.SYNCING, remaining=page.remaining)
        if self._sink.list_is_doubtful and not self._doubting:
            self._doubting = True
            raise EmptyListError
        self._doubting = False
        self._sink.list_ended()
        self._version, self._listed_at = version, time.monotonic()

    def _wait_for_next_list(self, polling: _Polling) -> None:
        seconds = polling.seconds
        self._sink.progressed(Phase.LIVE, reason=polling.reason, wait=seconds, poll_seconds=seconds)
        self._wait(seconds)
        if time.monotonic() > polling.until:
            self._polling = None  # and the watch goes on from the last list
        else:
            self._listed = False

    # Watches.

    def _watch(self, connection: "Connection") -> None:
        """Follow one watch to its end; returning means: go on from there."""
        version, started = self._version, time.monotonic()
        try:
            self._follow(connection)
        except UnreadableAnswerError:
            # The same again for the same version: only a list leads past it.
            self._listed, self._stuck_at = self._stuck_at != version, version
            raise
        except ApiError as error:
            if error.code == HTTPStatus.FORBIDDEN:
                until = time.monotonic() + WATCH_AGAIN_SECONDS
                self._polling = _Polling(POLL_SECONDS, str(error), until)
                self._listed = _is_short(self._listed_at)
                return
            if not error.version_unusable:
                raise
            self._listed = False
            before, self._expired_at_once = self._expired_at_once, _is_short(started)
            if before and self._expired_at_once:
                raise
            return
        self._expired_at_once = False
        before, self._ended_at_once = self._ended_at_once, _is_short(started)
        if self._ended_at_once and (before or self._version == version):
            raise ConnectionLostError("The server ends the watch at once")

    def _follow(self, connection: "Connection") -> None:
        seconds = random.uniform(*WATCH_SECONDS)
        idle = IDLE_SECONDS if self._bookmarks else seconds + IDLE_GRACE_SECONDS
        query = {
            **self._selection,
            "watch": "true",
            "allowWatchBookmarks": "true",
            "resourceVersion": self._version,
            "timeoutSeconds": str(int(seconds)),
        }
        opened: float | None = None
        try:
            with connection.get(NODES_PATH, query, read_seconds=idle) as response:
                opened = time.monotonic()
                self._hear()
                self._sink.progressed(Phase.LIVE)
                self._handle_all(response)
        except ConnectionLostError as error:
            if opened is None:
                raise
            if not _is_short(opened):
                self._backoff.reset()  # a watch that lived ends an old trouble
                self._expired_at_once = False
            if not isinstance(error, SilentServerError):
                raise
            # The watch is dead; whether the server is, too, the next one shows.

    def _handle_all(self, response: "Response") -> None:
        for line in response.lines():
            self._hear()
            try:
                event = self._codec.event(line)
            except DecodeError as error:
                raise UnreadableAnswerError("The server's watch brings what is no event") from error
            self._handle(event, response.hide_secrets)

    def _handle(self, event: Event, hide: "Callable[[str], str]") -> None:
        if event.type == "ERROR":
            raise api_error(HTTPStatus.INTERNAL_SERVER_ERROR, bytes(event.object), hide=hide)
        if event.type in ("ADDED", "MODIFIED"):
            version = self._apply(event, hide)
        else:
            name, version = self._codec.name_and_version(event.object)
            match event.type:
                case "BOOKMARK":
                    self._bookmarks = True
                case "DELETED" if name:
                    self._sink.removed(name)
                case _:
                    _log.warning("skipped an event %s of the node %r", hide(repr(event.type)), name)
                    self._sink.skipped(name)
        self._version = version or self._version

    def _apply(self, event: Event, hide: "Callable[[str], str]") -> str:
        """Tell the node of an event; its version, also where nothing else can be read."""
        try:
            record, version = self._codec.node(event.object)
        except DecodeError as error:
            name, version = self._codec.name_and_version(event.object)
            _log.warning("an event of the node %r is not understood: %s", name, hide(str(error)))
            self._sink.skipped(name)
        else:
            self._sink.applied(record)
        return version

    def _hear(self) -> None:
        self.last_heard = time.time()

    def _recover(self, error: Exception) -> None:
        """Say what failed, and wait."""
        failed_login = isinstance(error, CredentialsError)
        backoff = self._login_backoff if failed_login else self._backoff
        back = setback(error, backoff.next())
        _log.info("%s; next try in %s s", back.reason, back.wait)
        if back.reconnect:
            self._drop_connection()
        if not self._stopping:
            self._called_off = back.wait is None
            self._sink.progressed(back.phase, reason=back.reason, wait=back.wait)
            self._wait(back.wait)
            self._called_off = False

    def _wait(self, seconds: float | None) -> None:
        """Until then, or until somebody asks to go on; who asked during the try is heard too."""
        if not self._stopping:
            self._wake.wait(seconds)
            self._wake.clear()


def _is_short(started: float) -> bool:
    return time.monotonic() - started < SHORT_WATCH_SECONDS
