"""The references of the images of the selected nodes, from watched pods or else from checks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node_references import summed
from kubeimg_gui.domain.references import PodUse, Reference, ReferenceState, UnknownReason
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.pods.node_checks import MOST_NODES, Check, Failure, NodeChecks

if TYPE_CHECKING:
    from kubeimg_gui.qt.pods.pod_references import PodReferences

NO_REFERENCES: Mapping[str, Reference] = MappingProxyType({})


class Source(Protocol):
    """Returns which images of which nodes pods refer to."""

    def on_node(self, node: str, image: ContainerImage) -> Reference:
        """Returns the reference of an image on a node that lists it."""
        ...

    def users(self, key: str, node: str) -> Iterator[PodUse]:
        """Yields the uses of an image by pods of a node, by `ContainerImage.key`."""
        ...


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of the references of some nodes.

    Attributes:
        of: number of these nodes.
        watched_as_of: as of when watched pods are known, epoch seconds; infinite while they are
            watched; None where pods are not watched.
        checks: those of the nodes whose pods were read once; empty where pods are watched.
        failure: why the pods of one of the nodes were not read.
        reading, done: number of nodes whose pods are being read, and that have been.
        not_referenced: reported bytes of the images that no pod of their node refers to; None
            where the pods of no node are known.
        unknown: number of images whose reference is unknown, without those of the runtime itself.
    """

    of: int = 0
    watched_as_of: float | None = None
    checks: Sequence[Check] = ()
    failure: Failure | None = None
    reading: int = 0
    done: int = 0
    not_referenced: int | None = None
    unknown: int = 0

    @property
    def too_many(self) -> bool:
        """Whether these are more nodes than one check may read."""
        return self.of > MOST_NODES


class SelectedReferences:
    """Looks up the references of the images of the selected nodes; GUI thread only.

    Attributes:
        watched: the references of all pods, which may be watched; None until a view needs them.
        by_key: the references found last, by `ContainerImage.key`; empty where nothing is known.
        summary: what they amount to.
    """

    def __init__(self, checks: NodeChecks) -> None:
        self._checks = checks
        self._names: tuple[str, ...] = ()
        self.watched: PodReferences | None = None
        self.by_key = NO_REFERENCES
        self.summary = Summary()

    def update(self, rows: Sequence[NodeRow]) -> None:
        """Looks up the references of the images of these nodes."""
        checks, as_of = self._checks, self._watched_as_of()
        self._names = names = tuple(row.name for row in rows)
        self.by_key, self.summary = NO_REFERENCES, Summary(len(rows), as_of)
        if self.summary.too_many:
            return
        known: list[Check] = []
        failures: list[Failure] = []
        if as_of is None:
            known = [check for name in names if (check := checks.of(name)) is not None]
            failures = [failed for name in names if (failed := checks.failure(name)) is not None]
            if not (known or failures or checks.reading):
                return
        not_referenced = self._look_up(rows)
        readable = as_of is not None or any(not check.references.unreadable for check in known)
        self.summary = Summary(
            len(rows),
            as_of,
            known,
            failures[0] if failures else None,
            len(checks.reading),
            checks.done,
            not_referenced if readable else None,
            sum(map(_is_open, self.by_key.values())),
        )

    def users(self, key: str) -> Iterator[PodUse]:
        """Yields the uses of an image by the pods of the selected nodes."""
        for name in self._names:
            yield from self._source.users(key, name)

    def scaled_to_zero(self, key: str) -> Sequence[WorkloadRecord]:
        """Returns the workloads scaled to 0 that use an image; they are known as watched pods are.

        A check of some nodes does not read them.
        """
        watched = self.watched
        if watched is None or self._watched_as_of() is None:
            return ()
        return watched.scaled_to_zero(key)

    @property
    def _source(self) -> Source:
        if self.watched is not None and self._watched_as_of() is not None:
            return self.watched
        return self._checks

    def _watched_as_of(self) -> float | None:
        if self.watched is None or not self.watched.watching:
            return None
        coverage = self.watched.references.coverage
        return coverage.known_at if coverage.reason is None else None

    def _look_up(self, rows: Iterable[NodeRow]) -> int:
        """Looks up all references; returns the reported bytes of what is not referenced."""
        source, size = self._source, 0
        found: dict[str, list[Reference]] = {}
        for row in rows:
            for image in row.record.images:
                reference = source.on_node(row.name, image)
                found.setdefault(image.key, []).append(reference)
                if reference.state is ReferenceState.NOT_REFERENCED:
                    size += image.size_bytes
        self.by_key = {key: summed(each) for key, each in found.items()}
        return size


def _is_open(reference: Reference) -> bool:
    """Returns whether a reference is unknown for another reason than that the runtime uses it."""
    unknown = reference.state is ReferenceState.UNKNOWN
    return unknown and reference.reason is not UnknownReason.SANDBOX
