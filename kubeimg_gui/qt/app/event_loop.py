"""The asyncio event loop on top of Qt's, by qasync.

Imported after the first window is painted, because asyncio is slow to import.
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


def run_event_loop(application: QApplication, coroutine: Coroutine[Any, Any, int]) -> int:
    """Runs a coroutine to its end and returns its result; main thread only, once per process."""
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    loop.set_default_executor(DaemonThreads())  # pyright: ignore[reportArgumentType]
    asyncio.set_event_loop(loop)
    task = loop.create_task(coroutine)
    try:
        with closing(loop):
            return _run(loop, task)
    finally:
        asyncio.set_event_loop(None)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[int]) -> int:
    try:
        return loop.run_until_complete(task)
    except RuntimeError:
        if task.done():
            raise
        # Qt has quit its event loop for good, so an orderly shutdown is impossible.
        os._exit(fail("Display connection lost. kubeimg exits."))
