"""What every dialog about nodes has in common: where, which nodes, what will happen, two buttons.

Dialogs stand beside the window and never run a loop of their own; nothing destructive is their
default, and Esc leaves them.
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
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme, pill_style
from kubeimg_gui.qt.verbs.job import NodeRef

LEAST_SIZE = QSize(560, 0)
NAMES_SHOWN = 4


class BaseDialog(QDialog):
    """Context pill and nodes on top, the body below, problems and buttons at the bottom.

    GUI thread only. Subclasses add to `body` and decide when the verb may be pressed.

    Signals:
        pressed: the person pressed the verb's button.
    """

    pressed = Signal()

    verb_name = "verb"
    """What the style sheet knows the verb's button by."""

    def __init__(
        self, title: str, context: str, nodes: Sequence[NodeRef], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumSize(LEAST_SIZE)
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
        self.body = QVBoxLayout()
        self.body.setSpacing(10)
        self._problem = plain_label(self, "problem", wrap=True)
        self._progress = plain_label(self, "caption", wrap=True)
        self.verb = QPushButton(self)
        self.verb.setObjectName(self.verb_name)
        self.leave = QPushButton(self.tr("Cancel"), self)
        self._lay_out()
        self.show_nodes(nodes)
        self.say_problem("")
        self.say_progress("")
        self.verb.clicked.connect(self.pressed)
        self.leave.clicked.connect(self.reject)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._pill)
        top.addWidget(self._nodes, 1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._progress, 1)
        for button in (self.leave, self.verb):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 16, 18, 14)
        self._column.setSpacing(12)
        self._column.addLayout(top)
        self._column.addWidget(self.names)
        self._column.addLayout(self.body, 1)
        self._column.addWidget(self._problem)
        self._column.addLayout(bottom)

    async def answer(self) -> bool:
        """Wait until the verb is pressed (True) or the dialog is closed (False).

        `exec()` would be a second event loop, in which no other coroutine could go on.
        """
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def tell(pressed: bool) -> None:
            if not answer.done():
                answer.set_result(pressed)

        links = (
            self.pressed.connect(lambda: tell(True)),
            self.finished.connect(lambda: tell(False)),
        )
        try:
            return self.isVisible() and await answer
        finally:
            for link in links:
                QObject.disconnect(link)

    def show_nodes(self, nodes: Sequence[NodeRef]) -> None:
        """Name the nodes: one by its name, more by their number and a list of their names."""
        single = len(nodes) == 1
        self._nodes.set_text(nodes[0].name if single else formatting.nodes(len(nodes)))
        self.names.setPlainText("\n".join(formatting.line(node.name) for node in nodes))
        self.names.setVisible(not single)

    def say_problem(self, sentence: str) -> None:
        """Show why it cannot go on; hide when empty."""
        self._problem.setText(formatting.passage(sentence))
        self._problem.setVisible(bool(sentence))
        self.make_room()

    def say_progress(self, words: str) -> None:
        """Show what is being waited for."""
        self._progress.setText(formatting.passage(words))

    def make_room(self) -> None:
        """Grow until wrapped sentences fit: Qt asks for their height only once."""
        self._column.activate()
        needed = self._column.totalHeightForWidth(self.width())
        self.resize(self.width(), max(self.height(), needed))

    @property
    def problem(self) -> str:
        """The problem as shown."""
        return self._problem.text()

    @property
    def progress(self) -> str:
        """What is being waited for, as shown."""
        return self._progress.text()

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Enter in a field must not press a button that nobody looked at."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)


class TextDialog(BaseDialog):
    """A longer text about nodes to read and copy; the verb copies it.

    It may stay open beside the window.
    """

    def __init__(
        self, title: str, context: str, nodes: Sequence[NodeRef], theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(title, context, nodes, theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(title)
        self.body.addWidget(self.text, 1)
        self.verb.setText(self.tr("Copy all"))
        self.leave.setText(self.tr("Close"))
        self.pressed.connect(self._copy)
        self.resize(760, 560)

    def _copy(self) -> None:
        self.text.selectAll()
        self.text.copy()
