"""Nodes from JSON; fields that kubeimg does not show are skipped, never built."""

import sys

import msgspec
from msgspec import Raw, Struct, field

from kubeimg_gui.cluster.wire.codec import Encoded, SharedWhileHeld
from kubeimg_gui.cluster.wire.json_codec import Metadata, decoding, seconds
from kubeimg_gui.cluster.wire.records import SHARED_IMAGES_MAX, container_image, node_record
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord


class _Metadata(Metadata, rename="camel", gc=False):
    labels: dict[str, str] | None = None


class _Spec(Struct, gc=False):
    unschedulable: bool = False


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
            decoded = image.decode(entry)
            return container_image(decoded.names or (), decoded.size_bytes)

        self._images = SharedWhileHeld(decode_image, SHARED_IMAGES_MAX)

    def __call__(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        with decoding():
            node = self._node.decode(encoded)
            metadata, status = node.metadata, node.status
            record = node_record(
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creation_timestamp),
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
