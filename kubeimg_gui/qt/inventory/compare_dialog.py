"""Compares the images of two nodes, live: only on one of them, or on both."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.domain.comparison import SharedImage, compare_images
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.centring import show_centred
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label
from kubeimg_gui.qt.base.line_list import LineList
from kubeimg_gui.qt.base.lines import Item, Line, LineModel
from kubeimg_gui.qt.base.theme import Theme, pill_style
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.inventory import compare_lines
from kubeimg_gui.qt.inventory.compare_lines import SideImage
from kubeimg_gui.qt.inventory.node_box import NodeBox, NodeNames
from kubeimg_gui.qt.nodes.model import NodeTableModel

REFRESH_MS = 250
USUAL_SIZE = QSize(900, 620)
LEAST_SIZE = QSize(560, 360)


class CompareDialog(QDialog):
    """Shows what two nodes have in common and what not, and follows their changes.

    Not modal; may stay open. `names` are the nodes to begin with. GUI thread only.

    Signals:
        image_selected: the user wants to see an image; carries `ContainerImage.key`.
        menu_requested: the user wants the menu of an image; carries its key and the global
            position.

    Attributes:
        here_box, there_box: choose the nodes.
        here, both, there: the lists.
        copy_button: copies the comparison as text.
    """

    image_selected = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(
        self,
        context: str,
        nodes: NodeTableModel,
        names: Sequence[str],
        theme: Theme,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Compare nodes"))
        self.setMinimumSize(LEAST_SIZE)
        self.resize(USUAL_SIZE)
        self._parent = parent
        self._nodes = nodes
        self._theme = theme
        self._context = context
        self._records: dict[str, NodeRecord] = {}
        self._text = ""
        self._pill = plain_label(self)
        self._pill.setText(formatting.shortened(context))
        self._names = NodeNames(self)
        self._names.read(nodes)
        self.here_box = NodeBox(self._names, self.tr("One node"), self)
        self.there_box = NodeBox(self._names, self.tr("Other node"), self)
        self._problem = plain_label(self, "caption", wrap=True)
        self._badge = plain_label(self, "doubt", wrap=True)
        self.here: LineList[SideImage] = self._list(compare_lines.side_line)
        self.both: LineList[SharedImage] = self._list(compare_lines.shared_line)
        self.there: LineList[SideImage] = self._list(compare_lines.side_line)
        self._titles = [ElidedLabel(self) for _ in range(3)]
        self._sums = [plain_label(self, "caption", wrap=True) for _ in range(3)]
        self.copy_button = QPushButton(self.tr("Copy as text"), self)
        self._close_button = QPushButton(self.tr("Close"), self)
        self._lay_out()
        self._updates = Throttle(self.refresh, REFRESH_MS, self)
        for box, name in zip((self.here_box, self.there_box), names, strict=False):
            box.setEditText(self._names.shown(name))
        self._connect()
        self.set_theme(theme)
        self.refresh()

    def _list(self, describe: Callable[[Item], Line]) -> LineList[Item]:
        return LineList(LineModel(describe, self), self._theme, self)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._pill)
        top.addWidget(self.here_box, 1)
        top.addWidget(self.there_box, 1)
        lists = QGridLayout()
        lists.setHorizontalSpacing(12)
        lists.setVerticalSpacing(4)
        lists.setRowStretch(2, 1)
        views = (self.here, self.both, self.there)
        for place, view in enumerate(views):
            title, total = self._titles[place], self._sums[place]
            title.setFont(heavier(self.font()))
            total.setAlignment(Qt.AlignmentFlag.AlignTop)
            for row, part in enumerate((title, total, view)):
                lists.addWidget(part, row, place)
            lists.setColumnStretch(place, 1)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        for button in (self._close_button, self.copy_button):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addLayout(top)
        column.addWidget(self._problem)
        column.addWidget(self._badge)
        column.addLayout(lists, 1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        for box in (self.here_box, self.there_box):
            box.editTextChanged.connect(self._updates.ask)
        for view in (self.here, self.there):
            view.chosen.connect(self._select_side)
            view.menu_requested.connect(self._ask_for_menu_of_side)
        self.both.chosen.connect(self._select_shared)
        self.both.menu_requested.connect(self._ask_for_menu_of_shared)
        self.copy_button.clicked.connect(self._copy)
        self._close_button.clicked.connect(self.reject)
        self._nodes.images_changed.connect(self._take_records)

    def show_centred(self) -> None:
        """Shows the dialog, centred on its window."""
        show_centred(self, self._parent)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._pill.setStyleSheet(pill_style(self._context, theme))
        for box in (self.here_box, self.there_box):
            box.set_theme(theme)
        for view in (self.here, self.both, self.there):
            view.set_theme(theme)
            view.setStyleSheet(f"QListView {{ border: 1px solid {theme.line}; }}")

    @property
    def text(self) -> str:
        """The comparison as it is copied; empty without one."""
        return self._text

    @property
    def problem(self) -> str:
        """Why there is no comparison, or that it is not current; may be empty."""
        return self._problem.text()

    @property
    def badge(self) -> str:
        """What makes the comparison uncertain, one sentence a line; may be empty."""
        return self._badge.text()

    @property
    def headings(self) -> list[str]:
        """Number and sum above each of the lists."""
        return [label.text() for label in self._sums]

    def refresh(self) -> None:
        """Compares the chosen nodes."""
        self._names.update(self._nodes, (self.here_box, self.there_box))
        names = [self._names.name(box.currentText()) for box in (self.here_box, self.there_box)]
        one, other = map(self._record, names)
        left = [name for name in names if not self._is_there(name)]
        if one is None or other is None:
            self._show_nothing(self.tr("Choose two nodes."))
        elif one.name == other.name:
            self._show_nothing(self.tr("Choose two different nodes."))
        else:
            self._show(one, other)
            text = self.tr("{nodes} left the cluster. The last lists are shown.")
            nodes = ", ".join(left)
            self._show_problem(formatting.fill(text, nodes=nodes) if left else "")

    def _record(self, name: str) -> NodeRecord | None:
        """Returns the record of a node, the last one of a node that has left."""
        row = self._nodes.row_named(name)
        if row is not None:
            self._records[name] = row.record
        return self._records.get(name)

    def _is_there(self, name: str) -> bool:
        row = self._nodes.row_named(name)
        return row is not None and not row.deleted

    def _show(self, one: NodeRecord, other: NodeRecord) -> None:
        found = compare_images(one, other)
        self.here.show_items(compare_lines.side(found.only_here, found.perhaps_here))
        self.both.show_items(found.both)
        self.there.show_items(compare_lines.side(found.only_there, found.perhaps_there))
        only = self.tr("Only on {node}")
        titles = (
            formatting.fill(only, node=one.name),
            self.tr("On both"),
            formatting.fill(only, node=other.name),
        )
        sums = (
            compare_lines.side_sum(found.only_here, found.perhaps_here, one),
            compare_lines.shared_sum(found.both, one, other),
            compare_lines.side_sum(found.only_there, found.perhaps_there, other),
        )
        self._show_heads(titles, sums)
        _show_sentence(self._badge, "\n".join(compare_lines.badges(one, other, found)))
        self._text = compare_lines.comparison_text(one, other, found)
        self.copy_button.setEnabled(True)

    def _show_nothing(self, sentence: str) -> None:
        self._show_problem(sentence)
        _show_sentence(self._badge, "")
        self.here.show_items(())
        self.both.show_items(())
        self.there.show_items(())
        self._show_heads(("", "", ""), ("", "", ""))
        self._text = ""
        self.copy_button.setEnabled(False)

    def _show_heads(self, titles: Sequence[str], sums: Sequence[str]) -> None:
        for label, title in zip(self._titles, titles, strict=True):
            label.set_text(title)
        for label, text in zip(self._sums, sums, strict=True):
            label.setText(text)
        for view, title in zip((self.here, self.both, self.there), titles, strict=True):
            view.setAccessibleName(title)

    def _show_problem(self, sentence: str) -> None:
        _show_sentence(self._problem, sentence)

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        for old, new in pairs:
            if old is None or new is None:
                self._names.stale = True
            record = new or old
            if record is not None and record.name in self._records:
                self._updates.ask()

    def _select_side(self, item: SideImage) -> None:
        self.image_selected.emit(item.image.key)

    def _select_shared(self, item: SharedImage) -> None:
        self.image_selected.emit(item.here.key)

    def _ask_for_menu_of_side(self, item: SideImage, position: QPoint) -> None:
        self.menu_requested.emit(item.image.key, position)

    def _ask_for_menu_of_shared(self, item: SharedImage, position: QPoint) -> None:
        self.menu_requested.emit(item.here.key, position)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Enter in a field presses no button."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)


def _show_sentence(label: QLabel, sentence: str) -> None:
    label.setText(sentence)
    label.setVisible(bool(sentence))
