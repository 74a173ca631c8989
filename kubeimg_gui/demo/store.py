"""The demo cluster's objects, their versions and their recent history.

One counter numbers every write, like etcd's revision. A write replaces an object and never changes
it in place, so that lists and events that hold it stay valid.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

from kubeimg_gui.demo.collection import (
    BACKLOG_HISTORIES,
    Collection,
    Key,
    Snapshot,
    StoreEvent,
    Watcher,
    key_of,
)
from kubeimg_gui.demo.errors import StatusError, already_exists, expired, modified, not_found
from kubeimg_gui.demo.kinds import POD, JsonObject, Kind


class ObjectStore:
    """Objects by kind, namespace and name; confined to the event loop's thread.

    `version` is the first resourceVersion.
    """

    def __init__(
        self, new_uid: Callable[[], str] = lambda: str(uuid.uuid4()), version: int = 1000
    ) -> None:
        self.version = version
        self._new_uid = new_uid
        self._oldest = version
        self._collections: defaultdict[Kind, Collection] = defaultdict(Collection)
        self._pods_by_node: defaultdict[str, set[Key]] = defaultdict(set)

    # Reading.

    def get(self, kind: Kind, name: str, namespace: str = "") -> JsonObject:
        """Returns an object. Raises StatusError (404)."""
        item = self.find(kind, name, namespace)
        if item is None:
            raise not_found(kind, name)
        return item

    def find(self, kind: Kind, name: str, namespace: str = "") -> JsonObject | None:
        """Returns an object, or None if it does not exist."""
        return self._collections[kind].objects.get((namespace, name))

    def snapshot(self, kind: Kind, version: int | None = None) -> Snapshot:
        """Returns all objects, now or at a version. Raises StatusError (410) if it is too old."""
        collection = self._collections[kind]
        version = self.version if version is None else version
        if version < self._forgotten(collection):
            raise expired("The resourceVersion for the provided list is too old.")
        for kept in collection.snapshots:
            if kept.version == version:
                return kept
        return collection.snapshot(version)

    def pods_on(self, node: str) -> list[Key]:
        """Returns the keys of the pods on a node, sorted."""
        return sorted(self._pods_by_node.get(node, ()))

    def _forgotten(self, collection: Collection) -> int:
        return max(collection.forgotten, self._oldest)

    # Writing.

    def create(self, kind: Kind, item: JsonObject, *, dry_run: bool = False) -> JsonObject:
        """Stores a new object with a uid and a creation time. Raises StatusError (409)."""
        key = key_of(item)
        if key in self._collections[kind].objects:
            raise already_exists(kind, key[1])
        created = {"creationTimestamp": now_text(), **item["metadata"], "uid": self._new_uid()}
        new = {"kind": kind.name, "apiVersion": kind.api_version, **item, "metadata": created}
        return new if dry_run else self._write(kind, "ADDED", new)

    def replace(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Stores a new version of an object. Without a difference nothing is written.

        If it has a resourceVersion, it must be the current one. Raises StatusError (404, 409).
        """
        namespace, name = key_of(item)
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
        """Deletes an object, or sets its deletionTimestamp if it has finalizers.

        Returns the object and whether it is deleted. Raises StatusError (404).
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
        """Drops the history: requests for an older version or page get 410.

        It increments the version, so that every version before the call is too old.
        """
        self.version += 1
        self._oldest = self.version
        for collection in self._collections.values():
            collection.history.clear()
            collection.snapshots.clear()

    def _forget(self, kind: Kind, item: JsonObject) -> JsonObject:
        """Removes an object; the event holds its last state with the version of the removal."""
        return self._record(kind, "DELETED", item, self._collections[kind].objects[key_of(item)])

    def _write(self, kind: Kind, event: str, item: JsonObject) -> JsonObject:
        return self._record(kind, event, item, self._collections[kind].objects.get(key_of(item)))

    def _record(
        self, kind: Kind, event: str, item: JsonObject, previous: JsonObject | None
    ) -> JsonObject:
        self.version += 1
        metadata = {**item["metadata"], "resourceVersion": str(self.version)}
        stored = {"kind": kind.name, "apiVersion": kind.api_version, **item, "metadata": metadata}
        self._collections[kind].record(StoreEvent(self.version, event, stored, previous))
        if kind is POD:
            self._index_pod(stored, previous, gone=event == "DELETED")
        return stored

    def _index_pod(self, pod: JsonObject, previous: JsonObject | None, *, gone: bool) -> None:
        """Updates the index of pods by node."""
        if previous is not None:
            left = POD.select(previous, "spec.nodeName")
            self._pods_by_node[left].discard(key_of(pod))
            if not self._pods_by_node[left]:
                del self._pods_by_node[left]
        if not gone:
            self._pods_by_node[POD.select(pod, "spec.nodeName")].add(key_of(pod))

    # Watching.

    def watch(self, kind: Kind, version: int) -> Watcher:
        """Watches a kind after `version`. Raises StatusError (410) if it is too old."""
        collection = self._collections[kind]
        oldest = self._forgotten(collection)
        if version < oldest:
            raise expired(f"too old resource version: {version} ({oldest})")
        watcher = Watcher(BACKLOG_HISTORIES * collection.remembered)
        for event in collection.history:
            if event.version > version:
                watcher.put(event)
        collection.watchers.append(watcher)
        return watcher

    def unwatch(self, kind: Kind, watcher: Watcher) -> None:
        """Removes a watcher."""
        self._collections[kind].watchers.remove(watcher)

    def disconnect_watchers(self) -> None:
        """Ends every watch now."""
        for collection in self._collections.values():
            for watcher in collection.watchers:
                watcher.disconnect()


def check_version(kind: Kind, old: JsonObject, item: JsonObject) -> None:
    """Raises StatusError (409) if an object has a resourceVersion that is not the current one.

    As in a real server, a resourceVersion that is not a number is a server error (500).
    """
    version = item["metadata"].get("resourceVersion")
    if not version or version == old["metadata"]["resourceVersion"]:
        return
    if not version.isdecimal():
        raise StatusError(500, "", f'strconv.ParseUint: parsing "{version}": invalid syntax')
    raise modified(kind, old["metadata"]["name"])


def now_text() -> str:
    """Returns the current time in the format of the API."""
    return stamp(datetime.now(UTC))


def stamp(time: datetime) -> str:
    """Formats a UTC time as the API does: RFC 3339, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
