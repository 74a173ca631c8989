"""Follows nodes and pods, and knows which images pods refer to."""

from collections.abc import Iterator, Sequence
from math import inf

from PySide6.QtCore import QObject, Signal, Slot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange
from kubeimg_gui.domain.references import Coverage, PodUse, Reference, References, UnknownReason
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.tasks import run_aside
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.workload_references import WorkloadReferences

_NOT_READING = frozenset({Phase.LOGIN_NEEDED, Phase.MISCONFIGURED, Phase.STOPPED})


class PodReferences(QObject):
    """The references of pods to the images of the nodes; confined to the GUI thread.

    Signals:
        changed: carries the keys of the images whose references changed.
        nodes_changed: carries the names of nodes whose pods refer to other images now.
        coverage_changed: what is known about pods changed, so that every reference may differ.

    Attributes:
        references: the join; empty while pods are not watched.
        pods: number of known pods.
        workloads: those scaled to 0; known while pods are.
    """

    changed = Signal(object)
    nodes_changed = Signal(object)
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
        self.workloads = WorkloadReferences(self)
        nodes.images_changed.connect(self._take_records)

    @property
    def watching(self) -> bool:
        """Whether pods are watched."""
        return self._watching

    def begin(self) -> None:
        """Follows nodes and pods from now on; does nothing while they are followed."""
        if self._watching:
            return
        self._watching = True
        for record in self._nodes.records:
            self.references.update_node(None, record)
        self._cover(None, UnknownReason.READING)

    def end(self) -> None:
        """Forgets all pods; a worker thread frees them."""
        self._watching = False
        run_aside(self.references.free())
        self.references = References()
        self.pods = 0
        self.coverage_changed.emit()

    def of_image(self, image: ContainerImage) -> Reference:
        """Returns the reference of an image in the cluster."""
        return self.references.in_cluster(image)

    def on_node(self, node: str, image: ContainerImage) -> Reference:
        """Returns the reference of an image on a node that lists it."""
        return self.references.on_node(node, image)

    def users(self, key: str, node: str) -> Iterator[PodUse]:
        """Yields the uses of an image by pods of a node, by `ContainerImage.key`."""
        return self.references.users(key, node)

    def scaled_to_zero(self, key: str) -> Sequence[WorkloadRecord]:
        """Returns the workloads scaled to 0 that use an image, by `ContainerImage.key`."""
        return self.workloads.users(self._nodes.inventory.index.entries(key))

    def not_referenced_bytes(self) -> int | None:
        """Returns the reported size of the images that no pod of their node refers to.

        None where pods are not known. It is the most that could go.
        """
        inventory = self._nodes.inventory
        return self.references.not_referenced_bytes(inventory.index, inventory.reported_bytes)

    def not_referenced_on(self, node: str) -> int | None:
        """Returns the same for one node; None where its pods, or the node, are not known."""
        row = self._nodes.row_named(node)
        return None if row is None else self.references.not_referenced_on(row.record)

    @Slot(object)
    def take_changes(self, changes: Sequence[PodChange]) -> None:
        """Applies changes of pods, in order; ignores those that arrive after `end`."""
        if not self._watching:
            return
        keys: set[str] = set()
        names: set[str] = set()
        for change in changes:
            old, new = change.old, change.new
            touched = self.references.update_pod(old, new)
            if touched:
                keys |= touched
                names.update([pod.node for pod in (old, new) if pod is not None])
            self.pods += (new is not None) - (old is not None)
        self.changed.emit(keys)
        self.nodes_changed.emit(names)

    @Slot(object)
    def take_state(self, state: ConnectionState) -> None:
        """Applies the state of the pods' informer; ignores those that arrive after `end`."""
        if not self._watching:
            return
        now, known_at = self._clocks.wall(), self.references.coverage.known_at
        if state.phase is Phase.LIVE:
            caught_up = self.references.forget_newer()
            self._cover(inf if state.poll_seconds is None else now, None, changed=caught_up)
            return
        if known_at is not None:
            known_at = min(known_at, now)
        if state.phase is Phase.FORBIDDEN:
            self._cover(known_at, UnknownReason.FORBIDDEN)
        elif known_at is not None:
            self._cover(known_at, None)
        else:
            reading = state.phase not in _NOT_READING
            self._cover(None, UnknownReason.READING if reading else UnknownReason.NOT_READ)

    def _cover(
        self, known_at: float | None, reason: UnknownReason | None, *, changed: bool = False
    ) -> None:
        if known_at is not None and known_at != inf:
            self.references.note_newer()
        coverage = Coverage(known_at, reason)
        if changed or coverage != self.references.coverage:
            self.references.coverage = coverage
            self.coverage_changed.emit()

    def _take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        if not self._watching:
            return
        keys: set[str] = set()
        for old, new in pairs:
            keys |= self.references.update_node(old, new)
        self.changed.emit(keys)
