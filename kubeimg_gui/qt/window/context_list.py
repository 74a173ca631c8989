"""The list of contexts with a search field, for kubeconfigs with more of them than a menu holds."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import add_clear_button
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme, context_colours

WIDTH, HEIGHT = 520, 460
"""Size of the list in pixels, where the screen has the room."""
_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})
_DISPLAY, _DECORATION = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.DecorationRole)
_TOOLTIP, _FONT = int(Qt.ItemDataRole.ToolTipRole), int(Qt.ItemDataRole.FontRole)
_SIZE = int(Qt.ItemDataRole.SizeHintRole)

_Index = QModelIndex | QPersistentModelIndex


class ContextModel(QStringListModel):
    """The names of contexts that contain all words of a filter, in the order of the kubeconfig.

    A QStringListModel, because a view asks thousands of times for the number of rows.
    """

    def __init__(
        self, names: Sequence[str], current: str, theme: Theme, font: QFont, parent: QObject
    ) -> None:
        super().__init__(names, parent)
        self._names = self._shown = names
        self._searched = tuple(map(str.casefold, names))
        self._current = current
        self._theme = theme
        self._font = heavier(font)

    @property
    def shown(self) -> Sequence[str]:
        """The names that match the filter."""
        return self._shown

    def set_filter(self, text: str) -> None:
        """Shows the names that contain all words of `text`; case does not matter."""
        words = text.casefold().split()
        self._shown = [
            name
            for name, searched in zip(self._names, self._searched, strict=True)
            if all(word in searched for word in words)
        ]
        self.setStringList(self._shown)

    @guard(None)
    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """Override: a name as shown, in the colour of its context; the current one is marked."""
        name = self._shown[index.row()]
        if role == _DISPLAY:
            text = formatting.line(name)
            return self._marked(text) if name == self._current else text
        if role == _TOOLTIP:
            return formatting.tooltip(name)
        if role == _DECORATION:
            return QColor(context_colours(name, self._theme)[0])
        if role == _FONT and name == self._current:
            return self._font
        return QSize(0, 26) if role == _SIZE else None

    def _marked(self, text: str) -> str:
        return formatting.fill(self.tr("{context} (this window)"), context=text)


class ContextList(QFrame):
    """A popup with a search field above the contexts; closes itself, GUI thread only.

    Typing filters, the arrow keys move, Enter and a click choose, Esc closes.

    Signals:
        chosen: carries the name of the chosen context.

    Attributes:
        field, view: the search field and the list.
    """

    chosen = Signal(str)

    def __init__(
        self, contexts: Sequence[str], current: str, note: str, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("contexts")
        self.setAccessibleName(self.tr("Open a context in a new window"))
        self._contexts = contexts
        self._current = current
        self._model = ContextModel(contexts, current, theme, self.font(), self)
        title = plain_label(self, "caption")
        title.setText(self.tr("Open in a new window"))
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(self.tr("Filter contexts"))
        self.field.setAccessibleName(self.tr("Filter contexts"))
        add_clear_button(self.field)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._filter)
        self.view = self._make_view()
        self._count = plain_label(self, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        for widget in (title, self.field, self.view, self._count):
            column.addWidget(widget)
        if note:
            label = plain_label(self, "caption", wrap=True)
            label.setText(formatting.passage(note))
            column.addWidget(label)
        self._select()

    def _make_view(self) -> QListView:
        view = QListView(self)
        view.setModel(self._model)
        view.setUniformItemSizes(True)
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        view.setIconSize(QSize(8, 8))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay in the field
        view.setAccessibleName(self.tr("Contexts"))
        view.clicked.connect(self._choose)
        return view

    @property
    def count_text(self) -> str:
        """The number of contexts as shown."""
        return self._count.text()

    def show_below(self, widget: QWidget) -> None:
        """Opens below a widget, within the screen."""
        space = widget.screen().availableGeometry()
        size = QSize(WIDTH, HEIGHT).boundedTo(space.size())
        place = QRect(widget.mapToGlobal(QPoint(0, widget.height())), size)
        place.moveRight(min(place.right(), space.right()))
        place.moveBottom(min(place.bottom(), space.bottom()))
        self.setGeometry(place)
        self.show()
        self.view.scrollTo(self.view.currentIndex(), QListView.ScrollHint.PositionAtCenter)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    @guard(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Override: the field's keys that move in the list, choose from it and close it."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        key = event.key()
        if key in _MOVES:
            QCoreApplication.sendEvent(self.view, event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.view.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            return False
        return True

    def _filter(self, text: str) -> None:
        self._model.set_filter(text)
        self._select()

    def _select(self) -> None:
        """Selects the first match; without a filter the current context."""
        shown = self._model.shown
        is_filtered = bool(self.field.text().strip())
        row = 0 if is_filtered or self._current not in shown else shown.index(self._current)
        self.view.setCurrentIndex(self._model.index(row))
        self.view.scrollTo(self.view.currentIndex(), QListView.ScrollHint.PositionAtCenter)
        text = formatting.contexts(len(self._contexts))
        if is_filtered:
            text = self.tr("{n} of {contexts}").format(n=f"{len(shown):,}", contexts=text)
        self._count.setText(text)
        self.field.setAccessibleDescription(text)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            name = self._model.shown[index.row()]
            self.close()
            self.chosen.emit(name)
