"""The composition root of the window: makes the application, joins the parts, ends them again.

Nothing else in this room knows the informer, the process or the event loop.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import qasync  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.qt import text
from kubeimg_gui.qt import theme as themes
from kubeimg_gui.qt.clocks import Clocks
from kubeimg_gui.qt.connection_words import BROKEN, context_words
from kubeimg_gui.qt.desk import Desk
from kubeimg_gui.qt.display import check_display
from kubeimg_gui.qt.main_window import MainWindow
from kubeimg_gui.qt.notification_service import NotificationService
from kubeimg_gui.qt.notifier import Notifier
from kubeimg_gui.qt.process import (
    EndingSignals,
    GarbageCollector,
    check_versions,
    choose_platform,
)
from kubeimg_gui.qt.session import Feed, Session
from kubeimg_gui.qt.settings import settings_path
from kubeimg_gui.qt.silence import Silence
from kubeimg_gui.qt.tasks import DaemonThreads
from kubeimg_gui.qt.tray import Tray
from kubeimg_gui.qt.unexpected import UnexpectedErrors

logger = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a busy informer may keep the window from the interpreter; Python's own is 5 ms."""
FINISH_SECONDS = 0.6
"""A little more than a notification under way may take."""
GRAB_STEP_SECONDS = 0.05
FAILED, MISCONFIGURED, NOT_SYNCED, NOT_PERMITTED = 1, 2, 3, 4
"""Exit codes, as the other faces have them."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line says about the window.

    Attributes:
        theme: `light`, `dark` or `system`.
        size: width and height in pixels; None for the size it was left in.
        grab: where to save a picture of the window instead of keeping it open.
        grab_changes: how many changes of image storage the picture waits for.
        timeout: seconds the picture waits at most.
        settings_path: the ini file to keep the arrangement in; None for the platform's own place.
        resources: the folder with `icons/`; files may be missing.
        read_only: whether nothing that changes a node is offered.
    """

    resources: Path
    theme: str = "system"
    size: tuple[int, int] | None = None
    grab: Path | None = None
    grab_changes: int = 0
    timeout: float = 30.0
    settings_path: Path | None = None
    read_only: bool = False


def run(
    options: WindowOptions,
    feed: Feed,
    open_feed: Callable[[str], Feed],
    context_names: Callable[[], Sequence[str]],
) -> int:
    """Show windows until the last is closed, or save a picture of one; the process's exit code.

    `feed` is the first window's; `open_feed` makes those of the contexts in `context_names`, both
    in worker threads, raising ClusterError. All feeds are closed here. Main thread only, once in a
    process.
    """
    platform = choose_platform(os.environ, grab=options.grab is not None)
    if platform:
        os.environ["QT_QPA_PLATFORM"] = platform
    problem = check_versions() or check_display(os.environ)
    if problem:
        return _fail(problem)
    old_interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    application = _application(options)
    mistakes = UnexpectedErrors(application)
    signals = EndingSignals(application)
    collector = GarbageCollector(application)
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    loop.set_default_executor(DaemonThreads())  # pyright: ignore[reportArgumentType]
    asyncio.set_event_loop(loop)
    living = loop.create_task(_live(options, feed, open_feed, context_names, signals, collector))
    try:
        with closing(loop):
            return _run_to_the_end(loop, living)
    finally:
        asyncio.set_event_loop(None)
        collector.stop()
        signals.stop()
        mistakes.stop()
        sys.setswitchinterval(old_interval)


def _run_to_the_end(loop: asyncio.AbstractEventLoop, living: asyncio.Task[int]) -> int:
    try:
        return loop.run_until_complete(living)
    except RuntimeError:
        if living.done():
            raise
        # Qt has ended its event loop and runs none again, so nothing can be ended in order.
        os._exit(_fail("The display has gone, and the window with it."))


async def _live(
    options: WindowOptions,
    feed: Feed,
    open_feed: Callable[[str], Feed],
    context_names: Callable[[], Sequence[str]],
    signals: EndingSignals,
    collector: GarbageCollector,
) -> int:
    settings = None if options.grab else options.settings_path or settings_path()
    _dress(themes.choose_theme(options.theme))
    silence = Silence(settings, Clocks())
    if options.grab:
        silence.begin_for_good()
    tray = Tray(QApplication.windowIcon(), silence)
    service = NotificationService()
    notifier = Notifier(silence, service, tray)

    def make_session(feed: Feed) -> Session:
        size = QSize(*options.size) if options.size else None
        theme = themes.choose_theme(options.theme)
        session = Session(feed, theme, settings, size, read_only=options.read_only)
        session.window.synced.connect(collector.freeze)
        return session

    desk = Desk(make_session, open_feed, context_names, tray, notifier)
    if options.theme == "system":
        QApplication.styleHints().colorSchemeChanged.connect(lambda: _change_theme(desk))
    ended = asyncio.get_running_loop().create_future()
    for asked in (desk.emptied, signals.asked, tray.quit_asked):
        asked.connect(lambda: ended.done() or ended.set_result(None))
    session = desk.open(feed)
    logger.info("the window is open")
    try:
        if options.grab is None:
            await ended
            return 0
        return await _grab(session.window, options, options.grab, ended)
    finally:
        notifier.stop()
        await desk.close()
        notifier.finish(FINISH_SECONDS)
        tray.stop()


async def _grab(
    window: MainWindow, options: WindowOptions, path: Path, ended: asyncio.Future[None]
) -> int:
    """Save a picture once the window is live and has shown the changes asked for.

    What a person must mend first is not waited for.
    """
    deadline = time.monotonic() + options.timeout
    trouble = window.state
    while time.monotonic() < deadline and not ended.done():
        if window.state.phase in BROKEN:
            trouble = window.state
        if trouble.phase is Phase.MISCONFIGURED:
            break
        if (
            window.state.phase is Phase.LIVE
            and window.model.storage_changes >= options.grab_changes
        ):
            break
        await asyncio.sleep(GRAB_STEP_SECONDS)
    if window.state.phase is not Phase.LIVE:
        told = trouble if trouble.phase in BROKEN else window.state
        return _fail(_why_no_picture(window, told, options.timeout), _code(told.phase))
    window.settle()
    await asyncio.sleep(GRAB_STEP_SECONDS)
    if not window.grab().save(str(path), "PNG"):
        return _fail(f"No picture: {path} cannot be written.")
    return 0


def _why_no_picture(window: MainWindow, state: ConnectionState, timeout: float) -> str:
    why = f"its state is {state.phase}"
    if state.phase is not Phase.MISCONFIGURED:
        why = f"{context_words(window.context)} was not synced within {timeout:g} s, {why}"
    return f"No picture: {why}" + (f": {text.line(state.reason)}" if state.reason else ".")


def _code(phase: Phase) -> int:
    if phase is Phase.MISCONFIGURED:
        return MISCONFIGURED
    refused = (Phase.LOGGING_IN, Phase.LOGIN_NEEDED, Phase.FORBIDDEN)
    return NOT_PERMITTED if phase in refused else NOT_SYNCED


def _application(options: WindowOptions) -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("kubeimg")
    application.setDesktopFileName("kubeimg")
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    if QLocale.system().language() == QLocale.Language.C:
        # The C locale writes 1200 where every other one groups the digits.
        QLocale.setDefault(QLocale(QLocale.Language.English))
    icon = QIcon()
    for file in sorted((options.resources / "icons").glob("*.png")):
        icon.addFile(str(file))
    application.setWindowIcon(icon)
    return application


def _dress(theme: themes.Theme) -> None:
    QApplication.setPalette(themes.palette(theme))
    application = QApplication.instance()
    assert isinstance(application, QApplication), "run made it"
    application.setStyleSheet(themes.style_sheet(theme))


def _change_theme(desk: Desk) -> None:
    theme = themes.choose_theme("system")
    _dress(theme)
    for window in desk.windows:
        window.set_theme(theme)


def _fail(sentence: str, code: int = FAILED) -> int:
    with suppress(OSError):  # what is full or closed must not change how it ends
        sys.stderr.write(sentence + "\n")
    return code
