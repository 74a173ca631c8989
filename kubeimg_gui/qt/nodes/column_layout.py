"""How the user arranged the columns of a node table, as one value to keep and restore."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import LabelColumn


@dataclass(frozen=True, slots=True)
class ColumnLayout:
    """Columns, their order, widths and sort order; see `ColumnControl.layout` and `restore`.

    Attributes:
        order: all columns from left to right, with those of labels; empty for the default.
        hidden: hidden columns; never the column of node names.
        widths: widths in pixels of the columns that the user resized.
        sort, descending: column and direction of the sort order.
        group: the label that rows are grouped by; "" for none.
    """

    order: tuple[TableColumn, ...] = ()
    hidden: frozenset[TableColumn] = frozenset()
    widths: Mapping[TableColumn, int] = field(default_factory=dict[TableColumn, int])
    sort: TableColumn = Column.REPORTED
    descending: bool = True
    group: str = ""

    @property
    def labels(self) -> list[str]:
        """The labels that have a column, from left to right."""
        return [each.label for each in self.order if isinstance(each, LabelColumn)]
