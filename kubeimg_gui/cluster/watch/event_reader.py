"""Reads lists and watches into a sink and tracks the resourceVersion reached.

The version survives every failure: the reflector resumes from it.
"""

import logging
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from kubeimg_gui.cluster.clock import Clock
from kubeimg_gui.cluster.errors import EndlessListError, InvalidResponseError
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.backoff import EmptyListError
from kubeimg_gui.cluster.watch.pager import PAGE_SIZE, list_pages
from kubeimg_gui.cluster.watch.strategy import Watch
from kubeimg_gui.cluster.wire.codec import DecodeError, Event, Outline

if TYPE_CHECKING:
    from kubeimg_gui.cluster.resources import Resource
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.transport.response import Response
    from kubeimg_gui.cluster.watch.sink import Sink
    from kubeimg_gui.cluster.wire.codec import Codec

_log = logging.getLogger(__name__)

_NOT_AN_EVENT = "The watch sent data that is not an event"

T = TypeVar("T")


class Events(NamedTuple, Generic[T]):
    """The remaining events of one watch.

    Attributes:
        hide: replaces secrets in text that users see.
        wait_at_most: limits each further wait for bytes to so many seconds.
    """

    codec: "Codec[T]"
    remaining: Iterator[Event]
    hide: Callable[[str], str]
    wait_at_most: Callable[[float], None]


class EventReader(Generic[T]):
    """Reads for one reflector, on its thread.

    Attributes:
        version: the resourceVersion that has been reached, "" before the first list.
        bookmarks: whether the server sends bookmarks.
        doubting: the last list was suddenly empty; a second empty list is accepted.
        last_heard: when bytes last arrived, seconds since the epoch; any thread may read it.
    """

    def __init__(
        self,
        resource: "Resource[T]",
        sink: "Sink[T]",
        *,
        clock: Clock,
        accept: str,
    ) -> None:
        self._resource = resource
        self._sink = sink
        self._codecs = resource.codecs()
        self._clock = clock
        self._accept = accept
        self.last_heard: float | None = None
        self.reset()

    def reset(self) -> None:
        """Forgets the version: another server knows nothing of it."""
        self.version = ""
        self.bookmarks = False
        self.doubting = False

    def read_pages(
        self, connection: "Connection", query: dict[str, str], page_size: int, *, silent: bool
    ) -> bool:
        """Reads a list page by page; reports progress unless `silent`.

        Returns whether the list differs from what was known. Raises what `list_pages` raises, and
        EmptyListError.
        """
        self._sink.list_started()
        if not silent:
            self._sink.progressed(Phase.SYNCING)
        version = ""
        for page in list_pages(
            connection,
            self._resource,
            query,
            codecs=self._codecs,
            page_size=page_size,
            accept=self._accept,
        ):
            self._note_arrival()
            version = page.version
            for record in page.records:
                self._sink.listed(record)
            for key in page.unreadable:
                self._sink.skipped(key)
            if not silent:
                self._sink.progressed(Phase.SYNCING, remaining=page.remaining)
        return self._end_list(version)

    def events(self, response: "Response", watch: Watch) -> "Events[T]":
        """Returns the events of a watch, for `read_list` and `read_changes`; notes their times."""
        self._note_arrival()
        codec = self._codecs.of(response)
        remaining = self._split(codec, response, watch)
        return Events(codec, remaining, response.hide_secrets, response.wait_at_most)

    def _split(self, codec: "Codec[T]", response: "Response", watch: Watch) -> Iterator[Event]:
        for piece in codec.pieces(response):
            self._note_arrival()
            try:
                event = codec.event(piece)
            except DecodeError as error:
                raise InvalidResponseError(_NOT_AN_EVENT) from error
            if not event.type:
                raise InvalidResponseError(_NOT_AN_EVENT)
            watch.last_event = self._clock.monotonic()
            if watch.first_event is None:
                watch.first_event = watch.last_event
            yield event

    def read_list(self, events: "Events[T]", seconds: float) -> bool:
        """Reads the list at the start of a watch; returns whether it was complete.

        Its events are in no order of versions, so only the last one sets the version. Raises
        ApiError for an error event, InvalidResponseError, EmptyListError, and EndlessListError or
        ReadTimeoutError where the list has not ended within `seconds`. Each page of objects that
        comes in time grants as many seconds more, since a long list over a slow link is none that
        does not end.
        """
        deadline = self._clock.monotonic() + seconds
        added = 0
        self._sink.list_started()
        self._sink.progressed(Phase.SYNCING)
        for count, event in enumerate(events.remaining, 1):
            if event.type in ("ADDED", "MODIFIED"):
                self._take_record(events, event, self._sink.listed)
                added += event.type == "ADDED"
            else:
                outline = events.codec.outline(event.object)
                if event.type == "BOOKMARK":
                    self.bookmarks = True
                    if outline.ends_list:
                        self._end_list(outline.version)
                        return True
                else:
                    self._take_other(events, event, outline)
            if not count % PAGE_SIZE:
                self._sink.progressed(Phase.SYNCING)
            now = self._clock.monotonic()
            if event.type == "ADDED" and not added % PAGE_SIZE:
                deadline = now + seconds
            if now >= deadline:
                raise EndlessListError
            events.wait_at_most(deadline - now)
        return False

    def read_changes(self, events: "Events[T]") -> None:
        """Reads events until the watch ends. Raises ApiError, InvalidResponseError."""
        for event in events.remaining:
            if event.type in ("ADDED", "MODIFIED"):
                version = self._take_record(events, event, self._sink.applied)
            else:
                outline = events.codec.outline(event.object)
                version = outline.version
                if event.type == "BOOKMARK":
                    self.bookmarks = True
                else:
                    self._take_other(events, event, outline)
            self.version = version or self.version

    def _end_list(self, version: str) -> bool:
        if not version:
            raise InvalidResponseError("The list carries no resourceVersion")
        if self._sink.list_is_suddenly_empty and not self.doubting:
            self.doubting = True
            raise EmptyListError
        self.doubting = False
        self.version = version
        return self._sink.list_ended()

    def _take_record(self, events: "Events[T]", event: Event, take: "Callable[[T], None]") -> str:
        """Decodes an object and passes it on; returns its version even where it does not decode."""
        try:
            record, version = events.codec.record(event.object)
        except DecodeError as error:
            outline = events.codec.outline(event.object)
            reason = events.hide(str(error))
            kind = self._resource.kind
            _log.warning("cannot decode an event of the %s %r: %s", kind, outline.key, reason)
            self._sink.skipped(outline.key)
            return outline.version
        take(record)
        return version

    def _take_other(self, events: "Events[T]", event: Event, outline: Outline) -> None:
        if event.type == "ERROR":
            body = bytes(event.object)
            # Imported late: a process that never connects does not need it.
            from kubeimg_gui.cluster.transport.error_mapping import api_error

            raise api_error(HTTPStatus.INTERNAL_SERVER_ERROR, body, hide=events.hide)
        if event.type == "DELETED" and outline.name:
            self._sink.removed(outline.key)
            return
        kind = events.hide(repr(event.type))
        _log.warning("skipped an event %s of the %s %r", kind, self._resource.kind, outline.key)
        self._sink.skipped(outline.key)

    def _note_arrival(self) -> None:
        self.last_heard = self._clock.wall()
