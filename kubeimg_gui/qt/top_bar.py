"""The bar at the top: which cluster, the filter, verbs, pause, and how the connection stands."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from kubeimg_gui.qt import text
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.labels import heavier, plain_label
from kubeimg_gui.qt.node_words import Severity
from kubeimg_gui.qt.theme import Theme, pill_style


class FilterField(QLineEdit):
    """The filter's words; Enter and Down lead back to the table.

    Signals:
        left: the person is done here.
    """

    left = Signal()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: keys that mean nothing in one line of text."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)


class TopBar(QFrame):
    """Context pill, filter field, the nodes' verbs, pause button and connection state.

    Signals:
        contexts_asked: the person wants to see which other contexts there are.
        context_chosen: one of those offered; carries its name.

    Attributes:
        filter, pause: the field and the button.
        pill: the context's name; a click or a right-click asks for other contexts.
        verbs: the button that holds the menu of what can be done to the selected nodes.
    """

    contexts_asked = Signal()
    context_chosen = Signal(str)

    def __init__(
        self,
        context: str,
        cluster: str,
        user: str,
        theme: Theme,
        parent: QWidget,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self._context = context
        self.pill = self._make_pill(cluster, user)
        self._read_only = plain_label(self, "caption")
        self._read_only.setText(self.tr("read-only"))
        self._read_only.setVisible(read_only)
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter nodes, labels, images   ( / )"))
        self.filter.setAccessibleName(self.tr("Filter nodes, labels, images"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(220)
        self.filter.setMaximumWidth(420)
        self.verbs = QPushButton(self.tr("Node"), self)
        self.verbs.setToolTip(text.tooltip(self.tr("What can be done to the selected nodes")))
        self.pause = QPushButton(self.tr("Pause"), self)
        self.pause.setCheckable(True)
        self.pause.setToolTip(text.tooltip(self.tr("Freeze the table (Ctrl+P)")))
        self.pause.toggled.connect(self._name_pause)
        self._waiting = plain_label(self)
        self._dot = plain_label(self)
        self._dot.setText("●")
        self._state = plain_label(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 14, 8)
        row.setSpacing(10)
        row.addWidget(self.pill)
        row.addWidget(self._read_only)
        row.addWidget(self.filter, 1)
        for button in (self.verbs, self.pause):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addWidget(self._waiting)
        row.addStretch(1)
        row.addWidget(self._dot)
        row.addSpacing(-4)
        row.addWidget(self._state)
        self.set_theme(theme)

    def _make_pill(self, cluster: str, user: str) -> QPushButton:
        pill = QPushButton(self)
        pill.setFont(heavier(self.font()))
        shown = pill.fontMetrics().elidedText(self._context, Qt.TextElideMode.ElideMiddle, 240)
        pill.setText(shown.replace("&", "&&"))
        named = text.fill(self.tr("Context {name}"), name=self._context)
        pill.setAccessibleName(named)
        facts = (
            named,
            text.fill(self.tr("Cluster {name}"), name=cluster),
            text.fill(self.tr("User {name}"), name=user),
            self.tr("Click to open another context in a window of its own"),
        )
        pill.setToolTip(text.tooltip("\n".join(facts)))
        pill.setAutoDefault(False)
        pill.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        pill.customContextMenuRequested.connect(self.contexts_asked)
        pill.clicked.connect(self.contexts_asked)
        return pill

    def offer_contexts(self, contexts: Sequence[str], note: str = "") -> QMenu:
        """Show the contexts that can be opened, below the pill; `note` where there are none."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(self.tr("Open in a window of its own"))
        for name in contexts:
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name == self._context)
            action.triggered.connect(partial(self.context_chosen.emit, name))
        if note:
            menu.addAction(note.replace("&", "&&")).setEnabled(False)
        menu.popup(self.pill.mapToGlobal(self.pill.rect().bottomLeft()))
        return menu

    @property
    def state_words(self) -> str:
        """The connection's state as shown."""
        return self._state.text()

    @property
    def waiting_words(self) -> str:
        """What is said of a pause; empty while there is none."""
        return self._waiting.text()

    def set_theme(self, theme: Theme) -> None:
        """Show in another theme; the state takes its colour when it is next shown."""
        self._severities = {
            Severity.FINE: theme.ok,
            Severity.GONE: theme.muted,
            Severity.UNCERTAIN: theme.warn,
            Severity.CRITICAL: theme.critical,
        }
        self.pill.setStyleSheet(pill_style(self._context, theme))
        self._waiting.setStyleSheet(f"color: {theme.warn}")

    def show_state(self, severity: Severity, words: str) -> None:
        """Say how the connection stands."""
        colour = f"color: {self._severities[severity]}"
        for label in (self._dot, self._state):
            if label.styleSheet() != colour:
                label.setStyleSheet(colour)
        self._state.setText(words)

    def show_waiting(self, words: str) -> None:
        """Say that the table is paused and what waits; empty words say nothing."""
        self._waiting.setText(words)

    def _name_pause(self, paused: bool) -> None:
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
