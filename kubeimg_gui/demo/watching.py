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

from kubeimg_gui.demo.collection import Snapshot, StoreEvent, Watcher
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
    is_number,
    not_a_version,
    parse_number,
)
from kubeimg_gui.demo.requests import TABLE, View, is_true
from kubeimg_gui.demo.selectors import Selection
from kubeimg_gui.demo.store import ObjectStore
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


def _parse_version(text: str) -> int:
    """Of a watch, where one that is none is an error of the server, unlike that of a list."""
    if text and not is_number(text):
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


def no_streaming_lists() -> StatusError:
    """What an API server answers whose streaming lists are switched off (1.33 has them so)."""
    why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
    return invalid_options("ListOptions", forbidden("sendInitialEvents", why))


async def watch_lines(
    store: ObjectStore, request: WatchRequest, bookmark_seconds: float
) -> AsyncGenerator[bytes, None]:
    """The lines of a watch until its time is over or its watcher is cut off.

    As many at once as are ready, up to PIECE_ITEMS, and a turn for everybody else after them.
    """
    end = asyncio.get_running_loop().time() + request.seconds
    lines = _Lines(request)
    version = request.version or store.version
    if request.initial and version > store.version:
        yield lines.error(version_too_large(version, store.version))
        return
    snapshot = store.snapshot(request.kind) if request.initial else None
    try:
        watcher = store.watch(request.kind, snapshot.version if snapshot else version)
    except StatusError as error:
        yield lines.error(error)
        return
    try:
        if snapshot:
            async for piece in _initial(lines, snapshot):
                yield piece
        del snapshot  # what it holds may change many times while the watch lasts
        async for piece in _follow(store, lines, watcher, end, bookmark_seconds):
            yield piece
    finally:
        store.unwatch(request.kind, watcher)


async def _initial(lines: "_Lines", snapshot: Snapshot) -> AsyncIterator[bytes]:
    """The lines of what exists."""
    request = lines.request
    for start in range(0, len(snapshot.keys), PIECE_ITEMS):
        chosen = filter(request.selection, snapshot.between(start, start + PIECE_ITEMS))
        if piece := lines.encode([lines.line("ADDED", item) for item in chosen]):
            yield piece
        await asyncio.sleep(0)
    if request.streaming_list and request.bookmarks:
        yield lines.bookmark(snapshot.version, {"k8s.io/initial-events-end": "true"})


async def _follow(
    store: ObjectStore,
    lines: "_Lines",
    watcher: Watcher,
    end: float,
    bookmark_seconds: float,
) -> AsyncIterator[bytes]:
    """The lines of what happens: events as they come, a bookmark each time one is due."""
    clock = asyncio.get_running_loop().time
    bookmark_at = _next_bookmark(clock(), end, bookmark_seconds)
    while (now := clock()) < end and not watcher.lost:
        if now >= bookmark_at and not watcher.events:
            bookmark_at = _next_bookmark(now, end, bookmark_seconds)
            if lines.request.bookmarks:
                yield lines.bookmark(store.version)
        await watcher.wait(min(bookmark_at, end) - now)
        told = [lines.event(event) for event in watcher.take(PIECE_ITEMS)]
        if piece := lines.encode([line for line in told if line]):
            yield piece
        await asyncio.sleep(0)


def _next_bookmark(now: float, end: float, every: float) -> float:
    """When: after `every`, or shortly before the end where that comes first."""
    last = end - LAST_BOOKMARK_SECONDS
    return min(now + every, last) if now < last else now + every


class _Lines:
    """Makes the lines of one watch.

    In a watch of Tables only the first one tells the columns.
    """

    def __init__(self, request: WatchRequest) -> None:
        self.request = request
        self._columns_told = False
        self._encoder = msgspec.json.Encoder()

    def event(self, event: StoreEvent) -> JsonObject | None:
        """The event as this watch's selector sees it; None where it concerns neither side."""
        selection = self.request.selection
        before = event.previous is not None and selection(event.previous)
        after = event.type != "DELETED" and selection(event.item)
        match before, after:
            case True, True:
                return self.line("MODIFIED", event.item)
            case False, True:
                return self.line("ADDED", event.item)
            case True, False:
                assert event.previous is not None
                metadata = {
                    **event.previous["metadata"],
                    "resourceVersion": event.item["metadata"]["resourceVersion"],
                }
                return self.line("DELETED", {**event.previous, "metadata": metadata})
            case _:
                return None

    def line(self, event: str, item: JsonObject) -> JsonObject:
        """An object in the form that is wanted."""
        return self._line(event, shown(self.request.kind, item, self.request.view))

    def bookmark(self, version: int, annotations: dict[str, str] | None = None) -> bytes:
        """How far the watch has come."""
        metadata: JsonObject = {"resourceVersion": str(version), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        kind, view = self.request.kind, self.request.view
        item = {"kind": kind.name, "apiVersion": kind.api_version, "metadata": metadata}
        if view.form == TABLE:
            item = table(kind, [], metadata, view.include)
        return self.encode([self._line("BOOKMARK", item)])

    def error(self, error: StatusError) -> bytes:
        """Why the watch ends here."""
        return self.encode([self._line("ERROR", error.status())])

    def encode(self, lines: list[JsonObject]) -> bytes:
        """Their JSON, b"" where there are none."""
        return self._encoder.encode_lines(lines)

    def _line(self, event: str, item: JsonObject) -> JsonObject:
        if item["kind"] == "Table":
            if self._columns_told:
                item = {**item, "columnDefinitions": None}
            self._columns_told = True
        return {"type": event, "object": item}
