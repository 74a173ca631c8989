"""Saves a screenshot of the window, or prints why it cannot."""

import asyncio
from concurrent.futures import Future
from pathlib import Path

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt.app.process import fail
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tasks import sleep
from kubeimg_gui.qt.window.connection_wording import BROKEN, context_text
from kubeimg_gui.qt.window.main_window import MainWindow

STEP_SECONDS = 0.05
MISCONFIGURED, NOT_SYNCED, NOT_PERMITTED = 2, 3, 4
"""Exit codes, same as those of the commands."""


async def save_screenshot(
    window: MainWindow, path: Path, quit_requested: Future[None], *, changes: int, seconds: float
) -> int:
    """Saves a screenshot once the window is live and shows enough changes; returns the exit code.

    Gives up on a misconfiguration, after `seconds`, or when quit is requested.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    problem = window.state
    while clock() < deadline and not quit_requested.done():
        if window.state.phase in BROKEN:
            problem = window.state
        if problem.phase is Phase.MISCONFIGURED:
            break
        if _is_complete(window, changes):
            break
        await sleep(STEP_SECONDS)
    if window.state.phase is not Phase.LIVE:
        state = problem if problem.phase in BROKEN else window.state
        return fail(_failure_text(window, state, seconds), _exit_code(state.phase))
    window.settle()
    # The next updates of both bars may not be due yet.
    window.tick()
    window.summary.refresh()
    await sleep(STEP_SECONDS)
    if not window.grab().save(str(path), "PNG"):
        return fail(f"No screenshot: cannot write {path}.")
    return 0


def _is_complete(window: MainWindow, changes: int) -> bool:
    live = window.state.phase is Phase.LIVE and window.model.storage_changes >= changes
    return live and window.views.settled


def _failure_text(window: MainWindow, state: ConnectionState, seconds: float) -> str:
    reason = f"its state is {state.phase}"
    if state.phase is not Phase.MISCONFIGURED:
        reason = f"{context_text(window.context)} was not synced within {seconds:g} s, {reason}"
    return f"No screenshot: {reason}" + (
        f": {formatting.line(state.reason)}" if state.reason else "."
    )


def _exit_code(phase: Phase) -> int:
    if phase is Phase.MISCONFIGURED:
        return MISCONFIGURED
    refused = (Phase.LOGGING_IN, Phase.LOGIN_NEEDED, Phase.FORBIDDEN)
    return NOT_PERMITTED if phase in refused else NOT_SYNCED
