"""What a server's lists and watches say, told to a sink, and how far it has been read.

Whatever goes wrong on the way, the version reached is kept: from there the reflector goes on.
"""

import logging
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from kubeimg_gui.cluster.errors import EndlessListError, InvalidResponseError
from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.cluster.watch.backoff import EmptyListError
from kubeimg_gui.cluster.watch.pager import PAGE_NODES, SILENCE_SECONDS, list_pages
from kubeimg_gui.cluster.wire.codec import DecodeError, Event, Outline
from kubeimg_gui.cluster.wire.negotiation import Codecs

if TYPE_CHECKING:
    from kubeimg_gui.cluster.transport.connection import Connection
    from kubeimg_gui.cluster.transport.response import Response
    from kubeimg_gui.cluster.watch.sink import Sink
    from kubeimg_gui.cluster.wire.codec import Codec
    from kubeimg_gui.domain.node import NodeRecord

_log = logging.getLogger(__name__)

_NO_EVENT = "The server's watch brings what is no event"


class Events(NamedTuple):
    """The events of one watch that are still to come, how they are decoded, what to hide."""

    codec: "Codec"
    coming: Iterator[Event]
    hide: Callable[[str], str]


class EventReader:
    """Reads for one reflector, in its thread.

    Attributes:
        version: the resourceVersion that has been reached, "" before the first list.
        bookmarks: whether the server sends any.
        doubting: the last list was suddenly empty; it is believed when it is so again.
        last_heard: when bytes last came, seconds since the epoch; any thread may read it.
    """

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._codecs = Codecs()
        self.last_heard: float | None = None
        self.reset()

    def reset(self) -> None:
        """Another server: what was read of the one before means nothing there."""
        self.version = ""
        self.bookmarks = False
        self.doubting = False

    def read_pages(
        self, connection: "Connection", query: dict[str, str], page_nodes: int, *, silent: bool
    ) -> None:
        """Tell a list, page by page, and how far it is unless `silent`.

        Raises what `list_pages` raises, and EmptyListError.
        """
        self._sink.list_started()
        if not silent:
            self._sink.progressed(Phase.SYNCING)
        version = ""
        for page in list_pages(connection, self._codecs, query, page_nodes=page_nodes):
            self._hear()
            version = page.version
            for record in page.records:
                self._sink.listed(record)
            for name in page.unreadable:
                self._sink.skipped(name)
            if not silent:
                self._sink.progressed(Phase.SYNCING, remaining=page.remaining)
        self._end_list(version)

    def events(self, response: "Response") -> "Events":
        """The events of a watch, for `read_list` and `read_changes`."""
        self._hear()
        codec = self._codecs.of(response)
        return Events(codec, self._split(codec, response), response.hide_secrets)

    def _split(self, codec: "Codec", response: "Response") -> Iterator[Event]:
        for piece in codec.pieces(response):
            self._hear()
            try:
                event = codec.event(piece)
            except DecodeError as error:
                raise InvalidResponseError(_NO_EVENT) from error
            if not event.type:
                raise InvalidResponseError(_NO_EVENT)
            yield event

    def read_list(self, events: "Events") -> bool:
        """Tell the list that a watch begins with; whether it came to its end.

        Its events come in no order of versions, so none of them moves the version but the last.
        Raises ApiError where an event says so, InvalidResponseError, EmptyListError, and
        EndlessListError where there is no other node for SILENCE_SECONDS, but no end.
        """
        grown = time.monotonic()
        self._sink.list_started()
        self._sink.progressed(Phase.SYNCING)
        for count, event in enumerate(events.coming, 1):
            if event.type in ("ADDED", "MODIFIED"):
                self._tell_node(events, event, self._sink.listed)
            else:
                outline = events.codec.outline(event.object)
                if event.type == "BOOKMARK":
                    self.bookmarks = True
                    if outline.ends_list:
                        self._end_list(outline.version)
                        return True
                else:
                    self._tell_otherwise(events, event, outline)
            if not count % PAGE_NODES:
                self._sink.progressed(Phase.SYNCING)
            now = time.monotonic()
            if event.type == "ADDED":
                grown = now
            elif now - grown > SILENCE_SECONDS:
                raise EndlessListError
        return False

    def read_changes(self, events: "Events") -> None:
        """Tell what happens, until the watch ends. Raises ApiError, InvalidResponseError."""
        self._sink.progressed(Phase.LIVE)
        for event in events.coming:
            if event.type in ("ADDED", "MODIFIED"):
                version = self._tell_node(events, event, self._sink.applied)
            else:
                outline = events.codec.outline(event.object)
                version = outline.version
                if event.type == "BOOKMARK":
                    self.bookmarks = True
                else:
                    self._tell_otherwise(events, event, outline)
            self.version = version or self.version

    def _end_list(self, version: str) -> None:
        if not version:
            raise InvalidResponseError("The server's list carries no resourceVersion")
        if self._sink.list_is_doubtful and not self.doubting:
            self.doubting = True
            raise EmptyListError
        self.doubting = False
        self._sink.list_ended()
        self.version = version

    def _tell_node(
        self, events: "Events", event: Event, tell: "Callable[[NodeRecord], None]"
    ) -> str:
        """Tell of a node; its version, also where nothing else can be read."""
        try:
            record, version = events.codec.node(event.object)
        except DecodeError as error:
            name, version, _ = events.codec.outline(event.object)
            reason = events.hide(str(error))
            _log.warning("an event of the node %r is not understood: %s", name, reason)
            self._sink.skipped(name)
        else:
            tell(record)
        return version

    def _tell_otherwise(self, events: "Events", event: Event, outline: Outline) -> None:
        if event.type == "ERROR":
            body = bytes(event.object)
            # Only what has connected comes here, and only that has imported it.
            from kubeimg_gui.cluster.transport.error_mapping import api_error

            raise api_error(HTTPStatus.INTERNAL_SERVER_ERROR, body, hide=events.hide)
        if event.type == "DELETED" and outline.name:
            self._sink.removed(outline.name)
            return
        kind = events.hide(repr(event.type))
        _log.warning("skipped an event %s of the node %r", kind, outline.name)
        self._sink.skipped(outline.name)

    def _hear(self) -> None:
        self.last_heard = time.time()
