"""The bar at the top: which cluster this is, the filter, pause, and how the connection stands."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget

from kubeimg_gui.qt import text
from kubeimg_gui.qt.guard import guard
from kubeimg_gui.qt.labels import plain_label
from kubeimg_gui.qt.node_words import Severity
from kubeimg_gui.qt.theme import Theme, context_colours


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
    """Context pill, filter field, pause button and connection state."""

    def __init__(
        self, context: str, cluster: str, user: str, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("topBar")
        self._context = context
        self._pill = plain_label(self)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        self._pill.setFont(bold)
        self._pill.setText(
            self._pill.fontMetrics().elidedText(context, Qt.TextElideMode.ElideMiddle, 240)
        )
        self._pill.setAccessibleName(self.tr("Context {name}").replace("{name}", context))
        self._pill.setToolTip(
            text.tooltip(
                "\n".join(
                    (
                        self.tr("Context {name}").replace("{name}", context),
                        self.tr("Cluster {name}").replace("{name}", cluster),
                        self.tr("User {name}").replace("{name}", user),
                    )
                )
            )
        )
        self.filter = FilterField(self)
        self.filter.setPlaceholderText(self.tr("Filter nodes, labels, images   ( / )"))
        self.filter.setAccessibleName(self.tr("Filter nodes, labels, images"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(220)
        self.filter.setMaximumWidth(420)
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
        row.addWidget(self._pill)
        row.addWidget(self.filter, 1)
        row.addWidget(self.pause)
        row.addWidget(self._waiting)
        row.addStretch(1)
        row.addWidget(self._dot)
        row.addSpacing(-4)
        row.addWidget(self._state)
        self.set_theme(theme)

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
        ink, ground = context_colours(self._context, theme)
        self._pill.setStyleSheet(
            f"color: {ink}; background: {ground}; border-radius: 6px; padding: 4px 12px;"
        )
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
