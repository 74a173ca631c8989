"""The composition root of the window: makes the application, joins the parts, ends them again.

Nothing else in this room knows the informer, the process or the event loop. What the first
window is not painted with is imported afterwards: asyncio here, the rest where it is used.
"""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QLocale, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.app.crash_reporter import CrashReporter
from kubeimg_gui.qt.app.display_check import check_display
from kubeimg_gui.qt.app.process import (
    EndingSignals,
    GarbageCollector,
    check_versions,
    choose_platform,
    fail,
)
from kubeimg_gui.qt.app.session import Feed, Session
from kubeimg_gui.qt.app.window_manager import WindowManager
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.notify.dbus import NotificationService
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.notifier import Notifier
from kubeimg_gui.qt.notify.tray import Tray
from kubeimg_gui.qt.window.settings import settings_path

_log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""How long a busy informer may keep the window from the interpreter; Python's own is 5 ms."""
FINISH_SECONDS = 0.6
"""A little more than a notification under way may take."""


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


@dataclass(frozen=True, slots=True)
class _Opened:
    """What has been opened and must be ended in order; `ended` is done once it shall be."""

    manager: WindowManager
    session: Session
    tray: Tray
    notifier: Notifier
    ended: Future[None]


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
        return fail(problem)
    old_interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    application = _application(options)
    mistakes = CrashReporter(application)
    signals = EndingSignals(application)
    collector = GarbageCollector(application)
    try:
        opened = _open(options, feed, open_feed, context_names, signals, collector)
        application.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        # A person sees the window so much sooner than if this came first.
        from kubeimg_gui.qt.app.event_loop import run_to_the_end

        return run_to_the_end(application, _live(options, opened))
    finally:
        collector.stop()
        signals.stop()
        mistakes.stop()
        sys.setswitchinterval(old_interval)


def _open(
    options: WindowOptions,
    feed: Feed,
    open_feed: Callable[[str], Feed],
    context_names: Callable[[], Sequence[str]],
    signals: EndingSignals,
    collector: GarbageCollector,
) -> _Opened:
    settings = None if options.grab else options.settings_path or settings_path()
    _dress(themes.choose_theme(options.theme))
    silence = DoNotDisturb(settings, Clocks())
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

    manager = WindowManager(make_session, open_feed, context_names, tray, notifier)
    if options.theme == "system":
        QApplication.styleHints().colorSchemeChanged.connect(lambda: _change_theme(manager))
    ended: Future[None] = Future()
    for asked in (manager.emptied, signals.asked, tray.quit_requested):
        asked.connect(lambda: ended.done() or ended.set_result(None))
    session = manager.open(feed)
    _log.info("the window is open")
    return _Opened(manager, session, tray, notifier, ended)


async def _live(options: WindowOptions, opened: _Opened) -> int:
    from asyncio import wrap_future

    try:
        opened.session.start()
        if options.grab is None:
            await wrap_future(opened.ended)
            return 0
        from kubeimg_gui.qt.app.screenshot import save_picture

        return await save_picture(
            opened.session.window,
            options.grab,
            opened.ended,
            changes=options.grab_changes,
            seconds=options.timeout,
        )
    finally:
        opened.notifier.stop()
        await opened.manager.close()
        opened.notifier.finish(FINISH_SECONDS)
        opened.tray.stop()


def _application(options: WindowOptions) -> QApplication:
    application = QApplication(sys.argv[:1])
    install_translations(application, options.resources / "translations")
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


def _change_theme(manager: WindowManager) -> None:
    theme = themes.choose_theme("system")
    _dress(theme)
    for window in manager.windows:
        window.set_theme(theme)
