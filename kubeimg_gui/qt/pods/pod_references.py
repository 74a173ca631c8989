"""Follows nodes and pods, and knows which images pods refer to."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange
from kubeimg_gui.domain.references import Coverage, Reference, References, UnknownReason
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.nodes.model import NodeTableModel


class PodReferences(QObject):
    """The references of pods to the images of the nodes; confined to the GUI thread.

    Signals:
        changed: carries the keys of the images whose references changed.
        coverage_changed: what is known about pods changed, so that every reference may differ.

    Attributes:
        references: the join; empty while pods are not watched.
        pods: number of known pods.
    """

    changed = Signal(object)
    coverage_changed = Signal()

    def __init__(
        self, nodes: NodeTableModel, clocks: Clocks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._clocks = clocks
        self._watching = False
        self.references = References()
        self.pods = 0
        nodes.images_changed.connect(self._take_records)

    @property
    def watching(self) -> bool:
        """Whether pods are watched."""
        return self._watching

    def begin(self) -> None:
        """Follows nodes and pods from now on."""
        self._watching = True
        for record in self._nodes.records:
            self.references.update_node(None, record)
        self._cover(None, UnknownReason.READING)

    def end(self) -> None:
        """Forgets all pods."""
        self._watching = False
        self.references = References()
        self.pods = 0
        self.coverage_changed.emit()

    def of_image(self, image: ContainerImage) -> Reference:
        """Returns the reference of an image in the cluster."""
        return self.references.in_cluster(image, self._nodes.times.first_seen(image.key))

    def on_node(self, node: str, image: ContainerImage) -> Reference:
        """Returns the reference of an image on a node that lists it."""
        row = self._nodes.row_named(node)
        arrived = row.first_seen.get(image.key) if row is not None else None
        return self.references.on_node(node, image, arrived)

    @Slot(object)
    def take_changes(self, changes: Sequence[PodChange]) -> None:
        """Applies changes of pods, in order."""
        keys: set[str] = set()
        for change in changes:
            keys |= self.references.update_pod(change.old, change.new)
            self.pods += (change.new is not None) - (change.old is not None)
        self.changed.emit(keys)

    @Slot(object)
    def take_state(self, state: ConnectionState) -> None:
        """Applies the state of the pods' informer."""
        known_at = self.references.coverage.known_at
        if state.phase is Phase.LIVE:
            self._cover(float("inf"), None)
        elif state.phase is Phase.FORBIDDEN:
            self._cover(known_at, UnknownReason.FORBIDDEN)
        elif known_at is None:
            self._cover(None, UnknownReason.READING)
        else:
            self._cover(min(known_at, self._clocks.wall()), None)

    def _cover(self, known_at: float | None, reason: UnknownReason | None) -> None:
        coverage = Coverage(known_at, reason)
        if coverage != self.references.coverage:
            self.references.coverage = coverage
            self.coverage_changed.emit()

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if not self._watching:
            return
        keys: set[str] = set()
        for old, new in pairs:
            keys |= self.references.update_node(old, new)
        self.changed.emit(keys)
