"""The windows of the process, and the tray icon and notifier they share."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

from kubeimg_gui.cluster.errors import ClusterError
from kubeimg_gui.qt.app.session import ClientFactory, ClusterClient, Session
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.tasks import Tasks, in_thread
from kubeimg_gui.qt.notify.notifier import Notifier
from kubeimg_gui.qt.notify.tray import Tray
from kubeimg_gui.qt.window.connection_wording import NoticeAction
from kubeimg_gui.qt.window.main_window import MainWindow


class WindowManager(QObject):
    """Opens one window per context; GUI thread only.

    All windows but the first need a running asyncio event loop.

    `clients` is called in worker threads.

    Signals:
        last_closed: the user closed the last window, so the process should exit.
    """

    last_closed = Signal()

    def __init__(
        self,
        make_session: Callable[[ClusterClient], Session],
        clients: ClientFactory,
        tray: Tray,
        notifier: Notifier,
    ) -> None:
        super().__init__()
        self._make_session = make_session
        self._clients = clients
        self._tray = tray
        self._notifier = notifier
        self._tasks = Tasks()
        self._sessions: dict[str, Session] = {}
        self._opening: set[tuple[str, Path | None]] = set()
        self._closing = Tasks()
        tray.window_requested.connect(self.show)
        notifier.activated.connect(self.show)

    @property
    def windows(self) -> tuple[MainWindow, ...]:
        """The open windows, oldest first."""
        return tuple(session.window for session in self._sessions.values())

    def open(self, client: ClusterClient) -> Session:
        """Shows a window for a client; the caller starts the session."""
        session = self._make_session(client)
        window = session.window
        self._sessions[self._free_name(session)] = session
        session.close_requested.connect(partial(self._close, session))
        session.renamed.connect(partial(self._rename, session))
        session.message.connect(self._notifier.send)
        window.condition_changed.connect(lambda: self._show_state(session))
        self._show_state(session)
        window.toolbar.contexts_requested.connect(
            lambda: self._tasks.start(self._offer_contexts(session))
        )
        window.toolbar.context_chosen.connect(partial(self._choose, session))
        window.other_requested.connect(partial(self._offer_other, session))
        window.show()
        return session

    def show(self, name: str) -> None:
        """Raises the window of that name and focuses its activity panel."""
        if session := self._sessions.get(name):
            session.window.show_activity()

    async def close(self) -> None:
        """Closes all windows concurrently."""
        self._tasks.cancel()
        sessions, self._sessions = tuple(self._sessions.values()), {}
        for session in sessions:
            self._closing.start(session.stop())
        await self._closing.all_ended()

    def _name(self, session: Session) -> str:
        """The name of a session in tray and notifications; "" once it is closing."""
        return next((name for name, each in self._sessions.items() if each is session), "")

    def _free_name(self, session: Session) -> str:
        """The name of a session, numbered if another window has the same."""
        taken = {name for name, each in self._sessions.items() if each is not session}
        numbered = (f"{session.name} ({n})" for n in count(2))
        return next(name for name in chain((session.name,), numbered) if name not in taken)

    def _rename(self, session: Session) -> None:
        old = self._name(session)
        if old:
            self._tray.forget(old)
            new = self._free_name(session)
            named = self._sessions.items()
            self._sessions = {new if name == old else name: each for name, each in named}
            self._show_state(session)

    def _show_state(self, session: Session) -> None:
        if name := self._name(session):
            self._tray.show_state(name, *session.window.condition)

    def _close(self, session: Session) -> None:
        name = self._name(session)
        if not name:
            return  # already closing
        if len(self._sessions) == 1:
            self.last_closed.emit()  # shutdown closes the last window
            return
        del self._sessions[name]
        self._tray.forget(name)
        self._closing.start(session.stop())

    async def _offer_contexts(self, session: Session) -> None:
        note = ""
        names: Sequence[str] = ()
        try:
            names = await in_thread(self._clients.context_names, session.kubeconfig)
        except ClusterError as error:
            note = str(error)
        if self._name(session):
            session.window.toolbar.offer_contexts(names, note)

    def _choose(self, session: Session, context: str) -> None:
        self._tasks.start(self._open_another(session, context))

    async def _open_another(self, session: Session, context: str) -> None:
        wanted = (context, session.kubeconfig)
        opened = {(each.window.context, each.kubeconfig): each for each in self._sessions.values()}
        if wanted in opened:
            self.show(self._name(opened[wanted]))
        elif wanted not in self._opening:
            self._opening.add(wanted)
            try:
                open_context = self._clients.open_context
                client = await in_thread(open_context, context, session.kubeconfig)
            except ClusterError as error:
                self._show_error(str(error), session.window)
            else:
                self.open(client).start()
            finally:
                self._opening.discard(wanted)

    def _offer_other(self, session: Session, action: NoticeAction) -> None:
        """Starts the demo, or lets the user choose a kubeconfig, in the place of a window."""
        if action is NoticeAction.START_DEMO:
            self._tasks.start(self._replace(session, self._clients.open_demo))
            return
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.app.kubeconfig_dialog import kubeconfig_dialog

        dialog = kubeconfig_dialog(session.window)
        dialog.fileSelected.connect(partial(self._open_file, session))
        dialog.open()

    def _open_file(self, session: Session, file: str) -> None:
        open_client = partial(self._clients.open_context, None, Path(file))
        self._tasks.start(self._replace(session, open_client))

    async def _replace(self, session: Session, open_client: Callable[[], ClusterClient]) -> None:
        """Opens a window in the place of another one, which closes."""
        try:
            client = await in_thread(open_client)
        except ClusterError as error:
            self._show_error(str(error), session.window)
            return
        if not self._name(session):
            return  # closed meanwhile
        place = session.window.saveGeometry()
        successor = self.open(client)
        successor.window.restoreGeometry(place)
        successor.start()
        self._close(session)

    def _show_error(self, sentence: str, window: MainWindow) -> None:
        """Shows an error at that window, or at another one if it is closed."""
        if self.windows:
            box = QMessageBox(window if window in self.windows else self.windows[0])
            box.setTextFormat(Qt.TextFormat.PlainText)
            box.setIcon(QMessageBox.Icon.Warning)
            box.setText(formatting.passage(sentence))
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.open()
