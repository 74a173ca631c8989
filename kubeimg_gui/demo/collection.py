"""One kind's objects in the demo's store: what they are, were, and who is told of changes.

A write costs the same in a fleet of any size, and so does a list while others write.
"""

import asyncio
import bisect
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakSet

from kubeimg_gui.demo.kinds import JsonObject

HISTORY_EVENTS = 20_000
"""How many writes of a kind are remembered at least, for watches that resume and pages to come."""
SNAPSHOTS = 16
BACKLOG_HISTORIES = 2
"""A watcher that is so many histories behind is cut off, as the real watch cache does."""

Key = tuple[str, str]
"""Namespace ("" where the kind has none) and name."""


@dataclass(frozen=True, slots=True)
class StoreEvent:
    """One write: ADDED, MODIFIED or DELETED, the object after it and the one before."""

    version: int
    type: str
    item: JsonObject
    previous: JsonObject | None


@dataclass(eq=False, slots=True)
class Watcher:
    """One watch's events, oldest first, until somebody takes them.

    It is `lost` when more than `backlog` wait, or when it was disconnected.
    """

    backlog: int
    events: deque[StoreEvent] = field(default_factory=deque[StoreEvent])
    lost: bool = False
    _stirred: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, event: StoreEvent) -> None:
        """Queue an event while the watcher keeps up."""
        if not self.lost:
            self.events.append(event)
            self.lost = len(self.events) > self.backlog
            self._stirred.set()

    def disconnect(self) -> None:
        """End the watch now."""
        self.lost = True
        self._stirred.set()

    async def wait(self, seconds: float) -> None:
        """Wait until there is an event, the watch is over, or the time is."""
        if self.events or self.lost:
            return
        self._stirred.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stirred.wait(), seconds)

    def take(self, count: int) -> list[StoreEvent]:
        """The next events, so many at most."""
        return [self.events.popleft() for _ in range(min(count, len(self.events)))]


class Snapshot:
    """All objects of a kind at one version, in the order of their keys.

    It looks at the objects as they are, and keeps what later writes replace: the largest fleet is
    not copied for it.
    """

    def __init__(
        self,
        version: int,
        keys: list[Key],
        objects: Mapping[Key, JsonObject],
        replaced: dict[Key, JsonObject],
    ) -> None:
        self.version = version
        self.keys = keys
        self._objects = objects
        self._replaced = replaced

    @property
    def items(self) -> list[JsonObject]:
        """All of them."""
        return self.between(0, len(self.keys))

    def between(self, start: int, end: int) -> list[JsonObject]:
        """Those at these places."""
        found = self._replaced.get
        return [found(key) or self._objects[key] for key in self.keys[start:end]]

    def after(self, key: Key) -> int:
        """Where the objects after a key begin."""
        return bisect.bisect_right(self.keys, key)

    def keep(self, key: Key, replaced: JsonObject) -> None:
        """Keep what a write replaces, unless an earlier one has replaced it already."""
        self._replaced.setdefault(key, replaced)


class Collection:
    """One kind's objects, recent writes and watchers; snapshots in use, and some for later."""

    def __init__(self) -> None:
        self.objects: dict[Key, JsonObject] = {}
        self.keys: list[Key] = []  # in order
        self.history: deque[StoreEvent] = deque()
        self.forgotten = 0  # the newest version whose write is no longer in the history
        self.watchers: list[Watcher] = []
        self.snapshots: deque[Snapshot] = deque(maxlen=SNAPSHOTS)
        self._in_use: WeakSet[Snapshot] = WeakSet()

    @property
    def remembered(self) -> int:
        """How many writes: the more objects there are, the longer it takes to list them."""
        return max(HISTORY_EVENTS, len(self.objects))

    def record(self, event: StoreEvent) -> None:
        """Put a write into effect and tell it."""
        key = key_of(event.item)
        if event.previous is None:
            bisect.insort(self.keys, key)
        else:
            for snapshot in self._in_use:
                snapshot.keep(key, event.previous)
        if event.type == "DELETED":
            del self.keys[bisect.bisect_left(self.keys, key)]
            del self.objects[key]
        else:
            self.objects[key] = event.item
        self.history.append(event)
        while len(self.history) > self.remembered:
            self.forgotten = self.history.popleft().version
        while self.snapshots and self.snapshots[0].version < self.forgotten:
            self.snapshots.popleft()
        for watcher in self.watchers:
            watcher.tell(event)

    def snapshot(self, version: int) -> Snapshot:
        """The objects as they are, or were by undoing the writes since."""
        undone: dict[Key, JsonObject | None] = {}
        for event in reversed(self.history):
            if event.version <= version:
                break
            undone[key_of(event.item)] = event.previous
        replaced = {key: item for key, item in undone.items() if item}
        keys = self.keys.copy()
        if undone:
            keys = sorted([*(key for key in keys if key not in undone), *replaced])
        snapshot = Snapshot(version, keys, self.objects, replaced)
        self._in_use.add(snapshot)
        self.snapshots.append(snapshot)
        return snapshot


def key_of(item: JsonObject) -> Key:
    """Where an object is kept."""
    metadata = item["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
