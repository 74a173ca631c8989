"""Nodes from protobuf as an API server writes it, which is smaller and sooner read than JSON.

The messages are our own and name only what kubeimg shows (`node_messages.proto`); images and
labels stay bytes until they are seen for the first time.
"""

import sys
from collections.abc import Iterator

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import (
    INITIAL_EVENTS_END,
    SHARED_IMAGES_MAX,
    Body,
    DecodeError,
    Encoded,
    Event,
    Outline,
    Page,
    Shared,
    container_image,
    node_record,
)
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

MAGIC = b"k8s\0"
"""What a whole object begins with; one that stands within another begins otherwise."""
_LIST_END = messages.Label(key=INITIAL_EVENTS_END, value="true").SerializeToString()
SHARED_LABELS_MAX = 10_000
"""Each node has one or two of its own."""


class ProtobufCodec:
    """The `Codec` of Kubernetes' protobuf."""

    def __init__(self) -> None:
        self._images = Shared(_image, SHARED_IMAGES_MAX)
        self._labels = Shared(_label, SHARED_LABELS_MAX)

    def page(self, body: bytes) -> Page:
        """See `Codec`."""
        if not body.startswith(MAGIC):
            raise DecodeError("a whole object begins otherwise")
        try:
            whole = messages.Unknown.FromString(body[len(MAGIC) :])
            page = messages.NodeList.FromString(whole.raw)
        except MessageError as error:
            raise DecodeError(str(error)) from error
        told = page.metadata
        remaining = told.remainingItemCount if told.HasField("remainingItemCount") else None
        return Page(
            whole.typeMeta.kind, told.resourceVersion, remaining, told.continueToken, page.items
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

    def node(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """See `Codec`."""
        try:
            node = messages.Node.FromString(_bare(encoded))
            metadata, status = node.metadata, node.status
            record = node_record(
                name=metadata.name,
                uid=metadata.uid,
                created=_seconds(metadata.creationTimestamp),
                terminating=metadata.HasField("deletionTimestamp"),
                unschedulable=node.spec.unschedulable,
                conditions=[(each.type, each.status) for each in status.conditions],
                runtime=status.nodeInfo.containerRuntimeVersion,
                labels=self._labels.values(metadata.labels),
                images=self._images.values(status.images),
            )
        except MessageError as error:
            raise DecodeError(str(error)) from error
        return record, metadata.resourceVersion

    def outline(self, encoded: Encoded) -> Outline:
        """See `Codec`."""
        try:
            metadata = messages.Outline.FromString(_bare(encoded)).metadata
        except MessageError:
            return Outline()
        ends_list = _LIST_END in metadata.annotations
        return Outline(metadata.name, metadata.resourceVersion, ends_list)


def _bare(encoded: Encoded) -> bytes:
    """An object without the envelope in which it comes when it stands alone."""
    encoded = bytes(encoded)
    if not encoded.startswith(MAGIC):
        return encoded
    return messages.Unknown.FromString(encoded[len(MAGIC) :]).raw


def _image(entry: bytes) -> ContainerImage:
    image = messages.ContainerImage.FromString(entry)
    return container_image(image.names, image.sizeBytes)


def _label(entry: bytes) -> str:
    label = messages.Label.FromString(entry)
    return sys.intern(f"{label.key}={label.value}")


def _seconds(time: messages.Time) -> float | None:
    """Since the epoch; the zero of both is how none is written."""
    return time.seconds + time.nanos / 1e9 if time.seconds or time.nanos else None
