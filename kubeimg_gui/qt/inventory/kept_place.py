"""What is selected and expanded in the table of images, kept by name while rows come and go."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QObject, Signal
from PySide6.QtWidgets import QTreeView

from kubeimg_gui.qt.inventory.model import ImageTreeModel
from kubeimg_gui.qt.inventory.rows import Entry, GroupRow, ImageRow


class KeptPlace(QObject):
    """Keeps selection, expanded groups and scroll position of a view; GUI thread only.

    A selected image that is filtered out, or that no node holds any more, stays selected for when
    it is shown again.

    Signals:
        selected: the user selected another row; carries the row or None.
    """

    selected = Signal(object)

    def __init__(self, view: QTreeView, model: ImageTreeModel) -> None:
        super().__init__(view)
        self._view = view
        self._images = model
        self._paused = False
        self._selected: tuple[bool, str] | None = None
        self._was_visible = False
        self._expanded: set[str] = set()
        self._scroll = 0
        model.rebuilding.connect(self.pause)
        model.rebuilt.connect(self.restore)
        view.expanded.connect(self._on_expanded)
        view.collapsed.connect(self._on_collapsed)
        view.selectionModel().selectionChanged.connect(self._follow)

    @property
    def key(self) -> str:
        """Key of the selected image, "" for none."""
        return self._selected[1] if self._selected and self._selected[0] else ""

    def pause(self) -> None:
        """Rows are about to come, leave or move: what Qt selects now is not the user's choice."""
        if self._paused:
            return
        self._paused = True
        self._scroll = self._view.verticalScrollBar().value()
        self._was_visible = not self._view.visualRect(self._view.currentIndex()).isEmpty()

    def restore(self) -> None:
        """Restores what `pause` found."""
        model, view = self._images, self._view
        for group in list(model.arrangement.groups):
            if group.name in self._expanded:
                view.setExpanded(model.index_of(group), True)
        entry = self._find()
        if entry is not None:
            self._show(entry, reveal=self._was_visible)
        else:
            view.selectionModel().clear()
        view.executeDelayedItemsLayout()
        view.verticalScrollBar().setValue(self._scroll)
        self._paused = False

    def select(self, row: ImageRow) -> None:
        """Selects an image, and scrolls to it."""
        self._paused = True
        self._selected = (True, row.key)
        self._show(row, reveal=True)
        self._view.scrollTo(self._images.index_of(row))
        self._paused = False
        self.selected.emit(row)

    def _show(self, entry: Entry, *, reveal: bool) -> None:
        index = self._images.index_of(entry)
        if reveal and index.parent().isValid():
            self._view.setExpanded(index.parent(), True)
        flags = QItemSelectionModel.SelectionFlag
        selection = self._view.selectionModel()
        if not selection.isSelected(index):
            selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _find(self) -> Entry | None:
        if self._selected is None:
            return None
        is_image, name = self._selected
        if not is_image:
            return self._images.arrangement.group_named(name)
        row = self._images.catalog.rows.get(name)
        return row if row in self._images.arrangement.shown else None

    def _on_expanded(self, index: QModelIndex) -> None:
        entry = self._images.entry_at(index)
        if isinstance(entry, GroupRow):
            self._expanded.add(entry.name)
            entry.highlight = entry.highlight._replace(seen=True)

    def _on_collapsed(self, index: QModelIndex) -> None:
        entry = self._images.entry_at(index)
        if isinstance(entry, GroupRow):
            self._expanded.discard(entry.name)

    def _follow(self) -> None:
        if self._paused:
            return
        rows = self._view.selectionModel().selectedRows()
        entry = self._images.entry_at(rows[0]) if rows else None
        if entry is None:
            self._selected = None
        else:
            self._selected = (isinstance(entry, ImageRow), entry.name)
        self.selected.emit(entry)
