"""Asks for a label, to add its column or to group rows by it."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.domain.node_labels import is_label
from kubeimg_gui.qt.nodes.label_scan import LabelScan, some_labels
from kubeimg_gui.qt.nodes.model import NodeTableModel

MOST_LISTED = 1000
"""Maximum number of labels in the list; any other can be typed."""
CHARACTERS = 45
"""Width of the field, in characters."""


class LabelDialog(QDialog):
    """Offers labels, and completes any part of one; GUI thread only.

    `verb` is the text of the button that accepts; labels in `left_out` cannot be chosen. A label
    that no node has is accepted, too: such nodes may join later.

    Signals:
        chosen: the label that the user chose.

    Attributes:
        field, ok: the field with its list, and the button that accepts.
    """

    chosen = Signal(str)

    def __init__(
        self,
        nodes: NodeTableModel,
        parent: QWidget,
        *,
        title: str,
        verb: str,
        left_out: Collection[str] = (),
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._left_out = left_out
        self.field = QComboBox(self)
        self.field.setEditable(True)
        self.field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.field.setMinimumContentsLength(CHARACTERS)
        completer = QCompleter(self.field.model(), self.field)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.field.setCompleter(completer)
        caption = QLabel(self.tr("&Label, or a part of it:"), self)
        caption.setBuddy(self.field)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel, self)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.ok = buttons.button(standard.Ok)
        self.ok.setText(verb)
        rows = QVBoxLayout(self)
        for part in (caption, self.field, buttons):
            rows.addWidget(part)
        self.field.editTextChanged.connect(self._allow)
        self.accepted.connect(lambda: self.chosen.emit(self.field.currentText()))
        self._allow("")
        self._offer(some_labels(nodes))
        LabelScan(nodes, self).found.connect(self._offer)

    def _offer(self, labels: list[str]) -> None:
        """Lists labels; keeps what the user typed."""
        typed = self.field.currentText() if self.field.count() else ""
        self.field.clear()
        self.field.addItems(
            [label for label in labels if label not in self._left_out][:MOST_LISTED]
        )
        self.field.setEditText(typed)

    def _allow(self, text: str) -> None:
        self.ok.setEnabled(is_label(text) and text not in self._left_out)
