"""Nodes from protobuf; equal images and labels are decoded once."""

import sys

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded, Shared, SharedWhileHeld
from kubeimg_gui.cluster.wire.protobuf_codec import bare, seconds
from kubeimg_gui.cluster.wire.records import SHARED_IMAGES_MAX, container_image, node_record
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

SHARED_LABELS_MAX = 10_000
"""Each node has one or two labels of its own; the others are shared by many nodes."""


class ProtobufNodes:
    """Decodes nodes; equal images and labels share one value. Confined to one thread."""

    def __init__(self) -> None:
        self._images = SharedWhileHeld(_image, SHARED_IMAGES_MAX)
        self._labels = Shared(_label, SHARED_LABELS_MAX)

    def __call__(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            node = messages.Node.FromString(bare(encoded))
            metadata, status = node.metadata, node.status
            record = node_record(
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creationTimestamp),
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


def _image(entry: bytes) -> ContainerImage:
    image = messages.ContainerImage.FromString(entry)
    return container_image(image.names, image.sizeBytes)


def _label(entry: bytes) -> str:
    label = messages.Label.FromString(entry)
    return sys.intern(f"{label.key}={label.value}")
