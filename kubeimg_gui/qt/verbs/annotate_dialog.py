"""The dialog in which annotations are added, changed and removed, on one node or on many.

It checks while the person types what the API server would refuse, says what is owned by others,
and shows both values where somebody was faster.
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
LONGEST_WRAPPED = 20_000
"""Characters of a line; Qt takes seconds to wrap one of the longest that an annotation may have."""


class AnnotateDialog(BaseDialog):
    """Edits annotations; the verb's button says how many changes it would save.

    Attributes:
        model: the annotations, and what shall become of them.
        table, key, value, add, remove, overwrite: what a person uses.
    """

    def __init__(
        self, context: str, nodes: Sequence[NodeRef], theme: Theme, parent: QWidget
    ) -> None:
        self.single = len(nodes) == 1
        self._warned = False
        self._busy = False
        self._focused: QWidget | None = None
        super().__init__(self.tr("Annotate"), context, nodes, theme, parent)
        self.model = AnnotationModel(theme, known=self.single, parent=self)
        self.table = QTableView(self)
        self.key = QLineEdit(self)
        self.value = QPlainTextEdit(self)
        self._remark = plain_label(self, "doubt", wrap=True)
        self.add = QPushButton(self.tr("Add"), self)
        self.add_removal = QPushButton(self.tr("Remove a key"), self)
        self.remove = QPushButton(self.tr("Remove"), self)
        self.overwrite = QCheckBox(self.tr("Replace other values that the keys have"), self)
        self._set_up()
        self._arrange()
        self._connect()
        self._show_row()
        self.resize(680, 520)
        for before, after in pairwise((self.value, self.overwrite, self.leave, self.verb)):
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

    def _arrange(self) -> None:
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
        self.body.addWidget(self._remark)
        self.body.addWidget(self.overwrite)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._show_row)
        self.key.textEdited.connect(self._key_typed)
        self.value.textChanged.connect(self._value_typed)
        self.add.clicked.connect(lambda: self._added(self.model.add()))
        self.add_removal.clicked.connect(lambda: self._added(self.model.add(removal=True)))
        self.remove.clicked.connect(self._remove_or_restore)
        self.overwrite.toggled.connect(self._judge)

    @property
    def edits(self) -> tuple[AnnotationEdit, ...]:
        """What the person wants."""
        return self.model.edits(overwrite=self.overwrite.isChecked())

    @property
    def remark(self) -> str:
        """What is said about the row at hand; empty for nothing."""
        return self._remark.text()

    def show_annotations(self, annotations: Mapping[str, str]) -> None:
        """Show what the node has; the person may begin."""
        self.model.show(annotations)
        self._select(0)

    def show_conflict(self, sentence: str, annotations: Mapping[str, str]) -> None:
        """Show what somebody changed meanwhile beside what the person wants; nothing is lost."""
        place = self._place
        self.model.rebase(annotations)
        conflicts = (
            each for each in range(self.model.rowCount()) if self.model.row_at(each).in_conflict
        )
        self._select(next(conflicts, place))
        self.say_problem(sentence)

    def be_busy(self, words: str) -> None:
        """Say what is waited for and take no input; empty words end that."""
        focused = self.focusWidget()
        self._busy = bool(words)
        self.say_progress(words)
        if words:
            self._focused = focused
            self.say_problem("")
        self._judge()
        if not words and self._focused is not None:
            self._focused.setFocus()

    @property
    def _place(self) -> int:
        """The row at hand, -1 for none."""
        return self.table.currentIndex().row()

    @property
    def _row(self) -> AnnotationRow | None:
        place = self._place
        return self.model.row_at(place) if 0 <= place < self.model.rowCount() else None

    def _select(self, place: int) -> None:
        if self.model.rowCount():
            self.table.selectRow(max(0, min(place, self.model.rowCount() - 1)))
        self._show_row()

    def _added(self, place: int) -> None:
        self._select(place)
        self.key.setFocus()

    def _remove_or_restore(self) -> None:
        place = self._place
        row = self.model.row_at(place)
        if row.edited in (Edited.REMOVED, Edited.CHANGED) and row.old is not None:
            self.model.restore(place)
        else:
            self.model.remove(place)
        self._select(place)

    def _key_typed(self, key: str) -> None:
        self.model.set_key(self._place, key)
        self._judge()

    def _value_typed(self) -> None:
        row = self.model.row_at(self._place)
        typed = _whole_text(self.value)
        # What the field made of the old value is no change of it.
        unchanged = row.old is not None and typed == _as_lines(row.old)
        self.model.set_value(self._place, row.old if unchanged and row.old is not None else typed)
        self._judge()

    def _show_row(self) -> None:
        """Put the row at hand into the fields."""
        row = self._row
        wanted = (row.new or "") if row else ""
        if self.key.text() != (row.key if row else ""):
            self.key.setText(row.key if row else "")
        # Typed is what a person types: setting it would turn "\r\n" into a change.
        with QSignalBlocker(self.value):
            if _whole_text(self.value) != _as_lines(wanted):
                modes = QPlainTextEdit.LineWrapMode
                self.value.setLineWrapMode(modes.NoWrap)
                self.value.setPlainText(wanted)
                if max(map(len, wanted.split("\n"))) < LONGEST_WRAPPED:
                    self.value.setLineWrapMode(modes.WidgetWidth)
        self._judge()

    def _judge(self) -> None:
        """Let the person do what makes sense now, and say what does not."""
        self._warned = False
        row = self._row
        free = not self._busy
        self.table.setEnabled(free)
        self.add.setEnabled(free)
        self.add_removal.setEnabled(free)
        self.overwrite.setEnabled(free)
        self.key.setEnabled(free)
        self.key.setReadOnly(row is None or row.old is not None)
        self.value.setEnabled(free and row is not None and row.new is not None)
        self.remove.setEnabled(free and row is not None)
        undoes = row is not None and row.old is not None and row.edited is not Edited.KEPT
        self.remove.setText(self.tr("Restore") if undoes else self.tr("Remove"))
        remark = self.model.remark(row) if row else ""
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        count = len(self.edits)
        problem = self.model.problem()
        self.verb.setEnabled(free and count > 0 and not problem)
        self.verb.setText(
            self.tr("Save 1 change")
            if count == 1
            else self.tr("Save {n} changes").format(n=count)
            if count
            else self.tr("Save")
        )
        if free:
            self.say_problem(problem)

    @guard(None)
    def reject(self) -> None:
        """Override: changes that are not saved are dropped only on a second wish."""
        if self.edits and not self._busy and not self._warned:
            self.say_problem(self.tr("Nothing is saved yet. Once more, and your changes are gone."))
            self._warned = True
        else:
            super().reject()


def _as_lines(value: str) -> str:
    """A value as the field holds it, which knows one kind of line end only."""
    return re.sub("\r\n|[\r\u2029]", "\n", value)


def _whole_text(field: QPlainTextEdit) -> str:
    """What a field holds, to the character: its plain text makes ordinary spaces of hard ones."""
    return field.document().toRawText().replace("\u2029", "\n")
