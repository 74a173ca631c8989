"""The button that says what the rows of the node table are grouped by, and offers other labels."""

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from kubeimg_gui.domain.node_labels import POOL_LABELS, pool_label
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.nodes.label_columns import short_title
from kubeimg_gui.qt.nodes.label_menu import label_entry, offered_labels
from kubeimg_gui.qt.nodes.label_scan import some_labels
from kubeimg_gui.qt.nodes.model import NodeTableModel

KEYS = "Ctrl+G"
"""Opens the menu while the button is shown."""
LABEL_CHARACTERS = 24
"""Maximum characters of a label on the button."""


class GroupButton(QPushButton):
    """Chooses the label that rows are grouped by; GUI thread only.

    The menu offers pool, zone, instance type and architecture as far as nodes have these labels,
    all others if they are few, and any other in a dialog.
    """

    def __init__(self, nodes: NodeTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self.setAutoDefault(False)
        self.setAccessibleName(self.tr("Group by"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        QShortcut(QKeySequence(KEYS), self, self.open_menu)
        nodes.grouping_changed.connect(self._show_label)
        self._show_label()

    def open_menu(self) -> None:
        """Opens the menu below the button."""
        # Not showMenu(), which runs a nested event loop.
        self.menu().popup(self.mapToGlobal(QPoint(0, self.height())))

    def adapt(self) -> None:
        """Replaces a label of pools that no node has by the one that names pools here.

        Call it once all nodes are known: the choice may come from a window of another cluster.
        """
        label = self._nodes.grouped_by
        if label in POOL_LABELS:
            present = some_labels(self._nodes)
            if label not in present and (here := pool_label(present)):
                self._nodes.group_by(here)

    def _show_label(self) -> None:
        label = self._nodes.grouped_by
        text, tip = self.tr("Group by"), self.tr("Show the nodes in groups by a label ({keys})")
        if label:
            text, tip = self.tr("Grouped by {label}"), self.tr("Grouped by {label} ({keys})")
        keys = QKeySequence(KEYS).toString(QKeySequence.SequenceFormat.NativeText)
        short = formatting.shortened(short_title(label), LABEL_CHARACTERS)
        self.setText(formatting.fill(text, label=short).replace("&", "&&"))
        set_tip(self, formatting.fill(tip, label=label, keys=keys))

    def _fill(self) -> None:
        menu, chosen = self.menu(), self._nodes.grouped_by
        menu.clear()
        self._add({"": self.tr("Nothing")})
        menu.addSeparator()
        for labels in offered_labels(self._nodes, (chosen,) if chosen else ()):
            self._add({label: label_entry(label) for label in labels})
            menu.addSeparator()
        menu.addAction(self.tr("More labels…"), self._ask)

    def _add(self, labels: dict[str, str]) -> None:
        for label, text in labels.items():
            action = self.menu().addAction(formatting.menu_entry(text))
            action.setCheckable(True)
            action.setChecked(label == self._nodes.grouped_by)
            action.triggered.connect(partial(self._nodes.group_by, label))

    def _ask(self) -> None:
        # Imported late: the first window appears sooner.
        from kubeimg_gui.qt.nodes.label_dialog import LabelDialog

        title, verb = self.tr("Group by a label"), self.tr("Group")
        dialog = LabelDialog(self._nodes, self.window(), title=title, verb=verb)
        dialog.chosen.connect(self._nodes.group_by)
        dialog.open()
