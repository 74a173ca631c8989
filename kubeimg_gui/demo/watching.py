"""Watches: the events after a version, one line each, with bookmarks.

The real watch cache's rules (`apiserver/pkg/storage/cacher`): an object that enters a selector is
ADDED and one that leaves it DELETED, version 0 begins with what exists, a streaming list ends with
a bookmark that says so.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import msgspec

from kubeimg_gui.demo.errors import (
    JsonObject,
    StatusError,
    bad_request,
    invalid,
)
from kubeimg_gui.demo.kinds import Kind
from kubeimg_gui.demo.listing import Query, parse_version
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore, Snapshot, StoreEvent, Watcher
from kubeimg_gui.demo.tables import table

TIMEOUT_SECONDS = (1800.0, 3600.0)
"""How long a watch lasts where the client does not say (`--min-request-timeout`)."""
LAST_BOOKMARK_SECONDS = 2.0
"""How long before its end a watch gets a last bookmark."""


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What a client asks of a watch.

    Attributes:
        version: events after this one; 0 begins with what exists.
        streaming_list: what exists is followed by a bookmark that ends it.
        seconds: how long the watch lasts.
        include: the includeObject of a Table, None for plain objects.
    """

    kind: Kind
    selection: Selection
    version: int
    streaming_list: bool
    bookmarks: bool
    seconds: float
    include: str | None

    @classmethod
    def parse(
        cls, kind: Kind, selection: Selection, query: Query, include: str | None
    ) -> "WatchRequest":
        """Read the query. Raises StatusError (400, 422)."""
        match = query.get("resourceVersionMatch", "")
        streaming = query.get("sendInitialEvents") == "true"
        if streaming and match != "NotOlderThan":
            why = (
                "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
            )
            raise invalid("ListOptions", "", "resourceVersionMatch", why, "FieldValueForbidden")
        if match and "sendInitialEvents" not in query:
            why = (
                "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents "
                "is provided"
            )
            raise invalid("ListOptions", "", "resourceVersionMatch", why, "FieldValueForbidden")
        seconds = query.get("timeoutSeconds", "")
        if seconds and not seconds.isdecimal():
            raise bad_request(f"invalid timeoutSeconds: {seconds!r} is not a number")
        return cls(
            kind,
            selection,
            version=parse_version(query.get("resourceVersion", "")),
            streaming_list=streaming,
            bookmarks=query.get("allowWatchBookmarks") in ("true", "1"),
            seconds=float(seconds) if seconds else random.uniform(*TIMEOUT_SECONDS),
            include=include,
        )


async def watch_lines(
    store: ObjectStore, request: WatchRequest, bookmark_seconds: float
) -> AsyncIterator[bytes]:
    """The lines of a watch until its time is over or its watcher is cut off."""
    version = request.version
    if version == 0 or request.streaming_list:
        snapshot = store.snapshot(request.kind)
        version = snapshot.version
        for line in _initial_lines(request, snapshot):
            yield line
    try:
        watcher = store.watch(request.kind, version)
    except StatusError as error:
        yield _encode("ERROR", error.status())
        return
    try:
        async for event in _timed(watcher, request.seconds, bookmark_seconds):
            if event is not None:
                line = _event_line(request, event)
            else:
                line = _bookmark(request, store.version) if request.bookmarks else b""
            if line:
                yield line
    finally:
        store.unwatch(watcher)


def _initial_lines(request: WatchRequest, snapshot: Snapshot) -> Iterator[bytes]:
    """What exists, as additions; a streaming list ends them with a bookmark."""
    for item in snapshot.items:
        if request.selection(item):
            yield _line(request, "ADDED", item)
    if request.streaming_list:
        yield _bookmark(request, snapshot.version, {"k8s.io/initial-events-end": "true"})


async def _timed(
    watcher: Watcher, seconds: float, bookmark_seconds: float
) -> AsyncIterator[StoreEvent | None]:
    """Events as they come, and None whenever a bookmark is due, for so many seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    last = end - LAST_BOOKMARK_SECONDS
    regular = loop.time() + bookmark_seconds
    while (now := loop.time()) < end:
        wake = min(at for at in (regular, last, end) if at > now)
        try:
            event = await asyncio.wait_for(watcher.events.get(), wake - now)
        except TimeoutError:
            event = None
        if watcher.lost:
            return
        if event is not None:
            yield event
        # A bookmark must not run ahead of events that are still to be sent.
        quiet = watcher.events.empty() and loop.time() < end
        if quiet and (event is None or loop.time() >= regular):
            regular = loop.time() + bookmark_seconds
            yield None


def _event_line(request: WatchRequest, event: StoreEvent) -> bytes:
    """The event as this watch's selector sees it; empty where it concerns neither side."""
    before = event.previous is not None and request.selection(event.previous)
    after = event.type != "DELETED" and request.selection(event.item)
    match before, after:
        case True, True:
            return _line(request, "MODIFIED", event.item)
        case False, True:
            return _line(request, "ADDED", event.item)
        case True, False:
            assert event.previous is not None
            metadata = {
                **event.previous["metadata"],
                "resourceVersion": event.item["metadata"]["resourceVersion"],
            }
            return _line(request, "DELETED", {**event.previous, "metadata": metadata})
        case _:
            return b""


def _bookmark(
    request: WatchRequest, version: int, annotations: dict[str, str] | None = None
) -> bytes:
    metadata: JsonObject = {"resourceVersion": str(version), "creationTimestamp": None}
    if annotations:
        metadata["annotations"] = annotations
    item: JsonObject = {
        "kind": request.kind.name,
        "apiVersion": request.kind.api_version,
        "metadata": metadata,
    }
    if request.include is not None:
        item = {**table(request.kind, [], metadata, request.include), "rows": []}
    return _encode("BOOKMARK", item)


def _line(request: WatchRequest, event: str, item: JsonObject) -> bytes:
    if request.include is not None:
        version = {"resourceVersion": item["metadata"]["resourceVersion"]}
        item = table(request.kind, [item], version, request.include)
    return _encode(event, item)


def _encode(event: str, item: JsonObject) -> bytes:
    return msgspec.json.encode({"type": event, "object": item}) + b"\n"
