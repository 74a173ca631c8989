"""What became of the nodes since a moment: which grew, shrank, joined and left, by how much.

Every node counts once, in the state it is in now: a node that grew and then left has left, one
that joined and left again counts as neither. So the nodes there were, plus those that joined,
minus those that left, are the nodes there are; and their sizes add up in the same way.
"""

from kubeimg_gui.domain.change import ChangeKind, NodeChange


class ChangeTally:
    """Running totals over changes, at a cost that does not depend on their number; one thread only.

    Attributes:
        grown, shrunk, joined, left: number of nodes.
        grown_bytes, shrunk_bytes, joined_bytes, left_bytes: reported bytes, never negative. Those
            that left with a node are the bytes that it had at the start.
    """

    def __init__(self) -> None:
        self._growth: dict[str, int] = {}
        self._joined: dict[str, int] = {}
        self.grown = self.shrunk = self.left = 0
        self.grown_bytes = self.shrunk_bytes = self.joined_bytes = self.left_bytes = 0

    @property
    def joined(self) -> int:
        """Number of nodes that were not there at the start."""
        return len(self._joined)

    @property
    def net_bytes(self) -> int:
        """Reported bytes gained, negative for a loss."""
        return self.grown_bytes - self.shrunk_bytes + self.joined_bytes - self.left_bytes

    def __bool__(self) -> bool:
        """Returns whether anything is different from the start."""
        return bool(self.grown or self.shrunk or self._joined or self.left)

    def take(self, change: NodeChange) -> None:
        """Counts a change; call it for all changes of storage, in their order."""
        name = change.record.name
        if change.kind is ChangeKind.ADDED:
            self._set_joined(name, change.bytes_new)
        elif change.kind is ChangeKind.DELETED:
            if name in self._joined:
                self.joined_bytes -= self._joined.pop(name)
            else:
                self.left += 1
                self.left_bytes += change.bytes_old - self._growth.get(name, 0)
                self._set_growth(name, 0)
        elif name in self._joined:
            self._set_joined(name, change.bytes_new)
        else:
            gained = change.bytes_new - change.bytes_old
            self._set_growth(name, self._growth.get(name, 0) + gained)

    def _set_joined(self, name: str, size: int) -> None:
        self.joined_bytes += size - self._joined.get(name, 0)
        self._joined[name] = size

    def _set_growth(self, name: str, growth: int) -> None:
        if before := self._growth.pop(name, 0):
            self._count(before, -1)
        if growth:
            self._growth[name] = growth
            self._count(growth, 1)

    def _count(self, growth: int, step: int) -> None:
        if growth > 0:
            self.grown += step
            self.grown_bytes += step * growth
        else:
            self.shrunk += step
            self.shrunk_bytes -= step * growth
