"""The tree of areas that a treemap shows, by pool, by registry or of one node. No Qt.

An area stands for the reported bytes of some images on some nodes. A level is computed
when it is read, so that a tree of 250,000 images costs only what is on screen.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.node_labels import label_value
from kubeimg_gui.qt.treemap.areas import (
    Area,
    Entry,
    EntryArea,
    GroupArea,
    ImageArea,
    Level,
    NodeArea,
)

_NO_AREAS: Mapping[str, NodeArea] = MappingProxyType({})


class Hierarchy(StrEnum):
    """Which levels a treemap nests."""

    POOLS = "pools"
    REGISTRIES = "registries"
    NODE = "node"


def node_areas(
    records: Iterable[NodeRecord],
    keys: frozenset[str] | None = None,
    known: Mapping[str, NodeArea] = _NO_AREAS,
) -> list[NodeArea]:
    """Returns the nodes that hold one of the images with these keys, or any image (None).

    `known` are the areas of all images from before, by name: one of the same record is used again.
    """
    areas: list[NodeArea] = []
    for record in records:
        area = known.get(record.name)
        if area is None or area.record is not record:
            area = NodeArea(record, keys)
        if area.bytes:
            areas.append(area)
    return areas


def by_pool(nodes: Sequence[NodeArea], label: str) -> Area:
    """Returns the cluster by pool (the values of a label), node, repository and image.

    Without a label the nodes are next.
    """
    if not label:
        return GroupArea(Level.CLUSTER, "", nodes)
    pools: dict[str, list[NodeArea]] = {}
    for node in nodes:
        pools.setdefault(_pool_name(node.record, label), []).append(node)
    areas = [GroupArea(Level.POOL, name, members) for name, members in pools.items()]
    return GroupArea(Level.CLUSTER, "", areas)


def pool_path(record: NodeRecord, label: str) -> tuple[str, ...]:
    """Returns the keys from the root of `by_pool` to the pool of a node; none without a label."""
    return (f"{Level.POOL.value} {_pool_name(record, label)}",) if label else ()


def pool_value(pool: Area, label: str) -> str | None:
    """Returns the value of the label that the nodes of a pool have; None if they lack it."""
    if pool.name == f"{label}=":
        return ""
    return pool.name or None


def _pool_name(record: NodeRecord, label: str) -> str:
    """Returns the value of the label; "" without it, and `label=` for a value that is empty."""
    value = label_value(record, label)
    return f"{label}=" if value == "" else value or ""


def of_node(record: NodeRecord | None, keys: frozenset[str] | None) -> Area:
    """Returns one node by repository and image; an area without bytes for None."""
    return GroupArea(Level.CLUSTER, "", ()) if record is None else NodeArea(record, keys)


def by_registry(
    index: ImageIndex, summaries: Iterable[ImageSummary], *, lacks_images: bool = False
) -> Area:
    """Returns the cluster by registry, repository, image and node.

    The only image of a repository stands for it, and so does the only node for an image. With
    `lacks_images` lists of nodes may be cut, so that every registry may hold more.
    """
    registries: dict[str, dict[str, list[Area]]] = {}
    for summary in summaries:
        if summary.total_bytes:
            repositories = registries.setdefault(Grouping.REGISTRY.name_of(summary), {})
            name = Grouping.REPOSITORY.name_of(summary)
            repositories.setdefault(name, []).append(_image_area(index, summary))

    def group(level: Level, name: str, members: Sequence[Area]) -> Area:
        return GroupArea(level, name, members, lacks_images=lacks_images)

    areas: list[Area] = []
    for registry, repositories in registries.items():
        members = [
            images[0] if len(images) == 1 else group(Level.REPOSITORY, name, images)
            for name, images in repositories.items()
        ]
        areas.append(group(Level.REGISTRY, registry, members))
    return group(Level.CLUSTER, "", areas)


def _image_area(index: ImageIndex, summary: ImageSummary) -> Area:
    if summary.nodes > 1:
        return ImageArea(index, summary)
    return EntryArea(Entry(index.any_name(summary.image), summary.image), summary.key)


def follow(root: Area, path: Sequence[str], merged: Mapping[str, frozenset[str]]) -> list[Area]:
    """Returns the areas from `root` along the keys of a path, as far as they are there.

    `merged` holds the keys of the areas in each group of smaller ones, by the key of that group.
    """
    found = [root]
    for key in path:
        members = merged.get(key)
        here = found[-1]
        if members is not None:
            small = [child for child in here.children if child.key in members]
            child = smaller(small, key) if small else None
        else:
            child = here.child(key)
        if child is None:
            break
        found.append(child)
    return found


def smaller(members: Sequence[Area], key: str) -> Area:
    """Returns the group of areas that are too small to be drawn one by one."""
    area = GroupArea(Level.SMALLER, "", members)
    area.key = key
    area.node = members[0].node if len({member.node for member in members}) == 1 else ""
    return area
