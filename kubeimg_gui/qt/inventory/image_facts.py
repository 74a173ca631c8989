"""What the panel of an image shows: its nodes, the other nodes, its pods, owners and versions.

Each of them may be 100,000 long, so they are found in steps, see `Slices`; nodes and pods may
change between two steps.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from kubeimg_gui.domain.cut_lists import KnownSizes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.domain.pod import PodImage, PodRecord
from kubeimg_gui.domain.references import References
from kubeimg_gui.qt.base.slices import Steps, chunks, sort_in_steps
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
    """The pods that use an image, by key, and their owners."""

    pods: Mapping[str, PodLine] = MappingProxyType({})
    owners: Sequence[OwnerLine] = ()


class Family(NamedTuple):
    """The other images of the same repository.

    Attributes:
        versions: largest total first.
        keys: their keys, and that of the image itself.
    """

    versions: Sequence[ImageSummary] = ()
    keys: frozenset[str] = frozenset()


class Others(NamedTuple):
    """The nodes that do not list an image.

    Attributes:
        names: sorted.
        hiding: number of them whose cut lists may hide it.
    """

    names: Sequence[str]
    hiding: int


def since(row: NodeRow, key: str) -> float | None:
    """When an image arrived on a node or was first listed there; None where it was at first."""
    arrived = row.first_seen.get(key)
    return row.first_listed.get(key) if arrived is None else arrived


def holders(nodes: NodeTableModel, names: set[str], key: str) -> Steps[list[str]]:
    """Returns nodes that hold an image: those that got it last first, then by name."""
    times: list[tuple[float, str]] = []
    for place, chunk in enumerate(chunks(list(names))):
        if place:
            yield
        rows = map(nodes.row_named, chunk)
        changed = [row for row in rows if row and (row.first_seen or row.first_listed)]
        times += [(-at, row.name) for row in changed if (at := since(row, key)) is not None]
    latest = [name for _, name in (yield from sort_in_steps(times))]
    return latest + (yield from sort_in_steps(list(names.difference(latest))))


def others(nodes: NodeTableModel, names: set[str], sizes: KnownSizes) -> Steps[Others]:
    """Returns all nodes but these; `sizes` are those of the image."""
    found: list[str] = []
    hiding = 0
    for place, chunk in enumerate(chunks(nodes.rows)):
        if place:
            yield
        rows = [row for row in chunk if row.name not in names]
        hiding += sum([sizes.may_be_on(row.record) for row in rows])
        found += [row.name for row in rows]
    return Others((yield from sort_in_steps(found)), hiding)


def users(references: References, key: str) -> Steps[Users]:
    """Returns the pods that use an image, finished ones last, then by namespace and name.

    Of their owners the one with the most pods comes first.
    """
    pods = yield from _pods(references, key)
    return Users(pods, (yield from _owners(list(pods.values()))))


def _pods(references: References, key: str) -> Steps[dict[str, PodLine]]:
    active: dict[str, PodLine] = {}
    finished: dict[str, PodLine] = {}
    for place, chunk in enumerate(chunks(references.nodes_using(key))):
        if place:
            yield
        for pod, use in chain.from_iterable(references.users(key, node) for node in chunk):
            lines = finished if pod.finished else active
            known = lines.get(pod.key)
            lines[pod.key] = PodLine(pod, (use,) if known is None else (*known.uses, use))
    ordered: dict[str, PodLine] = {}
    for lines in (active, finished):
        for name in (yield from sort_in_steps(list(lines))):
            # A pod that finished or was replaced between two steps may be in both.
            ordered.setdefault(name, lines[name])
    return ordered


def _owners(pods: Sequence[PodLine]) -> Steps[list[OwnerLine]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for place, chunk in enumerate(chunks(pods)):
        if place:
            yield
        counts.update([(pod.namespace, pod.owner, _stage(pod)) for pod, _ in chunk])
    owners: Counter[tuple[str, str]] = Counter()
    for (namespace, owner, _), count in counts.items():
        owners[namespace, owner] += count
    ordered = yield from sort_in_steps([(-count, owner) for owner, count in owners.items()])
    return [
        OwnerLine(*owner, *(counts[*owner, stage] for stage in ("running", "pending", "finished")))
        for _, owner in ordered
    ]


def family(index: ImageIndex, image: ContainerImage) -> Steps[Family]:
    """Returns the other images of the repository of an image."""
    repository = repository_of(image)
    if not repository:
        return Family((), frozenset((image.key,)))
    keys: set[str] = set()
    for place, chunk in enumerate(chunks(list(index.keys))):
        if place:
            yield
        keys.update(
            key
            for key in chunk
            if any(repository_of(entry) == repository for entry in index.entries(key))
        )
    found = summarize(index, keys - {image.key})
    found.sort(key=lambda each: (-each.total_bytes, each.key))
    return Family(found, frozenset(keys | {image.key}))


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
