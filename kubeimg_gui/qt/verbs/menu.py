"""What can be done to the selected nodes: one list for right-click, keyboard and the top bar.

A verb that the person may not use is there and says which permission is missing; in a read-only
window the verbs that change something are not there at all.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.view import NodeView
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.text.sanitize import plain

GET_NODES = Permission("get", "nodes")
PATCH_NODES = Permission("patch", "nodes")
DELETE_NODES = Permission("delete", "nodes")
WANTED = (GET_NODES, PATCH_NODES, DELETE_NODES)
"""What the verbs need; asked of the server before they are offered."""


class NodeMenu(QObject):
    """The actions on the selected nodes, with their shortcuts; GUI thread only.

    Signals:
        opening: the menu is about to be shown.
        annotate_asked, delete_asked, yaml_asked: carry a tuple of NodeRefs, one for yaml_asked.
        cancel_deletion_requested: carries the names of nodes whose deletion shall not go on.

    Attributes:
        copy, yaml, annotate, delete, spare: the actions.
    """

    opening = Signal()
    annotate_asked = Signal(object)
    delete_asked = Signal(object)
    yaml_asked = Signal(object)
    cancel_deletion_requested = Signal(object)

    def __init__(
        self, model: NodeTableModel, table: NodeView, window: QWidget, *, read_only: bool
    ) -> None:
        super().__init__(window)
        self._model = model
        self._table = table
        self._missing: frozenset[Permission] = frozenset()
        self.copy = self._action(self.tr("Copy name"), "Ctrl+C")
        self.yaml = self._action(self.tr("View YAML"), "Ctrl+Y")
        self.annotate = self._action(self.tr("Annotate…"), "Ctrl+E")
        self.delete = self._action(self.tr("Delete…"), "Del")
        self.cancel_deletion = self._action(self.tr("Cancel deletion"), "")
        self._needs: Mapping[QAction, Collection[Permission]] = {
            self.yaml: (GET_NODES,),
            self.annotate: (GET_NODES, PATCH_NODES),
            self.delete: (DELETE_NODES,),
        }
        self._words = {action: action.text() for action in self._needs}
        for action in (self.annotate, self.delete):
            action.setVisible(not read_only)
        self.copy.triggered.connect(self._copy)
        for action, signal in (
            (self.yaml, self.yaml_asked),
            (self.annotate, self.annotate_asked),
            (self.delete, self.delete_asked),
        ):
            action.triggered.connect(partial(self._ask, signal))
        self.cancel_deletion.triggered.connect(
            lambda: self.cancel_deletion_requested.emit(self._counting)
        )
        table.selected.connect(self.refresh)
        self.menu = QMenu(window)
        for action in (self.cancel_deletion, self.copy, self.yaml, self.annotate, self.delete):
            self.menu.addAction(action)
        self.menu.insertSeparator(self.delete)
        self.menu.aboutToShow.connect(self._about_to_show)
        self.refresh()

    @property
    def nodes(self) -> tuple[NodeRef, ...]:
        """The selected nodes that exist, hidden by the filter or not."""
        return tuple(NodeRef(row.name, row.record.uid) for row in self._rows())

    def popup(self, at: QPoint) -> None:
        """Show the menu at a place of the screen."""
        self.menu.popup(at)

    def show_missing(self, missing: frozenset[Permission]) -> None:
        """Disable what the person may not do."""
        self._missing = missing
        self.refresh()

    def refresh(self) -> None:
        """Offer what makes sense for the selection."""
        some = any(True for _ in self._rows())
        for action, needs in self._needs.items():
            missing = [str(need) for need in needs if need in self._missing]
            words = self._words[action]
            if missing:
                words = formatting.fill(
                    self.tr("{verb} (you may not {permissions})"),
                    verb=words,
                    permissions=", ".join(missing),
                )
            action.setText(words)
            action.setEnabled(some and not missing)
        self.copy.setEnabled(some)
        self.yaml.setEnabled(self.yaml.isEnabled() and len(self._table.names) == 1)
        self.cancel_deletion.setVisible(bool(self._counting))

    @property
    def _counting(self) -> tuple[str, ...]:
        """The selected nodes that are about to be deleted."""
        return tuple(self._model.counting.intersection(self._table.names))

    def _rows(self) -> Iterator[NodeRow]:
        named = (self._model.row_named(name) for name in self._table.names)
        return (row for row in named if row is not None and not row.deleted)

    def _ask(self, signal: SignalInstance) -> None:
        nodes = self.nodes
        if nodes:
            signal.emit(nodes)

    def _action(self, words: str, keys: str) -> QAction:
        action = QAction(words, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._table.addAction(action)
        return action

    def _about_to_show(self) -> None:
        self.refresh()
        self.opening.emit()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(plain(node.name) for node in self.nodes))
