"""Changes that wait, merged: what they take depends on the number of nodes, not on the time.

Consecutive changes of a node become one, from the first old record to the last new one. Merged
changes lead to the same records, sums and arrival times of images as the changes themselves.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from kubeimg_gui.domain.change import ChangeKind, NodeChange, compare_nodes


class WaitingChanges:
    """Changes by node, at most four each; confined to one thread.

    Attributes:
        merged: number of changes that were merged into others.
    """

    def __init__(self) -> None:
        self._nodes: dict[str, deque[NodeChange]] = {}
        self._count = 0
        self.merged = 0

    def __len__(self) -> int:
        return self._count

    def add(self, changes: Iterable[NodeChange]) -> None:
        """Adds changes; those of one node must come in order."""
        for change in changes:
            name = change.record.name
            waiting = self._nodes.setdefault(name, deque())
            before = len(waiting)
            _append(waiting, change)
            self._count += len(waiting) - before
            self.merged += before + 1 - len(waiting)
            if not waiting:
                del self._nodes[name]

    def take(self, count: int) -> list[NodeChange]:
        """Removes and returns the first changes; those of one node are in order."""
        taken: list[NodeChange] = []
        while self._nodes and len(taken) < count:
            name, waiting = next(iter(self._nodes.items()))
            taken.append(waiting.popleft())
            if not waiting:
                del self._nodes[name]
        self._count -= len(taken)
        return taken


def _append(waiting: deque[NodeChange], change: NodeChange) -> None:
    """Appends a change of the same node, merged with the ones before it where possible.

    Between a deletion and an addition is another node of the same name. A node that joined and
    left while its changes waited is as if it had never been there.
    """
    if waiting and waiting[-1].kind is ChangeKind.CHANGED:
        merged = _merge(waiting.pop(), change)
        if merged is None:
            return
        change = merged
    if change.kind is ChangeKind.DELETED and waiting and _joined(waiting[-1]):
        waiting.pop()
    else:
        waiting.append(change)


def _joined(change: NodeChange) -> bool:
    return change.kind is ChangeKind.ADDED and not change.initial


def _merge(first: NodeChange, second: NodeChange) -> NodeChange | None:
    """Returns the change from before `first` to after `second`; None where both are equal."""
    merged = compare_nodes(first.old, second.new, at=second.at)
    if merged is None or not merged.images.arrived:
        return merged
    renamed = {retag.old.key: retag.new.key for retag in second.images.retagged}
    times = {renamed.get(image.key, image.key): at for image, at in first.arrivals()}
    times |= {image.key: at for image, at in second.arrivals()}
    arrived_at = tuple(times.get(image.key, second.at) for image in merged.images.arrived)
    return replace(merged, images=replace(merged.images, arrived_at=arrived_at))
