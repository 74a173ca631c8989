"""The selected nodes, by name, so that the selection survives sorting and filtering.

Qt maps every selected index through each layout change, which takes most of a second for
thousands of rows. Clearing the selection and restoring it from names is instant.
"""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QObject,
    Signal,
)
from PySide6.QtWidgets import QTableView

from kubeimg_gui.qt.nodes.group_row import Row
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow


class NodeSelection(QObject):
    """Keeps selection, current row and scroll position of a view while its model reorders.

    GUI thread only; create it after the view has its model.

    Signals:
        changed: names of the selected nodes, top to bottom; the filter may hide some.
        restored: the selection is restored after a reorder.

    Attributes:
        names: names of the selected nodes.
    """

    changed = Signal(object)
    restored = Signal()

    def __init__(self, model: NodeTableModel, view: QTableView) -> None:
        super().__init__(view)
        self._nodes = model
        self._view = view
        self._restoring = False
        self._kept_current: Row | None = None
        self._kept_scroll = 0
        self.names: tuple[str, ...] = ()
        self._names: frozenset[str] = frozenset()
        model.reordering.connect(self._keep)
        model.reordered.connect(self._restore)
        view.selectionModel().selectionChanged.connect(self._follow)

    def select(self, names: Iterable[str]) -> None:
        """Selects these nodes, including those that the filter hides."""
        self._take(names)
        self._keep()
        self._restore()
        self.changed.emit(self.names)

    def includes(self, row: Row) -> bool:
        """Returns whether a row is that of a selected node."""
        return isinstance(row, NodeRow) and row.name in self._names

    def _take(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        self._names = frozenset(self.names)

    def _keep(self) -> None:
        """Saves and clears the selection before a reorder."""
        current = self._view.currentIndex()
        if current.isValid():
            self._kept_current = self._nodes.row_at(current.row())
        self._kept_scroll = self._view.verticalScrollBar().value()
        self._restoring = True
        self._view.selectionModel().clear()

    def _restore(self) -> None:
        current = self._kept_current
        if isinstance(current, NodeRow):  # of a node that left and is back, the new row
            current = self._nodes.row_named(current.name)
        rows = {row for name in self.names if (row := self._nodes.row_named(name)) is not None}
        places = self._nodes.places_of(rows if current is None else rows | {current})
        place = None if current is None else places.get(current)
        selection, end = QItemSelection(), len(self._nodes.columns) - 1
        for first, last in _runs(sorted(at for row, at in places.items() if row in rows)):
            selection.select(self._nodes.index(first, 0), self._nodes.index(last, end))
        flags = QItemSelectionModel.SelectionFlag
        selected = self._view.selectionModel()
        selected.select(selection, flags.ClearAndSelect)
        if place is not None:
            selected.setCurrentIndex(self._nodes.index(place, 0), flags.NoUpdate)
        self._view.executeDelayedItemsLayout()
        self._view.verticalScrollBar().setValue(self._kept_scroll)
        self._restoring = False
        self.restored.emit()

    def _follow(self) -> None:
        if self._restoring:
            return
        # Ranges: querying 5,000 rows one by one takes a fifth of a second.
        ranges = cast("Iterable[QItemSelectionRange]", self._view.selectionModel().selection())
        places = {place for each in ranges for place in range(each.top(), each.bottom() + 1)}
        rows = map(self._nodes.node_at, sorted(places))
        self._take(row.name for row in rows if row is not None)
        self.changed.emit(self.names)


def _runs(places: Iterable[int]) -> list[tuple[int, int]]:
    """Returns ranges of adjacent positions as (first, last), for a selection of few ranges."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs
