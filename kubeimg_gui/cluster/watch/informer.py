"""One watch, one store, many handlers: a shared informer of nodes.

The reflector's thread writes the store; every handler hears of it in order from a thread of its
own, so that a slow or failing one disturbs nobody.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Protocol

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.pager import Selector
from kubeimg_gui.cluster.watch.reflector import Reflector
from kubeimg_gui.cluster.watch.store import DOUBT_SECONDS, News, NodeStore
from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.node import NodeRecord

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection

_log = logging.getLogger(__name__)

BATCH_NEWS = 1000
"""How much queued news a handler is given at most in one call."""
GATHER_SECONDS = 0.01
"""How long news is gathered before a handler hears of it. To wake its thread for each piece would
take more time than to read it, and neither a person nor a window sees the difference."""
CLOCK_SECONDS = 5.0
JUMP_SECONDS = 3.0
"""How often time is looked at, and how far it must have jumped to mean something."""


class NodeHandler(Protocol):
    """What an informer tells, in order, always from one thread that belongs to this handler."""

    def on_changes(self, changes: Sequence[NodeChange]) -> None:
        """Take one or more changes; `initial` ones are nodes that were there from the start."""

    def on_state(self, state: ConnectionState) -> None:
        """Take a new state; all changes that led to it were handed over before."""


class NodeInformer:
    """Watches nodes from a thread of its own, once from `start` to `stop`.

    `connect` runs in the informer's thread (it may take long and may raise ClusterError).
    `doubt_seconds` is how long a suddenly empty image list must stand to be believed. With
    `poll_seconds` the nodes are listed every so often instead of being watched.
    """

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        selector: Selector | None = None,
        *,
        doubt_seconds: float = DOUBT_SECONDS,
        poll_seconds: float | None = None,
    ) -> None:
        self._store = NodeStore(self._tell, doubt_seconds)
        self._reflector = Reflector(connect, self._store, selector, poll_seconds=poll_seconds)
        self._clock_jumps = ClockJumpDetector()
        self._listeners: list[_Listener] = []
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._reflector.run, name="informer", daemon=True),
            threading.Thread(target=self._keep_time, name="informer-time", daemon=True),
        ]

    def add_handler(self, handler: NodeHandler) -> None:
        """From now on tell `handler`; what is known already comes first, as initial additions.

        Each handler has its own queue and thread: while it blocks, only its queue grows. Any
        thread, before `start` or after.
        """
        listener = _Listener(handler)
        with self._store.changed:
            now = time.time()
            for record in self._store.snapshot().values():
                listener.put(compare_nodes(None, record, at=now, initial=True))
            listener.put(self._store.state)
            self._listeners.append(listener)
        listener.thread.start()

    def start(self) -> None:
        """Begin to watch; once only."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 1.0) -> bool:
        """End all threads; any thread, a handler's too, repeatedly. True when they ended in time.

        A thread that has not ended by then is a daemon and ends with the process.
        """
        self._reflector.stop()
        with self._store.changed:
            if not self._stopped:
                self._store.progressed(Phase.STOPPED)
                self._stopped = True
                for listener in self._listeners:
                    listener.put(None)
            self._store.changed.notify_all()
            threads = [*self._threads, *(listener.thread for listener in self._listeners)]
        others = [t for t in threads if t is not threading.current_thread() and t.is_alive()]
        deadline = time.monotonic() + timeout
        for thread in others:
            thread.join(max(deadline - time.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in others)

    @property
    def is_running(self) -> bool:
        """Whether it was started and all its threads run. Any thread."""
        return all(thread.is_alive() for thread in self._threads)

    def retry_now(self) -> None:
        """Cut a wait short: the person asked. Any thread."""
        self._reflector.retry_now()

    def cancel_login(self) -> None:
        """Call off the credential plugin that is waited for; it is run again by `retry_now`."""
        self._reflector.cancel_login()

    def woke_up(self) -> None:
        """The machine slept, so connections may be dead: go on over a new one. Any thread."""
        self._reflector.reconnect()

    @property
    def last_heard(self) -> float | None:
        """When the server was last heard of, seconds since the epoch; None before. Any thread."""
        return self._reflector.last_heard

    def get(self, name: str) -> NodeRecord | None:
        """The node as last known. Any thread."""
        return self._store.get(name)

    def snapshot(self) -> Mapping[str, NodeRecord]:
        """All nodes as last known, by name; it never changes. Any thread."""
        return self._store.snapshot()

    def _tell(self, news: News) -> None:
        """Queue news for every handler; under the store's lock, nothing after STOPPED."""
        if not self._stopped:
            for listener in self._listeners:
                listener.put(news)

    def _keep_time(self) -> None:
        """Wait out the store's doubts, and notice when the machine has slept."""
        with self._store.changed:
            while not self._stopped:
                now, due = time.monotonic(), self._store.next_doubt()
                wait = CLOCK_SECONDS if due is None else min(due - now, CLOCK_SECONDS)
                self._store.changed.wait(max(wait, 0.0))
                self._store.settle(time.monotonic())
                if self._clock_jumps.lost():
                    self.woke_up()


class ClockJumpDetector:
    """Notices that the machine slept, or that its clock was set.

    The wall clock then runs away from the steady one, which stands still while a machine sleeps.
    `wall` and `steady` are clocks in seconds; one thread only.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()

    def lost(self) -> bool:
        """Whether time has jumped since this was last asked."""
        apart, self._apart = self._apart, self._wall() - self._steady()
        return abs(self._apart - apart) > JUMP_SECONDS


class _Listener:
    """One handler with its queue and its thread; None in the queue ends it."""

    def __init__(self, handler: NodeHandler) -> None:
        self._handler = handler
        self._queue: SimpleQueue[News | None] = SimpleQueue()
        name = f"informer-{type(handler).__name__}"
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.put = self._queue.put

    def _run(self) -> None:
        while True:
            news = self._take()
            changes: list[NodeChange] = []
            for item in news:
                if isinstance(item, NodeChange):
                    changes.append(item)
                    continue
                self._hand_over(changes)
                changes = []
                if item is None:
                    return
                self._guarded(lambda item=item: self._handler.on_state(item))
            self._hand_over(changes)

    def _take(self) -> list[News | None]:
        """Wait for news, then take along what else comes with it."""
        news = [self._queue.get()]
        if news[0] is not None:
            time.sleep(GATHER_SECONDS)
        try:
            while len(news) < BATCH_NEWS:
                news.append(self._queue.get_nowait())
        except Empty:
            pass
        return news

    def _hand_over(self, changes: list[NodeChange]) -> None:
        if changes:
            self._guarded(lambda: self._handler.on_changes(changes))

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception:  # noqa: BLE001  (whatever it is, it is the handler's own)
            _log.exception("the handler %s failed", type(self._handler).__name__)
