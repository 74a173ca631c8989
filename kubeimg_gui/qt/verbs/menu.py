"""Actions for the selected nodes: one QAction per verb, for context menu, shortcut and toolbar.

A verb that the user may not use is disabled and names the missing permission. An open menu is
about the nodes it was opened for: its entries keep their places, and a node that leaves the cluster
meanwhile is not replaced by another one of its name.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.nodes.columns import TableColumn
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.verbs import wording
from kubeimg_gui.qt.verbs.departures import Departures
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.verb import Selection, Verb


class NodeMenu(QObject):
    """The actions of the given verbs on the nodes selected in `table`; GUI thread only.

    Signals:
        opening: the menu is about to be shown.
        triggered: carries a Verb and a tuple of NodeRefs that is never empty.
        refused: a verb was triggered for nodes that have left the cluster; carries the name of
            one of them, a text and a Severity.

    Attributes:
        menu: the menu itself; its first line names the nodes.
        actions: the actions by the name of their verb, in the order of the menu.
    """

    opening = Signal()
    triggered = Signal(object, object)
    refused = Signal(str, str, object)

    def __init__(
        self, verbs: Sequence[Verb], model: NodeTableModel, table: NodeView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._verbs = tuple(verbs)
        self._model = model
        self._table = table
        self._missing: frozenset[Permission] = frozenset()
        self._opened_for: Departures | None = None
        self.menu = QMenu(window)
        self.menu.setToolTipsVisible(True)
        self._heading = self.menu.addAction("")
        self._heading.setEnabled(False)
        self._heading.setFont(heavier(self.menu.font()))
        self.menu.addSeparator()
        self.actions = {verb.name: self._add(verb) for verb in self._verbs}
        self.menu.aboutToShow.connect(self._about_to_show)
        self.menu.aboutToHide.connect(self._about_to_hide)
        table.selected.connect(self.refresh)
        table.cell_clicked.connect(self._cell_clicked)
        self.refresh()

    @property
    def nodes(self) -> tuple[NodeRef, ...]:
        """The selected nodes that still exist, including those hidden by the filter.

        While the menu is open, those it was opened for.
        """
        return self._selection.nodes

    @property
    def heading(self) -> str:
        """The first line of the menu."""
        return self._heading.text()

    def popup(self, at: QPoint) -> None:
        """Shows the menu at a position on the screen."""
        self.menu.popup(at)

    def show_missing(self, missing: frozenset[Permission]) -> None:
        """Disables the verbs that need one of these permissions."""
        self._missing = missing
        self.refresh()

    def refresh(self) -> None:
        """Updates all actions to the selection."""
        selection = self._selection
        exists = selection.exists
        for verb in self._verbs:
            missing = self._missing_for(verb)
            action = self.actions[verb.name]
            action.setText(self._text(verb, missing))
            action.setToolTip(self._tooltip(missing))
            action.setEnabled(exists and not missing and verb.enabled_when(selection))
            if not self.menu.isVisible():  # an entry must not move under the pointer
                action.setVisible(verb.visible_when(selection))

    @property
    def _selection(self) -> Selection:
        return self._opened_for.selection if self._opened_for else self._selected

    @property
    def _selected(self) -> Selection:
        return Selection(self._model, self._table.names)

    def _add(self, verb: Verb) -> QAction:
        action = QAction(self)
        if verb.shortcut:
            action.setShortcut(QKeySequence(verb.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(partial(self._trigger, verb))
        self._table.addAction(action)
        if verb.starts_group:
            self.menu.addSeparator()
        self.menu.addAction(action)
        return action

    def _missing_for(self, verb: Verb) -> str:
        return ", ".join(str(need) for need in verb.permissions if need in self._missing)

    def _text(self, verb: Verb, missing: str) -> str:
        if not missing:
            return verb.label()
        text = self.tr("{verb} (you may not {permissions})")
        return formatting.fill(text, verb=verb.label(), permissions=missing)

    def _tooltip(self, missing: str) -> str:
        opened_for = self._opened_for
        if opened_for and opened_for.complete:
            return formatting.tooltip(wording.nodes_of_menu(opened_for.uids, len(opened_for.left)))
        if not missing:
            return ""
        text = self.tr(
            "Missing permission: {permissions}. Ask a cluster administrator to grant it."
        )
        return formatting.tooltip(formatting.fill(text, permissions=missing))

    def _trigger(self, verb: Verb) -> None:
        nodes = self.nodes
        if nodes:
            self.triggered.emit(verb, nodes)
        elif names := tuple(self._opened_for.uids if self._opened_for else self._table.names):
            label = verb.label().removesuffix("…")
            text = self.tr("{verb}: not done, the node has left the cluster")
            text = formatting.fill(text, verb=label)
            self.refused.emit(names[0], text, Severity.UNCERTAIN)

    def _cell_clicked(self, column: TableColumn, name: str) -> None:
        selection = Selection(self._model, (name,))
        for verb in self._verbs:
            if verb.click_column is column and self._applies(verb, selection):
                self.triggered.emit(verb, selection.nodes)

    def _applies(self, verb: Verb, selection: Selection) -> bool:
        return (
            selection.exists
            and not self._missing_for(verb)
            and verb.visible_when(selection)
            and verb.enabled_when(selection)
        )

    def _about_to_show(self) -> None:
        self._forget_nodes()
        uids = {row.name: row.record.uid for row in self._selected.rows()}
        self._opened_for = Departures(self._model, uids, self)
        self._opened_for.changed.connect(self._show_departures)
        self._table.hold.begin(self)
        self._show_departures()
        self.opening.emit()

    def _about_to_hide(self) -> None:
        self._table.hold.end(self)
        # Qt hides a menu before it triggers the chosen action.
        QTimer.singleShot(0, self, self._closed)

    def _closed(self) -> None:
        if not self.menu.isVisible():
            self._forget_nodes()
            self.refresh()

    def _forget_nodes(self) -> None:
        if self._opened_for is not None:
            self._opened_for.deleteLater()
            self._opened_for = None

    def _show_departures(self) -> None:
        """Names the nodes of the menu, and says which of them have left the cluster."""
        assert self._opened_for is not None, "the menu is open"
        text = wording.nodes_of_menu(self._opened_for.uids, len(self._opened_for.left))
        self._heading.setText(formatting.menu_entry(text))
        self.refresh()
