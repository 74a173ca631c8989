"""Base of all dialogs about nodes: context, nodes, body, problem, two buttons.

Dialogs are not modal and never call `exec()`. Enter presses no button; Esc closes them.
"""

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.centring import show_centred
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme, pill_style
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.departures import Departures
from kubeimg_gui.qt.verbs.job import NodeRef

MIN_SIZE = QSize(560, 0)
NAMES_SHOWN = 4


class BaseDialog(QDialog):
    """Context pill and nodes on top, the body below, problems and buttons at the bottom.

    GUI thread only. In `title`, {nodes} stands for the name of the node or the number of nodes.
    Subclasses add to `body` and enable the verb button.

    Signals:
        pressed: the verb button was pressed.

    Attributes:
        verb_button: applies the verb.
        close_button: closes the dialog.
        names: the list of names, visible for more than one node.
        gone: whether all nodes have left the cluster, so that the verb has nothing to act on.
    """

    pressed = Signal()

    button_style = "verb"
    """Object name of the verb button in the style sheet."""

    def __init__(
        self,
        title: str,
        context: str,
        nodes: Sequence[NodeRef],
        theme: Theme,
        parent: QWidget,
        warnings: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._title = title
        self.gone = False
        self._departures: Departures | None = None
        self.setMinimumSize(MIN_SIZE)
        self._pill = plain_label(self)
        self._pill.setText(formatting.shortened(context))
        self._pill.setStyleSheet(pill_style(context, theme))
        self._nodes = ElidedLabel(self)
        self._nodes.setFont(heavier(self.font(), 1.15))
        self.names = QPlainTextEdit(self)
        self.names.setReadOnly(True)
        self.names.setTabChangesFocus(True)
        self.names.setAccessibleName(self.tr("Nodes"))
        self.names.setFixedHeight(self.fontMetrics().lineSpacing() * NAMES_SHOWN + 14)
        self._warnings = plain_label(self, "doubt", wrap=True)
        self._warnings.setText("\n".join(warnings))
        self._warnings.setVisible(bool(warnings))
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self._departed = plain_label(self, "problem", wrap=True)
        self._departed.hide()
        self._problem = plain_label(self, "problem", wrap=True)
        self._progress = plain_label(self, "caption", wrap=True)
        self.verb_button = QPushButton(self)
        self.verb_button.setObjectName(self.button_style)
        self.close_button = QPushButton(self.tr("Cancel"), self)
        self._build_layout()
        self.show_nodes(nodes)
        self.show_problem("")
        self.show_progress("")
        self.verb_button.clicked.connect(self.pressed)
        self.close_button.clicked.connect(self.reject)

    def _build_layout(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._pill)
        top.addWidget(self._nodes, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._progress, 1)
        for button in (self.close_button, self.verb_button):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 16, 18, 14)
        self._column.setSpacing(12)
        self._column.addLayout(top)
        self._column.addWidget(self.names)
        self._column.addWidget(self._warnings)
        self._column.addLayout(self.body, 1)
        self._column.addWidget(self._departed)
        self._column.addWidget(self._problem)
        self._column.addLayout(bottom)

    def show_centred(self) -> None:
        """Shows the dialog, as high as its texts, centred on its window."""
        self.ensurePolished()
        self.grow_to_fit()
        show_centred(self, self._parent)

    async def confirmed(self) -> bool:
        """Waits until the verb button is pressed (True) or the dialog is closed (False).

        `exec()` would run a nested event loop, in which no other coroutine continues.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def set_answer(pressed: bool) -> None:
            if not answer.done():
                answer.set_result(pressed)

        connections = (
            self.pressed.connect(lambda: set_answer(True)),
            self.finished.connect(lambda: set_answer(False)),
        )
        try:
            return self.isVisible() and await answer
        finally:
            for connection in connections:
                QObject.disconnect(connection)

    def show_nodes(self, nodes: Sequence[NodeRef]) -> None:
        """Shows the name of one node, or the number of nodes and a list of their names."""
        single = len(nodes) == 1
        self._uids = {node.name: node.uid for node in nodes}
        title = formatting.fill(self._title, nodes=wording.nodes_text(self._uids))
        self.setWindowTitle(title.replace("[*]", "[*][*]"))  # Qt replaces a single one
        self._nodes.set_text(nodes[0].name if single else formatting.nodes(len(nodes)))
        self.names.setPlainText("\n".join(formatting.line(node.name) for node in nodes))
        self.names.setVisible(not single)

    def follow(self, model: NodeTableModel) -> None:
        """Says from now on which of the nodes have left the cluster."""
        self._departures = Departures(model, self._uids, self)
        self._departures.changed.connect(self._show_departures)
        self._show_departures()

    def update_state(self) -> None:
        """Enables what applies now; for subclasses to override."""

    def _show_departures(self) -> None:
        assert self._departures is not None, "it follows its nodes"
        sentence = wording.departures_text(self._departures.uids, len(self._departures.left))
        self.gone = self._departures.complete
        self._departed.setText(sentence)
        self._departed.setVisible(bool(sentence))
        self.grow_to_fit()
        self.update_state()

    def show_problem(self, sentence: str) -> None:
        """Shows why the verb cannot continue; empty hides it."""
        self._problem.setText(formatting.passage(sentence))
        self._problem.setVisible(bool(sentence))
        self.grow_to_fit()

    def show_progress(self, text: str) -> None:
        """Shows what is in progress."""
        self._progress.setText(formatting.passage(text))

    def grow_to_fit(self) -> None:
        """Grows until wrapped texts fit: Qt reads their height only once."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), needed))

    @property
    def warnings(self) -> str:
        """The warnings as shown, one per line."""
        return self._warnings.text()

    @property
    def departed(self) -> str:
        """The sentence about nodes that have left the cluster; empty for none."""
        return self._departed.text()

    @property
    def problem(self) -> str:
        """The problem as shown."""
        return self._problem.text()

    @property
    def progress(self) -> str:
        """The progress as shown."""
        return self._progress.text()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Enter in a field presses no button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)


class TextDialog(BaseDialog):
    """A longer text about nodes; the verb button copies it. May stay open."""

    def __init__(
        self, title: str, context: str, nodes: Sequence[NodeRef], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(title, context, nodes, theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.windowTitle())
        self.body.addWidget(self.text, 1)
        self.verb_button.setText(self.tr("Copy all"))
        self.close_button.setText(self.tr("Close"))
        self.pressed.connect(self._copy)
        self.resize(760, 560)

    def _copy(self) -> None:
        self.text.selectAll()
        self.text.copy()
