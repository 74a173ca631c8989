"""Coroutines of one window: referenced while they run, cancelled with it, exceptions reported.

asyncio keeps only weak references to tasks, so a task without another reference may disappear
with its exception. A window is painted without asyncio, so functions here import it when called.
"""

import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, Future
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    import asyncio

ASIDE_SECONDS = 0.001
"""How long `run_aside` works between two pauses, and how long these are."""

P = ParamSpec("P")
T = TypeVar("T")


class Tasks:
    """Starts coroutines and keeps references to them; GUI thread only."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Runs a coroutine; an exception it does not catch goes to `sys.excepthook`."""
        import asyncio

        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """Cancels all tasks."""
        for task in tuple(self._running):
            task.cancel()

    async def all_ended(self) -> None:
        """Waits until all tasks have ended."""
        import asyncio

        if self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            sys.excepthook(type(error), error, error.__traceback__)


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a blocking call in a worker thread and returns its result."""
    import asyncio

    return await asyncio.to_thread(call, *args, **kwargs)


async def sleep(seconds: float) -> None:
    """Waits without blocking the event loop."""
    import asyncio

    await asyncio.sleep(seconds)


def run_aside(steps: Iterator[None]) -> Thread:
    """Takes short steps in a worker thread, which leaves half of the time to others."""

    def run() -> None:
        until = 0.0
        for _ in steps:
            if time.perf_counter() >= until:
                time.sleep(ASIDE_SECONDS)
                until = time.perf_counter() + ASIDE_SECONDS

    thread = Thread(target=run, name="aside", daemon=True)
    thread.start()
    return thread


class DaemonThreads(Executor):
    """Runs each call in its own daemon thread, so that no call keeps the process alive.

    A call that hangs where nothing can interrupt it (looking up a name, a credential plugin) must
    not hold up the end of the program, which joins the threads of every other executor.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._ended = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Override: starts the call at once."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # cancelling the future does not stop the call

        def run() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  (the caller receives it)
                self._deliver(partial(future.set_exception, error))
            else:
                self._deliver(partial(future.set_result, result))

        Thread(target=run, name=f"call-{getattr(fn, '__name__', 'it')}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Override: waits for no call and discards results from now on.

        A result wakes the event loop through a Qt signal, and Python aborts the process if it
        ends a thread that is inside Qt's code.
        """
        with self._lock:
            self._ended = True

    def _deliver(self, result: Callable[[], None]) -> None:
        with self._lock:
            if not self._ended:
                result()
