"""The panel at the bottom: what happened, newest first, and what is new since the person looked.

It follows the newest until the person scrolls or selects; then what they look at stays in place.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt import activity_words, text
from kubeimg_gui.qt.activity_model import ActivityModel, Field, words
from kubeimg_gui.qt.activity_words import Entry
from kubeimg_gui.qt.cell_painter import EDGE, REMEMBERED
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.labels import heavier, plain_label, smaller
from kubeimg_gui.qt.node_words import Severity
from kubeimg_gui.qt.theme import Theme
from kubeimg_gui.qt.top_bar import FilterField

ROW_HEIGHT = 24
LEAST_HEIGHT = 96
MARGIN = 14
GAP = 4
LONGEST_NAME = 36
NODE_SHARE = 0.25
"""The most of the width that the nodes' names get."""


class ActivityView(QTableView):
    """Shows an ActivityModel, with painting of its own like the table of nodes."""

    def __init__(self, model: ActivityModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._activity = model
        self._theme = theme
        self._fitted_for = ""
        self._fonts = (self.font(), heavier(self.font()))
        self._elided = [lru_cache(REMEMBERED)(QFontMetrics(f).elidedText) for f in self._fonts]
        self._empty = ""
        self.setModel(model)
        self._set_up()
        model.rowsInserted.connect(self._stay)

    def _set_up(self) -> None:
        self.setAccessibleName(self.tr("Activity"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(max(ROW_HEIGHT, self.fontMetrics().height() + 8))
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)

    @property
    def following(self) -> bool:
        """Whether the newest entry is kept in sight."""
        return not (self.verticalScrollBar().value() or self.selectionModel().hasSelection())

    def follow(self) -> None:
        """Let go of the selection and keep the newest entry in sight."""
        self.clearSelection()
        self.scrollToTop()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in another theme."""
        self._theme = theme
        self.viewport().update()

    def say_empty(self, sentence: str) -> None:
        """Say why there are no rows; nothing where there are some."""
        if sentence != self._empty:
            self._empty = sentence
            self.setAccessibleDescription(sentence)
            self.viewport().update()

    def _stay(self, _parent: object, _first: int, last: int) -> None:
        """Keep what the person looks at where it is, and the columns as wide as they need."""
        if not self.following:
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (last + 1) * self.verticalHeader().defaultSectionSize())
        if self._fitted_for != self._activity.longest_node:
            self._fit_columns()

    def _fit_columns(self) -> None:
        # One pixel more: advances are rounded, and a text one pixel too long is elided.
        around = MARGIN + GAP + 1
        plain, bold = (QFontMetrics(font).horizontalAdvance for font in self._fonts)
        self._fitted_for = self._activity.longest_node
        node = bold(text.line(self._fitted_for, LONGEST_NAME)) + around
        self.setColumnWidth(Field.NODE, min(node, round(self.viewport().width() * NODE_SHARE)))
        for field, widest in (
            (Field.TIME, "88:88:88"),
            (Field.CHANGE, text.signed_size(-1023)),
            (Field.SIZES, "≥ 88.8 GiB → ≥ 88.8 GiB"),
        ):
            self.setColumnWidth(field, plain(widest) + around)

    def _ink(self, entry: Entry, field: Field) -> str:
        theme = self._theme
        if field is Field.CHANGE and entry.growth:
            return theme.grown if entry.growth > 0 else theme.shrunk
        if field is Field.WHAT:
            # In the order of Severity.
            return (theme.text, theme.muted, theme.warn, theme.critical)[entry.severity]
        return theme.text if field is Field.NODE else theme.muted

    def _paint_row(self, painter: QPainter, place: int) -> None:
        theme = self._theme
        entry = self._activity.entry_at(place)
        new = self._activity.is_new(entry)
        height = self.rowHeight(place)
        row = QRect(0, self.rowViewportPosition(place), self.viewport().width(), height)
        if self.selectionModel().isRowSelected(place):
            painter.fillRect(row, QColor(theme.selection))
        painter.fillRect(row.left(), row.bottom(), row.width(), 1, QColor(theme.line))
        if new:
            painter.fillRect(row.left(), row.top(), EDGE, height - 1, QColor(theme.accent))
        if self.hasFocus() and place == self.currentIndex().row():
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.drawRect(row.adjusted(0, 0, -1, -2))
        metrics = self.fontMetrics()
        baseline = row.top() + (height - metrics.height()) // 2 + metrics.ascent()
        for field in Field:
            bold = new and field in (Field.NODE, Field.WHAT)
            left = self.columnViewportPosition(field) + MARGIN
            room = self.columnWidth(field) - MARGIN - GAP
            said = self._elided[bold](words(entry, field), Qt.TextElideMode.ElideMiddle, room)
            if field in (Field.CHANGE, Field.SIZES):
                left += room - metrics.horizontalAdvance(said)
            painter.setFont(self._fonts[bold])
            painter.setPen(QColor(self._ink(entry, field)))
            painter.drawText(left, baseline, said)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paint the rows in the exposed area, or say why there are none."""
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.fillRect(area, QColor(self._theme.page))
        count = self._activity.rowCount()
        if not count:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
            return
        last = self.rowAt(area.bottom())
        for place in range(max(0, self.rowAt(area.top())), last + 1 if last >= 0 else count):
            self._paint_row(painter, place)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: the columns follow the width."""
        super().resizeEvent(event)
        self._fit_columns()


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
        self.model = ActivityModel(self)
        self.view = ActivityView(self.model, theme, self)
        self.seen = QPushButton(self)
        self.seen.setObjectName("unseen")
        self.seen.setToolTip(text.tooltip(self.tr("New since you last looked. Click: seen.")))
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
        self.model.take(changes)

    def note(self, at: float, node: str, said: str, severity: Severity) -> None:
        """List what this window did to a node, at epoch seconds."""
        self.model.note(at, node, said, severity)

    def set_watched(self, watched: bool) -> None:
        """Say whether the person is looking at the window."""
        self.model.set_watched(watched)

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
        lines = ["\t".join(activity_words.fields(self.model.entry_at(place))) for place in places]
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
        self.seen.setText(self.tr("{n} new").format(n=f"{count:,}"))
        self.seen.setVisible(count > 0)

    def _tell(self) -> None:
        """Say how many entries are not shown, and why there are none."""
        model = self.model
        counts: list[str] = []
        sentence = self.tr("Changes will be listed here.")
        if self._begun:
            sentence = self.tr("No change since {time}.").format(time=text.clock(self._opened))
        if model.filtered:
            shown = self.tr("{shown} of {all}")
            counts.append(shown.format(shown=f"{model.rowCount():,}", all=f"{model.known:,}"))
            sentence = self.tr("Nothing that happened matches the filter.")
        if model.let_go:
            counts.append(self.tr("{n} older ones let go").format(n=f"{model.let_go:,}"))
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
