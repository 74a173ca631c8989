"""Watches: the events after a version, one line each, with bookmarks.

The real watch cache's rules (`apiserver/pkg/storage/cacher`): an object that enters a selector is
ADDED and one that leaves it DELETED, version 0 begins with what exists, a streaming list ends with
a bookmark that says so.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass

import msgspec

from kubeimg_gui.demo.errors import (
    Cause,
    StatusError,
    invalid_options,
    unsupported_value,
    version_too_large,
)
from kubeimg_gui.demo.kinds import JsonObject, Kind
from kubeimg_gui.demo.listing import (
    NOT_OLDER_THAN,
    PIECE_ITEMS,
    Query,
    forbidden,
    not_a_version,
    parse_number,
)
from kubeimg_gui.demo.requests import TABLE, View
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore, Snapshot, StoreEvent, Watcher
from kubeimg_gui.demo.tables import shown, table

TIMEOUT_SECONDS = (1800.0, 3600.0)
"""How long a watch lasts where the client does not say (`--min-request-timeout`)."""
LAST_BOOKMARK_SECONDS = 2.0
"""How long before its end a watch gets a last bookmark."""


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What a client asks of a watch.

    Attributes:
        version: events after this one.
        initial: begin with what exists.
        streaming_list: what exists is followed by a bookmark that ends it.
        seconds: how long the watch lasts.
        view: in which form objects are wanted.
    """

    kind: Kind
    selection: Selection
    version: int
    initial: bool
    streaming_list: bool
    bookmarks: bool
    seconds: float
    view: View

    @classmethod
    def parse(cls, kind: Kind, selection: Selection, query: Query, view: View) -> "WatchRequest":
        """Read the query. Raises StatusError (400, 422, 500)."""
        _check_options(query)
        version = _parse_version(query.get("resourceVersion", ""))
        streaming = is_true(query.get("sendInitialEvents"))
        seconds = parse_number(query, "timeoutSeconds")
        return cls(
            kind,
            selection,
            version,
            initial=streaming or ("sendInitialEvents" not in query and not version),
            streaming_list=streaming,
            bookmarks=is_true(query.get("allowWatchBookmarks")),
            seconds=float(seconds or random.uniform(*TIMEOUT_SECONDS)),
            view=view,
        )


def is_true(text: str | None) -> bool:
    """Whether a query parameter switches something on: anything does but `false` and `0`."""
    return text is not None and text.lower() not in ("false", "0")


def _parse_version(text: str) -> int:
    """Of a watch, where one that is none is an error of the server, unlike that of a list."""
    if text and not (text.isascii() and text.isdecimal()):
        raise StatusError(500, "", not_a_version(text))
    return int(text or "0")


def _check_options(query: Query) -> None:
    match, field = query.get("resourceVersionMatch"), "resourceVersionMatch"
    causes: list[Cause] = []
    if "sendInitialEvents" in query and match != NOT_OLDER_THAN:
        why = f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER_THAN}"
        causes.append(forbidden(field, why))
    if match and "sendInitialEvents" not in query:
        why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        causes.append(forbidden(field, why))
    if match and match != NOT_OLDER_THAN:
        causes.append(unsupported_value(field, f'"{match}"', (NOT_OLDER_THAN,)))
    if causes:
        raise invalid_options("ListOptions", *causes)


async def watch_lines(
    store: ObjectStore, request: WatchRequest, bookmark_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The lines of a watch until its time is over or its watcher is cut off."""
    end = asyncio.get_running_loop().time() + request.seconds
    version = request.version or store.version
    if request.initial:
        if version > store.version:
            yield _encode("ERROR", version_too_large(version, store.version).status())
            return
        snapshot = store.snapshot(request.kind)
        version = snapshot.version
        async for line in _initial(request, snapshot):
            yield line
    try:
        watcher = store.watch(request.kind, version)
    except StatusError as error:
        yield _encode("ERROR", error.status())
        return
    try:
        async for line in _follow(store, request, watcher, end, bookmark_seconds):
            yield line
    finally:
        store.unwatch(request.kind, watcher)


async def _initial(request: WatchRequest, snapshot: Snapshot) -> AsyncIterator[bytes]:
    """The lines of what exists, with a turn for everybody else now and then."""
    for number, item in enumerate(snapshot.items):
        if request.selection(item):
            yield _line(request, "ADDED", item)
        if not number % PIECE_ITEMS:
            await asyncio.sleep(0)
    if request.streaming_list and request.bookmarks:
        yield _bookmark(request, snapshot.version, {"k8s.io/initial-events-end": "true"})


async def _follow(
    store: ObjectStore,
    request: WatchRequest,
    watcher: Watcher,
    end: float,
    bookmark_seconds: float,
) -> AsyncIterator[bytes]:
    """The lines of what happens: events as they come, a bookmark each time one is due."""
    clock = asyncio.get_running_loop().time
    bookmark_at = _next_bookmark(clock(), end, bookmark_seconds)
    while (now := clock()) < end and not watcher.lost:
        if now >= bookmark_at and watcher.events.empty():
            bookmark_at = _next_bookmark(now, end, bookmark_seconds)
            if request.bookmarks:
                yield _bookmark(request, store.version, None)
        event = await _next_event(watcher, min(bookmark_at, end) - now)
        if event is not None and (line := _event_line(request, event)):
            yield line


def _next_bookmark(now: float, end: float, every: float) -> float:
    """When: after `every`, or shortly before the end where that comes first."""
    last = end - LAST_BOOKMARK_SECONDS
    return min(now + every, last) if now < last else now + every


async def _next_event(watcher: Watcher, seconds: float) -> StoreEvent | None:
    """The next event, None where none comes in time or the watch was cut off."""
    if not watcher.events.empty():
        return watcher.events.get_nowait()
    try:
        return await asyncio.wait_for(watcher.events.get(), seconds)
    except TimeoutError:
        return None


def _event_line(request: WatchRequest, event: StoreEvent) -> bytes | None:
    """The event as this watch's selector sees it; None where it concerns neither side."""
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
            return None


def _bookmark(request: WatchRequest, version: int, annotations: dict[str, str] | None) -> bytes:
    metadata: JsonObject = {"resourceVersion": str(version), "creationTimestamp": None}
    if annotations:
        metadata["annotations"] = annotations
    item: JsonObject = {
        "kind": request.kind.name,
        "apiVersion": request.kind.api_version,
        "metadata": metadata,
    }
    if request.view.form == TABLE:
        item = table(request.kind, [], metadata, request.view.include)
    return _encode("BOOKMARK", item)


def _line(request: WatchRequest, event: str, item: JsonObject) -> bytes:
    return _encode(event, shown(request.kind, item, request.view))


def _encode(event: str, item: JsonObject) -> bytes:
    return msgspec.json.encode({"type": event, "object": item}) + b"\n"
