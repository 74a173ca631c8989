"""The list-and-watch loop: keeps a sink equal to the objects of an API server.

It follows the rules of client-go's Reflector (a streaming list first, resume from the last
resourceVersion, bookmarks, relist on 410, back-off with jitter) over a transport that can be
interrupted. The official Python client's informer neither backs off nor stops.
"""

import logging
import random
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.config.file_changes import FileChanges
from kubeimg_gui.cluster.errors import (
    ApiError,
    ClusterError,
    CredentialsError,
    StoppedError,
)
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.backoff import Backoff, failure_policy, login_backoff
from kubeimg_gui.cluster.watch.continuity import Continuity
from kubeimg_gui.cluster.watch.event_reader import EventReader
from kubeimg_gui.cluster.watch.pager import PAGE_SIZE
from kubeimg_gui.cluster.watch.strategy import Intervals, Polling, Watch, WatchStrategy
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kubeimg_gui.cluster.resources import Resource
    from kubeimg_gui.cluster.transport.connection import Connection, Peer
    from kubeimg_gui.cluster.watch.sink import Sink

_log = logging.getLogger(__name__)

WATCH_SECONDS = (240.0, 290.0)
"""The server is asked to end a watch after a random time in this range. It lies below the 5 minutes
at which common load balancers cut; kube-rs uses 290."""
NOT_OLDER_THAN = "NotOlderThan"
LOOK_SECONDS = 1.0
"""How often a waiting reflector looks for changes of files."""
_NOT_RESUMED = "The watch has ended, and the server has not yet begun the next one"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How a reflector works.

    Attributes:
        poll_seconds: lists this often instead of watching; None to watch.
        accept: the header of that name; by default protobuf, then JSON.
        files: returns the files that `connect` reads. A wait for the next attempt to connect ends
            when one of them changes.
    """

    poll_seconds: float | None = None
    intervals: Intervals = field(default_factory=Intervals)
    accept: str = ACCEPTED
    clock: Clock = field(default_factory=Clock)
    files: "Callable[[], Iterable[Path]]" = tuple


class Reflector(Generic[T]):
    """Lists and watches a resource in the thread that calls `run`, until `stop`.

    `connect` is called in that thread, again whenever the kubeconfig must be read again. A resource
    whose watch is forbidden is polled.
    """

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        resource: "Resource[T]",
        sink: "Sink[T]",
        options: WatchOptions | None = None,
    ) -> None:
        options = options or WatchOptions()
        self._connect = connect
        self._resource = resource
        self._sink = sink
        self._selection = resource.selector.query()
        self._accept = options.accept
        self._now = options.clock.monotonic
        self._strategy = WatchStrategy(options.poll_seconds, options.intervals, options.clock)
        self._reader = EventReader(resource, sink, clock=options.clock, accept=options.accept)
        self._continuity = Continuity(resource, sink, clock=options.clock, accept=options.accept)
        self._backoff = Backoff(options.clock)
        self._login_backoff = login_backoff(options.clock)
        self._files = FileChanges(options.files)
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._stopping = False
        self._wake = threading.Event()  # ends a wait that has an end
        self._retry = threading.Event()  # ends any wait
        self._peer: Peer | None = None

    @property
    def last_heard(self) -> float | None:
        """When bytes last arrived from the server, seconds since the epoch. Any thread."""
        return self._reader.last_heard

    # Any thread.

    def stop(self) -> None:
        """Ends `run` soon, even while it waits; any number of times."""
        self._stopping = True
        self._drop_connection()
        self._wake.set()
        self._retry.set()

    def retry_now(self) -> None:
        """Ends a wait now and starts the back-off over."""
        self._end_wait()
        self._retry.set()

    def reconnect(self) -> None:
        """Continues at once over a new connection, from the version that has been reached.

        A login that the user has cancelled stays cancelled.
        """
        self._end_wait()  # first: the loop forgets it when the connection breaks
        self._drop_connection()

    def cancel_login(self) -> None:
        """Cancels the credential plugin that is running."""
        self._retry.clear()  # an earlier `retry_now` no longer counts
        if self._stopping:
            self._retry.set()  # `stop` still does
        with self._lock:
            if self._connection:
                self._connection.cancel_login()

    def _end_wait(self) -> None:
        self._backoff.reset()
        self._login_backoff.reset()
        self._wake.set()

    # The reflector's thread.

    def run(self) -> None:
        """Lists, watches and recovers until stopped."""
        while not self._stopping:
            self._clear_wakes()
            try:
                self._list_and_watch(self._connected())
            except StoppedError:
                self._drop_connection()  # by `stop` or `reconnect`
            except ClusterError as error:
                self._recover(error)
            except (Exception, SystemExit) as error:  # noqa: BLE001  (a bug must not end the loop)
                _log.exception("the reflector failed")
                self._recover(error)

    def _connected(self) -> "Connection":
        with self._lock:
            connection = self._connection
        if connection is None:
            self._files.note()
            connection = self._connect()
            connection.on_login = self._logging_in
            if connection.peer != self._peer:  # a version means nothing in another cluster
                self._peer = connection.peer
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
        strategy, reader = self._strategy, self._reader
        while True:
            if strategy.listed and not self._continuity.is_confirmed(
                connection, reader.version, reader.last_heard
            ):
                strategy.version_lost()
            if strategy.needs_pages:
                try:
                    self._list(connection)
                except ClusterError as error:
                    strategy.pages_failed(error)
                    raise
            if strategy.polling:
                self._wait_for_next_list(strategy.polling)
            else:
                self._watch(connection)

    # Lists in pages.

    def _list(self, connection: "Connection") -> None:
        """Lists once; in one page where the version of the pages expires meanwhile.

        Without a version the server returns the latest state. A list that may not be older than
        the version reached fails after 3 s where the history went back.
        """
        strategy, reader = self._strategy, self._reader
        if strategy.confirms:
            reader.bookmarks = False  # they came, and no longer do
        silent = bool(reader.version and (strategy.polling or strategy.confirms))
        try:
            news = reader.read_pages(connection, self._selection, PAGE_SIZE, silent=silent)
        except ApiError as error:
            if not error.version_unusable:
                raise
            news = reader.read_pages(connection, self._selection, 0, silent=silent)
        strategy.list_ended(news=news)

    def _wait_for_next_list(self, polling: Polling) -> None:
        self._report_live(polling)
        self._wait(polling.seconds)
        self._strategy.poll_waited(polling)

    def _report_live(self, polling: Polling | None) -> None:
        """Reports that the objects are known, and how late if watches are not trusted."""
        if polling:
            seconds, reason = polling.seconds, polling.reason
            self._sink.progressed(Phase.LIVE, reason=reason, wait=seconds, poll_seconds=seconds)
        else:
            self._sink.progressed(Phase.LIVE)

    # Watches.

    def _watch(self, connection: "Connection") -> None:
        """Follows one watch to its end; returns where the next request can follow at once."""
        strategy, reader = self._strategy, self._reader
        watch = Watch(reader.version, self._now())
        try:
            self._follow(connection, watch)
        except ClusterError as error:
            if not strategy.listed:
                strategy.list_failed(watch, error)
                return
            strategy.watch_failed(watch, error)
        else:
            strategy.watch_ended(watch, reader.version)
        if watch.answered and not strategy.is_short(watch.started):
            self._backoff.reset()
            self._sink.resuming(_NOT_RESUMED, strategy.resume_seconds(connection.timeouts))

    def _follow(self, connection: "Connection", watch: Watch) -> None:
        """Reads one watch, which begins with a list where one is due."""
        strategy, reader, timeouts = self._strategy, self._reader, connection.timeouts
        seconds = strategy.probe_seconds or random.uniform(*WATCH_SECONDS)
        query = {
            **self._start_query(),
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(int(seconds)),
        }
        idle, answer = seconds + timeouts.idle_grace_seconds, timeouts.answer_seconds
        if reader.bookmarks and not strategy.probe_seconds:
            idle = timeouts.idle_seconds
        held = strategy.listed and strategy.distrust
        if not strategy.listed:
            answer = timeouts.list_seconds
        elif held:
            self._report_live(held)  # now: even the answer may be held back
        with connection.get(
            self._resource.path, query, read_seconds=answer, accept=self._accept
        ) as response:
            watch.answered = True
            strategy.watch_opened()
            events = reader.events(response, watch)
            if not strategy.listed:
                if not reader.read_list(events, timeouts.list_seconds):
                    return
                strategy.list_ended()
                idle = timeouts.idle_seconds
            response.wait_at_most(idle)
            if not held:
                self._report_live(strategy.distrust)
            reader.read_changes(events)

    def _start_query(self) -> dict[str, str]:
        """Returns the query for events after the version reached, or for a list first."""
        if self._strategy.listed:
            return {**self._selection, "resourceVersion": self._reader.version}
        return {
            **self._selection,
            "sendInitialEvents": "true",
            "resourceVersionMatch": NOT_OLDER_THAN,
        }

    def _recover(self, error: Exception | SystemExit) -> None:
        """Reports a failure and waits."""
        failed_login = isinstance(error, CredentialsError)
        backoff = self._login_backoff if failed_login else self._backoff
        policy = failure_policy(error, backoff.next())
        _log.info("%s; next try in %s s", policy.reason, policy.wait)
        if failed_login:
            self._files.note()  # else a plugin that writes one of them would run again at once
        if policy.reconnect:
            self._drop_connection()
        if not self._stopping:
            self._sink.progressed(policy.phase, reason=policy.reason, wait=policy.wait)
            self._wait(policy.wait, or_for_files=policy.reconnect)

    def _wait(self, seconds: float | None, *, or_for_files: bool = False) -> None:
        """Waits until `retry_now`, which counts even where it came during the failed try.

        `reconnect` ends the wait too, unless it is a wait for the user (None). With `or_for_files`
        the wait ends where a file that `connect` reads has changed since it was read.
        """
        if self._stopping:
            return
        if seconds is None:
            self._retry.wait()
            seconds = 0.0
        while seconds > 0 and not self._wake.wait(min(seconds, LOOK_SECONDS)):
            if or_for_files and self._files.found():
                break
            seconds -= LOOK_SECONDS
        self._clear_wakes()

    def _clear_wakes(self) -> None:
        self._wake.clear()
        self._retry.clear()
