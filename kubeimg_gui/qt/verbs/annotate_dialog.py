"""Dialog to add, change and remove annotations, on one node or on many.

It validates the input like the API server, warns about keys that a controller owns, and shows both
values in a conflict.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTableView,
    QWidget,
)

from kubeimg_gui.domain.annotation import AnnotationEdit
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.annotation_model import AnnotationModel, AnnotationRow, Edited, Field
from kubeimg_gui.qt.verbs.base_dialog import BaseDialog
from kubeimg_gui.qt.verbs.job import NodeRef

VALUE_LINES = 4
MAX_WRAPPED = 20_000
"""Lines longer than this are not wrapped: Qt takes seconds for the longest possible annotation."""


class AnnotateDialog(BaseDialog):
    """Edits annotations; the verb button shows the number of changes to save.

    Attributes:
        single: whether it edits one node, whose annotations are known.
        model: the annotations and their edits.
        table, key, value, add, add_removal, remove, overwrite: the widgets.
    """

    def __init__(
        self,
        context: str,
        nodes: Sequence[NodeRef],
        theme: Theme,
        parent: QWidget,
        warnings: Sequence[str] = (),
    ) -> None:
        self.single = len(nodes) == 1
        self._discard_warned = False
        self._busy = False
        self._focused: QWidget | None = None
        super().__init__(self.tr("Annotate {nodes}"), context, nodes, theme, parent, warnings)
        self.model = AnnotationModel(theme, known=self.single, parent=self)
        self.table = QTableView(self)
        self.key = QLineEdit(self)
        self.value = QPlainTextEdit(self)
        self._note = plain_label(self, "doubt", wrap=True)
        self.add = QPushButton(self.tr("Add"), self)
        self.add_removal = QPushButton(self.tr("Remove a key"), self)
        self.remove = QPushButton(self.tr("Remove"), self)
        self.overwrite = QCheckBox(self.tr("Overwrite existing values"), self)
        self._set_up()
        self._build_body()
        self._connect_signals()
        self._show_row()
        self.resize(680, 520)
        for before, after in pairwise(
            (self.value, self.overwrite, self.close_button, self.verb_button)
        ):
            self.setTabOrder(before, after)
        self.table.setFocus()

    def _set_up(self) -> None:
        self.table.setModel(self.model)
        self.table.setAccessibleName(self.tr("Annotations"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(Field.VALUE, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(Field.KEY, 270)
        header.resizeSection(Field.CHANGE, 130)
        self.key.setAccessibleName(self.tr("Key"))
        self.value.setAccessibleName(self.tr("Value"))
        self.value.setTabChangesFocus(True)
        self.value.setFixedHeight(self.fontMetrics().lineSpacing() * VALUE_LINES + 14)
        self.overwrite.setVisible(not self.single)
        self.add_removal.setVisible(not self.single)

    def _build_body(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.add, self.add_removal, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow(self.tr("Key"), self.key)
        form.addRow(self.tr("Value"), self.value)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(buttons)
        self.body.addLayout(form)
        self.body.addWidget(self._note)
        self.body.addWidget(self.overwrite)

    def _connect_signals(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._show_row)
        self.key.textEdited.connect(self._key_edited)
        self.value.textChanged.connect(self._value_edited)
        self.add.clicked.connect(lambda: self._select_new(self.model.add()))
        self.add_removal.clicked.connect(lambda: self._select_new(self.model.add(removal=True)))
        self.remove.clicked.connect(self._remove_or_restore)
        self.overwrite.toggled.connect(self.update_state)

    @property
    def edits(self) -> tuple[AnnotationEdit, ...]:
        """The edits to save."""
        return self.model.edits(overwrite=self.overwrite.isChecked())

    @property
    def note(self) -> str:
        """The note about the current row; empty for none."""
        return self._note.text()

    def show_annotations(self, annotations: Mapping[str, str]) -> None:
        """Shows the annotations of the node."""
        self.model.show(annotations)
        self._select(0)

    def show_conflict(self, sentence: str, annotations: Mapping[str, str]) -> None:
        """Shows values changed on the server beside the edits; keeps all edits."""
        index = self._current
        self.model.rebase(annotations)
        conflicts = (
            each for each in range(self.model.rowCount()) if self.model.row_at(each).in_conflict
        )
        self._select(next(conflicts, index))
        self.show_problem(sentence)

    def set_busy(self, text: str) -> None:
        """Shows what is in progress and disables input; an empty text enables it again."""
        focused = self.focusWidget()
        self._busy = bool(text)
        self.show_progress(text)
        if text:
            self._focused = focused
            self.show_problem("")
        self.update_state()
        if not text and self._focused is not None:
            self._focused.setFocus()

    @property
    def _current(self) -> int:
        """Index of the current row; -1 for none."""
        return self.table.currentIndex().row()

    @property
    def _row(self) -> AnnotationRow | None:
        index = self._current
        return self.model.row_at(index) if 0 <= index < self.model.rowCount() else None

    def _select(self, index: int) -> None:
        if self.model.rowCount():
            self.table.selectRow(max(0, min(index, self.model.rowCount() - 1)))
        self._show_row()

    def _select_new(self, index: int) -> None:
        self._select(index)
        self.key.setFocus()

    def _remove_or_restore(self) -> None:
        index = self._current
        row = self.model.row_at(index)
        if row.edited in (Edited.REMOVED, Edited.CHANGED) and row.old is not None:
            self.model.restore(index)
        else:
            self.model.remove(index)
        self._select(index)

    def _key_edited(self, key: str) -> None:
        self.model.set_key(self._current, key)
        self.update_state()

    def _value_edited(self) -> None:
        row = self.model.row_at(self._current)
        typed = _whole_text(self.value)
        # The field normalizes line ends; that alone is not an edit.
        unchanged = row.old is not None and typed == _as_lines(row.old)
        self.model.set_value(self._current, row.old if unchanged and row.old is not None else typed)
        self.update_state()

    def _show_row(self) -> None:
        """Shows the current row in the fields."""
        row = self._row
        value = (row.new or "") if row else ""
        if self.key.text() != (row.key if row else ""):
            self.key.setText(row.key if row else "")
        # Without the blocker, setting a text with "\r\n" would count as an edit.
        with QSignalBlocker(self.value):
            if _whole_text(self.value) != _as_lines(value):
                modes = QPlainTextEdit.LineWrapMode
                self.value.setLineWrapMode(modes.NoWrap)
                self.value.setPlainText(value)
                if max(map(len, value.split("\n"))) < MAX_WRAPPED:
                    self.value.setLineWrapMode(modes.WidgetWidth)
        self.update_state()

    def update_state(self) -> None:
        """Override: enables what applies now, and shows notes and problems."""
        self._discard_warned = False
        row = self._row
        enabled = not self._busy
        self.table.setEnabled(enabled)
        self.add.setEnabled(enabled)
        self.add_removal.setEnabled(enabled)
        self.overwrite.setEnabled(enabled)
        self.key.setEnabled(enabled)
        self.key.setReadOnly(row is None or row.old is not None)
        self.value.setEnabled(enabled and row is not None and row.new is not None)
        self.remove.setEnabled(enabled and row is not None)
        restores = row is not None and row.old is not None and row.edited is not Edited.KEPT
        self.remove.setText(self.tr("Restore") if restores else self.tr("Remove"))
        note = self.model.note(row) if row else ""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        count = len(self.edits)
        problem = self.model.problem()
        self.verb_button.setEnabled(enabled and count > 0 and not problem and not self.gone)
        self.verb_button.setText(
            self.tr("Save 1 change")
            if count == 1
            else self.tr("Save {n} changes").format(n=count)
            if count
            else self.tr("Save")
        )
        if enabled:
            self.show_problem(problem)

    @guard(None)
    def reject(self) -> None:
        """Override: unsaved changes are discarded only on the second attempt."""
        if self.edits and not self._busy and not self._discard_warned:
            self.show_problem(self.tr("You have unsaved changes. Press again to discard them."))
            self._discard_warned = True
        else:
            super().reject()


def _as_lines(value: str) -> str:
    """A value as the field holds it, with only one kind of line end."""
    return re.sub("\r\n|[\r\u2029]", "\n", value)


def _whole_text(field: QPlainTextEdit) -> str:
    """The exact content of a field; `toPlainText` would replace no-break spaces."""
    return field.document().toRawText().replace("\u2029", "\n")
