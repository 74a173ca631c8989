"""A panel of one image over nodes and pods that a test changes."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import ImageUse, PodChange, PodImage, PodRecord
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.lines import Item, Line, LineModel
from kubeimg_gui.qt.base.theme import LIGHT
from kubeimg_gui.qt.inventory.image_panel import ClusterImagePanel
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.support.builders import GIB, change, digest, image, known
from tests.support.clock import Clock

WEB = image(f"quay.io/org/web@{digest('a')}", "quay.io/org/web:2", size=3 * GIB)
OLD = image(f"quay.io/org/web@{digest('b')}", "quay.io/org/web:1", size=2 * GIB)
OTHER = image(f"quay.io/org/api@{digest('c')}", "quay.io/org/api:1", size=GIB)


def pod(
    name: str,
    node: str,
    held: ContainerImage = WEB,
    *,
    phase: str = "Running",
    owner: str = "StatefulSet/web",
    uses: Sequence[tuple[str, ImageUse]] = (("main", ImageUse.CONTAINER),),
) -> PodRecord:
    found = tuple(
        PodImage(container, held.names[-1], "", held.names[0], kind) for container, kind in uses
    )
    return PodRecord("shop", name, f"uid-of-{name}", None, False, owner, node, phase, found)


def lines(model: LineModel[Item]) -> list[Line]:
    return [model.line_at(place) for place in range(model.rowCount())]


def said(panel: QWidget) -> str:
    """What all visible labels say; all of them show plain text."""
    labels = [label for label in panel.findChildren(QLabel) if label.isVisible()]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)
    return "\n".join(label.text() for label in labels)


class Scene:
    """Nodes, pods and the panel; pods are watched and known once `live` is called."""

    def __init__(self, *records: NodeRecord) -> None:
        self.clock = Clock()
        clocks = Clocks(self.clock, self.clock)
        self.nodes = NodeTableModel(clocks)
        self.nodes.apply(known(*records, at=self.clock.now))
        self.pods = PodReferences(self.nodes, clocks, self.nodes)
        self.panel = ClusterImagePanel(self.nodes, self.pods, LIGHT, clocks)
        self.nodes.setParent(self.panel)
        self.panel.resize(320, 700)

    def apply(self, old: NodeRecord | None, new: NodeRecord | None) -> None:
        """Applies a change one minute later."""
        self.clock.now += 60
        self.nodes.apply([change(old, new, at=self.clock.now)])

    def live(self, *pods: PodRecord) -> None:
        self.pods.begin()
        self.add(*pods)
        self.pods.take_state(ConnectionState(Phase.LIVE, self.clock.now))

    def scale_to_zero(self, *workloads: WorkloadRecord) -> None:
        """These workloads are scaled to 0; pods are known."""
        self.pods.workloads.begin()
        self.pods.workloads.take_changes([WorkloadChange(None, each) for each in workloads])

    def forbid(self) -> None:
        self.pods.begin()
        self.pods.take_state(ConnectionState(Phase.FORBIDDEN, self.clock.now))

    def add(self, *pods: PodRecord) -> None:
        changes = [PodChange(ChangeKind.ADDED, self.clock.now, None, each) for each in pods]
        self.pods.take_changes(changes)
