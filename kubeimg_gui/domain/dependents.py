"""What depends on nodes that are about to be deleted: pods, finalizers, owners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

_DAEMON_SET = "DaemonSet/"
_KARPENTER = "karpenter.sh/"


class Pod(Protocol):
    """A pod on a node."""

    @property
    def controller(self) -> str:
        """What manages it, as `Kind/name`; empty for none."""
        ...

    @property
    def mirror(self) -> bool:
        """Whether it is a mirror pod: the API object of a static pod."""
        ...


class NodeMetadata(Protocol):
    """The part of a node's metadata that matters for its deletion."""

    @property
    def finalizers(self) -> Sequence[str]:
        """What keeps the node terminating."""
        ...

    @property
    def owners(self) -> Sequence[str]:
        """What the node belongs to, as `Kind/name`."""
        ...


@dataclass(frozen=True, slots=True)
class PodCounts:
    """Pods by what becomes of them when their node is deleted.

    Attributes:
        daemon_set: managed by a DaemonSet, which creates no replacement on another node.
        static: started and stopped by the kubelet alone.
        unmanaged: without a controller; deleted permanently.
        rescheduled: replaced on another node by their controller.
    """

    daemon_set: int = 0
    static: int = 0
    unmanaged: int = 0
    rescheduled: int = 0

    @property
    def total(self) -> int:
        """All pods."""
        return self.daemon_set + self.static + self.unmanaged + self.rescheduled


def count_pods(pods: Iterable[Pod]) -> PodCounts:
    """Counts pods by what happens to them when their node is deleted."""
    daemon_set = static = unmanaged = rescheduled = 0
    for pod in pods:
        if pod.mirror:
            static += 1
        elif pod.controller.startswith(_DAEMON_SET):
            daemon_set += 1
        elif pod.controller:
            rescheduled += 1
        else:
            unmanaged += 1
    return PodCounts(daemon_set, static, unmanaged, rescheduled)


@dataclass(slots=True)
class NodeDependents:
    """What is known so far about the dependents of some nodes.

    Attributes:
        of: number of nodes.
        read: number of nodes whose metadata was read.
        pods_read: number of nodes whose pods were read.
        pods: the pods found on them.
        may_not_list_pods: the user lacks the permission to list pods.
        finalizers, owners: of the nodes, distinct, in the order found.
        errors: why something is unknown, distinct sentences.
    """

    of: int
    read: int = 0
    pods_read: int = 0
    pods: list[Pod] = field(default_factory=list[Pod])
    may_not_list_pods: bool = False
    finalizers: dict[str, None] = field(default_factory=dict[str, None])
    owners: dict[str, None] = field(default_factory=dict[str, None])
    errors: dict[str, None] = field(default_factory=dict[str, None])

    @property
    def managed_by_karpenter(self) -> bool:
        """Whether Karpenter drains a node and terminates its machine.

        (karpenter.sh, "Disruption", "Control Flow")
        """
        return any(name.startswith(_KARPENTER) for name in self.finalizers)

    def add_node(self, node: NodeMetadata) -> None:
        """Adds the metadata of one node."""
        self.read += 1
        self.finalizers |= dict.fromkeys(node.finalizers)
        self.owners |= dict.fromkeys(node.owners)

    def add_pods(self, pods: Iterable[Pod]) -> None:
        """Adds the pods of one node."""
        self.pods_read += 1
        self.pods.extend(pods)

    def add_error(self, sentence: str) -> None:
        """Records why something could not be read."""
        self.errors[sentence] = None
