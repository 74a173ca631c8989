"""What the tests of the table of images look at and do to it."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind, compare_nodes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.columns import Column
from kubeimg_gui.qt.inventory.model import ImageTreeModel
from kubeimg_gui.qt.inventory.view import ImagesView
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.support.builders import GIB, image, known
from tests.support.clock import Clock

CHAT_1 = image("docker.io/vllm/chat:v1", size=11 * GIB)
CHAT_2 = image("docker.io/vllm/chat:v2", size=12 * GIB)
WEB = image("ghcr.io/shop/web:1", size=GIB)
DB = image("ghcr.io/shop/db:9", size=2 * GIB)


def uses(
    name: str, node: str, *images: ContainerImage, owner: str = "", phase: str = "Running"
) -> PodRecord:
    """A pod of the namespace `llm` that uses these images."""
    used = [PodImage(f"c{n}", i.names[0], i.names[0], "") for n, i in enumerate(images)]
    return PodRecord("llm", name, f"uid-{name}", 0.0, False, owner, node, phase, tuple(used))


class Table:
    """A table of images with the models that it follows."""

    def __init__(self, window: QWidget, theme: Theme, clock: Clock, clocks: Clocks) -> None:
        self.window, self.clock = window, clock
        self.nodes = NodeTableModel(clocks, window)
        self.pods = PodReferences(self.nodes, clocks, window)
        self.view = ImagesView(self.nodes, self.pods, theme, clocks, window)
        self.view.resize(window.size())
        self.records: dict[str, NodeRecord] = {}

    @property
    def model(self) -> ImageTreeModel:
        return self.view.model

    def hold(self, *records: NodeRecord) -> None:
        """These nodes are in the cluster from the start."""
        self.nodes.apply(known(*records))
        self.records |= {record.name: record for record in records}
        self.view.settle()

    def change(self, record: NodeRecord | None, name: str = "") -> None:
        """A node changes, joins, or leaves if the record is None."""
        name = record.name if record is not None else name
        old = self.records.get(name)
        found = compare_nodes(old, record, at=self.clock())
        if record is None:
            self.records.pop(name, None)
        else:
            self.records[name] = record
        if found is not None:
            self.nodes.apply([found])

    def run(self, *pods: PodRecord) -> None:
        """Pods are known from now on, these among them."""
        self.pods.begin()
        self.pods.take_changes([PodChange(ChangeKind.ADDED, 0, None, pod, True) for pod in pods])
        self.pods.take_state(ConnectionState(Phase.LIVE, since=0))
        self.view.settle()

    def names(self) -> list[str]:
        """The names of the rows at the top."""
        return [self.text(index) for index in self._below(QModelIndex())]

    def members(self, group: str) -> list[str]:
        """The names of the rows of a group."""
        return [self.text(index) for index in self._below(self.find(group))]

    def find(self, *path: str) -> QModelIndex:
        """The index of a row by its name, and those of the rows above it."""
        found = QModelIndex()
        for name in path:
            found = next(index for index in self._below(found) if self.text(index) == name)
        return found

    def text(self, index: QModelIndex, column: Column = Column.NAME) -> str:
        return str(index.siblingAtColumn(column).data())

    def texts(self, *path: str) -> dict[Column, str]:
        """All texts of a row."""
        index = self.find(*path)
        return {column: self.text(index, column) for column in Column}

    def select(self, *path: str) -> None:
        index = self.find(*path)
        self.view.tree.setExpanded(index.parent(), True)
        self.view.tree.setCurrentIndex(index)

    def selected(self) -> Sequence[str]:
        return [self.text(i) for i in self.view.tree.selectionModel().selectedRows()]

    def _below(self, parent: QModelIndex) -> Iterator[QModelIndex]:
        model = self.view.model
        for place in range(model.rowCount(parent)):
            yield model.index(place, 0, parent)
