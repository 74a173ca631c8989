"""Composition root of the window: creates the application, connects its parts, shuts them down.

Only this module knows process, event loop and windows together. Modules not needed to paint the
first window, such as asyncio, are imported later.
"""

import logging
import os
import sys
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QLocale, QSize
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.app.crash_reporter import CrashReporter
from kubeimg_gui.qt.app.display_check import check_display
from kubeimg_gui.qt.app.process import (
    GarbageCollector,
    TerminationSignals,
    check_versions,
    choose_platform,
    fail,
)
from kubeimg_gui.qt.app.session import ClientFactory, ClusterClient, Session
from kubeimg_gui.qt.app.window_manager import WindowManager
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.session_bus import session_bus_is_stuck
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.notify.dbus import NotificationService, give_up_session_bus
from kubeimg_gui.qt.notify.do_not_disturb import DoNotDisturb
from kubeimg_gui.qt.notify.notifier import Notifier
from kubeimg_gui.qt.notify.tray import Tray
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.placement import DEFAULT_SIZE, available_area
from kubeimg_gui.qt.window.settings import settings_path

_log = logging.getLogger(__name__)

SWITCH_SECONDS = 0.001
"""Interpreter switch interval: how long a busy informer thread may block the GUI. Default: 5 ms."""
FINISH_SECONDS = 0.6
"""How long shutdown waits for notifications in progress."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """Command-line options of the window.

    Attributes:
        theme: `light`, `dark` or `system`.
        size: width and height in pixels; None for the saved size.
        grab: where to save a screenshot instead of keeping the window open.
        grab_changes: number of image storage changes to wait for before the screenshot.
        timeout: maximum wait for the screenshot in seconds.
        settings_path: the INI file for the layout; None for the platform's default.
        resources: the folder with `icons/`; files may be missing.
        read_only: whether to hide verbs that change the cluster.
        view: the name of the view to show first; "" for the one shown last.
        watch_pods: whether views of images watch pods, whatever the user chose.
    """

    resources: Path
    theme: str = "system"
    size: tuple[int, int] | None = None
    grab: Path | None = None
    grab_changes: int = 0
    timeout: float = 30.0
    settings_path: Path | None = None
    read_only: bool = False
    view: str = ""
    watch_pods: bool = False


@dataclass(frozen=True, slots=True)
class _Opened:
    """What shutdown has to close; `quit` completes when shutdown should begin."""

    manager: WindowManager
    session: Session
    tray: Tray
    notifier: Notifier
    quit: Future[None]


def run(
    options: WindowOptions,
    client: ClusterClient,
    clients: ClientFactory,
) -> int:
    """Runs windows until the last one is closed, or saves a screenshot; returns the exit code.

    `client` belongs to the first window; `clients`, called in worker threads, creates those of the
    others. All are closed here. Main thread only, once per process.
    """
    platform = choose_platform(os.environ, grab=options.grab is not None)
    if platform:
        os.environ["QT_QPA_PLATFORM"] = platform
    problem = check_versions() or check_display(os.environ)
    if problem:
        return fail(problem)
    if session_bus_is_stuck(os.environ):
        _log.warning("The D-Bus session bus does not answer: no tray, notifications, screen reader")
        give_up_session_bus()
    old_interval = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    application = _application(options)
    crash_reporter = CrashReporter(application)
    signals = TerminationSignals(application)
    collector = GarbageCollector(application)
    try:
        opened = _open(options, client, clients, signals, collector)
        application.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        # Imported after the first paint, so that the window appears sooner.
        from kubeimg_gui.qt.app.event_loop import run_event_loop

        return run_event_loop(application, _run_windows(options, opened))
    finally:
        collector.stop()
        signals.stop()
        crash_reporter.stop()
        sys.setswitchinterval(old_interval)


def _open(
    options: WindowOptions,
    client: ClusterClient,
    clients: ClientFactory,
    signals: TerminationSignals,
    collector: GarbageCollector,
) -> _Opened:
    settings = None if options.grab else options.settings_path or settings_path()
    _apply_theme(themes.choose_theme(options.theme))
    do_not_disturb = DoNotDisturb(settings, Clocks())
    if options.grab:
        do_not_disturb.begin_for_good()
    tray = Tray(QApplication.windowIcon(), do_not_disturb)
    service = NotificationService()
    notifier = Notifier(do_not_disturb, service, tray)

    def make_session(client: ClusterClient) -> Session:
        theme = themes.choose_theme(options.theme)
        size = _initial_size(options)
        session = Session(client, theme, settings, size, read_only=options.read_only)
        session.window.synced.connect(collector.freeze)
        _show_view(session.window, options)
        return session

    manager = WindowManager(make_session, clients, tray, notifier)
    if options.theme == "system":
        QApplication.styleHints().colorSchemeChanged.connect(lambda: _change_theme(manager))
    quit_requested: Future[None] = Future()
    for request in (manager.last_closed, signals.received, tray.quit_requested):
        request.connect(lambda: quit_requested.done() or quit_requested.set_result(None))
    session = manager.open(client)
    _log.info("Window opened")
    return _Opened(manager, session, tray, notifier, quit_requested)


async def _run_windows(options: WindowOptions, opened: _Opened) -> int:
    from asyncio import wrap_future

    try:
        opened.session.start()
        if options.grab is None:
            opened.tray.appear()
            await wrap_future(opened.quit)
            return 0
        from kubeimg_gui.qt.app.screenshot import save_screenshot

        return await save_screenshot(
            opened.session.window,
            options.grab,
            opened.quit,
            changes=options.grab_changes,
            seconds=options.timeout,
        )
    finally:
        opened.notifier.stop()
        await opened.manager.close()
        opened.notifier.finish(FINISH_SECONDS)
        opened.tray.stop()


def _show_view(window: MainWindow, options: WindowOptions) -> None:
    if options.view:
        window.views.show(options.view)
    if options.watch_pods and window.views.current.of_images:
        window.views.watch_pods()


def _initial_size(options: WindowOptions) -> QSize | None:
    """The size of a new window; None for the saved one. Only a screenshot needs no screen."""
    if options.grab is not None:
        return QSize(*options.size) if options.size else DEFAULT_SIZE
    room = available_area(QGuiApplication.primaryScreen()).size()
    return QSize(*options.size).boundedTo(room) if options.size else None


def _application(options: WindowOptions) -> QApplication:
    application = QApplication(sys.argv[:1])
    install_translations(application, options.resources / "translations")
    application.setApplicationName("kubeimg")
    application.setDesktopFileName("kubeimg")
    application.setQuitOnLastWindowClosed(False)
    application.setStyle("Fusion")
    if QLocale.system().language() == QLocale.Language.C:
        # The C locale does not group digits.
        QLocale.setDefault(QLocale(QLocale.Language.English))
    icon = QIcon()
    for file in sorted((options.resources / "icons").glob("*.png")):
        icon.addFile(str(file))
    application.setWindowIcon(icon)
    return application


def _apply_theme(theme: themes.Theme) -> None:
    QApplication.setPalette(themes.palette(theme))
    application = QApplication.instance()
    assert isinstance(application, QApplication), "created by run"
    application.setStyleSheet(themes.style_sheet(theme))


def _change_theme(manager: WindowManager) -> None:
    theme = themes.choose_theme("system")
    _apply_theme(theme)
    for window in manager.windows:
        window.set_theme(theme)
