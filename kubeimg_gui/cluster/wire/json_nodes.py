"""Nodes from JSON; fields that kubeimg does not show are skipped, never built.

An API server checks the types of most fields. What lies in front of it may not, so a node with a
field of a wrong type is read once more, field by field (`json_odd_nodes`).
"""

import sys
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct, field

from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded, SharedWhileHeld
from kubeimg_gui.cluster.wire.json_codec import Metadata, decoding, seconds
from kubeimg_gui.cluster.wire.json_odd_nodes import odd_image, odd_node
from kubeimg_gui.cluster.wire.records import (
    CONDITIONS_MAX,
    SHARED_IMAGES_MAX,
    container_image,
    node_record,
    read_conditions,
)
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord


class _Metadata(Metadata, rename="camel", gc=False):
    labels: dict[str, str] | None = None


class _Taint(Struct, gc=False):
    key: str
    effect: str
    value: str = ""


class _Spec(Struct, gc=False):
    unschedulable: bool = False
    taints: list[_Taint] | None = None


class _Condition(Struct, gc=False):
    type: str
    status: str


class _NodeInfo(Struct, rename="camel", gc=False):
    container_runtime_version: str = ""


class _Status(Struct, rename="camel", gc=False):
    conditions: list[_Condition] | None = None
    node_info: _NodeInfo = field(default_factory=_NodeInfo)
    images: list[Raw] | None = None


class _Node(Struct, gc=False):
    metadata: _Metadata
    spec: _Spec = field(default_factory=_Spec)
    status: _Status = field(default_factory=_Status)


class _Image(Struct, rename="camel", gc=False):
    names: list[str | None] | None = None
    size_bytes: int = 0


class JsonNodes:
    """Decodes nodes; equal images share one value. Confined to one thread."""

    def __init__(self) -> None:
        self._node = msgspec.json.Decoder(_Node)
        image = msgspec.json.Decoder(_Image)

        def decode_image(entry: bytes) -> ContainerImage:
            try:
                with decoding():
                    decoded = image.decode(entry)
            except DecodeError:
                return odd_image(entry)
            return container_image(decoded.names or (), decoded.size_bytes)

        self._images = SharedWhileHeld(decode_image, SHARED_IMAGES_MAX)
        self._conditions = lru_cache(CONDITIONS_MAX)(read_conditions)

    def __call__(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            with decoding():
                node = self._node.decode(encoded)
        except DecodeError:
            return odd_node(encoded, self._images)
        metadata, status = node.metadata, node.status
        with decoding():  # the time of creation may be out of range
            created = seconds(metadata.creation_timestamp)
        record = node_record(
            name=metadata.name,
            uid=metadata.uid,
            created=created,
            terminating=metadata.deletion_timestamp is not None,
            unschedulable=node.spec.unschedulable,
            conditions=self._conditions(
                tuple([text for c in status.conditions or () for text in (c.type, c.status)])
            ),
            taints=[(each.key, each.value, each.effect) for each in node.spec.taints or ()],
            runtime=status.node_info.container_runtime_version,
            labels=[sys.intern(f"{key}={value}") for key, value in (metadata.labels or {}).items()],
            images=self._images.values([bytes(image) for image in status.images or ()]),
        )
        return record, metadata.resource_version
