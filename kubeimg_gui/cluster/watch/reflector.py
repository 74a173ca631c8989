"""The list-and-watch loop: keeps a sink true to the nodes of an API server, whatever happens.

It is client-go's Reflector in its rules (a streaming list first, resume from the last
resourceVersion, bookmarks, relist on 410, back-off with jitter) over a transport that can be
interrupted, because the official client's informer neither backs off nor stops.
"""

import logging
import random
import threading
import time
from typing import TYPE_CHECKING

from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    ConnectionLostError,
    CredentialsError,
    ReadTimeoutError,
    StoppedError,
)
from kubeimg_gui.cluster.resources import NODES_PATH
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.backoff import Backoff, failure_policy, login_backoff
from kubeimg_gui.cluster.watch.event_reader import EventReader
from kubeimg_gui.cluster.watch.pager import PAGE_NODES, SILENCE_SECONDS, Selector
from kubeimg_gui.cluster.watch.strategy import Polling, WatchStrategy
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.watch.sink import Sink

_log = logging.getLogger(__name__)

WATCH_SECONDS = (240.0, 290.0)
"""The server is asked to end a watch after a random time in this range, below the 5 minutes at
which common load balancers cut; kube-rs uses 290."""
IDLE_SECONDS = 90.0
"""Silence that means a dead connection where bookmarks come every minute."""
IDLE_GRACE_SECONDS = 15.0
NOT_OLDER_THAN = "NotOlderThan"


class Reflector:
    """Runs list and watch in the thread that calls `run`, until `stop`.

    `connect` is called in that thread, again where the kubeconfig must be read anew. With
    `poll_seconds` nodes are listed every so often and never watched; where watching is forbidden
    they are too.
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
        self._strategy = WatchStrategy(poll_seconds)
        self._reader = EventReader(sink)
        self._backoff = Backoff()
        self._login_backoff = login_backoff()
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._stopping = False
        self._wake = threading.Event()
        self._server = ""
        self._called_off = False

    @property
    def last_heard(self) -> float | None:
        """When bytes last came from the server, seconds since the epoch. Any thread."""
        return self._reader.last_heard

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

    def reconnect(self) -> None:
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
                self._server = connection.server
                self._reader.reset()
                self._strategy.reset()
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
            if self._strategy.needs_pages:
                self._list(connection)
            if self._strategy.polling:
                self._wait_for_next_list(self._strategy.polling)
            else:
                self._watch(connection)

    def _list_query(self) -> dict[str, str]:
        """What asks for a list that is not older than what was seen."""
        version = self._reader.version
        if not version or self._reader.doubting or self._strategy.latest:
            return dict(self._selection)
        return {
            **self._selection,
            "resourceVersion": version,
            "resourceVersionMatch": NOT_OLDER_THAN,
        }

    # Lists in pages.

    def _list(self, connection: "Connection") -> None:
        """List once, not older than what was seen; anew and unpaged where that has expired."""
        silent = bool(self._strategy.polling and self._reader.version)
        try:
            self._reader.read_pages(connection, self._list_query(), PAGE_NODES, silent=silent)
        except ApiError as error:
            if not error.version_unusable:
                raise
            self._reader.read_pages(connection, self._selection, 0, silent=silent)
        self._strategy.list_ended()

    def _wait_for_next_list(self, polling: Polling) -> None:
        seconds = polling.seconds
        self._sink.progressed(Phase.LIVE, reason=polling.reason, wait=seconds, poll_seconds=seconds)
        self._wait(seconds)
        self._strategy.poll_waited(polling)

    # Watches.

    def _watch(self, connection: "Connection") -> None:
        """Follow one watch to its end; returning means: go on from there."""
        version, started = self._reader.version, time.monotonic()
        try:
            self._follow(connection)
        except ClusterError as error:
            if self._strategy.listed:
                self._strategy.watch_failed(error, started, version)
            else:
                self._strategy.list_failed(error)
        else:
            self._strategy.watch_ended(started, moved=self._reader.version != version)

    def _follow(self, connection: "Connection") -> None:
        """Read one watch; where a list is due, it begins with it."""
        seconds = random.uniform(*WATCH_SECONDS)
        query = {
            **self._where_from(),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(int(seconds)),
        }
        silence = SILENCE_SECONDS
        if self._strategy.listed:
            silence = IDLE_SECONDS if self._reader.bookmarks else seconds + IDLE_GRACE_SECONDS
        opened: float | None = None
        try:
            with connection.get(
                NODES_PATH, query, read_seconds=silence, accept=ACCEPTED
            ) as response:
                opened = time.monotonic()
                self._strategy.watch_opened()
                events = self._reader.events(response)
                if not self._strategy.listed:
                    if not self._reader.read_list(events):
                        return
                    self._strategy.list_ended()
                    response.wait_at_most(IDLE_SECONDS)
                self._reader.read_changes(events)
        except ConnectionLostError as error:
            if opened is None or not self._strategy.listed:
                raise
            if not self._strategy.is_short(opened):
                self._backoff.reset()
                self._strategy.watch_lived()
            if not isinstance(error, ReadTimeoutError):
                raise
            # The watch is dead; whether the server is, too, the next one shows.

    def _where_from(self) -> dict[str, str]:
        """What asks for the events after the version reached, or to begin with a list."""
        if self._strategy.listed:
            return {**self._selection, "resourceVersion": self._reader.version}
        return {
            **self._list_query(),
            "sendInitialEvents": "true",
            "resourceVersionMatch": NOT_OLDER_THAN,
        }

    def _recover(self, error: Exception) -> None:
        """Say what failed, and wait."""
        failed_login = isinstance(error, CredentialsError)
        backoff = self._login_backoff if failed_login else self._backoff
        back = failure_policy(error, backoff.next())
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
