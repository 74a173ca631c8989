"""Keeps the columns of the node table as the user arranged them: labels, order, widths, sort."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QTableView

from kubeimg_gui.qt.nodes.cell_painter import CellPainter
from kubeimg_gui.qt.nodes.column_layout import ColumnLayout
from kubeimg_gui.qt.nodes.column_widths import fit_widths, wishes
from kubeimg_gui.qt.nodes.columns import HIDDEN_AT_FIRST, Column, TableColumn
from kubeimg_gui.qt.nodes.header import NodeHeader
from kubeimg_gui.qt.nodes.label_columns import MOST_LABEL_COLUMNS, LabelColumn
from kubeimg_gui.qt.nodes.label_scan import some_records
from kubeimg_gui.qt.nodes.model import NodeTableModel


class ColumnControl(QObject):
    """Fits the columns of a view to their content, and adds and removes those of labels.

    GUI thread only. `painter` returns the painter of the cells, which knows their font.

    Signals:
        shown_changed: columns may be shown or hidden now that were not.
    """

    shown_changed = Signal()

    def __init__(
        self,
        view: QTableView,
        header: NodeHeader,
        nodes: NodeTableModel,
        painter: Callable[[], CellPainter],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._header = header
        self._nodes = nodes
        self._painter = painter
        self._fitting = False
        self._fitted_for: dict[TableColumn, str] = {}
        self._user_widths: dict[TableColumn, int] = {}
        for column in HIDDEN_AT_FIRST:
            header.setSectionHidden(nodes.columns.section(column), True)
        header.columns_chosen.connect(self.fit)
        header.columns_chosen.connect(self.shown_changed)
        header.label_chosen.connect(self._choose_label)
        header.sectionResized.connect(self._resized_by_hand)
        header.sectionHandleDoubleClicked.connect(self._forget_width)
        header.mark_sorted(nodes.columns.section(nodes.sort_column), descending=nodes.descending)

    def is_shown(self, column: TableColumn) -> bool:
        """Returns whether the user wants a column; in a narrow window it may lack room."""
        return not self._is_hidden(column)

    def layout(self) -> ColumnLayout:
        """Returns how the columns are arranged now."""
        header, columns = self._header, self._nodes.columns
        return ColumnLayout(
            order=tuple(columns[header.logicalIndex(place)] for place in range(len(columns))),
            hidden=frozenset(each for each in columns if self._is_hidden(each)),
            widths=dict(self._user_widths),
            sort=self._nodes.sort_column,
            descending=self._nodes.descending,
            group=self._nodes.grouped_by,
        )

    def restore(self, layout: ColumnLayout) -> None:
        """Arranges the columns; parts of the layout that do not fit together are left out."""
        self._set_labels(layout.labels)
        header, columns = self._header, self._nodes.columns
        order = [each for each in layout.order if each in columns]
        for place, column in enumerate(dict.fromkeys((*order, *columns))):
            header.moveSection(header.visualIndex(columns.section(column)), place)
        for column in columns:
            hidden = column in layout.hidden and column is not Column.NODE
            header.setSectionHidden(columns.section(column), hidden)
        self.shown_changed.emit()
        self._user_widths = {each: layout.widths[each] for each in columns if each in layout.widths}
        sort = layout.sort if layout.sort in columns else Column.REPORTED
        self._nodes.arrange(sort, descending=layout.descending, label=layout.group)
        self._header.mark_sorted(columns.section(sort), descending=layout.descending)
        self.fit()

    def add_label(self, label: str) -> None:
        """Adds a column of a label at the right, unless it has one."""
        labels = self._nodes.columns.labels
        if label not in labels:
            self._set_labels((*labels, label))
            self.fit()

    def remove_label(self, label: str) -> None:
        """Removes the column of a label; rows sorted by it are then sorted by reported size."""
        self._set_labels([each for each in self._nodes.columns.labels if each != label])
        self.fit()

    def sort_by(self, column: TableColumn, *, descending: bool) -> None:
        """Sorts at once."""
        self._nodes.sort_by(column, descending=descending)
        self._header.mark_sorted(self._nodes.columns.section(column), descending=descending)
        self.fit()

    def fit(self) -> None:
        """Fits the columns to their content, as far as there is room."""
        self._fitted_for = dict(self._nodes.widest)
        shown = {
            column: width
            for column, width in wishes(self._nodes, self._painter()).items()
            if not self._is_hidden(column)
        }
        available, columns = self._view.viewport().width(), self._nodes.columns
        self._fitting = True
        for column, width in fit_widths(available, shown, self._user_widths).items():
            self._header.resizeSection(columns.section(column), width)
        self._fitting = False

    def fit_new_texts(self) -> None:
        """Fits the columns if a text is longer than all before."""
        if self._fitted_for != self._nodes.widest:
            self.fit()

    def _is_hidden(self, column: TableColumn) -> bool:
        return self._header.isSectionHidden(self._nodes.columns.section(column))

    def _set_labels(self, labels: Sequence[str]) -> None:
        """Adds and removes columns so that exactly these labels have one."""
        nodes, wanted = self._nodes, list(dict.fromkeys(labels))[:MOST_LABEL_COLUMNS]
        gone = [label for label in nodes.columns.labels if label not in wanted]
        fresh = [label for label in wanted if label not in nodes.columns.labels]
        self._fitting = True
        for label in gone:
            self._remove(label)
        some = some_records(nodes) if fresh else []
        for label in fresh:
            nodes.add_label(label, some)
        self._fitting = False
        if gone:
            self._header.mark_sorted(
                nodes.columns.section(nodes.sort_column), descending=nodes.descending
            )

    def _remove(self, label: str) -> None:
        column = LabelColumn(label)
        if self._nodes.sort_column == column:
            self._nodes.sort_by(Column.REPORTED, descending=True)
        self._user_widths.pop(column, None)
        self._nodes.remove_label(label)

    def _choose_label(self, label: str, wanted: bool) -> None:
        (self.add_label if wanted else self.remove_label)(label)

    def _resized_by_hand(self, section: int, old: int, new: int) -> None:
        # A width of 0 means that the column is shown or hidden, not resized.
        if not self._fitting and old and new:
            self._user_widths[self._nodes.columns[section]] = new

    def _forget_width(self, section: int) -> None:
        self._user_widths.pop(self._nodes.columns[section], None)
        self.fit()
