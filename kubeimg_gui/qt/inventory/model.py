"""The images of the cluster as a tree: flat, or grouped by repository or registry."""

from collections.abc import Callable, Collection, Iterable, Sequence
from time import perf_counter, thread_time
from typing import Any

from PySide6.QtCore import QObject, Qt

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.inventory.arranged_model import ArrangedModel, Index
from kubeimg_gui.qt.inventory.arrangement import Arrangement
from kubeimg_gui.qt.inventory.catalog import ImageCatalog
from kubeimg_gui.qt.inventory.cell_data import cell_data
from kubeimg_gui.qt.inventory.columns import COLUMNS, Column, Context, title
from kubeimg_gui.qt.inventory.counting import NodeCounter
from kubeimg_gui.qt.inventory.figures import Figures, figures
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, DISPLAY
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences

Search = Callable[[str], frozenset[str] | None]
"""Returns the keys of the images that match a filter, None for all."""

MOST_AT_ONCE = 500
"""Maximum number of changed images of which also the rows off screen are updated at once."""
LONG_SECONDS, REST = 0.05, 20
"""An order that took longer than LONG_SECONDS stays for at least REST times as long."""
MOST_WAITING = 1000
"""Maximum number of rows that wait to be inserted or removed while the order is held."""


class ImageTreeModel(ArrangedModel):
    """Rows are images or groups with images, columns are `Column`; confined to the GUI thread.

    It follows the nodes and pods between `begin` and `end`. Rows change in `refresh` and `settle`,
    appear, leave and move only in `settle`.

    Attributes:
        catalog: all images, shown or not.
        scale: bytes of the longest bar.
    """

    def __init__(
        self, nodes: NodeTableModel, pods: PodReferences, clocks: Clocks, parent: QObject
    ) -> None:
        super().__init__(Arrangement(lambda: self.context), parent)
        self._nodes = nodes
        self._clocks = clocks
        self._search: Search | None = None
        self._filter = ""
        self._matching: frozenset[str] | None = None
        self._settled_version = -1
        self._figures = Figures()
        self._figures_version = -1
        self.catalog = ImageCatalog(nodes, pods, clocks)
        self._counter = NodeCounter(nodes.inventory.index)
        self._active = False
        self._rest_until = 0.0
        self.scale = 1
        nodes.images_changed.connect(self._take_records)
        nodes.applied.connect(self._take_nodes)
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

    @guard(None)
    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Override: text, raw values for SORT and RAW, escaped text for tooltips."""
        entry = self.entry_at(index)
        if entry is None:
            return None
        return cell_data(entry, Column(index.column()), role, self.context)

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

    def _take_nodes(self, _names: object) -> None:
        """Lets the next `settle` search again: a filter looks at nodes, too."""
        if self._active and self._filter.strip():
            self._settled_version = -1

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
        self.show_rows(wanted, leaving, coming)
        self.catalog.forget(leaving)
        self.scale = max((entry.total for entry in self.arrangement.top), default=0) or 1
