"""The longest texts of the columns, for which their widths are chosen."""

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.columns import Column


class WidestTexts(dict[Column, str]):
    """The longest text so far, by column; grows only. Confined to the GUI thread."""

    def __init__(self) -> None:
        super().__init__()
        self._runtimes: set[str] = set()

    def take(self, column: Column, text: str) -> None:
        """Keeps the text if it is the longest of its column."""
        if len(text) > len(self.get(column, "")):
            self[column] = text

    def take_runtime(self, record: NodeRecord) -> None:
        """Keeps the text of the node's runtime if it is the longest; each runtime is read once."""
        if record.runtime not in self._runtimes:
            self._runtimes.add(record.runtime)
            self.take(Column.RUNTIME, node_wording.runtime(record))
