"""Actions for the selected nodes: one QAction per verb, for context menu, shortcut and toolbar.

A verb that the user may not use is disabled and names the missing permission.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.verb import Selection, Verb


class NodeMenu(QObject):
    """The actions of the given verbs on the nodes selected in `table`; GUI thread only.

    Signals:
        opening: the menu is about to be shown.
        triggered: carries a Verb and a tuple of NodeRefs that is never empty.

    Attributes:
        menu: the menu itself.
        actions: the actions by the name of their verb, in the order of the menu.
    """

    opening = Signal()
    triggered = Signal(object, object)

    def __init__(
        self, verbs: Sequence[Verb], model: NodeTableModel, table: NodeView, window: QWidget
    ) -> None:
        super().__init__(window)
        self._verbs = tuple(verbs)
        self._model = model
        self._table = table
        self._missing: frozenset[Permission] = frozenset()
        self.menu = QMenu(window)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._about_to_show)
        self.actions = {verb.name: self._add(verb) for verb in self._verbs}
        table.selected.connect(self.refresh)
        table.cell_clicked.connect(self._cell_clicked)
        self.refresh()

    @property
    def nodes(self) -> tuple[NodeRef, ...]:
        """The selected nodes that still exist, including those hidden by the filter."""
        return self._selection.nodes

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
            action.setVisible(verb.visible_when(selection))

    @property
    def _selection(self) -> Selection:
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

    def _cell_clicked(self, column: Column, name: str) -> None:
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
        self.refresh()
        self.opening.emit()
