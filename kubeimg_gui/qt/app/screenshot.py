"""A picture of the window in place of the window, and why there is none."""

import time
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
"""Exit codes, as the other faces have them."""


async def save_picture(
    window: MainWindow, path: Path, ended: Future[None], *, changes: int, seconds: float
) -> int:
    """Save a picture once the window is live and has shown so many changes; the exit code.

    What a person must mend first is not waited for, and nothing once it has `ended`.
    """
    deadline = time.monotonic() + seconds
    trouble = window.state
    while time.monotonic() < deadline and not ended.done():
        if window.state.phase in BROKEN:
            trouble = window.state
        if trouble.phase is Phase.MISCONFIGURED:
            break
        if window.state.phase is Phase.LIVE and window.model.storage_changes >= changes:
            break
        await sleep(STEP_SECONDS)
    if window.state.phase is not Phase.LIVE:
        told = trouble if trouble.phase in BROKEN else window.state
        return fail(_why_no_picture(window, told, seconds), _code(told.phase))
    window.settle()
    await sleep(STEP_SECONDS)
    if not window.grab().save(str(path), "PNG"):
        return fail(f"No picture: {path} cannot be written.")
    return 0


def _why_no_picture(window: MainWindow, state: ConnectionState, seconds: float) -> str:
    why = f"its state is {state.phase}"
    if state.phase is not Phase.MISCONFIGURED:
        why = f"{context_text(window.context)} was not synced within {seconds:g} s, {why}"
    return f"No picture: {why}" + (f": {formatting.line(state.reason)}" if state.reason else ".")


def _code(phase: Phase) -> int:
    if phase is Phase.MISCONFIGURED:
        return MISCONFIGURED
    refused = (Phase.LOGGING_IN, Phase.LOGIN_NEEDED, Phase.FORBIDDEN)
    return NOT_PERMITTED if phase in refused else NOT_SYNCED
