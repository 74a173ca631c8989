"""Labels of nodes that divide a cluster: pool, zone, instance type, architecture."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import TypeVar

from kubeimg_gui.domain.node import NodeRecord

POOL_LABELS = (
    "eks.amazonaws.com/nodegroup",
    "cloud.google.com/gke-nodepool",
    "kubernetes.azure.com/agentpool",
    "karpenter.sh/nodepool",
    "pool",
)
"""Labels that name a pool of nodes, the best first."""
ZONE_LABEL = "topology.kubernetes.io/zone"
INSTANCE_TYPE_LABEL = "node.kubernetes.io/instance-type"
ARCHITECTURE_LABEL = "kubernetes.io/arch"
OTHER_LABELS = (ZONE_LABEL, INSTANCE_TYPE_LABEL, ARCHITECTURE_LABEL)
"""Further labels that are offered before all others."""
WELL_KNOWN = (*POOL_LABELS, *OTHER_LABELS)
"""All these labels, in the order in which they are offered."""

LONGEST_LABEL = 317
"""Maximum characters of a label: a domain of 253, a slash and a name of 63."""
CACHED_VALUES = 4096
"""Maximum number of values that a reader of a label keeps."""

T = TypeVar("T")


def is_label(text: str) -> bool:
    """Returns whether a text can be the key of a label; less strict than Kubernetes."""
    return 0 < len(text) <= LONGEST_LABEL and text.isprintable() and not set(text) & set("= ")


def label_value(record: NodeRecord, label: str) -> str | None:
    """Returns the value of a label; None where the node lacks it."""
    prefix = f"{label}="
    place = bisect_left(record.labels, prefix)
    if place < len(record.labels) and record.labels[place].startswith(prefix):
        return record.labels[place][len(prefix) :]
    return None


def label_reader(label: str, missing: T) -> Callable[[NodeRecord], str | T]:
    """Returns a function that reads a label of many nodes; confined to one thread.

    It returns `missing` where a node lacks the label. Equal values are mostly the same string,
    which is quick to compare.
    """
    prefix = f"{label}="
    length = len(prefix)
    values: dict[str, str] = {}
    last = 0

    def read(record: NodeRecord) -> str | T:
        nonlocal last
        labels = record.labels
        # Most nodes have it in the same place.
        if last < len(labels) and (value := values.get(labels[last])) is not None:
            return value
        place = last = bisect_left(labels, prefix)
        if place == len(labels):
            return missing
        pair = labels[place]
        value = values.get(pair)
        if value is None:
            if not pair.startswith(prefix):
                return missing
            value = pair[length:]
            if len(values) < CACHED_VALUES:
                values[pair] = value
        return value

    return read


def labels_of(records: Iterable[NodeRecord]) -> list[str]:
    """Returns the labels of the nodes: those that name pools first, the rest by name."""
    pairs: set[str] = set()
    for record in records:
        pairs.update(record.labels)
    return in_order(pair.partition("=")[0] for pair in pairs)


def in_order(labels: Iterable[str]) -> list[str]:
    """Returns each label once: those that name pools first, the rest by name."""
    present = set(labels)
    first = [label for label in WELL_KNOWN if label in present]
    return first + sorted(present.difference(first))


def pool_label(labels: Iterable[str]) -> str:
    """Returns the best of these labels to group nodes by; "" where none names a pool."""
    present = set(labels)
    return next((label for label in POOL_LABELS if label in present), "")
