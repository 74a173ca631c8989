"""The bar below the toolbar: one tab for each view, and beside them what the view can switch."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier, smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.window.views import View

MARGIN = 14
PADDING, GAP = 12, 6
"""Space between tabs, and between a title and its shortcut, in pixels."""
LINE = 2
"""Height of the line below the current tab."""
HEIGHT = 30


class ViewTabs(QTabBar):
    """The tabs of the views: title, shortcut, and a line below the current one.

    Signals:
        chosen: the user chose a tab; carries the name of its view.
    """

    chosen = Signal(str)

    def __init__(self, views: Sequence[View], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._views = views
        self._theme = theme
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Views"))
        for place, view in enumerate(views):
            self.addTab(view.title().replace("&", "&&"))
            text = self.tr("{view} ({keys})")
            tip = formatting.fill(text, view=view.title(), keys=self._keys(place))
            self.setTabToolTip(place, tip)  # not rich: Qt reads it aloud as it is
        self.currentChanged.connect(self._choose)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        self.update()

    def show_view(self, view: View) -> None:
        """Makes the tab of a view the current one."""
        self.setCurrentIndex(self._views.index(view))

    def _choose(self, place: int) -> None:
        self.chosen.emit(self._views[place].name)

    def _keys(self, place: int) -> str:
        keys = QKeySequence(self._views[place].shortcut)
        return keys.toString(QKeySequence.SequenceFormat.NativeText)

    def _title_width(self, place: int) -> int:
        # All titles have the width of the current one, so that choosing one moves no other.
        return QFontMetrics(heavier(self.font())).horizontalAdvance(self._views[place].title())

    @guard(QSize())
    def tabSizeHint(self, index: int) -> QSize:
        """Override: room for title and shortcut."""
        keys = QFontMetrics(smaller(self.font())).horizontalAdvance(self._keys(index))
        width = self._title_width(index) + GAP + keys + 2 * PADDING
        return QSize(width, max(HEIGHT, self.fontMetrics().height() + 12))

    @guard(None)
    def paintEvent(self, event: QPaintEvent) -> None:
        """Override: paints the tabs without frames."""
        painter = QPainter(self)
        for place in range(self.count()):
            self._paint_tab(painter, place)

    def _paint_tab(self, painter: QPainter, place: int) -> None:
        theme, rect = self._theme, self.tabRect(place).adjusted(PADDING, 0, -PADDING, 0)
        current = place == self.currentIndex()
        painter.setFont(heavier(self.font()) if current else self.font())
        painter.setPen(QColor(theme.accent if current else theme.text))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, align, self._views[place].title())
        painter.setFont(smaller(self.font()))
        painter.setPen(QColor(theme.muted))
        keys = rect.adjusted(self._title_width(place) + GAP, 0, 0, 0)
        painter.drawText(keys, align, self._keys(place))
        if current:
            bottom = QRect(rect.left(), rect.bottom() + 1 - LINE, rect.width(), LINE)
            painter.fillRect(bottom, QColor(theme.accent))
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.accent), 1))
                painter.drawRect(rect.adjusted(-GAP, 2, GAP - 1, -LINE - 2))


class ViewBar(QFrame):
    """The tabs, beside them the saved views, and at the right end what the current view chooses.

    Attributes:
        tabs: the tabs.
    """

    def __init__(self, views: Sequence[View], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("views")
        self.tabs = ViewTabs(views, theme, self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN - PADDING, 0, MARGIN, 0)
        self._row.addWidget(self.tabs)
        self._row.addStretch(1)

    def add_beside_tabs(self, widget: QWidget) -> None:
        """Shows a widget at the right of the tabs."""
        self._row.insertWidget(1, widget)

    def add_at_end(self, widget: QWidget) -> None:
        """Shows a widget at the right end."""
        self._row.addWidget(widget)
