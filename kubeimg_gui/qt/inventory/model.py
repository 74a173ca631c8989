"""The images of the cluster as a tree: flat, or grouped by repository or registry.

It does not use a proxy model, which would be slow and would mis-sort byte counts above 2**31.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from time import perf_counter, thread_time
from typing import Any, overload

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from kubeimg_gui.domain.image_summary import Grouping
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import spoken
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.inventory.arrangement import Arrangement
from kubeimg_gui.qt.inventory.catalog import ImageCatalog
from kubeimg_gui.qt.inventory.columns import COLUMNS, MEANINGS, NUMERIC, Column, Context, title
from kubeimg_gui.qt.inventory.counting import NodeCounter
from kubeimg_gui.qt.inventory.figures import Figures, figures
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, ALIGNMENT, DISPLAY, SORT, TOOLTIP
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences

Index = QModelIndex | QPersistentModelIndex
Search = Callable[[str], frozenset[str] | None]
"""Returns the keys of the images that match a filter, None for all."""

MOST_AT_ONCE = 500
"""Maximum number of changed images of which also the rows off screen are updated at once."""
LONG_SECONDS, REST = 0.05, 20
"""An order that took longer than LONG_SECONDS stays for at least REST times as long."""
MOST_STEPS = 50
"""Maximum number of rows that are inserted or removed one by one, without a reset."""
MOST_WAITING = 1000
"""Maximum number of rows that wait to be inserted or removed while the order is held."""


class ImageTreeModel(QAbstractItemModel):
    """Rows are images or groups with images, columns are `Column`; confined to the GUI thread.

    It follows the nodes and pods between `begin` and `end`. Rows change in `refresh` and `settle`,
    appear, leave and move only in `settle`.

    Signals:
        rebuilding, rebuilt: before and after rows come, leave or move, so that a view can keep what
            is selected and expanded.

    Attributes:
        catalog: all images, shown or not.
        arrangement: which rows are shown, in which order.
        scale: bytes of the longest bar.
    """

    rebuilding = Signal()
    rebuilt = Signal()

    def __init__(
        self, nodes: NodeTableModel, pods: PodReferences, clocks: Clocks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._clocks = clocks
        self._search: Search | None = None
        self._filter = ""
        self._matching: frozenset[str] | None = None
        self._settled_version = -1
        self._figures = Figures()
        self._figures_version = -1
        self.catalog = ImageCatalog(nodes, pods, clocks)
        self.arrangement = Arrangement(lambda: self.context)
        self._counter = NodeCounter(nodes.inventory.index)
        self._active = False
        self._rest_until = 0.0
        self.scale = 1
        nodes.images_changed.connect(self._take_records)
        pods.changed.connect(self._take_keys)
        pods.coverage_changed.connect(self._take_all)

    # What the view asks for.

    @property
    def context(self) -> Context:
        """What texts depend on beside their row."""
        return Context(
            self._clocks.wall(),
            self._nodes.opened,
            self._clocks.steady(),
            self.arrangement.grouping,
            self._nodes.inventory.nodes,
            self.catalog.is_bound,
            self.catalog.meanings,
            self.catalog.owner,
            self.catalog.scaled_to_zero,
        )

    @property
    def mixed_meanings(self) -> bool:
        """Whether the nodes report sizes of different meanings."""
        return self._nodes.inventory.mixed_meanings

    @property
    def active(self) -> bool:
        """Whether the model follows nodes and pods."""
        return self._active

    def begin(self) -> None:
        """Follows nodes and pods from now on, and brings everything up to date."""
        if not self._active:
            self._active = True
            self._rest_until = 0.0
            self.catalog.begin()
            self.settle(at_once=True)

    def end(self) -> None:
        """Stops following; the rows stay as they are."""
        self._active = False

    def refresh(self, visible: Collection[Entry]) -> None:
        """Brings the visible rows up to date, and all others if few have changed."""
        keys: Iterable[str] = self.catalog.dirty
        if len(self.catalog.dirty) > MOST_AT_ONCE:
            keys = {row.key for row in visible if isinstance(row, ImageRow)} & self.catalog.dirty
        self._announce(self.catalog.update(keys), visible)

    def settle(self, visible: Collection[Entry] = (), *, at_once: bool = False) -> None:
        """Brings all rows up to date, and their order if `at_once`."""
        if not self._active:
            return
        self._announce(self.catalog.update(self.catalog.dirty), visible)
        for entry in visible:
            if isinstance(entry, GroupRow):
                entry.refresh()
        if self.catalog.version == self._settled_version and not self.arrangement.stale:
            return
        if self._settled_version != self.catalog.version and self._filter.strip():
            self._find()
        if perf_counter() >= self._rest_until and (at_once or self._waiting() > MOST_WAITING):
            began = thread_time()
            self._settled_version = self.catalog.version
            self._arrange()
            took = thread_time() - began
            if took > LONG_SECONDS:
                self._rest_until = perf_counter() + REST * took

    def set_search(self, search: Search) -> None:
        """Sets what finds the images that match a filter."""
        self._search = search
        self._filter_again()

    def set_filter(self, text: str) -> None:
        """Shows only the images that match a filter."""
        if text.split() != self._filter.split():
            self._filter = text
            self._filter_again()

    def group_by(self, grouping: Grouping) -> None:
        """Shows the images flat or in groups."""
        if grouping is not self.arrangement.grouping:
            self.rebuilding.emit()
            self.beginResetModel()
            self.arrangement.group_by(grouping)
            self.endResetModel()
            self.rebuilt.emit()

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Sorts groups, and images within them, by the raw values of a column."""
        self.arrangement.sort_by(column, descending=descending)
        self._reorder()

    def count_nodes(self, visible: Iterable[Entry]) -> bool:
        """Counts nodes of groups for a moment; returns whether there are more to count."""
        groups = [entry for entry in visible if isinstance(entry, GroupRow)]
        if self.arrangement.sort_column is Column.NODES:
            groups += self.arrangement.groups
        more = self._counter.work(groups)
        if not more and self.arrangement.sort_column is Column.NODES:
            self.arrangement.stale = True
        return more

    @property
    def filtered(self) -> bool:
        """Whether a filter hides images."""
        return self._matching is not None

    @property
    def figures(self) -> Figures:
        """Figures of all images, as of the last `settle`."""
        if self._figures_version != self.catalog.version:
            self._figures_version = self.catalog.version
            self._figures = figures(self.catalog.rows.values())
        return self._figures

    def entry_at(self, index: Index) -> Entry | None:
        """Returns the row at an index; None for an invalid one."""
        if not index.isValid():
            return None
        number = index.internalId()
        if number:
            return self.arrangement.members(self.arrangement.group(number))[index.row()]
        return self.arrangement.top[index.row()]

    def index_of(self, entry: Entry, column: int = 0) -> QModelIndex:
        """Returns the index of a row; an invalid one if it is not shown."""
        place = self.arrangement.place_of(entry)
        if place is None:
            return QModelIndex()
        group = entry.group if isinstance(entry, ImageRow) else None
        return self.createIndex(place, column, group.number if group else 0)

    # Overrides.

    @guard(QModelIndex())
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:
        """Override: groups or images at the top, images below groups."""
        top = self.arrangement.top
        if not 0 <= column < COLUMNS or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(top) else QModelIndex()
        group = None if parent.internalId() else top[parent.row()]
        if not isinstance(group, GroupRow) or row >= len(group.members):
            return QModelIndex()
        return self.createIndex(row, column, group.number)

    @overload
    def parent(self) -> QObject: ...
    @overload
    def parent(self, child: Index, /) -> QModelIndex: ...
    @guard(QModelIndex())
    def parent(self, *child: Any) -> Any:
        """Override: the group of an image; without an argument the parent object."""
        if not child:
            return super().parent()
        number = child[0].internalId() if child[0].isValid() else 0
        return self.index_of(self.arrangement.group(number)) if number else QModelIndex()

    @guard(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of rows at the top, or of images in a group."""
        if not parent.isValid():
            return len(self.arrangement.top)
        if parent.internalId() or parent.column():
            return 0
        entry = self.arrangement.top[parent.row()]
        return len(entry.members) if isinstance(entry, GroupRow) else 0

    @guard(default=False)
    def hasChildren(self, parent: Index = QModelIndex()) -> bool:
        """Override: whether there are images below; answers without sorting them."""
        column = parent.column()
        if column < 0:  # the root
            return bool(self.arrangement.top)
        return not column and self.arrangement.grouped and not parent.internalId()

    @guard(0)
    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Override: number of columns, including hidden ones."""
        return COLUMNS

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: text, raw values for SORT, escaped text for tooltips."""
        entry = self.entry_at(index)
        if entry is None:
            return None
        column = Column(index.column())
        meaning = MEANINGS[column]
        if role == DISPLAY:
            return meaning.text(entry, self.context)
        if role == ACCESSIBLE:
            return spoken(meaning.text(entry, self.context))
        if role == TOOLTIP:
            return formatting.tooltip(meaning.tip(entry, self.context))
        if role == ALIGNMENT:
            side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == SORT:
            return meaning.sort_value(self.context)(entry)
        return None

    @guard(None)
    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Override: titles of the columns."""
        if orientation is Qt.Orientation.Vertical or role not in (DISPLAY, ACCESSIBLE):
            return None
        return title(Column(section), self.arrangement.grouping)

    # Following nodes and pods.

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if self._active:
            self.catalog.take_records(pairs)

    def _take_keys(self, keys: Collection[str]) -> None:
        if self._active:
            self.catalog.dirty.update(keys)

    def _take_all(self) -> None:
        if self._active:
            self.catalog.take_all()

    def _announce(self, touched: Collection[Entry], visible: Collection[Entry]) -> None:
        for entry in visible:
            if entry in touched and (index := self.index_of(entry)).isValid():
                self.dataChanged.emit(index, index.siblingAtColumn(COLUMNS - 1))

    def _find(self) -> None:
        self._matching = self._search(self._filter) if self._search else None

    def _filter_again(self) -> None:
        self._find()
        if self._active:
            self._arrange()

    def _wanted(self) -> set[ImageRow]:
        """Returns the rows of images that nodes hold and that match the filter."""
        rows, matching = self.catalog.rows, self._matching
        if matching is None:
            return {row for row in rows.values() if row.nodes}
        found = (rows[key] for key in matching if key in rows)
        return {row for row in found if row.nodes}

    def _waiting(self) -> int:
        return len(self._wanted() ^ self.arrangement.shown)

    def _arrange(self) -> None:
        """Shows the wanted rows in their current order."""
        wanted, shown = self._wanted(), self.arrangement.shown
        renamed = self.catalog.renamed & wanted & shown
        leaving, coming = shown - wanted | renamed, wanted - shown | renamed
        self.catalog.renamed.clear()
        self.rebuilding.emit()
        if len(leaving) + len(coming) > MOST_STEPS:
            self.beginResetModel()
            self.arrangement.fill(wanted)
            self.endResetModel()
        else:
            for row in leaving:
                self._remove(row)
            for row in coming:
                self._insert(row)
            self._reorder()
        self.rebuilt.emit()
        self.catalog.forget(leaving)
        self.scale = max((entry.total for entry in self.arrangement.top), default=0) or 1

    def _remove(self, row: ImageRow) -> None:
        group = row.group
        last: Entry = row if group is None or len(group.members) > 1 else group
        place = self.arrangement.place_of(last)
        assert place is not None, "it is shown"
        parent = self.index_of(group) if group is not None and last is row else QModelIndex()
        self.beginRemoveRows(parent, place, place)
        self.arrangement.remove(row)
        self.endRemoveRows()

    def _insert(self, row: ImageRow) -> None:
        group = self.arrangement.group_for(row)
        parent = self.index_of(group) if group is not None else QModelIndex()
        place = len(group.members) if group is not None else len(self.arrangement.top)
        self.beginInsertRows(parent, place, place)
        self.arrangement.append(row)
        self.endInsertRows()

    def _reorder(self) -> None:
        """Shows the rows in their current order; persistent indexes follow their rows."""
        self.arrangement.stale = False
        orders = self.arrangement.new_orders()
        if not orders:
            return
        self.layoutAboutToBeChanged.emit()
        moved = self.persistentIndexList()
        entries = [(self.entry_at(index), index.column()) for index in moved]
        self.arrangement.apply(orders)
        places = [
            self.index_of(entry, column) if entry is not None else QModelIndex()
            for entry, column in entries
        ]
        self.changePersistentIndexList(moved, places)
        self.layoutChanged.emit()
