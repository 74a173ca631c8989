"""The main window: creates the parts, connects their signals, shows the connection state."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.state import ConnectionState, Phase
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
from kubeimg_gui.qt.verbs.registry import VERBS
from kubeimg_gui.qt.verbs.verb import Verb, offered
from kubeimg_gui.qt.window import connection_wording, side_panel
from kubeimg_gui.qt.window.announcer import ConnectionAnnouncer
from kubeimg_gui.qt.window.export_action import TableExport
from kubeimg_gui.qt.window.filter_control import FilterControl
from kubeimg_gui.qt.window.focus import WindowFocus
from kubeimg_gui.qt.window.help import HelpMenu
from kubeimg_gui.qt.window.layout import WindowLayout
from kubeimg_gui.qt.window.notice_control import NoticeControl
from kubeimg_gui.qt.window.pause_buffer import PauseBuffer
from kubeimg_gui.qt.window.placement import Placement
from kubeimg_gui.qt.window.saved_views_control import SavedViewsControl
from kubeimg_gui.qt.window.settings import WindowSettings, load_settings, save_settings
from kubeimg_gui.qt.window.shortcuts import add_shortcuts
from kubeimg_gui.qt.window.source import Source
from kubeimg_gui.qt.window.toolbar import Toolbar
from kubeimg_gui.qt.window.views import VIEWS, View
from kubeimg_gui.qt.window.views_control import ViewsControl

TICK_MS = 1000
SETTLE_MS = 300
"""Interval between two sorts while nodes are loading: each one repaints the whole table."""
REFRESH_MS = 200
"""Minimum interval between two updates of texts and counts."""


class MainWindow(QMainWindow):
    """Shows the nodes of one context, live; GUI thread only.

    `settings` is the INI file for its layout; None to save nothing. `size` takes precedence over
    the saved size and the size of the screen. `verbs` are what the user can do to nodes, `views`
    what the window can show.

    Signals:
        close_requested: the user wants to close the window; the owner stops the connection and
            then calls `close_now`.
        synced: all nodes are known for the first time.
        condition_changed: carries the new `condition`.
        renamed: `context` became known.
        other_requested: the user wants another cluster in place of none; carries the NoticeAction
            that says which.

    Attributes:
        state: the connection state, its times on the steady clock.
        context: the kubeconfig context; "" while unknown.
        condition: the worst Severity of connection and nodes, and its text.
    """

    close_requested = Signal()
    synced = Signal()
    condition_changed = Signal(object, str)
    renamed = Signal()
    other_requested = Signal(object)

    def __init__(
        self,
        source: Source,
        theme: Theme,
        settings: Path | None,
        clocks: Clocks,
        size: QSize | None = None,
        verbs: Sequence[Verb] = VERBS,
        views: Sequence[View] = VIEWS,
    ) -> None:
        super().__init__()
        self._source = source
        self._clocks = clocks
        self._age = DataAge(clocks, source.last_heard)
        self._settings_file = settings
        self._closing = False
        self._synced = False
        self._first_selected = False
        self.condition = (Severity.GONE, "")
        self.state = ConnectionState(Phase.CONNECTING, since=clocks.steady())
        self._shown_names: object = None
        self.context = source.target.context
        self.model = NodeTableModel(clocks, self)
        self.pause_buffer = PauseBuffer(self)
        self.toolbar = Toolbar(theme, self, read_only=source.read_only)
        self.page = page = WindowLayout(self.toolbar, self.model, source, theme, clocks, views)
        self.setCentralWidget(page)
        self.summary, self.banner, self.job_bar = page.summary, page.banner, page.job_bar
        self.table, self.notice_page = page.table, page.notice_page
        self.panel, self.activity, self.status = page.panel, page.activity, page.status
        self.filter = FilterControl(self.toolbar.filter, self.model, self.table, page.filter_banner)
        self.views = ViewsControl(
            page, self.filter, self.model, source, theme, clocks, settings, views
        )
        self.saved = SavedViewsControl(page, self.model, self.views, settings, self.context)
        verbs = offered(verbs, read_only=source.read_only)
        self.menu = NodeMenu(verbs, self.model, self.table, self)
        self.toolbar.verbs.setMenu(self.menu.menu)
        self.help = HelpMenu(resources_folder() / "docs", settings, self)
        self.toolbar.help.setMenu(self.help.menu)
        self.export = TableExport(lambda: self.views.widget, self.help.menu, self._note, self)
        self.verbs = NodeVerbs(verbs, source.actions, self.model, self.job_bar, theme, self)
        self._notices = NoticeControl(page, self.model, source)
        self._show_names()
        self._connect()
        restored = load_settings(settings) if settings else WindowSettings()
        Placement(self).restore(restored.geometry, size)
        page.restore(self, restored)
        self._settle_timer = QTimer(self)
        self._settle_timer.setSingleShot(True)
        self._settle_timer.setInterval(SETTLE_MS)
        self._settle_timer.timeout.connect(self.settle)
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(TICK_MS)
        self._tick_timer.timeout.connect(self.tick)
        self._tick_timer.start()
        self._announcer = ConnectionAnnouncer(self)
        self._refresh_throttle = Throttle(self._refresh, REFRESH_MS, self)
        self._refresh()
        self.table.header.sortIndicatorChanged.connect(self._refresh)
        self.views.show(restored.view)
        self.views.focus()

    def _connect(self) -> None:
        self.filter.changed.connect(self._filter)
        self.toolbar.pause.toggled.connect(self._pause)
        self.pause_buffer.passed.connect(self._apply)
        self._notices.other_requested.connect(self.other_requested)
        self.table.selected.connect(self.panel.show_nodes)
        self.table.menu_requested.connect(self.menu.popup)
        self.table.hold.released.connect(self._settle_rows)
        self.menu.triggered.connect(self.verbs.run)
        self.menu.refused.connect(self._note)
        self.verbs.noted.connect(self._note)
        self.verbs.dialog_opened.connect(self.table.hold.follow)
        self.verbs.reviewed.connect(self.menu.show_missing)
        self.activity.node_requested.connect(self.views.show_node)
        self.views.shown.connect(self._refresh)
        self.panel.menu_requested.connect(self.views.popup_menu)
        self.panel.image_selected.connect(self.views.select_image)
        focus = WindowFocus(self)
        focus.changed.connect(self.activity.set_watched)
        focus.changed.connect(self.table.hold.set_focused)
        focus.changed.connect(self.views.set_focused)
        add_shortcuts(
            self,
            ("/", self.filter.focus),
            (QKeySequence.StandardKey.Find, self.filter.focus),
            ("Esc", lambda: self.saved.dismiss() or self.filter.escape()),
            ("Ctrl+P", self.toolbar.pause.toggle),
            (side_panel.SHORTCUT, self.page.side.toggle),
            (QKeySequence.StandardKey.Undo, self.job_bar.undo_last),
        )
        enter = (("Return", self._focus_images), ("Enter", self._focus_images))
        add_shortcuts(self.table, *enter, focused=True)

    @Slot(object)
    def take_changes(self, changes: Sequence[NodeChange]) -> None:
        """Shows changes; while paused only in the activity panel."""
        self.activity.gather(changes)
        self.pause_buffer.take(changes)
        self._show_pause()

    @Slot(object)
    def take_state(self, state: ConnectionState) -> None:
        """Shows the connection state."""
        self.state = self._clocks.steadied(state, self.state)
        self._show_names()
        if state.phase is Phase.LIVE and not self._synced:
            self._synced = True
            self.activity.begin()
            self.views.begin()
            self.saved.begin()
            self.synced.emit()
            self._settle_timer.start()
        self._refresh()

    @Slot()
    def settle(self) -> None:
        """Sorts the rows; at once while they load. Once all are known, selects the first row.

        The selection is made in a separate event: sorting and selecting take too long together.
        """
        self.table.settle(at_once=not self._first_selected)
        if self._synced and not self._first_selected:
            self._first_selected = True
            QTimer.singleShot(0, self, self._select_first)

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self.page.set_theme(theme)
        self.views.set_theme(theme)
        self.verbs.set_theme(theme)
        self._refresh()

    def close_now(self) -> None:
        """Closes without confirmation; the connection is already stopped."""
        self._closing = True
        self._tick_timer.stop()
        self._settle_timer.stop()
        self._refresh_throttle.stop()
        self.verbs.stop()
        self.panel.stop()
        self.export.stop()
        self.views.close()
        if self._settings_file:
            settings = replace(self.page.current_settings(self), view=self.views.current.name)
            save_settings(self._settings_file, settings)
        self.close()

    def show_activity(self) -> None:
        """Raises the window and focuses the activity panel."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.activity.setFocus()

    def _note(self, node: str, text: str, severity: Severity) -> None:
        self.activity.note(self._clocks.wall(), node, text, severity)

    def _show_names(self) -> None:
        """Shows the current names of the target: the kubeconfig may have changed."""
        target = self._source.target
        names = (target.context, target.cluster, target.user, target.badges)
        if names == self._shown_names:
            return
        self._shown_names = names
        renamed, self.context = self.context != names[0], names[0]
        title = formatting.fill(
            self.tr("{context} — kubeimg"), context=connection_wording.context_text(self.context)
        )
        self.setWindowTitle(title.replace("[*]", "[*][*]"))  # Qt replaces a single one
        self.toolbar.show_names(*names)
        self.job_bar.context = self.context
        self.verbs.set_context(self.context)
        if renamed:
            self.saved.set_context(self.context)
            self.views.load_pods_wanted()
            self.renamed.emit()

    def _select_first(self) -> None:
        first = next(self.model.shown_nodes, None)
        if first is not None and not self.table.names:
            self.table.select_names([first.name])

    def _apply(self, changes: Sequence[NodeChange]) -> None:
        self.model.apply(changes)
        if self.state.phase is not Phase.LIVE and not self._settle_timer.isActive():
            self._settle_timer.start()
        self._refresh_throttle.ask()

    def _filter(self, words: Sequence[str]) -> None:
        self.panel.mark(words)
        self.summary.follow_filter()
        self._refresh()

    def _pause(self, paused: bool) -> None:
        self.pause_buffer.set_paused(paused)
        self._show_pause()

    def _focus_images(self) -> None:
        """Toggles the group at the cursor, or opens and focuses the images of the nodes."""
        if not self.table.toggle_current():
            self.page.side.show_panel()
            self.panel.focus_list()

    def _show_pause(self) -> None:
        buffer = self.pause_buffer
        self.toolbar.show_waiting(
            paused=buffer.paused, waiting=buffer.waiting, merged=buffer.merged
        )

    def tick(self) -> None:
        """Updates names, sort order, ages and texts; called once a second."""
        self._show_names()
        self.job_bar.tick()
        self._settle_rows()
        self.table.viewport().update()
        if self.page.show_time(self._clocks.wall()):
            self.views.show_new_day()
        self._refresh()

    def _settle_rows(self) -> None:
        if not self.pause_buffer.paused:
            self.table.settle()
            self.views.settle()
        self._refresh_throttle.ask()

    def _refresh(self) -> None:
        state, now = self.state, self._clocks.steady()
        age = self._age.seconds() if self.model.known else None
        severity, phase = connection_wording.phase_text(state)
        time = connection_wording.time_text(state, age, now)
        tip = connection_wording.state_tip(state)
        self.toolbar.show_state(severity, f"{phase} · {time}" if time else phase, tip)
        unreadable = connection_wording.unreadable_text(state)
        self.status.show_state(phase, time, unreadable, tip, held=self.table.hold.held)
        self._announcer.follow(state, now)
        self._update_condition(severity, phase)
        self._show_pause()
        of_nodes = not self.views.current.of_images
        self._notices.show(state, self.context, now, of_nodes=of_nodes)
        self.saved.refresh()

    def _update_condition(self, severity: Severity, phase: str) -> None:
        pressed = self.model.inventory.under_pressure
        condition = connection_wording.condition(severity, phase, pressed)
        if condition != self.condition:
            self.condition = condition
            self.condition_changed.emit(*condition)

    @guard(None)
    def closeEvent(self, event: QCloseEvent) -> None:
        """Override: the owner stops the connection before the window closes."""
        if self._closing:
            event.accept()
        else:
            event.ignore()
            self.close_requested.emit()
