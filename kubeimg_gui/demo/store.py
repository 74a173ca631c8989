"""The demo cluster's objects, their versions and their recent history.

One counter numbers every write, as etcd's revision does. Objects are never altered in place: a
write puts a new one, so that a list or an event handed out stays what it was.
"""

import asyncio
import bisect
import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from weakref import WeakSet

from kubeimg_gui.demo.errors import StatusError, already_exists, expired, modified, not_found
from kubeimg_gui.demo.kinds import POD, JsonObject, Kind

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


class _Collection:
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
        key = _key(event.item)
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
            undone[_key(event.item)] = event.previous
        replaced = {key: item for key, item in undone.items() if item}
        keys = self.keys.copy()
        if undone:
            keys = sorted([*(key for key in keys if key not in undone), *replaced])
        snapshot = Snapshot(version, keys, self.objects, replaced)
        self._in_use.add(snapshot)
        self.snapshots.append(snapshot)
        return snapshot


class ObjectStore:
    """Objects by kind, namespace and name; confined to the event loop's thread.

    `version` is the resourceVersion to count on from.
    """

    def __init__(
        self, new_uid: Callable[[], str] = lambda: str(uuid.uuid4()), version: int = 1000
    ) -> None:
        self.version = version
        self._new_uid = new_uid
        self._oldest = version
        self._collections: defaultdict[Kind, _Collection] = defaultdict(_Collection)
        self._pods_on: defaultdict[str, set[Key]] = defaultdict(set)

    # Reading.

    def get(self, kind: Kind, name: str, namespace: str = "") -> JsonObject:
        """One object. Raises StatusError (404)."""
        item = self.find(kind, name, namespace)
        if item is None:
            raise not_found(kind, name)
        return item

    def find(self, kind: Kind, name: str, namespace: str = "") -> JsonObject | None:
        """One object, None where it is not."""
        return self._collections[kind].objects.get((namespace, name))

    def snapshot(self, kind: Kind, version: int | None = None) -> Snapshot:
        """All objects as they are, or were at a version. Raises StatusError (410) if forgotten."""
        collection = self._collections[kind]
        version = self.version if version is None else version
        if version < self._forgotten(collection):
            raise expired("The resourceVersion for the provided list is too old.")
        for kept in collection.snapshots:
            if kept.version == version:
                return kept
        return collection.snapshot(version)

    def pods_on(self, node: str) -> list[Key]:
        """The pods that stand on a node, in the order of their keys."""
        return sorted(self._pods_on.get(node, ()))

    def _forgotten(self, collection: _Collection) -> int:
        return max(collection.forgotten, self._oldest)

    # Writing.

    def create(self, kind: Kind, item: JsonObject, *, dry_run: bool = False) -> JsonObject:
        """Store a new object, with uid and creation time. Raises StatusError (409)."""
        key = _key(item)
        if key in self._collections[kind].objects:
            raise already_exists(kind, key[1])
        created = {"creationTimestamp": now_text(), **item["metadata"], "uid": self._new_uid()}
        new = {"kind": kind.name, "apiVersion": kind.api_version, **item, "metadata": created}
        return new if dry_run else self._write(kind, "ADDED", new)

    def replace(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Store a new version of an object; one that is the same is no write.

        A resourceVersion in it must be the current one. Raises StatusError (404, 409).
        """
        namespace, name = _key(item)
        old = self.get(kind, name, namespace)
        check_version(kind, old, item)
        kept, metadata = old["metadata"], item["metadata"]
        if {**item, "metadata": {**metadata, "resourceVersion": kept["resourceVersion"]}} == old:
            return old
        if kept.get("deletionTimestamp") and not metadata.get("finalizers"):
            return self._forget(kind, item)
        return self._write(kind, "MODIFIED", item)

    def delete(
        self, kind: Kind, name: str, namespace: str = "", *, dry_run: bool = False
    ) -> tuple[JsonObject, bool]:
        """Delete an object, or mark it where a finalizer holds it; the object, and whether gone.

        Raises StatusError (404).
        """
        old = self.get(kind, name, namespace)
        metadata = old["metadata"]
        if not metadata.get("finalizers"):
            return (old if dry_run else self._forget(kind, old)), True
        if metadata.get("deletionTimestamp"):
            return old, False
        marked = {**metadata, "deletionTimestamp": now_text(), "deletionGracePeriodSeconds": 0}
        item = {**old, "metadata": marked}
        return (item if dry_run else self._write(kind, "MODIFIED", item)), False

    def compact(self) -> None:
        """Forget all history: whoever asks for an older version or page is told to start anew.

        Counts as a write, so that every version known until now is an older one.
        """
        self.version += 1
        self._oldest = self.version
        for collection in self._collections.values():
            collection.history.clear()
            collection.snapshots.clear()

    def _forget(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Remove for good; the event carries the last state with the version of the removal."""
        return self._record(kind, "DELETED", item, self._collections[kind].objects[_key(item)])

    def _write(self, kind: Kind, event: str, item: JsonObject) -> JsonObject:
        return self._record(kind, event, item, self._collections[kind].objects.get(_key(item)))

    def _record(
        self, kind: Kind, event: str, item: JsonObject, previous: JsonObject | None
    ) -> JsonObject:
        self.version += 1
        metadata = {**item["metadata"], "resourceVersion": str(self.version)}
        stored = {"kind": kind.name, "apiVersion": kind.api_version, **item, "metadata": metadata}
        self._collections[kind].record(StoreEvent(self.version, event, stored, previous))
        if kind is POD:
            self._place(stored, previous, gone=event == "DELETED")
        return stored

    def _place(self, pod: JsonObject, previous: JsonObject | None, *, gone: bool) -> None:
        """Know where a pod stands from now on."""
        if previous is not None:
            left = POD.select(previous, "spec.nodeName")
            self._pods_on[left].discard(_key(pod))
            if not self._pods_on[left]:
                del self._pods_on[left]
        if not gone:
            self._pods_on[POD.select(pod, "spec.nodeName")].add(_key(pod))

    # Watching.

    def watch(self, kind: Kind, version: int) -> Watcher:
        """Follow a kind from just after `version` on. Raises StatusError (410) if forgotten."""
        collection = self._collections[kind]
        oldest = self._forgotten(collection)
        if version < oldest:
            raise expired(f"too old resource version: {version} ({oldest})")
        watcher = Watcher(BACKLOG_HISTORIES * collection.remembered)
        for event in collection.history:
            if event.version > version:
                watcher.tell(event)
        collection.watchers.append(watcher)
        return watcher

    def unwatch(self, kind: Kind, watcher: Watcher) -> None:
        """Stop following."""
        self._collections[kind].watchers.remove(watcher)

    def disconnect_watchers(self) -> None:
        """End every watch now."""
        for collection in self._collections.values():
            for watcher in collection.watchers:
                watcher.disconnect()


def check_version(kind: Kind, old: JsonObject, item: JsonObject) -> None:
    """Raise StatusError (409) where an object names a version that is not the current one.

    One that is no version is an error of the server (500), as in the real one.
    """
    version = item["metadata"].get("resourceVersion")
    if not version or version == old["metadata"]["resourceVersion"]:
        return
    if not version.isdecimal():
        raise StatusError(500, "", f'strconv.ParseUint: parsing "{version}": invalid syntax')
    raise modified(kind, old["metadata"]["name"])


def now_text() -> str:
    """The time now, as the API writes it."""
    return stamp(datetime.now(UTC))


def stamp(time: datetime) -> str:
    """A time in UTC as the API writes it: RFC 3339, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _key(item: JsonObject) -> Key:
    metadata = item["metadata"]
    return metadata.get("namespace", ""), metadata["name"]
