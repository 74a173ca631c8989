"""Labels of nodes by which people divide a cluster: pool, zone, instance type, architecture."""

from bisect import bisect_left
from collections.abc import Iterable

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


def label_value(record: NodeRecord, label: str) -> str | None:
    """Returns the value of a label; None where the node lacks it."""
    prefix = f"{label}="
    place = bisect_left(record.labels, prefix)
    if place < len(record.labels) and record.labels[place].startswith(prefix):
        return record.labels[place][len(prefix) :]
    return None


def labels_of(records: Iterable[NodeRecord]) -> list[str]:
    """Returns the labels of the nodes: those that name pools first, the rest by name."""
    pairs: set[str] = set()
    for record in records:
        pairs.update(record.labels)
    present = {pair.partition("=")[0] for pair in pairs}
    first = [label for label in (*POOL_LABELS, *OTHER_LABELS) if label in present]
    return first + sorted(present.difference(first))


def pool_label(labels: Iterable[str]) -> str:
    """Returns the best of these labels to group nodes by; "" where none names a pool."""
    present = set(labels)
    return next((label for label in POOL_LABELS if label in present), "")
