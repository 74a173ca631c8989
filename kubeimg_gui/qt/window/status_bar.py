"""Status bar: connection phase, node counts, sort order, total size, age of the data."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import FlexibleLabel, plain_label, smaller
from kubeimg_gui.qt.nodes.columns import sorted_by
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.text import units

MARGIN = 14


class StatusBar(QFrame):
    """Phase and counts on the left, the meaning of sizes on the right."""

    def __init__(self, model: NodeTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self._model = model
        self._of_nodes = True
        self._pointed = ""
        self._state = ""
        self._left = FlexibleLabel(self)
        self._right = right = plain_label(self)
        right.setText(self.tr("Sizes as reported by the container runtime, not disk usage"))
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 4, MARGIN, 4)
        row.addWidget(self._left)
        row.addStretch(1)
        row.addWidget(right)
        for label in (self._left, right):
            label.setFont(smaller(self.font()))

    @property
    def text(self) -> str:
        """The left side as shown."""
        return self._left.text()

    @property
    def tip(self) -> str:
        """The tooltip of the left side."""
        return self._left.toolTip()

    def show_state(
        self, phase: str, age: str, unreadable: str, tip: str, *, held: bool = False
    ) -> None:
        """Shows the phase, the age of the data, the number of unreadable nodes and a tooltip.

        All but the phase may be empty. `held` is whether the rows keep their order.
        """
        set_tip(self._left, tip)
        parts = (phase, *self._counts(), self._held() if held else "", age, unreadable)
        self._state = " · ".join(part for part in parts if part)
        self._show()

    def set_of_nodes(self, of_nodes: bool) -> None:
        """Sets whether nodes are shown, of which it says how they are sorted."""
        self._of_nodes, self._pointed = of_nodes, ""
        self._show()

    def show_pointed(self, text: str) -> None:
        """Shows a line about what is under the pointer, "" for the state again."""
        self._pointed = text
        self._show()

    def _show(self) -> None:
        self._left.setText(self._pointed or self._state)
        self._fit()

    def _fit(self) -> None:
        """Hides the sentence about sizes where it would cut what is on the left."""
        needed = self._left.sizeHint().width() + self._right.sizeHint().width()
        self._right.setVisible(needed + 4 * MARGIN <= self.width())

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the texts to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _counts(self) -> tuple[str, ...]:
        """Node counts, sort order and total size; nothing until nodes are known."""
        model = self._model
        if not model.known:
            return ()
        inventory = model.inventory
        size = units.reported_size(inventory.reported_bytes, inventory.is_lower_bound)
        return (
            self.tr("{shown} of {nodes}").format(
                shown=f"{model.shown:,}", nodes=formatting.nodes(inventory.nodes)
            ),
            sorted_by(model.sort_column) if self._of_nodes else "",
            self.tr("{size} reported").format(size=size),
        )

    def _held(self) -> str:
        """How many rows will move, appear or leave; empty if none will."""
        waiting = self._model.waiting
        return self.tr("order held, %Ln change(s) waiting", "", waiting) if waiting else ""
