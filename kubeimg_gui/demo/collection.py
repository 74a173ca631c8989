"""The objects of one kind in the demo's store: current state, history, snapshots and watchers.

The cost of a write does not depend on the number of objects.
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
"""Minimum number of writes to keep, for watches that resume and for further pages of a list."""
SNAPSHOTS = 16
BACKLOG_HISTORIES = 2
"""A watcher that lags behind by this many histories is disconnected, as by a real watch cache."""

Key = tuple[str, str]
"""Namespace ("" where the kind has none) and name."""


@dataclass(frozen=True, slots=True)
class StoreEvent:
    """One write: ADDED, MODIFIED or DELETED, with the object after and before it."""

    version: int
    type: str
    item: JsonObject
    previous: JsonObject | None


@dataclass(eq=False, slots=True)
class Watcher:
    """The events of one watch that are not yet sent, oldest first.

    `lost` is set when more than `backlog` events wait, or by `disconnect`.
    """

    backlog: int
    events: deque[StoreEvent] = field(default_factory=deque[StoreEvent])
    lost: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, event: StoreEvent) -> None:
        """Queues an event unless the watcher is lost."""
        if not self.lost:
            self.events.append(event)
            self.lost = len(self.events) > self.backlog
            self._changed.set()

    def disconnect(self) -> None:
        """Ends the watch now."""
        self.lost = True
        self._changed.set()

    async def wait(self, seconds: float) -> None:
        """Waits for an event, for the end of the watch, or for `seconds`."""
        if self.events or self.lost:
            return
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)

    def take(self, count: int) -> list[StoreEvent]:
        """Removes and returns the next events, at most `count`."""
        return [self.events.popleft() for _ in range(min(count, len(self.events)))]


class Snapshot:
    """All objects of a kind at one version, in the order of their keys.

    It refers to the current objects and keeps only those that later writes replace, so that it
    does not copy the fleet.
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
        """All objects."""
        return self.between(0, len(self.keys))

    def between(self, start: int, end: int) -> list[JsonObject]:
        """Returns the objects at these positions."""
        found = self._replaced.get
        return [found(key) or self._objects[key] for key in self.keys[start:end]]

    def after(self, key: Key) -> int:
        """Returns the position of the first object after a key."""
        return bisect.bisect_right(self.keys, key)

    def keep(self, key: Key, replaced: JsonObject) -> None:
        """Keeps the object that a write replaces, unless an earlier write replaced it."""
        self._replaced.setdefault(key, replaced)


class Collection:
    """One kind's objects, recent writes, watchers and snapshots."""

    def __init__(self) -> None:
        self.objects: dict[Key, JsonObject] = {}
        self.keys: list[Key] = []  # in order
        self.history: deque[StoreEvent] = deque()
        self.forgotten = 0  # the newest version that is no longer in the history
        self.watchers: list[Watcher] = []
        self.snapshots: deque[Snapshot] = deque(maxlen=SNAPSHOTS)
        self._in_use: WeakSet[Snapshot] = WeakSet()

    @property
    def remembered(self) -> int:
        """Number of writes to keep; at least one per object, because long lists take longer."""
        return max(HISTORY_EVENTS, len(self.objects))

    def record(self, event: StoreEvent) -> None:
        """Applies a write and sends it to the watchers."""
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
            watcher.put(event)

    def snapshot(self, version: int) -> Snapshot:
        """Returns the objects at a version, by undoing the writes since."""
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
    """Returns the key of an object."""
    metadata = item["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
