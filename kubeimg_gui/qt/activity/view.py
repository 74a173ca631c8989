"""The view of the activity list; paints its rows itself, like the node table."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from kubeimg_gui.qt.activity import wording as activity_wording
from kubeimg_gui.qt.activity.model import ActivityModel, Field
from kubeimg_gui.qt.activity.wording import Entry
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.cells import EDGE, cached
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.name_elision import NameElision, NameFamilies
from kubeimg_gui.text import units

ROW_HEIGHT = 24
MARGIN = 14
GAP = 4
LONGEST_NAME = 36
LEAST_TEXT = 240
"""Minimum width of the text of a change, in place of the sizes."""
NODE_SHARE = 0.25
"""Maximum share of the width for names of nodes."""


class ActivityView(QTableView):
    """Shows an ActivityModel."""

    def __init__(self, model: ActivityModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._activity = model
        self._theme = theme
        self._fitted_for = ""
        self._fonts = (self.font(), heavier(self.font()))
        self._elided = [cached(QFontMetrics(font).elidedText) for font in self._fonts]
        self._families = NameFamilies()
        self._names = [NameElision(QFontMetrics(font), self._families) for font in self._fonts]
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
        """Whether the view scrolls to new entries."""
        return not (self.verticalScrollBar().value() or self.selectionModel().hasSelection())

    def follow(self) -> None:
        """Clears the selection and scrolls to new entries from now on."""
        self.clearSelection()
        self.scrollToTop()

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self.viewport().update()

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        self._fit_columns()
        self.viewport().update()

    def set_empty_text(self, sentence: str) -> None:
        """Sets the text that an empty list shows."""
        if sentence != self._empty:
            self._empty = sentence
            self.setAccessibleDescription(sentence)
            self.viewport().update()

    def _stay(self, _parent: object, _first: int, last: int) -> None:
        """Keeps the visible rows in place, and fits the columns."""
        if not self.following:
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + (last + 1) * self.verticalHeader().defaultSectionSize())
        if self._fitted_for != self._activity.longest_node:
            self._fit_columns()

    def _fit_columns(self) -> None:
        # One pixel more: advances are rounded, and text that is one pixel too wide is elided.
        around = MARGIN + GAP + 1
        plain, bold = (QFontMetrics(font).horizontalAdvance for font in self._fonts)
        self._fitted_for = self._activity.longest_node
        node = bold(formatting.line(self._fitted_for, LONGEST_NAME)) + around
        self.setColumnWidth(Field.NODE, min(node, round(self.viewport().width() * NODE_SHARE)))
        size = units.at_least("88.8 GiB")
        for field, widest in (
            (Field.TIME, max("88:88:88", self._activity.longest_time, key=len)),
            (Field.CHANGE, formatting.signed_size(-1023)),
            (Field.SIZES, activity_wording.from_to(size, size)),
        ):
            self.setColumnWidth(field, plain(widest) + around)
        fixed = sum(self.columnWidth(field) for field in Field if field is not Field.WHAT)
        # The sizes are in the tooltip, too.
        if self.viewport().width() - fixed < LEAST_TEXT:
            self.setColumnWidth(Field.SIZES, 0)

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
        for field in filter(self.columnWidth, Field):
            bold = new and field in (Field.NODE, Field.WHAT)
            left = self.columnViewportPosition(field) + MARGIN
            room = self.columnWidth(field) - MARGIN - GAP
            text = self._fitted(self._activity.cell_text(entry, field), field, room, bold=bold)
            if field in (Field.CHANGE, Field.SIZES):
                left += room - metrics.horizontalAdvance(text)
            painter.setFont(self._fonts[bold])
            painter.setPen(QColor(self._ink(entry, field)))
            painter.drawText(left, baseline, text)

    def _fitted(self, text: str, field: Field, room: int, *, bold: bool) -> str:
        if field is Field.NODE:
            return self._names[bold].elided(text, room)
        return self._elided[bold](text, Qt.TextElideMode.ElideMiddle, room)

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paints the rows in the exposed area, or the text of an empty list."""
        painter = QPainter(self.viewport())
        area = event.rect()
        painter.fillRect(area, QColor(self._theme.page))
        count = self._activity.rowCount()
        if not count:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._empty)
            return
        last = self.rowAt(area.bottom())
        places = range(max(0, self.rowAt(area.top())), last + 1 if last >= 0 else count)
        entries = map(self._activity.entry_at, places)
        self._families.learn(formatting.line(entry.node) for entry in entries)
        for place in places:
            self._paint_row(painter, place)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the columns to the new width."""
        super().resizeEvent(event)
        self._fit_columns()
