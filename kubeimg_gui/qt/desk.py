"""All windows of the process, and what they share: the tray icon and the way to the person."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.qt.main_window import MainWindow
from kubeimg_gui.qt.notifier import Notifier
from kubeimg_gui.qt.session import Feed, Session
from kubeimg_gui.qt.tasks import Tasks
from kubeimg_gui.qt.tray import Tray


class Desk(QObject):
    """Opens a window for each context once; GUI thread only, within a running asyncio loop.

    `make_session` makes the session of a feed. `open_feed` and `context_names` are asked in worker
    threads and may raise ClusterError.

    Signals:
        emptied: the last window was closed, so the process should end: it never runs unseen.
    """

    emptied = Signal()

    def __init__(
        self,
        make_session: Callable[[Feed], Session],
        open_feed: Callable[[str], Feed],
        context_names: Callable[[], Sequence[str]],
        tray: Tray,
        notifier: Notifier,
    ) -> None:
        super().__init__()
        self._make_session = make_session
        self._open_feed = open_feed
        self._context_names = context_names
        self._tray = tray
        self._notifier = notifier
        self._tasks = Tasks()
        self._sessions: dict[str, Session] = {}
        self._opening: set[str] = set()
        self._closing: set[asyncio.Task[None]] = set()
        tray.window_asked.connect(self.show)
        notifier.activated.connect(self.show)

    @property
    def windows(self) -> tuple[MainWindow, ...]:
        """The open windows, oldest first."""
        return tuple(session.window for session in self._sessions.values())

    def open(self, feed: Feed) -> Session:
        """Open a window on a feed."""
        session = self._make_session(feed)
        context, window = session.context, session.window
        self._sessions[context] = session
        session.close_asked.connect(partial(self._close, context))
        session.message.connect(self._notifier.send)
        self._tray.show_state(context, *window.condition)
        window.condition_changed.connect(partial(self._tray.show_state, context))
        window.top.contexts_asked.connect(lambda: self._tasks.start(self._offer(window)))
        window.top.context_chosen.connect(partial(self._choose, window))
        session.start()
        return session

    def show(self, context: str) -> None:
        """Bring a context's window to the front, with what happened there."""
        if session := self._sessions.get(context):
            session.window.show_activity()

    async def close(self) -> None:
        """Close all windows, all at once."""
        self._tasks.cancel()
        sessions, self._sessions = tuple(self._sessions.values()), {}
        await asyncio.gather(*self._closing, *(session.stop() for session in sessions))

    def _close(self, context: str) -> None:
        if context not in self._sessions:
            return  # it is closing already
        if len(self._sessions) == 1:
            self.emptied.emit()  # whoever ends the process closes the last one
            return
        session = self._sessions.pop(context)
        self._tray.forget(context)
        closing = asyncio.get_running_loop().create_task(session.stop())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _offer(self, window: MainWindow) -> None:
        note = ""
        names: Sequence[str] = ()
        try:
            names = await asyncio.to_thread(self._context_names)
        except ClusterError as error:
            note = str(error)
        if window in self.windows:
            window.top.offer_contexts(names, note)

    def _choose(self, window: MainWindow, context: str) -> None:
        self._tasks.start(self._open_another(window, context))

    async def _open_another(self, window: MainWindow, context: str) -> None:
        if context in self._sessions:
            self._sessions[context].window.show_activity()
        elif context not in self._opening:
            self._opening.add(context)
            try:
                feed = await asyncio.to_thread(self._open_feed, context)
            except ClusterError as error:
                self._say(str(error), window)
            else:
                self.open(feed)
            finally:
                self._opening.discard(context)

    def _say(self, sentence: str, window: MainWindow) -> None:
        """Say it at that window, or at another where that has gone."""
        if self.windows:
            box = QMessageBox(window if window in self.windows else self.windows[0])
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setIcon(QMessageBox.Icon.Warning)
            box.setText(sentence)
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()
