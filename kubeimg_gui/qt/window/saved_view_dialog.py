"""Asks for the name of a saved view."""

from collections.abc import Collection

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.centring import show_centred
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.window.connection_wording import context_text
from kubeimg_gui.qt.window.saved_views import (
    LONGEST_NAME,
    MOST_VIEWS,
    Naming,
    clean_name,
    same_name,
)

WIDTH = 440


class SavedViewDialog(QDialog):
    """A field for a name, a hint on what the name does, and two buttons. Enter accepts.

    Modal to its window only, and shown without a nested event loop. `taken` are the names in use;
    saving under one of them replaces that view, renaming to one is refused.

    Signals:
        named: the user chose a name; carries it.

    Attributes:
        field: the name.
        accept_button, cancel_button: the buttons.
    """

    named = Signal(str)

    def __init__(
        self, naming: Naming, context: str, name: str, taken: Collection[str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._parent = parent
        self._naming = naming
        self._name = name
        self._taken = {same_name(each): each for each in taken}
        self._verb = self.tr("Save") if naming is Naming.SAVE else self.tr("Rename")
        title = self.tr("Save view") if naming is Naming.SAVE else self.tr("Rename view")
        self.setWindowTitle(title)
        about = plain_label(self, "caption", wrap=True)
        about.setText(formatting.fill(self._about(), context=context_text(context), name=name))
        self.field = QLineEdit(name, self)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setPlaceholderText(self.tr("Name"))
        self.field.setAccessibleName(self.tr("Name of the view"))
        self._hint = plain_label(self, "caption", wrap=True)
        self.cancel_button = QPushButton(self.tr("Cancel"), self)
        self.accept_button = QPushButton(self)
        self.accept_button.setObjectName("verb")
        self.accept_button.setDefault(True)
        self._lay_out((about, self.field, self._hint))
        self.field.selectAll()
        self.field.textChanged.connect(self._follow)
        self.cancel_button.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self._choose)
        self._follow()

    def _lay_out(self, parts: Collection[QWidget]) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        for part in parts:
            column.addWidget(part)
        column.addLayout(buttons)
        # Two lines of room: the dialog does not jump when the hint appears.
        self._hint.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        self._hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setFixedWidth(WIDTH)

    @property
    def hint(self) -> str:
        """What the name would do, "" if that needs no words."""
        return self._hint.text()

    def show_centred(self) -> None:
        """Shows the dialog, centred on its window."""
        show_centred(self, self._parent)
        self.field.setFocus()

    def _about(self) -> str:
        if self._naming is Naming.RENAME:
            return self.tr("Another name for “{name}” in {context}.")
        return self.tr(
            "Saves the view, the filter, columns, sort order, groups and colours for {context}."
        )

    def _follow(self) -> None:
        name = clean_name(self.field.text())
        present = self._taken.get(same_name(name))
        hint, possible, verb = "", bool(name), self._verb
        if self._naming is Naming.RENAME:
            if present is not None and present != self._name:
                hint, possible = self.tr("Another saved view has this name."), False
        elif present is not None:
            hint = formatting.fill(self.tr("Replaces the saved view “{name}”."), name=present)
            verb = self.tr("Replace")
        elif len(self._taken) >= MOST_VIEWS:
            text = self.tr("A context has at most {n} saved views. Delete one first.")
            hint, possible = text.format(n=MOST_VIEWS), False
        self._hint.setText(hint)
        self.field.setAccessibleDescription(hint)
        self.accept_button.setText(verb)
        self.accept_button.setEnabled(possible)

    def _choose(self) -> None:
        name = clean_name(self.field.text())
        self.accept()
        self.named.emit(name)
