"""The menu that adds and removes columns of labels."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.domain.node_labels import WELL_KNOWN, in_order
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes.label_columns import MOST_LABEL_COLUMNS, short_title
from kubeimg_gui.qt.nodes.label_scan import some_labels
from kubeimg_gui.qt.nodes.model import NodeTableModel

translate = QCoreApplication.translate

MOST_ENTRIES = 15
"""Maximum number of labels beside the well-known and the chosen ones; the dialog has all."""


class LabelMenu(QMenu):
    """Offers the labels of the nodes; reads them when it opens. GUI thread only.

    The well-known labels come first, with their titles; then those that have a column, and, if
    they are few, all others.

    Signals:
        chosen: the user adds (True) or removes the column of a label.
        more_requested: the user looks for another label.
    """

    chosen = Signal(str, bool)
    more_requested = Signal()

    def __init__(self, nodes: NodeTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(self.tr("Label columns"))
        self._nodes = nodes
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        shown = self._nodes.columns.labels
        for labels in offered_labels(self._nodes, shown):
            self._add(labels)
            self.addSeparator()
        more = self.addAction(self.tr("More labels…"))
        more.triggered.connect(self.more_requested)
        more.setEnabled(len(shown) < MOST_LABEL_COLUMNS)

    def _add(self, labels: Iterable[str]) -> None:
        shown = self._nodes.columns.labels
        for label in labels:
            action = self.addAction(formatting.menu_entry(label_entry(label)))
            action.setCheckable(True)
            action.setChecked(label in shown)
            action.setEnabled(label in shown or len(shown) < MOST_LABEL_COLUMNS)
            action.toggled.connect(partial(self.chosen.emit, label))


def offered_labels(
    nodes: NodeTableModel, chosen: Collection[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """Returns the well-known labels to offer, and the others: all if they are few, else `chosen`.

    They are those that nodes have, and `chosen` ones that no node has.
    """
    labels = in_order({*some_labels(nodes), *chosen})
    known = [label for label in labels if label in WELL_KNOWN]
    others = labels[len(known) :]
    if len(others) > MOST_ENTRIES:
        others = [label for label in others if label in chosen]
    return known, others


def label_entry(label: str) -> str:
    """Returns a label as an entry of a menu: a well-known one with its title."""
    if label not in WELL_KNOWN:
        return label
    text = translate("LabelMenu", "{title} ({label})")
    return formatting.fill(text, title=short_title(label), label=label)
