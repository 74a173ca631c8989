"""Coroutines of one window: kept while they run, their mistakes reported, ended with it.

asyncio forgets a task that nobody holds and its exception with it; a window must neither lose a
verb half-way nor keep one that outlives it. No window needs asyncio to be painted, so what is
imported for that imports it in the coroutines themselves.
"""

import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from functools import partial
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    import asyncio

P = ParamSpec("P")
T = TypeVar("T")


class Tasks:
    """Starts coroutines and holds them; GUI thread only."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run a coroutine; what it does not catch goes to `sys.excepthook`."""
        import asyncio

        task = asyncio.get_running_loop().create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def cancel(self) -> None:
        """End all of them."""
        for task in tuple(self._running):
            task.cancel()

    async def all_ended(self) -> None:
        """Wait for all of them."""
        import asyncio

        if self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            sys.excepthook(type(error), error, error.__traceback__)


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a call returns that may take long, made in a worker thread."""
    import asyncio

    return await asyncio.to_thread(call, *args, **kwargs)


async def sleep(seconds: float) -> None:
    """Let so much time pass."""
    import asyncio

    await asyncio.sleep(seconds)


class DaemonThreads(Executor):
    """Runs each call in a daemon thread of its own, so that none can keep the process alive.

    A call that hangs where nothing can interrupt it (looking up a name, a credential plugin) must
    not hold up the end of the program, which joins the threads of every other executor.
    """

    def __init__(self) -> None:
        self._telling = Lock()
        self._ended = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Override: start at once."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # who gives up waiting does not stop the call

        def run() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001  (it belongs to whoever waits)
                self._tell(partial(future.set_exception, error))
            else:
                self._tell(partial(future.set_result, result))

        Thread(target=run, name=f"call-{getattr(fn, '__name__', 'it')}", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Override: wait for no call, and let none tell its result from now on.

        Telling wakes the event loop by a Qt signal, and a thread that Python ends while it is in
        Qt's code aborts the process.
        """
        with self._telling:
            self._ended = True

    def _tell(self, result: Callable[[], None]) -> None:
        with self._telling:
            if not self._ended:
                result()
