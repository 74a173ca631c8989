"""Watches: the events after a version, one line each, with bookmarks.

They follow the rules of the real watch cache (`apiserver/pkg/storage/cacher`): an object that
starts to match a selector is ADDED, one that stops is DELETED; version 0 starts with the existing
objects; a bookmark with an annotation ends a streaming list.
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
"""Range of a watch's duration without timeoutSeconds (`--min-request-timeout`)."""
LAST_BOOKMARK_SECONDS = 2.0
"""Time between the last bookmark of a watch and its end."""


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """The parameters of a watch.

    Attributes:
        version: send the events after this version.
        initial: start with the existing objects.
        streaming_list: send a bookmark after the existing objects.
        seconds: duration of the watch.
        view: the form of the objects.
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
        """Parses the query. Raises StatusError (400, 422, 500)."""
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
    """Parses the version of a watch. Unlike in a list, an invalid one is a server error (500)."""
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
    """Returns the error of a server with streaming lists disabled (the default of 1.33)."""
    why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"
    return invalid_options("ListOptions", forbidden("sendInitialEvents", why))


async def watch_lines(
    store: ObjectStore, request: WatchRequest, bookmark_seconds: float
) -> AsyncGenerator[bytes, None]:
    """Yields the lines of a watch until it times out or its watcher is lost.

    Each piece holds the lines that are ready, at most PIECE_ITEMS; then other tasks run.
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
        del snapshot  # otherwise it would keep all objects that are replaced during the watch
        async for piece in _follow(store, lines, watcher, end, bookmark_seconds):
            yield piece
    finally:
        store.unwatch(request.kind, watcher)


async def _initial(lines: "_Lines", snapshot: Snapshot) -> AsyncIterator[bytes]:
    """Yields the lines of the existing objects."""
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
    """Yields the lines of new events, and bookmarks when they are due."""
    clock = asyncio.get_running_loop().time
    bookmark_at = _next_bookmark(clock(), end, bookmark_seconds)
    while (now := clock()) < end and not watcher.lost:
        if now >= bookmark_at and not watcher.events:
            bookmark_at = _next_bookmark(now, end, bookmark_seconds)
            if lines.request.bookmarks:
                yield lines.bookmark(store.version)
        await watcher.wait(min(bookmark_at, end) - now)
        taken = [lines.event(event) for event in watcher.take(PIECE_ITEMS)]
        if piece := lines.encode([line for line in taken if line]):
            yield piece
        await asyncio.sleep(0)


def _next_bookmark(now: float, end: float, every: float) -> float:
    """Returns the time of the next bookmark: after `every`, or shortly before the end."""
    last = end - LAST_BOOKMARK_SECONDS
    return min(now + every, last) if now < last else now + every


class _Lines:
    """Encodes the lines of one watch.

    In a watch of Tables only the first line contains the columns.
    """

    def __init__(self, request: WatchRequest) -> None:
        self.request = request
        self._columns_sent = False
        self._encoder = msgspec.json.Encoder()

    def event(self, event: StoreEvent) -> JsonObject | None:
        """Returns the event for this watch's selector, or None if the object never matched it."""
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
        """Returns the line of an event, with the object in the requested form."""
        return self._line(event, shown(self.request.kind, item, self.request.view))

    def bookmark(self, version: int, annotations: dict[str, str] | None = None) -> bytes:
        """Returns a bookmark of a version."""
        metadata: JsonObject = {"resourceVersion": str(version), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        kind, view = self.request.kind, self.request.view
        item = {"kind": kind.name, "apiVersion": kind.api_version, "metadata": metadata}
        if view.form == TABLE:
            item = table(kind, [], metadata, view.include)
        return self.encode([self._line("BOOKMARK", item)])

    def error(self, error: StatusError) -> bytes:
        """Returns an ERROR event."""
        return self.encode([self._line("ERROR", error.status())])

    def encode(self, lines: list[JsonObject]) -> bytes:
        """Encodes lines as JSON; b"" if there are none."""
        return self._encoder.encode_lines(lines)

    def _line(self, event: str, item: JsonObject) -> JsonObject:
        if item["kind"] == "Table":
            if self._columns_sent:
                item = {**item, "columnDefinitions": None}
            self._columns_sent = True
        return {"type": event, "object": item}
