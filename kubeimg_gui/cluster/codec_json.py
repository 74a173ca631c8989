"""Nodes from JSON, one object at a time, each distinct image decoded once and shared.

A fleet of thousands of nodes holds few distinct images, so an image entry is kept as its bytes
until it is seen for the first time; nothing that kubeimg does not show is ever built.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, field

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

SHARED_IMAGES_MAX = 100_000
"""Above this many remembered image entries sharing starts anew, so that memory stays bounded."""


class DecodeError(Exception):
    """What came is not the JSON that is meant; the text says where it is not."""


@contextmanager
def decoding() -> Generator[None, None, None]:
    """Whatever goes wrong with a stranger's bytes is a DecodeError.

    Besides its own errors msgspec raises RecursionError where they are nested too deeply and
    ValueError where text is not UTF-8 or a date does not exist.
    """
    try:
        yield
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise DecodeError(str(error)) from error


class _Metadata(Struct, rename="camel", gc=False):
    name: Annotated[str, Meta(min_length=1)]
    uid: Annotated[str, Meta(min_length=1)]
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
    # No image has nine petabytes; more is not exact in JSON, nor does Qt count so far.
    size_bytes: Annotated[int, Meta(lt=2**53)] = 0


class _ListMetadata(Struct, rename="camel", gc=False):
    resource_version: str = ""
    remaining_item_count: int | None = None
    continue_token: str = field(default="", name="continue")


class Page(Struct, gc=False):
    """One page of a list answer, its items still undecoded."""

    kind: str = ""
    metadata: _ListMetadata = field(default_factory=_ListMetadata)
    items: list[Raw] | None = None


class Event(Struct, gc=False):
    """One event of a watch, its object still undecoded."""

    type: str
    object: Raw


class _Versioned(Struct, rename="camel", gc=False):
    class _Metadata(Struct, rename="camel", gc=False):
        name: str = ""
        resource_version: str = ""

    metadata: _Metadata


class JsonCodec:
    """Decodes nodes and shares their images; confined to one thread."""

    def __init__(self) -> None:
        self._page = msgspec.json.Decoder(Page)
        self._event = msgspec.json.Decoder(Event)
        self._node = msgspec.json.Decoder(_Node)
        self._image = msgspec.json.Decoder(_Image)
        self._versioned = msgspec.json.Decoder(_Versioned)
        self._images: dict[bytes, ContainerImage] = {}

    def page(self, body: bytes) -> Page:
        """Split a list answer into its items. Raises DecodeError."""
        with decoding():
            return self._page.decode(body)

    def event(self, line: bytes) -> Event:
        """Split a watch line into type and object. Raises DecodeError."""
        with decoding():
            return self._event.decode(line)

    def node(self, raw: Raw) -> tuple[NodeRecord, str]:
        """A node and its resourceVersion. Raises DecodeError where a field has a wrong type."""
        with decoding():
            node = self._node.decode(raw)
            return self._record(node), node.metadata.resource_version

    def _record(self, node: _Node) -> NodeRecord:
        metadata, status = node.metadata, node.status
        conditions = {c.type: c.status for c in status.conditions or ()}
        return NodeRecord(
            name=metadata.name,
            uid=metadata.uid,
            created=_seconds(metadata.creation_timestamp),
            ready={"True": True, "False": False}.get(conditions.get("Ready", "")),
            unschedulable=node.spec.unschedulable,
            terminating=metadata.deletion_timestamp is not None,
            pressures=tuple(
                sorted(
                    sys.intern(kind)
                    for kind, state in conditions.items()
                    if state == "True" and kind.endswith("Pressure")
                )
            ),
            runtime=sys.intern(status.node_info.container_runtime_version),
            labels=tuple(
                sorted(
                    sys.intern(f"{key}={value}") for key, value in (metadata.labels or {}).items()
                )
            ),
            images=tuple([self._shared_image(bytes(image)) for image in status.images or ()]),
        )

    def name_and_version(self, raw: Raw) -> tuple[str, str]:
        """Name and resourceVersion of any object, "" where it has none; raises nothing."""
        try:
            with decoding():
                metadata = self._versioned.decode(raw).metadata
        except DecodeError:
            return "", ""
        return metadata.name, metadata.resource_version

    def _shared_image(self, entry: bytes) -> ContainerImage:
        image = self._images.get(entry)
        if image is None:
            if len(self._images) >= SHARED_IMAGES_MAX:
                self._images.clear()
            decoded = self._image.decode(entry)
            names = tuple(sys.intern(name) for name in decoded.names or () if name)
            image = self._images[entry] = ContainerImage(names, max(decoded.size_bytes, 0))
        return image


def _seconds(stamp: datetime | None) -> float | None:
    """Since the epoch; the API's times are in UTC, where they do not say."""
    if stamp is None:
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
