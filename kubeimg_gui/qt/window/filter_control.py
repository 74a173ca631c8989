"""The filter of the window: the field, what it does to the table, and jumps to hidden nodes."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal

from kubeimg_gui.domain.query import parse_query
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.filter_field import FilterField
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.window.banner import Banner
from kubeimg_gui.qt.window.connection_wording import Notice, NoticeAction
from kubeimg_gui.qt.window.filter_wording import problem_sentence


class FilterControl(QObject):
    """Connects the filter field with the table; GUI thread only.

    A term that cannot be read filters nothing; the field is marked and says what was expected.

    A jump to a node that the filter hides clears the filter. The banner says so and offers to
    restore it, until the user enters another filter or dismisses the banner with Escape.

    Signals:
        changed: other rows are shown now; carries the words of the filter.
        left: the user is done with the filter; the view should take the focus.
    """

    changed = Signal(object)
    left = Signal()

    def __init__(
        self, field: FilterField, model: NodeTableModel, table: NodeView, banner: Banner
    ) -> None:
        super().__init__(field)
        self._field = field
        self._nodes = model
        self._table = table
        self._banner = banner
        self._cleared = ""
        field.textChanged.connect(self._apply)
        field.left.connect(self.left)
        banner.action_requested.connect(self.restore)

    @property
    def words(self) -> Sequence[str]:
        """What the filter looks for in the names of images, case-folded; not what it leaves out."""
        return [term.text for term in parse_query(self._field.text()).sought]

    def focus(self) -> None:
        """Focuses the field and selects its text."""
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def escape(self) -> None:
        """Clears the filter; if there is none, dismisses the banner or emits `left`."""
        if self._field.text():
            self._field.clear()
        elif self._cleared:
            self._forget()
        else:
            self.left.emit()

    def show_node(self, name: str) -> None:
        """Selects a node and scrolls to it; clears the filter or expands a group that hides it."""
        if self._nodes.row_named(name) is None:
            return
        group = self._nodes.group_of(name)
        if group is not None:
            self._nodes.collapse(group, collapsed=False)
        if self._nodes.place_of(name) is None:
            cleared = self._field.text()
            self._field.clear()
            self._offer(cleared, name)
        self._table.select_names([name])
        self._table.show_place(self._nodes.place_of(name))

    def restore(self) -> None:
        """Restores the filter that a jump cleared."""
        self._field.setText(self._cleared)

    def _problem(self, text: str) -> str:
        """Returns what was expected instead of the first term that cannot be read, or ""."""
        errors = parse_query(text).errors
        return problem_sentence(errors[0]) if errors else ""

    def _offer(self, cleared: str, name: str) -> None:
        self._cleared = cleared
        text = self.tr("The filter “{filter}” is off: it hides {node}.")
        sentence = formatting.fill(text, filter=cleared.strip(), node=name)
        self._banner.show_notice(Notice(sentence, action=NoticeAction.RESTORE_FILTER))

    def _forget(self) -> None:
        self._cleared = ""
        self._banner.show_notice(None)

    def _apply(self, text: str) -> None:
        self._nodes.set_filter(text)
        self._field.show_problem(self._problem(text))
        if text:
            self._forget()
        self.changed.emit(self.words)
