"""The nodes as last known, and what each piece of news changes about them.

The reflector tells it what the server says; it answers with changes, having dropped heartbeats,
split a recreated node from its namesake and doubted image lists that are suddenly empty.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange, compare_nodes
from kubeimg_gui.domain.node import NodeRecord

DOUBT_SECONDS = 60.0
"""How long a suddenly empty image list must stand before it is believed. A restarted kubelet may
post one until its first look at the runtime, which it takes within 30 s and posts within 10 more.
(`pkg/kubelet/images/image_gc_manager.go`, `pkg/kubelet/kubelet_node_status.go`)"""

News = NodeChange | ConnectionState


class NodeStore:
    """Nodes by name; a reflector's sink.

    Written by the reflector's thread (`settle` by another), read by any. `tell` gets every
    change and state in order, under the store's lock: it must only pass them on.

    The first list shows nodes as they come. A later one is collected and compared when it is
    complete, so that nothing flickers and nothing that was deleted meanwhile is missed.
    """

    def __init__(self, tell: Callable[[News], None], doubt_seconds: float = DOUBT_SECONDS) -> None:
        self.changed = threading.Condition(threading.RLock())
        self.state = ConnectionState(Phase.CONNECTING, time.time())
        self._tell = tell
        self._doubt_seconds = doubt_seconds
        self._nodes: dict[str, NodeRecord] = {}
        self._doubts: dict[str, float] = {}
        self._listed: dict[str, NodeRecord] | None = None
        self._unreadable: set[str] = set()
        self._skipped = 0
        self._synced = False

    def get(self, name: str) -> NodeRecord | None:
        """The node as last known; any thread."""
        return self._nodes.get(name)

    def snapshot(self) -> Mapping[str, NodeRecord]:
        """All nodes as last known, by name; it never changes; any thread."""
        with self.changed:
            return MappingProxyType(dict(self._nodes))

    # What the reflector tells.

    def list_started(self) -> None:
        """Begin to collect."""
        with self.changed:
            self._listed, self._unreadable = {}, set()

    def listed(self, record: NodeRecord) -> None:
        """Collect; show at once where nothing was known before."""
        assert self._listed is not None, "the list has started"
        self._listed[record.name] = record
        if not self._synced:
            self.applied(record)

    @property
    def list_is_doubtful(self) -> bool:
        """Whether the list that was told is empty, and nodes are known."""
        return bool(self._nodes) and not self._listed and not self._unreadable

    def list_ended(self) -> None:
        """What the list does not hold is gone; departures are told before the rest.

        Nodes whose entry could not be read are not gone; nor is any while an entry without a name
        may be theirs.
        """
        listed: dict[str, NodeRecord] = self._listed or {}
        self._listed = None
        missing = set(self._nodes) - listed.keys() - self._unreadable
        with self.changed:
            if "" in self._unreadable:
                self._unreadable |= missing
                missing.clear()
        for name in missing:
            self.removed(name)
        if self._synced:
            for record in listed.values():
                self.applied(record)
        self._synced = True

    def applied(self, record: NodeRecord) -> None:
        """Store a record and tell what it changed; the same name with a new uid is another node."""
        with self.changed:
            self._read_again(record.name)
            old = self._nodes.get(record.name)
            if old and old.uid != record.uid:
                self._remove(record.name)
                old = None
            if old and old.images and not record.images:
                record = replace(record, images=old.images, images_doubted=True)
                self._doubts.setdefault(record.name, time.monotonic() + self._doubt_seconds)
                self.changed.notify_all()
            else:
                self._doubts.pop(record.name, None)
            self._put(old, record)

    def removed(self, name: str) -> None:
        """Forget a node; unknown ones are ignored.

        Of a later list only: what it lacks is told when it is complete.
        """
        with self.changed:
            self._read_again(name)
            if self._listed is not None:
                self._listed.pop(name, None)
                if self._synced:
                    return
            self._remove(name)

    def skipped(self, name: str) -> None:
        """Something told of a node cannot be read; what is known of it is no longer the latest."""
        with self.changed:
            self._skipped += 1
            self._unreadable.add(name)
            if self._listed is None:
                self._tell_again()
            else:
                self._listed.pop(name, None)

    def progressed(
        self,
        phase: Phase,
        *,
        remaining: int | None = None,
        reason: str = "",
        wait: float | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        """Tell the state; `since` stays while the phase does."""
        with self.changed:
            now = time.time()
            syncing, listed = phase is Phase.SYNCING, len(self._listed or ())
            self.state = ConnectionState(
                phase,
                since=self.state.since if self.state.phase is phase else now,
                nodes=listed if syncing else len(self._nodes),
                total=None if remaining is None else listed + remaining,
                reason=reason,
                next_try=None if wait is None else now + wait,
                poll_seconds=poll_seconds,
                unreadable=tuple(sorted(self._unreadable)),
                skipped=self._skipped,
            )
            self._tell(self.state)

    # What time tells.

    def next_doubt(self) -> float | None:
        """When the oldest doubt ends, on the monotonic clock; None where nothing is doubted."""
        return next(iter(self._doubts.values()), None)

    def settle(self, now: float) -> None:
        """Believe the empty lists that have stood until `now`, on the monotonic clock."""
        with self.changed:
            for name in [name for name, due in self._doubts.items() if due <= now]:
                del self._doubts[name]
                old = self._nodes[name]
                self._put(old, replace(old, images=(), images_doubted=False))

    def _read_again(self, name: str) -> None:
        """What is told of the node now can be read."""
        if name in self._unreadable:
            self._unreadable.discard(name)
            if self._listed is None:
                self._tell_again()

    def _tell_again(self) -> None:
        """The state as it was told last, with what can be read now."""
        self.state = replace(
            self.state, unreadable=tuple(sorted(self._unreadable)), skipped=self._skipped
        )
        self._tell(self.state)

    def _put(self, old: NodeRecord | None, new: NodeRecord) -> None:
        change = compare_nodes(old, new, at=time.time(), initial=not self._synced)
        if change:
            self._nodes[new.name] = new
            self._tell(change)

    def _remove(self, name: str) -> None:
        with self.changed:
            self._doubts.pop(name, None)
            old = self._nodes.pop(name, None)
            change = compare_nodes(old, None, at=time.time())
            if change:
                self._tell(change)
