"""A node as YAML, to read, search and copy, with or without managed fields."""

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
from kubeimg_gui.qt.base.accessibility import add_clear_button
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.base_dialog import TextDialog
from kubeimg_gui.qt.verbs.job import NodeRef


class YamlDialog(TextDialog):
    """Shows YAML and requests it again on demand; may stay open.

    Signals:
        load_requested: the YAML should be read; carries whether to include managed fields.

    Attributes:
        managed_fields: whether to include managed fields.
        reload: reads the node again.
        search: text to find; Enter finds the next match.
    """

    load_requested = Signal(bool)

    def __init__(self, context: str, node: NodeRef, theme: Theme, parent: QWidget) -> None:
        super().__init__(self.tr("YAML of {nodes}"), context, (node,), theme, parent)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.managed_fields = QCheckBox(self.tr("Managed fields"), self)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(self.tr("Find"))
        self.search.setAccessibleName(self.tr("Find in the YAML"))
        add_clear_button(self.search)
        self.reload = QPushButton(self.tr("Reload"), self)
        self.reload.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.managed_fields)
        row.addWidget(self.reload)
        self.body.insertLayout(0, row)
        self.search.returnPressed.connect(self._find_next)
        self.managed_fields.toggled.connect(self.load_requested)
        self.reload.clicked.connect(
            lambda: self.load_requested.emit(self.managed_fields.isChecked())
        )

    def show_yaml(self, yaml: str) -> None:
        """Shows the YAML and keeps the scroll position."""
        bar = self.text.verticalScrollBar()
        position = bar.value()
        self.text.setPlainText(formatting.visible(yaml))
        bar.setValue(position)

    def update_state(self) -> None:
        """Override: what a node was stays readable after it has left the cluster."""
        self.managed_fields.setEnabled(not self.gone)
        self.reload.setEnabled(not self.gone)

    def _find_next(self) -> None:
        """Finds the text after the cursor, else from the top."""
        text = self.search.text()
        if text and not self.text.find(text, QTextDocument.FindFlag(0)):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            found = self.text.find(text, QTextDocument.FindFlag(0))
            self.show_problem("" if found else self.tr("Text not found in the YAML."))
        else:
            self.show_problem("")
