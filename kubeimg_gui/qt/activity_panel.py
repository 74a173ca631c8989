"""The panel at the bottom: what happened, since when, and what is new since the person looked."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.qt import text
from kubeimg_gui.qt.activity_model import ActivityModel, Field
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.labels import plain_label
from kubeimg_gui.qt.node_words import Severity
from kubeimg_gui.qt.theme import Theme
from kubeimg_gui.qt.top_bar import FilterField

ROW_HEIGHT = 24
LEAST_HEIGHT = 96
NODE_WIDTH = 250
PADDING = 14


class ActivityView(QTableView):
    """The list itself; says why it is empty."""

    def __init__(self, model: ActivityModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.empty_words = ""
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(
            max(ROW_HEIGHT, self.fontMetrics().height() + 8)
        )
        header = self.horizontalHeader()
        header.hide()
        header.setMinimumSectionSize(10)
        header.setSectionResizeMode(Field.WHAT, QHeaderView.ResizeMode.Stretch)
        # New entries are bold, so that is what must fit.
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        advance = QFontMetrics(bold).horizontalAdvance
        header.resizeSection(Field.MARK, advance("●") + PADDING)
        header.resizeSection(Field.TIME, advance("88:88:88") + PADDING)
        header.resizeSection(Field.NODE, NODE_WIDTH)
        header.resizeSection(Field.CHANGE, advance("▲ +8,888 GiB") + PADDING)
        header.resizeSection(Field.SIZES, advance("≥ 88.8 GiB → ≥ 88.8 GiB") + PADDING)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: a sentence where there is nothing to list."""
        super().paintEvent(event)
        if not self.model().rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self.palette().placeholderText().color()))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.viewport().rect(), int(flags), str(self.empty_words))


class ActivityPanel(QFrame):
    """Lists changes of image storage and what the person did; GUI thread only.

    Signals:
        node_asked: the person wants to see a node; carries its name.

    Attributes:
        model, view, filter, seen: the list, the field that filters it, the button that says how
            many are new and takes them for seen.
    """

    node_asked = Signal(str)

    def __init__(
        self, theme: Theme, clock: Callable[[], float], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("activity")
        self.setMinimumHeight(LEAST_HEIGHT)
        self._opened = clock()
        self.model = ActivityModel(theme, self)
        self.view = ActivityView(self.model, self)
        self.view.setAccessibleName(self.tr("Activity"))
        title = plain_label(self, "caption")
        title.setText(self.tr("Activity"))
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        title.setFont(bold)
        self.seen = QPushButton(self)
        self.seen.setToolTip(text.tooltip(self.tr("New since you last looked. Click: seen.")))
        self.seen.hide()
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter activity"))
        self.filter.setAccessibleName(self.tr("Filter activity"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(260)
        top = QHBoxLayout()
        top.setContentsMargins(PADDING, 6, 10, 4)
        top.setSpacing(10)
        top.addWidget(title)
        top.addWidget(self.seen)
        top.addStretch(1)
        top.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self.setFocusProxy(self.view)
        self._show = self._action(self.tr("Show node"), "", self._ask_for_node)
        self._copy = self._action(self.tr("Copy"), "Ctrl+C", self.copy_selected)
        self._copy_all = self._action(self.tr("Copy all shown"), "", self.copy_all)
        self._connect()
        self._say_empty()

    def _action(self, words: str, keys: str, act: Callable[[], None]) -> QAction:
        action = QAction(words, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        self.view.addAction(action)
        return action

    def _connect(self) -> None:
        self.filter.textChanged.connect(self.model.set_filter)
        self.filter.textChanged.connect(self._say_empty)
        self.filter.left.connect(self.view.setFocus)
        self.seen.clicked.connect(self.model.mark_seen)
        self.model.unseen_changed.connect(self._show_unseen)
        self.model.rowsInserted.connect(self._stay)
        self.view.activated.connect(self._ask_for_node)
        self.view.customContextMenuRequested.connect(self._offer)

    def take(self, changes: Sequence[NodeChange]) -> None:
        """List the changes of image storage among these, oldest first."""
        self.model.take(changes)

    def note(self, at: float, node: str, words: str, severity: Severity) -> None:
        """List what the person did to a node, at epoch seconds."""
        self.model.note(at, node, words, severity)

    def set_watched(self, watched: bool) -> None:
        """Say whether the person is looking at the window."""
        self.model.set_watched(watched)

    def set_theme(self, theme: Theme) -> None:
        """Show in another theme."""
        self.model.set_theme(theme)
        self.view.viewport().update()

    def copy_selected(self) -> None:
        """Copy the selected entries as lines of fields, with exact numbers."""
        places = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        self._copy_places(places)

    def copy_all(self) -> None:
        """Copy all entries that the filter shows."""
        self._copy_places(range(self.model.rowCount()))

    def _copy_places(self, places: Sequence[int]) -> None:
        if places:
            lines = ["\t".join(self.model.entry_at(place).fields) for place in places]
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _ask_for_node(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.node_asked.emit(self.model.entry_at(index.row()).node)

    def _offer(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self._show, self._copy, self._copy_all])
        some = self.view.currentIndex().isValid()
        self._show.setEnabled(some)
        self._copy.setEnabled(some)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def _stay(self, _parent: object, first: int, last: int) -> None:
        """Keep in sight what the person reads, unless that is the newest."""
        bar = self.view.verticalScrollBar()
        reads = bar.value() > 0 or self.view.selectionModel().hasSelection()
        if reads:
            height = self.view.verticalHeader().defaultSectionSize()
            self.view.executeDelayedItemsLayout()
            bar.setValue(bar.value() + (last - first + 1) * height)

    def _show_unseen(self, count: int) -> None:
        self.seen.setVisible(count > 0)
        self.seen.setText(self.tr("{n} new").format(n=f"{count:,}"))

    def _say_empty(self) -> None:
        words = self.tr("No change since {time}.").format(time=text.clock(self._opened))
        if self.filter.text().strip() and self.model.known:
            words = self.tr("Nothing that happened matches the filter.")
        self.view.empty_words = words
