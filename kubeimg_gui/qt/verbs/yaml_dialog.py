"""A node as YAML, to read, search and copy; the managed fields are folded until asked for."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.base_dialog import TextDialog
from kubeimg_gui.qt.verbs.job import NodeRef


class YamlDialog(TextDialog):
    """Shows what it is given and asks for it anew; stays open beside the window.

    Signals:
        wanted: the YAML should be read (again); carries whether with managed fields.

    Attributes:
        managed: the box that unfolds the managed fields.
        search: words to find; Enter finds the next place.
    """

    wanted = Signal(bool)

    def __init__(self, context: str, node: NodeRef, theme: Theme, parent: QWidget) -> None:
        super().__init__(self.tr("YAML"), context, (node,), theme, parent)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.managed = QCheckBox(self.tr("Managed fields"), self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find"))
        self.search.setAccessibleName(self.tr("Find in the YAML"))
        self.search.setClearButtonEnabled(True)
        again = QPushButton(self.tr("Read again"), self)
        again.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.managed)
        row.addWidget(again)
        self.body.insertLayout(0, row)
        self.search.returnPressed.connect(self._find_next)
        self.managed.toggled.connect(self.wanted)
        again.clicked.connect(lambda: self.wanted.emit(self.managed.isChecked()))

    def show_yaml(self, yaml: str) -> None:
        """Show it, at the place that was being read."""
        bar = self.text.verticalScrollBar()
        kept = bar.value()
        self.text.setPlainText(formatting.visible(yaml))
        bar.setValue(kept)

    def _find_next(self) -> None:
        """Find the words after the cursor, else from the top."""
        words = self.search.text()
        if words and not self.text.find(words, QTextDocument.FindFlag(0)):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            found = self.text.find(words, QTextDocument.FindFlag(0))
            self.say_problem("" if found else self.tr("That is not in it."))
        else:
            self.say_problem("")
