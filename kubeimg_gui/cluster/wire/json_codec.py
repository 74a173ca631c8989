"""Nodes from JSON, one object at a time; nothing that kubeimg does not show is ever built."""

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

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


@contextmanager
def decoding() -> Generator[None, None, None]:
    """Whatever goes wrong with a stranger's JSON is a DecodeError.

    Besides its own errors msgspec raises RecursionError where they are nested too deeply and
    ValueError where text is not UTF-8 or a date does not exist.
    """
    try:
        yield
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise DecodeError(str(error)) from error


class _Metadata(Struct, rename="camel", gc=False):
    name: str
    uid: str
    resource_version: str = ""
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    labels: dict[str, str] | None = None


class _Spec(Struct, gc=False):
    unschedulable: bool = False


class _Condition(Struct, gc=False):
    type: str
    status: str


class _NodeInfo(Struct, rename="camel", gc=False):
    container_runtime_version: str = ""


class _NodeStatus(Struct, rename="camel", gc=False):
    conditions: list[_Condition] | None = None
    node_info: _NodeInfo = field(default_factory=_NodeInfo)
    images: list[Raw] | None = None


class _Node(Struct, gc=False):
    metadata: _Metadata
    spec: _Spec = field(default_factory=_Spec)
    status: _NodeStatus = field(default_factory=_NodeStatus)


class _Image(Struct, rename="camel", gc=False):
    names: list[str | None] | None = None
    size_bytes: int = 0


class _ListMetadata(Struct, rename="camel", gc=False):
    resource_version: str = ""
    remaining_item_count: int | None = None
    continue_token: str = field(default="", name="continue")


class JsonPage(Struct, gc=False):
    """One page of a list of whatever kind, its items still undecoded."""

    kind: str = ""
    metadata: _ListMetadata = field(default_factory=_ListMetadata)
    items: list[Raw] | None = None


class _Event(Struct, gc=False):
    type: str
    object: Raw


class _Outlined(Struct, gc=False):
    class _Metadata(Struct, rename="camel", gc=False):
        name: str = ""
        resource_version: str = ""
        annotations: Raw = Raw(b"null")

    metadata: _Metadata


class JsonCodec:
    """The `Codec` of JSON."""

    def __init__(self) -> None:
        self._page = msgspec.json.Decoder(JsonPage)
        self._event = msgspec.json.Decoder(_Event)
        self._node = msgspec.json.Decoder(_Node)
        self._outlined = msgspec.json.Decoder(_Outlined)
        image = msgspec.json.Decoder(_Image)

        def decoded(entry: bytes) -> ContainerImage:
            read = image.decode(entry)
            return container_image(read.names or (), read.size_bytes)

        self._images = Shared(decoded, SHARED_IMAGES_MAX)

    def page(self, body: bytes) -> Page:
        """See `Codec`."""
        with decoding():
            page = self._page.decode(body)
        told = page.metadata
        return Page(
            page.kind,
            told.resource_version,
            told.remaining_item_count,
            told.continue_token,
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

    def node(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """See `Codec`."""
        with decoding():
            node = self._node.decode(encoded)
            metadata, status = node.metadata, node.status
            record = node_record(
                name=metadata.name,
                uid=metadata.uid,
                created=_seconds(metadata.creation_timestamp),
                terminating=metadata.deletion_timestamp is not None,
                unschedulable=node.spec.unschedulable,
                conditions=[(c.type, c.status) for c in status.conditions or ()],
                runtime=status.node_info.container_runtime_version,
                labels=[
                    sys.intern(f"{key}={value}") for key, value in (metadata.labels or {}).items()
                ],
                images=self._images.values([bytes(image) for image in status.images or ()]),
            )
            return record, metadata.resource_version

    def outline(self, encoded: Encoded) -> Outline:
        """See `Codec`."""
        try:
            with decoding():
                metadata = self._outlined.decode(encoded).metadata
        except DecodeError:
            return Outline()
        ends_list = _ends_list(bytes(metadata.annotations))
        return Outline(metadata.name, metadata.resource_version, ends_list)


def _ends_list(annotations: bytes) -> bool:
    """Whether they say so; whatever else they are is nothing to us."""
    if INITIAL_EVENTS_END.encode() not in annotations:
        return False
    try:
        with decoding():
            told = msgspec.json.decode(annotations, type=dict[str, Any])
    except DecodeError:
        return False
    return told.get(INITIAL_EVENTS_END) == "true"


def _seconds(stamp: datetime | None) -> float | None:
    """Since the epoch; the API's times are in UTC, where they do not say."""
    if stamp is None:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
