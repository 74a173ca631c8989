"""The live main window: puts the parts together and hands news from one to the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt import connection_words
from kubeimg_gui.qt.change_gate import ChangeGate
from kubeimg_gui.qt.columns import Column
from kubeimg_gui.qt.figures import Figures
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.image_panel import LEAST_WIDTH, USUAL_WIDTH, ImagePanel
from kubeimg_gui.qt.node_model import NodeTableModel
from kubeimg_gui.qt.node_view import NodeView
from kubeimg_gui.qt.notices import Banner, NoticePage
from kubeimg_gui.qt.settings import Arrangement, load_arrangement, save_arrangement
from kubeimg_gui.qt.status_bar import StatusBar
from kubeimg_gui.qt.theme import Theme
from kubeimg_gui.qt.top_bar import TopBar

USUAL_SIZE = QSize(1440, 900)
ROOMY_WIDTH = 1280
TICK_MS = 1000
SETTLE_MS = 300
"""How often rows are put in order while they come: each time costs a whole repaint."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the window's data comes from, as kubeconfig names it, and how to ask about it.

    Attributes:
        last_heard: when the server was last heard of, epoch seconds; None where never.
        retry_now: cuts a back-off short.
    """

    context: str
    cluster: str
    user: str
    last_heard: Callable[[], float | None]
    retry_now: Callable[[], None]


class MainWindow(QMainWindow):
    """Shows one context's nodes, live; GUI thread only.

    How it was left is kept in the file `settings`; None for a window that keeps nothing. A given
    `size` goes before the size it was left in.

    Signals:
        close_asked: the person wants to close; whoever owns the window ends what feeds it and
            then calls `close_now`.
        synced: all nodes are known for the first time.
    """

    close_asked = Signal()
    synced = Signal()

    def __init__(
        self,
        source: Source,
        theme: Theme,
        settings: Path | None,
        clock: Callable[[], float],
        size: QSize | None = None,
    ) -> None:
        super().__init__()
        self._source = source
        self._clock = clock
        self._settings = settings
        self._closing = False
        self._synced = False
        self._introduced = False
        self.state = ConnectionState(Phase.CONNECTING, since=clock())
        self.setWindowTitle(self.tr("{context} — kubeimg").replace("{context}", source.context))
        self.setMinimumSize(820, 480)
        self.model = NodeTableModel(clock, self)
        self.gate = ChangeGate(self)
        page = QWidget(self)
        self.top = TopBar(source.context, source.cluster, source.user, theme, page)
        self.figures = Figures(self.model, theme, page)
        self.banner = Banner(page)
        self.table = NodeView(self.model, theme, clock, page)
        self.notices = NoticePage(page)
        self.panel = ImagePanel(self.model, theme, page)
        self.status = StatusBar(self.model, page)
        self._lay_out(page)
        self._connect()
        self._restore(size)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.settle)
        self._ticking = QTimer(self)
        self._ticking.setInterval(TICK_MS)
        self._ticking.timeout.connect(self.tick)
        self._ticking.start()
        self._show_all()
        self.table.setFocus()

    def _lay_out(self, page: QWidget) -> None:
        self._stack = QStackedWidget(page)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notices)
        left = QWidget(page)
        above = QVBoxLayout(left)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addWidget(self.banner)
        above.addWidget(self._stack, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, page)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.figures)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.status)
        self.setCentralWidget(page)

    def _connect(self) -> None:
        self.top.filter.textChanged.connect(self._filter)
        self.top.filter.left.connect(self.table.setFocus)
        self.top.pause.toggled.connect(self._pause)
        self.gate.passed.connect(self._apply)
        self.banner.retry_asked.connect(self._source.retry_now)
        self.notices.retry_asked.connect(self._source.retry_now)
        self.notices.clear_asked.connect(self.top.filter.clear)
        self.table.selected.connect(self.panel.show_nodes)
        self.table.header.sort_asked.connect(self._show_all)
        for keys in ("/", QKeySequence.StandardKey.Find):
            QShortcut(QKeySequence(keys), self, self._focus_filter)
        QShortcut(QKeySequence("Esc"), self, self._leave_filter)
        QShortcut(QKeySequence("Ctrl+P"), self, self.top.pause.toggle)

    @Slot(object)
    def take_changes(self, changes: Sequence[NodeChange]) -> None:
        """Show changes, or keep them while paused."""
        self.gate.take(changes)
        if self.gate.waiting:
            self._show_waiting()

    @Slot(object)
    def take_state(self, state: ConnectionState) -> None:
        """Show how the connection stands."""
        self.state = state
        if state.phase is Phase.LIVE and not self._synced:
            self._synced = True
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
        for part in (self.top, self.figures, self.table, self.panel):
            part.set_theme(theme)
        self._show_all()

    def close_now(self) -> None:
        """Close without asking: what fed the window has ended."""
        self._closing = True
        self._ticking.stop()
        self._settling.stop()
        if self._settings:
            save_arrangement(self._settings, self._arrangement())
        self.close()

    def _select_first(self) -> None:
        if self.model.rowCount() and not self.table.names:
            self.table.select_names([self.model.row_at(0).name])

    def _apply(self, changes: Sequence[NodeChange]) -> None:
        self.model.apply(changes)
        if self.state.phase is not Phase.LIVE and not self._settling.isActive():
            self._settling.start()
        self._show_all()

    def _filter(self, wanted: str) -> None:
        self.model.set_filter(wanted)
        self._show_all()

    def _pause(self, paused: bool) -> None:
        self.gate.set_paused(paused)
        self._show_waiting()

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
        if not self.gate.paused:
            self.table.settle()
        self.table.viewport().update()
        self._show_all()

    def _show_all(self) -> None:
        now = self._clock()
        heard = self._source.last_heard() if self.model.known else None
        severity, phase = connection_words.phase_words(self.state)
        age = connection_words.data_age(self.state, heard, now)
        self.top.show_state(severity, f"{phase} · {age}" if age else phase)
        self.status.show_state(phase, age)
        self._show_waiting()
        notice = connection_words.notice(
            self.state,
            known=self.model.known,
            shown=self.model.rowCount(),
            wanted=self.model.filter,
            context=self._source.context,
            now=now,
        )
        self.table.show_skeleton(shown=not self.model.known)
        self.banner.say(connection_words.banner(self.state, now) if self.model.known else "")
        if notice is not None:
            self.notices.show_notice(notice)
        self._stack.setCurrentWidget(self.table if notice is None else self.notices)

    def _show_waiting(self) -> None:
        if not self.gate.paused:
            self.top.show_waiting("")
        elif not self.gate.waiting:
            self.top.show_waiting(self.tr("Paused"))
        elif self.gate.waiting == 1:
            self.top.show_waiting(self.tr("Paused · 1 change waiting"))
        else:
            words = self.tr("Paused · {n} changes waiting")
            self.top.show_waiting(words.format(n=f"{self.gate.waiting:,}"))

    def _restore(self, size: QSize | None) -> None:
        arrangement = load_arrangement(self._settings) if self._settings else Arrangement()
        self.resize(size or USUAL_SIZE)
        if not size:
            self.restoreGeometry(QByteArray(arrangement.geometry))
        header = self.table.header
        for place, column in enumerate(arrangement.order):
            header.moveSection(header.visualIndex(column), place)
        for column in arrangement.hidden:
            header.setSectionHidden(column, True)
        self.table.user_widths.update(arrangement.widths)
        self.table.sort_by(arrangement.sort, arrangement.descending)
        usual = USUAL_WIDTH if self.width() >= ROOMY_WIDTH else LEAST_WIDTH
        panel = arrangement.panel or usual
        self._splitter.setSizes([self.width() - panel, panel])

    def _arrangement(self) -> Arrangement:
        header = self.table.header
        return Arrangement(
            geometry=bytes(self.saveGeometry().data()),
            panel=self.panel.width(),
            order=tuple(sorted(Column, key=header.visualIndex)),
            hidden=frozenset(column for column in Column if header.isSectionHidden(column)),
            widths=dict(self.table.user_widths),
            sort=self.model.sort_column,
            descending=self.model.descending,
        )

    @guard(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        """Override: what feeds the window ends first."""
        if self._closing:
            event.accept()
        else:
            event.ignore()
            self.close_asked.emit()
