"""All columns of one node table by section: the fixed ones, then those of labels."""

from collections.abc import Iterator, Sequence

from kubeimg_gui.qt.nodes.columns import Column, Moment, TableColumn, title
from kubeimg_gui.qt.nodes.label_columns import LabelColumn, label_titles


class TableColumns:
    """The columns of a table; immutable.

    Attributes:
        labels: the labels that have a column.
    """

    def __init__(self, labels: Sequence[str] = ()) -> None:
        self.labels = tuple(labels)
        self._all: tuple[TableColumn, ...] = (*Column, *map(LabelColumn, labels))
        fixed = [title(column, Moment(0.0, 0.0)) for column in Column] if labels else []
        self._titles = label_titles(labels, fixed)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[TableColumn]:
        return iter(self._all)

    def __getitem__(self, section: int) -> TableColumn:
        return self._all[section]

    def section(self, column: TableColumn) -> int:
        """Returns the section of a column. Raises ValueError if the table has no such column."""
        return column if isinstance(column, Column) else self._all.index(column)

    def title(self, column: TableColumn, moment: Moment) -> str:
        """Returns the heading of a column."""
        if isinstance(column, LabelColumn):
            return self._titles[column.label]
        return title(column, moment)
