"""Lists and watch events in protobuf as an API server writes it: smaller than JSON, faster to read.

The messages are kubeimg's own and name only the fields that kubeimg uses (`messages.proto`). Items,
images and labels stay bytes until they are first needed.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
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

MAGIC = b"k8s\0"
"""The prefix of a whole object; an object inside another one has none."""
_LIST_END = messages.Label(key=INITIAL_EVENTS_END, value="true").SerializeToString()

T = TypeVar("T")


class ProtobufCodec(Generic[T]):
    """The `Codec` of Kubernetes' protobuf; `decode` decodes one object."""

    def __init__(self, decode: Decode[T]) -> None:
        self.record = decode

    def page(self, body: bytes) -> Page:
        """See `Codec`."""
        if not body.startswith(MAGIC):
            raise DecodeError("the response does not begin with the protobuf prefix")
        try:
            whole = messages.Unknown.FromString(body[len(MAGIC) :])
            page = messages.List.FromString(whole.raw)
        except MessageError as error:
            raise DecodeError(str(error)) from error
        metadata = page.metadata
        remaining = metadata.remainingItemCount if metadata.HasField("remainingItemCount") else None
        return Page(
            whole.typeMeta.kind,
            metadata.resourceVersion,
            remaining,
            metadata.continueToken,
            page.items,
        )

    def pieces(self, body: Body) -> Iterator[bytes]:
        """See `Codec`."""
        return body.frames()

    def event(self, piece: bytes) -> Event:
        """See `Codec`."""
        try:
            event = messages.WatchEvent.FromString(piece)
        except MessageError as error:
            raise DecodeError(str(error)) from error
        return Event(event.type, event.object.raw)

    def outline(self, encoded: Encoded) -> Outline:
        """See `Codec`."""
        try:
            metadata = messages.Outline.FromString(bare(encoded)).metadata
        except MessageError:
            return Outline()
        ends_list = _LIST_END in metadata.annotations
        return Outline(metadata.name, metadata.namespace, metadata.resourceVersion, ends_list)


def bare(encoded: Encoded) -> bytes:
    """Returns an object without the envelope that it has when it stands alone."""
    encoded = bytes(encoded)
    if not encoded.startswith(MAGIC):
        return encoded
    return messages.Unknown.FromString(encoded[len(MAGIC) :]).raw


def seconds(time: messages.Time) -> float | None:
    """Returns seconds since the epoch; protobuf writes a missing time as zero."""
    return time.seconds + time.nanos / 1e9 if time.seconds or time.nanos else None
