"""The panel at the bottom: what happened, newest first, and what is new since the person looked.

It follows the newest until the person scrolls or selects; then what they look at stays in place.
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
from kubeimg_gui.qt.base.filter_field import FilterField
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier, plain_label, smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle

LEAST_HEIGHT = 96
ADD_MS = 200
"""How often changes are added: in a storm of them each time costs a repaint."""


class ActivityPanel(QFrame):
    """Lists changes of image storage and what this window did; GUI thread only.

    Signals:
        node_asked: the person wants to see a node; carries its name.

    Attributes:
        model, view, filter, seen: the entries, their table, the field that filters them, the
            button that says how many are new and takes the marks away.
    """

    node_asked = Signal(str)

    def __init__(
        self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("activity")
        self.setMinimumHeight(LEAST_HEIGHT)
        self._opened = clock()
        self._begun = False
        self._gathered: list[NodeChange] = []
        self._adding = Throttle(self._add, ADD_MS, self)
        self.model = ActivityModel(self)
        self.view = ActivityView(self.model, theme, self)
        self.seen = QPushButton(self)
        self.seen.setObjectName("unseen")
        self.seen.setToolTip(formatting.tooltip(self.tr("New since you last looked. Click: seen.")))
        self.seen.hide()
        self._counts = plain_label(self, "caption")
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter activity"))
        self.filter.setAccessibleName(self.tr("Filter activity"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(220)
        for part in (self.seen, self._counts, self.filter):
            part.setFont(smaller(self.font()))
        self._lay_out()
        self._action(self.tr("Show node"), self._ask_for_node, "Return", "Enter")
        self._action(self.tr("Copy"), self.copy_selected, "Ctrl+C")
        self._action(self.tr("Copy all shown"), self.copy_all)
        self._connect()
        self._tell()

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

    def _action(self, said: str, act: Callable[[], None], *keys: str) -> None:
        action = QAction(said, self.view)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        self.view.addAction(action)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.textChanged.connect(self._tell)
        self.filter.left.connect(self._enter_list)
        self.seen.clicked.connect(self.model.mark_seen)
        self.model.unseen_changed.connect(self._show_unseen)
        self.model.told.connect(self._tell)
        self.view.doubleClicked.connect(self._ask_for_node)
        self.view.customContextMenuRequested.connect(self._show_menu)

    def begin(self) -> None:
        """All nodes are known: from now on it means something where nothing is listed."""
        self._begun = True
        self._tell()

    def take(self, changes: Sequence[NodeChange]) -> None:
        """List the changes of image storage among these, oldest first."""
        self._gathered += changes
        self._add()

    def gather(self, changes: Sequence[NodeChange]) -> None:
        """Take changes at once, but while they keep coming only every ADD_MS."""
        news = [change for change in changes if change.storage_changed]
        if news:
            self._gathered += news
            self._adding.ask()

    def note(self, at: float, node: str, said: str, severity: Severity) -> None:
        """List what this window did to a node, at epoch seconds."""
        self._add()
        self.model.note(at, node, said, severity)

    def set_watched(self, watched: bool) -> None:
        """Say whether the person is looking at the window."""
        self._add()
        self.model.set_watched(watched)

    def _add(self) -> None:
        gathered, self._gathered = self._gathered, []
        self.model.take(gathered)

    def set_theme(self, theme: Theme) -> None:
        """Show in another theme."""
        self.view.set_theme(theme)

    def copy_selected(self) -> None:
        """Copy the selected entries: a line each, exact fields between tabs, newest first."""
        rows = self.view.selectionModel().selectedRows()
        self._copy_places(sorted(index.row() for index in rows))

    def copy_all(self) -> None:
        """Copy all entries that the filter shows, like the selected ones."""
        self._copy_places(range(self.model.rowCount()))

    def _copy_places(self, places: Iterable[int]) -> None:
        lines = ["\t".join(activity_wording.fields(self.model.entry_at(place))) for place in places]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_for_node(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.node_asked.emit(self.model.entry_at(index.row()).node)

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

    def _tell(self) -> None:
        """Say how many entries are not shown, and why there are none."""
        model = self.model
        counts: list[str] = []
        sentence = self.tr("Changes will be listed here.")
        if self._begun:
            sentence = self.tr("No change since {time}.").format(
                time=formatting.clock(self._opened)
            )
        if model.filtered:
            shown = self.tr("{shown} of {all}")
            counts.append(shown.format(shown=f"{model.rowCount():,}", all=f"{model.known:,}"))
            sentence = self.tr("Nothing that happened matches the filter.")
        if model.let_go:
            counts.append(self.tr("%Ln older entry(s) dropped", "", model.let_go))
        self._counts.setText(" · ".join(counts))
        self.view.say_empty("" if model.rowCount() else sentence)

    def _leaves(self) -> Callable[[], None] | None:
        """What Escape leaves here: the filter's words, or an entry that is looked at."""
        if self.filter.hasFocus() and self.filter.text():
            return self.filter.clear
        return None if self.view.following else self.view.follow

    @guard(default=False)
    def event(self, event: QEvent) -> bool:
        """Override: Escape is for this panel first where it has something to leave."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            leave = self._leaves()
            if leave is not None:
                if event.type() == QEvent.Type.KeyPress:
                    leave()
                event.accept()
                return True
        return super().event(event)
