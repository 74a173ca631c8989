"""The longest texts of the columns, for which their widths are chosen."""

from collections.abc import Iterable

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_labels import label_value
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.columns import Column, TableColumn
from kubeimg_gui.qt.nodes.label_columns import LabelColumn


class WidestTexts(dict[TableColumn, str]):
    """The longest text so far, by column; grows only. Confined to the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self._runtimes: set[str] = set()
        self._labels: list[LabelColumn] = []

    def take(self, column: TableColumn, text: str) -> None:
        """Keeps the text if it is the longest of its column."""
        if len(text) > len(self.get(column, "")):
            self[column] = text

    def take_record(self, record: NodeRecord) -> None:
        """Keeps the longest texts of runtime and labels; each runtime is read once."""
        if record.runtime not in self._runtimes:
            self._runtimes.add(record.runtime)
            self.take(Column.RUNTIME, node_wording.runtime(record))
        for column in self._labels:
            self._take_label(column, record)

    def add_label(self, column: LabelColumn, records: Iterable[NodeRecord]) -> None:
        """Starts to keep the longest value of a label, beginning with those of some records."""
        self._labels.append(column)
        for record in records:
            self._take_label(column, record)

    def remove_label(self, column: LabelColumn) -> None:
        """Forgets a label."""
        self._labels.remove(column)
        self.pop(column, None)

    def _take_label(self, column: LabelColumn, record: NodeRecord) -> None:
        value = label_value(record, column.label) or ""
        if len(value) > len(self.get(column, "")):
            self[column] = formatting.line(value)
