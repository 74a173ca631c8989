"""Stores nodes as last known, with what all lists of a node have shown.

Keeps a node's images until an empty image list is confirmed.
"""

from collections.abc import Callable
from dataclasses import replace

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.cluster.watch.store import Store
from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.node import NodeRecord

DOUBT_SECONDS = 60.0
"""How long an image list must stay empty before it is accepted. A restarted kubelet may post an
empty list until it first reads the runtime, within 30 s, and posts again within 10 s.
(`pkg/kubelet/images/image_gc_manager.go`, `pkg/kubelet/kubelet_node_status.go`)"""


class NodeStore(Store[NodeRecord, NodeChange]):
    """The `Store` of nodes.

    A node that suddenly lists no image keeps its last list, marked as doubted, until the empty list
    has lasted for `doubt_seconds`.
    """

    def __init__(
        self,
        notify: Callable[[NodeChange | ConnectionState], None],
        *,
        doubt_seconds: float = DOUBT_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(compare_nodes, notify, clock)
        self._doubt_seconds = doubt_seconds
        self._doubts: dict[str, float] = {}

    def next_due(self) -> float | None:
        """Returns when the next step is due: one of every store, or the end of the oldest doubt."""
        with self.changed:
            dues = (super().next_due(), next(iter(self._doubts.values()), None))
            return min((due for due in dues if due is not None), default=None)

    def settle(self, now: float) -> None:
        """Accepts the empty lists that have lasted long enough, after the steps of every store."""
        with self.changed:
            super().settle(now)
            for name in [name for name, due in self._doubts.items() if due <= now]:
                del self._doubts[name]
                old = self._records[name]
                self._put(old, replace(old, images=(), images_doubted=False).after(old))

    def _accept(self, old: NodeRecord | None, new: NodeRecord) -> NodeRecord:
        if old is None or old == new:
            return old or new
        if not old.images or new.images:
            self._doubts.pop(new.name, None)
            return new.after(old)
        due = self._clock.monotonic() + self._doubt_seconds
        self._doubts.setdefault(new.name, due)
        self.changed.notify_all()
        return replace(new, images=old.images, images_doubted=True).after(old)

    def _remove(self, key: str) -> None:
        self._doubts.pop(key, None)
        super()._remove(key)
