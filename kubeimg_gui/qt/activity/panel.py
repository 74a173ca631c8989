"""The panel at the bottom: changes, newest first, with those that the user has not seen marked.

It scrolls with new entries until the user scrolls or selects; then the view stays in place.
"""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.activity import wording as activity_wording
from kubeimg_gui.qt.activity.model import ActivityModel
from kubeimg_gui.qt.activity.view import MARGIN, ActivityView
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import add_clear_button, set_tip
from kubeimg_gui.qt.base.filter_field import FilterField
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier, plain_label, smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle

LEAST_HEIGHT = 72
ADD_MS = 200
"""Minimum interval between additions; each one costs a repaint."""


class ActivityPanel(QFrame):
    """Lists changes of image storage and actions of this window; GUI thread only.

    Signals:
        node_requested: the user wants to see a node; carries its name.

    Attributes:
        model, view, filter: the entries, their table, and the filter field.
        seen: the button that shows the number of new entries and marks them as seen.
    """

    node_requested = Signal(str)

    def __init__(
        self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("activity")
        self.setMinimumHeight(LEAST_HEIGHT)
        self._clock = clock
        self._opened = clock()
        self._synced = False
        self._pending: list[NodeChange] = []
        self._adding = Throttle(self._add, ADD_MS, self)
        self.model = ActivityModel(clock, self)
        self.view = ActivityView(self.model, theme, self)
        self.seen = QPushButton(self)
        self.seen.setObjectName("unseen")
        self.seen.setAccessibleName(self.tr("Mark as seen"))
        set_tip(self.seen, self.tr("New since you last looked. Click to mark as seen."))
        self.seen.hide()
        self._counts = plain_label(self, "caption")
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter activity"))
        self.filter.setAccessibleName(self.tr("Filter activity"))
        add_clear_button(self.filter)
        self.filter.setFixedWidth(220)
        for part in (self.seen, self._counts, self.filter):
            part.setFont(smaller(self.font()))
        self._lay_out()
        self._action(self.tr("Show node"), self._ask_for_node, "Return", "Enter")
        self._action(self.tr("Copy"), self.copy_selected, "Ctrl+C")
        self._action(self.tr("Copy all shown"), self.copy_all)
        self._connect()
        self._update_texts()

    def _lay_out(self) -> None:
        title = plain_label(self, "caption")
        title.setText(self.tr("Activity"))
        title.setFont(heavier(self.font()))
        head = QHBoxLayout()
        head.setContentsMargins(MARGIN, 5, MARGIN - 4, 5)
        head.setSpacing(10)
        for part in (title, self.seen, self._counts):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)

    def _action(self, text: str, act: Callable[[], None], *keys: str) -> None:
        action = QAction(text, self.view)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        self.view.addAction(action)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.textChanged.connect(self._update_texts)
        self.filter.left.connect(self._enter_list)
        self.seen.clicked.connect(self.model.mark_seen)
        self.model.unseen_changed.connect(self._show_unseen)
        self.model.added.connect(self._update_texts)
        self.view.doubleClicked.connect(self._ask_for_node)
        self.view.customContextMenuRequested.connect(self._show_menu)

    def begin(self) -> None:
        """Sets that all nodes are known, so that an empty list means no changes."""
        self._synced = True
        self._update_texts()

    def take(self, changes: Sequence[NodeChange]) -> None:
        """Adds the changes of image storage among these at once, oldest first."""
        self._pending += changes
        self._add()

    def gather(self, changes: Sequence[NodeChange]) -> None:
        """Adds changes, at most once per ADD_MS."""
        news = [change for change in changes if change.storage_changed]
        if news:
            self._pending += news
            self._adding.ask()

    def note(self, at: float, node: str, text: str, severity: Severity) -> None:
        """Adds an action of this window on a node, at epoch seconds."""
        self._add()
        self.model.note(at, node, text, severity)

    def set_watched(self, watched: bool) -> None:
        """Sets whether the window is active."""
        self._add()
        self.model.set_watched(watched)

    def _add(self) -> None:
        pending, self._pending = self._pending, []
        self.model.take(pending)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self.view.set_theme(theme)

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        self.view.show_new_day()
        self._update_texts()

    def copy_selected(self) -> None:
        """Copies the selected entries as tab-separated lines, newest first."""
        rows = self.view.selectionModel().selectedRows()
        self._copy_places(sorted(index.row() for index in rows))

    def copy_all(self) -> None:
        """Copies all entries that the filter shows."""
        self._copy_places(range(self.model.rowCount()))

    def _copy_places(self, places: Iterable[int]) -> None:
        lines = ["\t".join(activity_wording.fields(self.model.entry_at(place))) for place in places]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_for_node(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.node_requested.emit(self.model.entry_at(index.row()).node)

    def _show_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addActions(self.view.actions())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def _enter_list(self) -> None:
        self.view.setFocus()
        if not self.view.selectionModel().hasSelection():
            self.view.selectRow(0)

    def _show_unseen(self, count: int) -> None:
        self.seen.setText(self.tr("%Ln new", "", count))
        self.seen.setVisible(count > 0)

    def _update_texts(self) -> None:
        """Updates the counts and the text of an empty list."""
        model = self.model
        counts: list[str] = []
        sentence = self.tr("Changes will appear here.")
        if self._synced:
            sentence = self.tr("No changes since {time}.").format(
                time=formatting.clock(self._opened, self._clock())
            )
        if model.filtered:
            shown = self.tr("{shown} of {all}")
            counts.append(shown.format(shown=f"{model.rowCount():,}", all=f"{model.known:,}"))
            sentence = self.tr("No activity matches the filter.")
        if model.dropped:
            counts.append(self.tr("%Ln older entry(s) dropped", "", model.dropped))
        self._counts.setText(" · ".join(counts))
        self.view.set_empty_text("" if model.rowCount() else sentence)

    def _escape_action(self) -> Callable[[], None] | None:
        """Returns what Escape does here: clear the filter or follow new entries; or None."""
        if self.filter.hasFocus() and self.filter.text():
            return self.filter.clear
        return None if self.view.following else self.view.follow

    @guard(default=False)
    def event(self, event: QEvent) -> bool:
        """Override: handles Escape before the window does."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            act = self._escape_action()
            if act is not None:
                if event.type() == QEvent.Type.KeyPress:
                    act()
                event.accept()
                return True
        return super().event(event)
