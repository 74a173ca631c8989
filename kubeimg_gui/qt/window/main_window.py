"""The live main window: puts the parts together and hands news from one to the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut, QWindow
from PySide6.QtWidgets import QMainWindow

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.clocks import Clocks, DataAge
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs.menu import NodeMenu
from kubeimg_gui.qt.verbs.node_verbs import NodeVerbs
from kubeimg_gui.qt.window import connection_wording
from kubeimg_gui.qt.window.connection_wording import Remedy
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.pause_buffer import PauseBuffer
from kubeimg_gui.qt.window.settings import Arrangement, load_arrangement, save_arrangement
from kubeimg_gui.qt.window.toolbar import Toolbar

TICK_MS = 1000
SETTLE_MS = 300
"""How often rows are put in order while they come: each time costs a whole repaint."""
TELL_MS = 200
"""How often sentences and counts follow changes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the window's data comes from, and how to ask about it.

    Attributes:
        target: what it is called, which may change whenever a new state is told.
        last_heard: when the server was last heard of, epoch seconds; None where never.
        retry_now: cuts a back-off short.
        start_over: gives up a try that gets nowhere and begins anew.
        cancel_login: calls off the credential plugin that is waited for.
        actions: what changes nodes there.
        read_only: whether nothing that changes anything is offered.
    """

    target: Target
    last_heard: Callable[[], float | None]
    retry_now: Callable[[], None]
    start_over: Callable[[], None]
    cancel_login: Callable[[], None]
    actions: NodeActions
    read_only: bool = False


class MainWindow(QMainWindow):
    """Shows one context's nodes, live; GUI thread only.

    How it was left is kept in the file `settings`; None for a window that keeps nothing. A given
    `size` goes before the size it was left in.

    Signals:
        close_asked: the person wants to close; whoever owns the window ends what feeds it and
            then calls `close_now`.
        synced: all nodes are known for the first time.
        condition_changed: the `condition` has.
        renamed: the `context` has; it was not known before.

    Attributes:
        state: how the connection stands, its times on the steady clock.
        context: the context it is fixed to; "" while it is not known.
        condition: the Severity of the connection and the nodes together, and its words.
    """

    close_asked = Signal()
    synced = Signal()
    condition_changed = Signal(object, str)
    renamed = Signal()

    def __init__(
        self,
        source: Source,
        theme: Theme,
        settings: Path | None,
        clocks: Clocks,
        size: QSize | None = None,
    ) -> None:
        super().__init__()
        self._source = source
        self._clocks = clocks
        self._age = DataAge(clocks, source.last_heard)
        self._settings = settings
        self._closing = False
        self._synced = False
        self._introduced = False
        self.condition = (Severity.GONE, "")
        self.state = ConnectionState(Phase.CONNECTING, since=clocks.steady())
        self._dismissed = ""
        self._names: object = None
        self.context = source.target.context
        self.setMinimumSize(820, 480)
        self.model = NodeTableModel(clocks, self)
        self.gate = PauseBuffer(self)
        top = Toolbar(theme, self, read_only=source.read_only)
        self.page = page = WindowLayout(top, self.model, theme, clocks)
        self.setCentralWidget(page)
        self.top, self.figures, self.banner = top, page.figures, page.banner
        self.strip, self.table, self.notices = page.strip, page.table, page.notices
        self.panel, self.activity, self.status = page.panel, page.activity, page.status
        self.menu = NodeMenu(self.model, self.table, self, read_only=source.read_only)
        self.top.verbs.setMenu(self.menu.menu)
        self.verbs = NodeVerbs(source.actions, self.model, self.strip, theme, self)
        self._show_names()
        self._connect()
        arrangement = load_arrangement(settings) if settings else Arrangement()
        page.restore(self, arrangement, size)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.settle)
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self.tick)
        self._ticking.start()
        self._telling = Throttle(self._show_all, TELL_MS, self)
        self._show_all()
        self.table.setFocus()

    def _connect(self) -> None:
        self.top.filter.textChanged.connect(self._filter)
        self.top.filter.left.connect(self.table.setFocus)
        self.top.pause.toggled.connect(self._pause)
        self.gate.passed.connect(self._apply)
        self.banner.remedy_asked.connect(self._remedy)
        self.notices.remedy_asked.connect(self._remedy)
        self.table.selected.connect(self.panel.show_nodes)
        self.table.header.sort_requested.connect(self._show_all)
        self.table.menu_requested.connect(self.menu.popup)
        self.table.cancel_deletion_requested.connect(self.verbs.cancel_deletion)
        self.menu.annotate_asked.connect(self.verbs.annotate)
        self.menu.delete_asked.connect(self.verbs.delete)
        self.menu.yaml_asked.connect(self.verbs.view_yaml)
        self.menu.cancel_deletion_requested.connect(self.verbs.cancel_deletion)
        self.verbs.noted.connect(self._note)
        self.verbs.reviewed.connect(self.menu.show_missing)
        self.activity.node_requested.connect(self.show_node)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication), "a window needs one"
        application.focusWindowChanged.connect(self._follow_focus)
        for keys in ("/", QKeySequence.StandardKey.Find):
            QShortcut(QKeySequence(keys), self, self._focus_filter)
        QShortcut(QKeySequence("Esc"), self, self._leave_filter)
        QShortcut(QKeySequence("Ctrl+P"), self, self.top.pause.toggle)
        QShortcut(QKeySequence.StandardKey.Undo, self, self.strip.undo_last)

    @Slot(object)
    def take_changes(self, changes: Sequence[NodeChange]) -> None:
        """Show changes; while paused only as activity."""
        self.activity.gather(changes)
        self.gate.take(changes)
        self.top.show_waiting(paused=self.gate.paused, waiting=self.gate.waiting)

    @Slot(object)
    def take_state(self, state: ConnectionState) -> None:
        """Show how the connection stands."""
        self.state = self._clocks.steadied(state, self.state)
        self._show_names()
        if state.phase is Phase.LIVE and not self._synced:
            self._synced = True
            self.activity.begin()
            self.synced.emit()
            self._settling.start()
        self._show_all()

    @Slot()
    def settle(self) -> None:
        """Put the rows in order now; once all are known, select the first of them.

        Selecting gets a turn of its own: with the order it would hold the window up too long.
        """
        self.table.settle(at_once=True)
        if self._synced and not self._introduced:
            self._introduced = True
            QTimer.singleShot(0, self, self._select_first)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours of everything that draws for itself."""
        self.page.set_theme(theme)
        self.verbs.set_theme(theme)
        self._show_all()

    def close_now(self) -> None:
        """Close without asking: what fed the window has ended."""
        self._closing = True
        self._ticking.stop()
        self._settling.stop()
        self._telling.stop()
        self.verbs.stop()
        if self._settings:
            save_arrangement(self._settings, self.page.arrangement(self))
        self.close()

    def show_node(self, name: str) -> None:
        """Select a node and bring it into sight, the filter notwithstanding."""
        if self.model.row_named(name) is None:
            return
        if self.model.place_of(name) is None:
            self.top.filter.clear()
        self.table.select_names([name])
        self.table.show_place(self.model.place_of(name))

    def show_activity(self) -> None:
        """Come to the front with what happened."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.activity.setFocus()

    def _follow_focus(self, focused: QWindow | None) -> None:
        """What happens while the person is not at this window or its dialogs is marked as new."""
        mine = self.windowHandle()
        while focused is not None and focused != mine:
            focused = focused.transientParent()
        self.activity.set_watched(focused is not None)

    def _note(self, node: str, words: str, severity: Severity) -> None:
        self.activity.note(self._clocks.wall(), node, words, severity)

    def _show_names(self) -> None:
        """Show what the target is called now: a kubeconfig may have been mended meanwhile."""
        target = self._source.target
        names = (target.context, target.cluster, target.user, target.badges)
        if names == self._names:
            return
        self._names = names
        renamed, self.context = self.context != names[0], names[0]
        title = formatting.fill(
            self.tr("{context} — kubeimg"), context=connection_wording.context_words(self.context)
        )
        self.setWindowTitle(title.replace("[*]", "[*][*]"))  # else Qt takes it for a placeholder
        self.top.show_names(*names)
        self.strip.context = self.context
        self.verbs.set_context(self.context)
        if renamed:
            self.renamed.emit()

    def _remedy(self, remedy: Remedy) -> None:
        """Do what the button of a notice or of the banner offers."""
        source = self._source
        {
            Remedy.RETRY: source.retry_now,
            Remedy.START_OVER: source.start_over,
            Remedy.CANCEL_LOGIN: source.cancel_login,
            Remedy.CLEAR_FILTER: self.top.filter.clear,
            Remedy.DISMISS: self._dismiss,
        }[remedy]()

    def _dismiss(self) -> None:
        self._dismissed = self.state.reason
        self._show_all()

    def _select_first(self) -> None:
        if self.model.rowCount() and not self.table.names:
            self.table.select_names([self.model.row_at(0).name])

    def _apply(self, changes: Sequence[NodeChange]) -> None:
        self.model.apply(changes)
        if self.state.phase is not Phase.LIVE and not self._settling.isActive():
            self._settling.start()
        self._telling.ask()

    def _filter(self, wanted: str) -> None:
        self.model.set_filter(wanted)
        self._show_all()

    def _pause(self, paused: bool) -> None:
        self.gate.set_paused(paused)
        self.top.show_waiting(paused=self.gate.paused, waiting=self.gate.waiting)

    def _focus_filter(self) -> None:
        self.top.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.filter.selectAll()

    def _leave_filter(self) -> None:
        if self.top.filter.text():
            self.top.filter.clear()
        else:
            self.table.setFocus()

    def tick(self) -> None:
        """Bring order, ages and sentences up to date; once a second."""
        self.strip.tick()
        if not self.gate.paused:
            self.table.settle()
        self.table.viewport().update()
        self._show_all()

    def _show_all(self) -> None:
        state, now = self.state, self._clocks.steady()
        age = self._age.seconds() if self.model.known else None
        severity, phase = connection_wording.phase_words(state)
        time = connection_wording.time_words(state, age, now)
        tip = connection_wording.state_tip(state)
        self.top.show_state(severity, f"{phase} · {time}" if time else phase, tip)
        self.status.show_state(phase, time, connection_wording.unreadable_words(state), tip)
        self._tell_condition(severity, phase)
        self.top.show_waiting(paused=self.gate.paused, waiting=self.gate.waiting)
        notice = connection_wording.notice(
            state,
            known=self.model.known,
            shown=self.model.rowCount(),
            wanted=self.model.filter,
            context=self.context,
            now=now,
        )
        self.table.show_skeleton(shown=not self.model.known)
        banner = connection_wording.banner(state, now) if self.model.known else None
        dismissed = banner and banner.remedy is Remedy.DISMISS and state.reason == self._dismissed
        self.banner.show_notice(None if dismissed else banner)
        if notice is not None:
            self.notices.show_notice(notice)
        self.page.show_table(shown=notice is None)

    def _tell_condition(self, severity: Severity, phase: str) -> None:
        pressed = self.model.inventory.under_pressure
        words = phase
        if pressed:
            words += " · " + formatting.fill(
                self.tr("{nodes} under pressure"), nodes=formatting.nodes(pressed)
            )
        condition = (max(severity, Severity.CRITICAL if pressed else Severity.FINE), words)
        if condition != self.condition:
            self.condition = condition
            self.condition_changed.emit(*condition)

    @guard(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        """Override: what feeds the window ends first."""
        if self._closing:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()
