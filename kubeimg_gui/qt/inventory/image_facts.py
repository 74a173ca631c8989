"""What the panel of an image shows: its nodes, the other nodes, its pods, owners and versions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import PodUse
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow

_FINISHED = ("Succeeded", "Failed")


class PodLine(NamedTuple):
    """One pod with all its uses of the image."""

    pod: PodRecord
    uses: tuple[PodImage, ...]


class OwnerLine(NamedTuple):
    """The pods of one owner that use the image.

    Attributes:
        owner: `Kind/name`, "" for pods without an owner.
        running, pending, finished: number of pods; those that terminate count as running.
    """

    namespace: str
    owner: str
    running: int
    pending: int
    finished: int


class Users(NamedTuple):
    """The pods that use an image, and their owners."""

    pods: Sequence[PodLine] = ()
    owners: Sequence[OwnerLine] = ()


class Family(NamedTuple):
    """The other images of the same repository.

    Attributes:
        versions: largest total first.
        keys: their keys, and that of the image itself.
    """

    versions: Sequence[ImageSummary] = ()
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hiding:
    """Whether cut lists may hide an image.

    Attributes:
        entries: the image as nodes list it.
        meanings: what the sizes of these entries mean.
    """

    entries: Sequence[ContainerImage]
    meanings: frozenset[SizeMeaning]

    def may_hide(self, record: NodeRecord) -> bool:
        """Returns whether a node may hold the image though its list lacks it."""
        listing = record.listing
        if listing.state is ListState.COMPLETE:
            return False
        if size_meaning(record.runtime) not in self.meanings:
            return True
        return any(map(listing.may_hide, self.entries))


def since(row: NodeRow, key: str) -> float | None:
    """When an image arrived on a node or was first listed there; None where it was at first."""
    arrived = row.first_seen.get(key)
    return row.first_listed.get(key) if arrived is None else arrived


def holders(nodes: NodeTableModel, names: Iterable[str], key: str) -> list[str]:
    """Returns nodes that hold an image: those that got it last first, then by name."""
    times: dict[str, float] = {}
    others: list[str] = []
    for name in names:
        row = nodes.row_named(name)
        at = None if row is None else since(row, key)
        if at is None:
            others.append(name)
        else:
            times[name] = at
    others.sort()
    return [*sorted(times, key=lambda name: (-times[name], name)), *others]


def others(nodes: NodeTableModel, names: set[str]) -> list[NodeRecord]:
    """Returns all nodes but these, by name."""
    found = [record for record in nodes.records if record.name not in names]
    found.sort(key=lambda record: record.name)
    return found


def users(uses: Iterable[PodUse]) -> Users:
    """Returns the pods that use an image, finished ones last, then by namespace and name.

    Of their owners the one with the most pods comes first.
    """
    pods = _pods(uses)
    return Users(pods, _owners(pods))


def _pods(uses: Iterable[PodUse]) -> list[PodLine]:
    by_pod: dict[str, tuple[PodRecord, list[PodImage]]] = {}
    for pod, use in uses:
        by_pod.setdefault(pod.key, (pod, []))[1].append(use)
    ordered = sorted(by_pod.items(), key=lambda item: (item[1][0].phase in _FINISHED, item[0]))
    return [PodLine(pod, tuple(found)) for _, (pod, found) in ordered]


def _owners(pods: Iterable[PodLine]) -> list[OwnerLine]:
    counts: Counter[tuple[str, str, str]] = Counter()
    owners: dict[tuple[str, str], int] = {}
    for pod, _ in pods:
        owner = (pod.namespace, pod.owner)
        owners[owner] = owners.get(owner, 0) + 1
        counts[*owner, _stage(pod)] += 1
    ordered = sorted(owners, key=lambda owner: (-owners[owner], owner))
    return [
        OwnerLine(*owner, *(counts[*owner, stage] for stage in ("running", "pending", "finished")))
        for owner in ordered
    ]


def family(index: ImageIndex, image: ContainerImage) -> Family:
    """Returns the other images of the repository of an image."""
    repository = repository_of(image)
    if not repository:
        return Family((), frozenset((image.key,)))
    keys = frozenset(
        key
        for key in index.keys
        if any(repository_of(entry) == repository for entry in index.entries(key))
    )
    found = summarize(index, keys - {image.key})
    found.sort(key=lambda each: (-each.total_bytes, each.key))
    return Family(found, keys | {image.key})


def repository_of(image: ContainerImage) -> tuple[str, ...]:
    """Returns the registry and the repository of an image; empty without a name."""
    reference = image.reference
    if reference is None or not reference.repository:
        return ()
    return reference.registry, reference.repository


def _stage(pod: PodRecord) -> str:
    if pod.phase in _FINISHED:
        return "finished"
    return "pending" if pod.phase == "Pending" else "running"
