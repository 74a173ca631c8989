"""The composition root of the window: makes the application, joins the parts, ends them again.

Nothing else in this room knows the informer, the process or the event loop.
"""

import asyncio
import logging
import os
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import qasync  # pyright: ignore[reportMissingTypeStubs]
from PySide6.QtCore import QLocale, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.informer import NodeInformer
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.qt import theme as themes
from kubeimg_gui.qt.informer_bridge import InformerBridge
from kubeimg_gui.qt.main_window import MainWindow, Source
from kubeimg_gui.qt.process import (
    EndingSignals,
    GarbageCollector,
    check_display,
    check_versions,
    choose_platform,
    log_exception,
)
from kubeimg_gui.qt.settings import settings_path

logger = logging.getLogger(__name__)

STOP_SECONDS = 1.0
SWITCH_SECONDS = 0.001
"""How long a busy informer may keep the window from the interpreter; Python's own is 5 ms."""
GRAB_STEP_SECONDS = 0.05
NOT_SYNCED = 3
FAILED = 1


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """What the command line says about the window.

    Attributes:
        context, cluster, user: as kubeconfig names them.
        theme: `light`, `dark` or `system`.
        size: width and height in pixels; None for the size it was left in.
        grab: where to save a picture of the window instead of keeping it open.
        grab_changes: how many changes of image storage the picture waits for.
        timeout: seconds the picture waits at most.
        settings_path: the ini file to keep the arrangement in; None for the platform's own place.
        resources: the folder with `icons/`; files may be missing.
    """

    context: str
    cluster: str
    user: str
    resources: Path
    theme: str = "system"
    size: tuple[int, int] | None = None
    grab: Path | None = None
    grab_changes: int = 0
    timeout: float = 30.0
    settings_path: Path | None = None


def run(options: WindowOptions, informer: NodeInformer) -> int:
    """Show the window until it is closed, or save a picture of it; the process's exit code.

    The informer is started and stopped here. Main thread only, once in a process.
    """
    problem = check_versions() or ("" if options.grab else check_display(os.environ))
    if problem:
        return _fail(problem)
    platform = choose_platform(os.environ, grab=options.grab is not None)
    if platform:
        os.environ["QT_QPA_PLATFORM"] = platform
    old_hook, sys.excepthook = sys.excepthook, log_exception
    old_interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    application = _application(options)
    signals = EndingSignals(application)
    collector = GarbageCollector(application)
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    asyncio.set_event_loop(loop)
    try:
        with closing(loop):
            return loop.run_until_complete(_live(options, informer, signals, collector))
    finally:
        asyncio.set_event_loop(None)
        collector.stop()
        signals.stop()
        sys.setswitchinterval(old_interval)
        sys.excepthook = old_hook


async def _live(
    options: WindowOptions,
    informer: NodeInformer,
    signals: EndingSignals,
    collector: GarbageCollector,
) -> int:
    theme = themes.choose_theme(options.theme)
    _dress(theme)
    window = MainWindow(
        Source(
            options.context,
            options.cluster,
            options.user,
            last_heard=lambda: informer.last_heard,
            retry_now=informer.retry_now,
        ),
        theme,
        None if options.grab else options.settings_path or settings_path(),
        time.time,
        QSize(*options.size) if options.size else None,
    )
    if options.theme == "system":
        QApplication.styleHints().colorSchemeChanged.connect(lambda: _change_theme(window))
    bridge = InformerBridge(window)
    bridge.changes.connect(window.take_changes)
    bridge.state.connect(window.take_state)
    window.synced.connect(collector.freeze)
    ended = asyncio.get_running_loop().create_future()
    for asked in (window.close_asked, signals.asked):
        asked.connect(lambda: ended.done() or ended.set_result(None))
    window.show()
    logger.info("the window is open")
    informer.add_handler(bridge)
    informer.start()
    try:
        if options.grab is None:
            await ended
            return 0
        return await _grab(window, options, options.grab, ended)
    finally:
        bridge.stop()
        await asyncio.to_thread(informer.stop, STOP_SECONDS)
        window.close_now()
        window.deleteLater()


async def _grab(
    window: MainWindow, options: WindowOptions, path: Path, ended: asyncio.Future[None]
) -> int:
    """Save a picture once the window is live and has shown the changes asked for."""
    deadline = time.monotonic() + options.timeout
    while time.monotonic() < deadline and not ended.done():
        if (
            window.state.phase is Phase.LIVE
            and window.model.storage_changes >= options.grab_changes
        ):
            break
        await asyncio.sleep(GRAB_STEP_SECONDS)
    if window.state.phase is not Phase.LIVE:
        reason = f": {window.state.reason}" if window.state.reason else "."
        return _fail(
            f"No picture: {options.context} was not synced within {options.timeout:g} s,"
            f" its state is {window.state.phase}{reason}",
            NOT_SYNCED,
        )
    window.settle()
    await asyncio.sleep(GRAB_STEP_SECONDS)
    if not window.grab().save(str(path), "PNG"):
        return _fail(f"No picture: {path} cannot be written.")
    return 0


def _application(options: WindowOptions) -> QApplication:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("kubeimg")
    application.setDesktopFileName("kubeimg-gui")
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


def _change_theme(window: MainWindow) -> None:
    theme = themes.choose_theme("system")
    _dress(theme)
    window.set_theme(theme)


def _fail(sentence: str, code: int = FAILED) -> int:
    sys.stderr.write(sentence + "\n")
    return code
