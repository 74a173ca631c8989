"""What the panel of an image shows: its nodes, the other nodes, its pods, owners and versions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import PodUse
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow


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


def since(row: NodeRow, key: str) -> float | None:
    """When an image arrived on a node or was first listed there; None where it was at first."""
    arrived = row.first_seen.get(key)
    return row.first_listed.get(key) if arrived is None else arrived


def holders(nodes: NodeTableModel, names: set[str], key: str) -> list[str]:
    """Returns nodes that hold an image: those that got it last first, then by name."""
    rows = map(nodes.row_named, names)
    changed = [row for row in rows if row and (row.first_seen or row.first_listed)]
    times = {row.name: at for row in changed if (at := since(row, key)) is not None}
    latest = sorted(times, key=lambda name: (-times[name], name))
    return [*latest, *sorted(names - times.keys())]


def others(nodes: NodeTableModel, names: set[str]) -> list[NodeRecord]:
    """Returns all nodes but these, by name."""
    found = [record for record in nodes.records if record.name not in names]
    found.sort(key=attrgetter("name"))
    return found


def users(uses: Iterable[PodUse]) -> Users:
    """Returns the pods that use an image, finished ones last, then by namespace and name.

    Of their owners the one with the most pods comes first.
    """
    pods = _pods(uses)
    return Users(pods, _owners(pods))


def _pods(uses: Iterable[PodUse]) -> list[PodLine]:
    active: dict[str, PodLine] = {}
    finished: dict[str, PodLine] = {}
    for pod, use in uses:
        lines = finished if pod.finished else active
        key = pod.key
        known = lines.get(key)
        lines[key] = PodLine(pod, (use,) if known is None else (*known.uses, use))
    return [lines[key] for lines in (active, finished) for key in sorted(lines)]


def _owners(pods: Iterable[PodLine]) -> list[OwnerLine]:
    counts = Counter([(pod.namespace, pod.owner, _stage(pod)) for pod, _ in pods])
    owners: Counter[tuple[str, str]] = Counter()
    for (namespace, owner, _), count in counts.items():
        owners[namespace, owner] += count
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
    if pod.finished:
        return "finished"
    return "pending" if pod.phase == "Pending" else "running"
