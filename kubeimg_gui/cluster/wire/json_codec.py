"""Lists and watch events in JSON; the objects in them are decoded one at a time."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from kubeimg_gui.cluster.wire.codec import (
    INITIAL_EVENTS_END,
    Body,
    Decode,
    DecodeError,
    Encoded,
    Event,
    Outline,
    Page,
)

T = TypeVar("T")


@contextmanager
def decoding() -> Generator[None, None, None]:
    """Turns every failure to decode JSON into a DecodeError.

    Besides its own errors msgspec raises RecursionError for deeply nested data and ValueError for
    text that is not UTF-8 and for dates that do not exist.
    """
    try:
        yield
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise DecodeError(str(error)) from error


class Metadata(Struct, rename="camel", gc=False):
    """The metadata that records are made of."""

    name: str
    uid: str
    namespace: str = ""
    resource_version: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None


class JsonPage(Struct, gc=False):
    """One page of a list of any kind; its items are not decoded."""

    class _Metadata(Struct, rename="camel", gc=False):
        resource_version: str = ""
        remaining_item_count: int | None = None
        continue_token: str = field(default="", name="continue")

    kind: str = ""
    metadata: _Metadata = field(default_factory=_Metadata)
    items: list[Raw] | None = None


class _Event(Struct, gc=False):
    type: str
    object: Raw


class _Outlined(Struct, gc=False):
    class _Metadata(Struct, rename="camel", gc=False):
        name: str = ""
        namespace: str = ""
        resource_version: str = ""
        annotations: Raw = Raw(b"null")

    metadata: _Metadata


class JsonCodec(Generic[T]):
    """The `Codec` of JSON; `decode` decodes one object."""

    def __init__(self, decode: Decode[T]) -> None:
        self.record = decode
        self._page = msgspec.json.Decoder(JsonPage)
        self._event = msgspec.json.Decoder(_Event)
        self._outlined = msgspec.json.Decoder(_Outlined)

    def page(self, body: bytes) -> Page:
        """See `Codec`."""
        with decoding():
            page = self._page.decode(body)
        metadata = page.metadata
        return Page(
            page.kind,
            metadata.resource_version,
            metadata.remaining_item_count,
            metadata.continue_token,
            page.items or (),
        )

    def pieces(self, body: Body) -> Iterator[bytes]:
        """See `Codec`."""
        return body.lines()

    def event(self, piece: bytes) -> Event:
        """See `Codec`."""
        with decoding():
            event = self._event.decode(piece)
        return Event(event.type, event.object)

    def outline(self, encoded: Encoded) -> Outline:
        """See `Codec`."""
        try:
            with decoding():
                metadata = self._outlined.decode(encoded).metadata
        except DecodeError:
            return Outline()
        ends_list = _ends_list(bytes(metadata.annotations))
        return Outline(metadata.name, metadata.namespace, metadata.resource_version, ends_list)


def _ends_list(annotations: bytes) -> bool:
    """Whether they mark the end of a streaming list; malformed ones do not."""
    if INITIAL_EVENTS_END.encode() not in annotations:
        return False
    try:
        with decoding():
            decoded = msgspec.json.decode(annotations, type=dict[str, Any])
    except DecodeError:
        return False
    return decoded.get(INITIAL_EVENTS_END) == "true"


def seconds(stamp: datetime | None) -> float | None:
    """Returns seconds since the epoch; a time without a zone is UTC, as everywhere in the API."""
    if stamp is None:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
