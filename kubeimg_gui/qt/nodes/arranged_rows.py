"""What the user arranges in the table of nodes: filter, sort order and groups.

It does not use a proxy model: Qt's needs 10 s for 130,000 rows and mis-sorts byte counts above
2**31. A `RowOrder` follows the changes; `reorder` shows its current order.
"""

from collections.abc import Collection, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.qt.nodes.columns import Column, TableColumn, meaning
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.group_row import GroupRow, Row
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.nodes.row_order import RowOrder, sorted_run
from kubeimg_gui.qt.nodes.shown_rows import ShownRows

if TYPE_CHECKING:
    from kubeimg_gui.qt.nodes.group_order import GroupOrder


class ArrangedRows(ShownRows):
    """Rows of nodes, filtered, sorted and in groups; confined to the GUI thread.

    A subclass adds, changes and removes rows: in `_rows`, `_named` and `_order`.

    Attributes:
        inventory: totals over all nodes, shown or not.
        sort_column, descending: what the rows are sorted by, and whether in descending order.
        scale: bytes of the longest bar, at least those of the largest row shown.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.inventory = Inventory()
        self._rows: dict[str, NodeRow] = {}
        # All rows, sorted by name when they were last sorted by anything, then new ones.
        self._named: list[NodeRow] = []
        self._departing: set[NodeRow] = set()
        self._misplaced: set[NodeRow] = set()
        self._filter = NodeFilter(self.inventory.index)
        self.sort_column: TableColumn = Column.REPORTED
        self.descending = True
        self._order: RowOrder | GroupOrder = self._new_order()
        self._largest_shrank = False
        self.scale = 1

    @property
    def filter(self) -> str:
        """The text of the filter as typed."""
        return self._filter.wanted

    @property
    def matching(self) -> Collection[NodeRow]:
        """The rows that the filter shows, in no particular order; collapsed groups hide some."""
        return self._filter.matching(self._rows.values())

    @property
    def stale(self) -> bool:
        """Whether the shown order is out of date; call `reorder` while the user is idle."""
        return bool(self._misplaced)

    def places_of(self, rows: Iterable[Row]) -> dict[Row, int]:
        """Override: finds rows in their order, as long as that is up to date.

        Rows do not store their positions: updating them would take longer than sorting.
        """
        if self.stale:
            return super().places_of(rows)
        return self._order.places_in(self._shown, rows)

    def group_of(self, name: str) -> GroupRow | None:
        """Returns the group of a node; None without groups, and for a node that is not known."""
        row = self._rows.get(name)
        return None if row is None or self._groups is None else self._groups.group_of(row)

    def set_filter(self, wanted: str) -> None:
        """Shows only rows that match the text, see `NodeFilter`."""
        if self._filter.keeps(wanted):
            return
        self._filter.search(wanted, list(self._rows.values()))
        # The images of departing nodes are no longer in the index, so they are checked one by one.
        self._filter.update(self._departing)
        self._others_wanted = self._largest_shrank = True
        if self._groups is not None:
            self._groups.follow_filter(self._rows.values())
        self.reorder()

    def sort_by(self, column: TableColumn, *, descending: bool) -> None:
        """Sorts by the raw values of a column, then by name."""
        self.arrange(column, descending=descending, label=self.grouped_by)

    def group_by(self, label: str) -> None:
        """Shows the rows in groups by the values of a label; "" for no groups."""
        if label != self.grouped_by:
            self.arrange(self.sort_column, descending=self.descending, label=label)

    def arrange(self, column: TableColumn, *, descending: bool, label: str) -> None:
        """Sorts and groups at once, see `sort_by` and `group_by`."""
        was_grouped_by, before = self.grouped_by, self._order
        is_sorted = (column, descending) == (self.sort_column, self.descending)
        if is_sorted and label == was_grouped_by:
            self.reorder()
            return
        self.sort_column, self.descending = column, descending
        if label != was_grouped_by:
            self._others_wanted = True
            self._groups = None
            if label:
                # Imported late: the first window appears sooner.
                from kubeimg_gui.qt.nodes.group_order import GroupOrder

                self._groups = GroupOrder(label, self._filter, self.inventory, self._collapsed)
        self._order = self._new_order()
        if label != was_grouped_by and self._groups is not None:
            self._groups.assign(self._rows.values())
        if is_sorted and isinstance(before, RowOrder):
            self._order.fill_sorted(before.run())
        else:
            self._fill()
        self.reorder()
        if label != was_grouped_by:
            self.grouping_changed.emit()

    def reorder(self) -> None:
        """Override: shows the matching rows, sorted or in sorted groups."""
        self._misplaced.clear()
        rows = self._order.listed(self._filter)
        if self._largest_shrank:
            self._largest_shrank = False
            ends: Collection[NodeRow] = self.matching
            if self.sort_column is Column.REPORTED:
                ends = self._order.ends
            self.scale = max(map(attrgetter("reported"), ends), default=0) or 1
        self._show(rows)

    def _new_order(self) -> "RowOrder | GroupOrder":
        """Returns an order by the current column; fill it."""
        value = meaning(self.sort_column).value
        if self._groups is None:
            return RowOrder(value, descending=self.descending)
        self._groups.sort_by(self.sort_column, value, descending=self.descending)
        return self._groups

    def _fill(self) -> None:
        """Sorts all rows from scratch."""
        run = sorted_run(self._named, self._order.value, descending=self.descending)
        self._order.fill_sorted(run)
