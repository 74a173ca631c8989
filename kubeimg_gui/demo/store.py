"""The demo cluster's objects, their versions and their recent history.

One counter numbers every write, as etcd's revision does. Objects are never altered in place: a
write puts a new one, so that a list or an event handed out stays what it was.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kubeimg_gui.demo.errors import (
    JsonObject,
    already_exists,
    conflict,
    expired,
    not_found,
)
from kubeimg_gui.demo.kinds import Kind

HISTORY_EVENTS = 20_000
SNAPSHOTS = 16
BACKLOG_EVENTS = 10_000
"""A watcher that is this far behind is cut off, as the real watch cache does."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class StoreEvent:
    """One write: ADDED, MODIFIED or DELETED, the object after it and the one before."""

    version: int
    type: str
    item: JsonObject
    previous: JsonObject | None


@dataclass(eq=False, slots=True)
class Watcher:
    """One watch's queue of events; `lost` when it fell too far behind."""

    kind: Kind
    events: asyncio.Queue["StoreEvent | None"] = field(
        default_factory=asyncio.Queue["StoreEvent | None"]
    )
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects of a kind at one version, by key."""

    version: int
    items: list[JsonObject]


class ObjectStore:
    """Objects by kind, namespace and name; confined to the event loop's thread."""

    def __init__(self, new_uid: Callable[[], str] = lambda: str(uuid.uuid4())) -> None:
        self.version = 1000
        self._new_uid = new_uid
        self._objects: dict[Kind, dict[Key, JsonObject]] = {}
        self._history: dict[Kind, deque[StoreEvent]] = {}
        self._forgotten = self.version
        self._watchers: list[Watcher] = []
        self._snapshots: deque[tuple[Kind, Snapshot]] = deque(maxlen=SNAPSHOTS)

    # Reading.

    def get(self, kind: Kind, name: str, namespace: str = "") -> JsonObject:
        """One object. Raises StatusError (404)."""
        item = self._objects.get(kind, {}).get((namespace, name))
        if item is None:
            raise not_found(kind.plural, name)
        return item

    def find(self, kind: Kind, name: str, namespace: str = "") -> JsonObject | None:
        """One object, None where it is not."""
        return self._objects.get(kind, {}).get((namespace, name))

    def snapshot(self, kind: Kind) -> Snapshot:
        """All objects now, ordered by namespace and name."""
        objects = self._objects.get(kind, {})
        return Snapshot(self.version, [objects[key] for key in sorted(objects)])

    def keep(self, kind: Kind, snapshot: Snapshot) -> None:
        """Remember a snapshot for the pages that are still to be asked for."""
        if not any(k is kind and s.version == snapshot.version for k, s in self._snapshots):
            self._snapshots.append((kind, snapshot))

    def kept(self, kind: Kind, version: int) -> Snapshot:
        """A remembered snapshot. Raises StatusError (410) where it is forgotten."""
        for kept_kind, snapshot in self._snapshots:
            if kept_kind is kind and snapshot.version == version:
                return snapshot
        raise expired(
            "The provided continue parameter is too old to display a consistent list result. "
            "You can start a new list without the continue parameter."
        )

    # Writing.

    def create(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Store a new object, with uid and creation time. Raises StatusError (409)."""
        metadata = item["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        if key in self._objects.setdefault(kind, {}):
            raise already_exists(kind.plural, metadata["name"])
        created = {
            "creationTimestamp": now_text(),
            **metadata,
            "uid": self._new_uid(),
        }
        return self._write(kind, key, "ADDED", {**item, "metadata": created}, None)

    def replace(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Store a new version of an object; one that is the same is no write.

        A resourceVersion in it must be the current one. Raises StatusError (404, 409).
        """
        metadata = item["metadata"]
        key = (metadata.get("namespace", ""), metadata["name"])
        old = self.get(kind, metadata["name"], key[0])
        self.check_version(kind, old, metadata.get("resourceVersion"))
        kept = old["metadata"]
        unchanged = {**item, "metadata": {**metadata, "resourceVersion": kept["resourceVersion"]}}
        if unchanged == old:
            return old
        if kept.get("deletionTimestamp") and not metadata.get("finalizers"):
            return self._forget(kind, key, old)
        return self._write(kind, key, "MODIFIED", item, old)

    def check_version(self, kind: Kind, old: JsonObject, version: object) -> None:
        """Raise StatusError (409) where a version is given and is not the current one."""
        if version and version != old["metadata"]["resourceVersion"]:
            raise conflict(
                kind.plural,
                old["metadata"]["name"],
                "the object has been modified; please apply your changes to the latest version "
                "and try again",
            )

    def delete(self, kind: Kind, name: str, namespace: str = "") -> tuple[JsonObject, bool]:
        """Delete an object, or mark it where a finalizer holds it; the object, and whether gone."""
        old = self.get(kind, name, namespace)
        metadata = old["metadata"]
        if not metadata.get("finalizers"):
            return self._forget(kind, (namespace, name), old), True
        if metadata.get("deletionTimestamp"):
            return old, False
        marked = {**metadata, "deletionTimestamp": now_text(), "deletionGracePeriodSeconds": 0}
        item = {**old, "metadata": marked}
        return self._write(kind, (namespace, name), "MODIFIED", item, old), False

    def compact(self) -> None:
        """Forget all history: whoever asks for an older version or page is told to start anew."""
        self._history.clear()
        self._snapshots.clear()
        self._forgotten = self.version

    # Watching.

    def watch(self, kind: Kind, version: int) -> Watcher:
        """Follow a kind from just after `version` on. Raises StatusError (410) if forgotten."""
        history = self._history.get(kind, deque[StoreEvent]())
        if version < self._forgotten:
            raise expired(f"too old resource version: {version} ({self._forgotten})")
        watcher = Watcher(kind)
        for event in history:
            if event.version > version:
                watcher.events.put_nowait(event)
        self._watchers.append(watcher)
        return watcher

    def unwatch(self, watcher: Watcher) -> None:
        """Stop following."""
        if watcher in self._watchers:
            self._watchers.remove(watcher)

    def disconnect_watchers(self) -> None:
        """End every watch now."""
        for watcher in self._watchers:
            watcher.lost = True
            watcher.events.put_nowait(None)

    def _forget(self, kind: Kind, key: Key, old: JsonObject) -> JsonObject:
        """Remove for good; the event carries the last state with the version of the removal."""
        del self._objects[kind][key]
        return self._record(kind, "DELETED", old, old)

    def _write(
        self, kind: Kind, key: Key, event: str, item: JsonObject, previous: JsonObject | None
    ) -> JsonObject:
        stored = self._record(kind, event, item, previous)
        self._objects[kind][key] = stored
        return stored

    def _record(
        self, kind: Kind, event: str, item: JsonObject, previous: JsonObject | None
    ) -> JsonObject:
        self.version += 1
        metadata = {**item["metadata"], "resourceVersion": str(self.version)}
        stored = {"kind": kind.name, "apiVersion": kind.api_version, **item, "metadata": metadata}
        news = StoreEvent(self.version, event, stored, previous)
        history = self._history.setdefault(kind, deque())
        history.append(news)
        if len(history) > HISTORY_EVENTS:
            self._forgotten = max(self._forgotten, history.popleft().version)
        for watcher in self._watchers:
            if watcher.kind is kind and not watcher.lost:
                watcher.events.put_nowait(news)
                watcher.lost = watcher.events.qsize() > BACKLOG_EVENTS
        return stored


def now_text() -> str:
    """The time as the API writes it: RFC 3339 in UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
