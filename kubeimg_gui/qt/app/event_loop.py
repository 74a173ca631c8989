"""The event loop of the window's coroutines: asyncio's interface to Qt's own, by qasync.

Imported once the first window has been painted, for asyncio takes a while to import.
"""

import asyncio
import os
from collections.abc import Coroutine
from contextlib import closing
from typing import Any, cast

import qasync  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.app.process import fail
from kubeimg_gui.qt.base.tasks import DaemonThreads


def run_to_the_end(application: QApplication, coroutine: Coroutine[Any, Any, int]) -> int:
    """What a coroutine returns, run in a loop of its own; main thread only, once in a process."""
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    loop.set_default_executor(DaemonThreads())  # pyright: ignore[reportArgumentType]
    asyncio.set_event_loop(loop)
    living = loop.create_task(coroutine)
    try:
        with closing(loop):
            return _run(loop, living)
    finally:
        asyncio.set_event_loop(None)


def _run(loop: asyncio.AbstractEventLoop, living: asyncio.Task[int]) -> int:
    try:
        return loop.run_until_complete(living)
    except RuntimeError:
        if living.done():
            raise
        # Qt has ended its event loop and runs none again, so nothing can be ended in order.
        os._exit(fail("The display has gone, and the window with it."))
