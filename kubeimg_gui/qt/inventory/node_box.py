"""Chooses one of any number of nodes, with completion."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QSignalBlocker, QStringListModel, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel

NAMES_SHOWN = 15
"""Number of nodes that a box or its completion shows without scrolling."""


class NodeNames(QStringListModel):
    """The names of all nodes as they are shown, sorted; GUI thread only.

    Attributes:
        stale: whether nodes joined or left since they were read.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stale = False
        self._names: dict[str, str] = {}

    def read(self, nodes: NodeTableModel) -> None:
        """Reads the names of all nodes."""
        self.stale = False
        rows = (nodes.row_named(record.name) for record in nodes.records)
        self._names = {row.shown_name: row.name for row in rows if row is not None}
        self.setStringList(sorted(self._names))

    def update(self, nodes: NodeTableModel, boxes: Iterable["NodeBox"]) -> None:
        """Reads the names again if they are stale, unless the user chooses in one of these boxes.

        The boxes keep their texts.
        """
        boxes = tuple(boxes)
        if not self.stale or any(box.is_used for box in boxes):
            return
        texts = [box.currentText() for box in boxes]
        blockers = [QSignalBlocker(box) for box in boxes]
        self.read(nodes)
        for box, text in zip(boxes, texts, strict=True):
            box.setEditText(text)
        for blocker in blockers:
            blocker.unblock()

    def shown(self, name: str) -> str:
        """Returns the name of a node as it is shown."""
        return formatting.line(name)

    def name(self, text: str) -> str:
        """Returns the node that is shown as this text; the text itself if there is none."""
        text = text.strip()
        return self._names.get(text, text)


class NodeBox(QComboBox):
    """Chooses one of the nodes; typing finds names that contain the text. GUI thread only."""

    def __init__(self, names: NodeNames, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # Any other policy measures all names.
        policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(policy)
        self.setMinimumContentsLength(20)
        self.setMaxVisibleItems(NAMES_SHOWN)
        self.setModel(names)
        self.setCurrentIndex(-1)
        self.setAccessibleName(title)
        completer = QCompleter(names, self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(NAMES_SHOWN)
        self.setCompleter(completer)

    def set_theme(self, theme: Theme) -> None:
        """Draws a frame that is visible in a theme: Qt's own one is not in the dark one."""
        self.setStyleSheet(
            f"QComboBox {{ border: 1px solid {theme.line}; border-radius: 5px; padding: 2px 6px; }}"
            f"QComboBox:focus {{ border-color: {theme.accent}; }}"
            "QComboBox QLineEdit { border: 0; padding: 1px 0; }"
        )

    @property
    def is_used(self) -> bool:
        """Whether the user is about to choose a node."""
        return self.hasFocus() or self.view().isVisible()
