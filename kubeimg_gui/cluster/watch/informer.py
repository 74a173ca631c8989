"""One watch, one store, many handlers: a shared informer.

The reflector's thread writes the store. Every handler receives the changes in order on a separate
thread, so a slow or failing handler does not delay the others.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.watch.reflector import Reflector, WatchOptions
from kubeimg_gui.cluster.watch.store import Record, Store

if TYPE_CHECKING:
    from kubeimg_gui.cluster.resources import Resource
    from kubeimg_gui.cluster.transport.connection import Connection

_log = logging.getLogger(__name__)

BATCH_SIZE = 1000
"""The most changes that a handler receives in one call."""
GATHER_SECONDS = 0.01
"""How long changes are gathered before a handler is called again. Waking its thread for each change
would cost more than decoding it, and neither a user nor a window notices the delay."""
CLOCK_SECONDS = 5.0
JUMP_SECONDS = 3.0
"""How often the clocks are compared, and the difference that counts as a jump."""

T = TypeVar("T", bound=Record)
C = TypeVar("C")
C_contra = TypeVar("C_contra", contravariant=True)
Notify = Callable[[C | ConnectionState], None]


class Handler(Protocol[C_contra]):
    """Receives an informer's changes and states in order, on one separate thread."""

    def on_changes(self, changes: Sequence[C_contra]) -> None:
        """Takes one or more changes; `initial` ones are objects that were there from the start."""

    def on_state(self, state: ConnectionState) -> None:
        """Takes a new state; all changes that led to it were handed over before."""


class Informer(Generic[T, C]):
    """Watches a resource on a separate thread, once from `start` to `stop`.

    `connect` runs on the informer's thread; it may take long and may raise ClusterError.
    `make_store` creates the store from the function that it reports changes and states to.
    """

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        resource: "Resource[T]",
        make_store: "Callable[[Notify[C]], Store[T, C]]",
        options: WatchOptions | None = None,
    ) -> None:
        options = options or WatchOptions()
        self._clock = options.clock
        self._store = make_store(self._notify)
        self._reflector = Reflector(connect, resource, self._store, options)
        self._clock_jumps = ClockJumpDetector(options.clock)
        self._listeners: list[_Listener[C]] = []
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._reflector.run, name="informer", daemon=True),
            threading.Thread(target=self._keep_time, name="informer-time", daemon=True),
        ]

    def add_handler(self, handler: Handler[C]) -> None:
        """Reports to `handler` from now on; known objects come first, as initial additions.

        Each handler has its own queue and thread: while it blocks, only its queue grows. Any
        thread, before `start` or after. A handler added after `stop` receives what is known and
        the state STOPPED, then its thread ends.
        """
        listener: _Listener[C] = _Listener(handler)
        with self._store.changed:
            for change in self._store.initial_changes():
                listener.put(change)
            listener.put(self._store.state)
            if self._stopped:
                listener.put(None)
            listener.thread.start()  # under the lock, so that `stop` waits for this thread too
            self._listeners.append(listener)

    def start(self) -> None:
        """Starts watching; may be called once."""
        for thread in self._threads:
            thread.start()

    def stop(self, timeout: float = 1.0) -> bool:
        """Ends all threads; returns whether they ended within `timeout` seconds.

        Any thread may call it, a handler's too, any number of times. A thread that has not ended
        by then is a daemon and ends with the process.
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
        deadline = self._clock.monotonic() + timeout
        for thread in others:
            thread.join(max(deadline - self._clock.monotonic(), 0.0))
        return not any(thread.is_alive() for thread in others)

    @property
    def is_running(self) -> bool:
        """Whether it was started and all its threads run. Any thread."""
        return all(thread.is_alive() for thread in self._threads)

    def retry_now(self) -> None:
        """Ends a wait now, because the user asked. Any thread."""
        self._reflector.retry_now()

    def cancel_login(self) -> None:
        """Cancels the credential plugin that is running; `retry_now` runs it again. Any thread."""
        self._reflector.cancel_login()

    def woke_up(self) -> None:
        """Reconnects after the machine slept, since its connections may be dead. Any thread."""
        self._reflector.reconnect()

    @property
    def last_heard(self) -> float | None:
        """When the server last sent bytes, seconds since the epoch; None before. Any thread."""
        return self._reflector.last_heard

    def get(self, key: str) -> T | None:
        """Returns the record as last known. Any thread."""
        return self._store.get(key)

    def snapshot(self) -> Mapping[str, T]:
        """Returns all records as last known, by key; the mapping never changes. Any thread."""
        return self._store.snapshot()

    def _notify(self, news: C | ConnectionState) -> None:
        """Queues a change or state for every handler; under the store's lock."""
        if not self._stopped:
            for listener in self._listeners:
                listener.put(news)

    def _keep_time(self) -> None:
        """Runs due steps of the store, and reconnects after the machine has slept."""
        while self._settle():
            if self._clock_jumps.jumped():
                self.woke_up()  # without the lock: closing a connection may take a moment

    def _settle(self) -> bool:
        """Waits until a step of the store is due, and runs it; returns False after `stop`."""
        with self._store.changed:
            if not self._stopped:
                due = self._store.next_due()
                wait = CLOCK_SECONDS
                if due is not None:
                    wait = min(due - self._clock.monotonic(), CLOCK_SECONDS)
                self._store.changed.wait(max(wait, 0.0))
                self._store.settle(self._clock.monotonic())
            return not self._stopped


class ClockJumpDetector:
    """Detects that the machine slept or that its clock was set; one thread only.

    The wall clock then moves away from the monotonic clock, which stops while a machine sleeps.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._apart = clock.wall() - clock.monotonic()

    def jumped(self) -> bool:
        """Returns whether the clocks have moved apart since the last call."""
        apart, self._apart = self._apart, self._clock.wall() - self._clock.monotonic()
        return abs(self._apart - apart) > JUMP_SECONDS


class _Listener(Generic[C]):
    """One handler with its queue and its thread; None in the queue ends the thread."""

    def __init__(self, handler: Handler[C]) -> None:
        self._handler = handler
        self._queue: SimpleQueue[C | ConnectionState | None] = SimpleQueue()
        self._gather_until = 0.0
        name = f"informer-{type(handler).__name__}"
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.put = self._queue.put

    def _run(self) -> None:
        while True:
            changes: list[C] = []
            for item in self._take():
                if item is not None and not isinstance(item, ConnectionState):
                    changes.append(item)
                    continue
                self._hand_over(changes)
                changes = []
                if item is None:
                    return
                self._guarded(lambda item=item: self._handler.on_state(item))
            self._hand_over(changes)

    def _take(self) -> "list[C | ConnectionState | None]":
        """Waits for the first item and, shortly after a call, for more; takes all that arrived."""
        items = [self._queue.get()]
        if items[0] is not None:
            time.sleep(max(self._gather_until - time.monotonic(), 0.0))
        try:
            while len(items) < BATCH_SIZE:
                items.append(self._queue.get_nowait())
        except Empty:
            pass
        return items

    def _hand_over(self, changes: list[C]) -> None:
        if changes:
            self._guarded(lambda: self._handler.on_changes(changes))
            self._gather_until = time.monotonic() + GATHER_SECONDS

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except BaseException:  # noqa: BLE001  (else the thread ends and its queue only grows)
            _log.exception("the handler %s failed", type(self._handler).__name__)
