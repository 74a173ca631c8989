"""Nodes from protobuf; equal images and labels are decoded once."""

import sys
from functools import lru_cache

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded, Shared, SharedWhileHeld
from kubeimg_gui.cluster.wire.protobuf_codec import bare, seconds
from kubeimg_gui.cluster.wire.records import (
    CONDITIONS_MAX,
    SHARED_IMAGES_MAX,
    container_image,
    node_record,
    read_conditions,
)
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord

SHARED_LABELS_MAX = 10_000
"""Each node has one or two labels of its own; the others are shared by many nodes."""


class ProtobufNodes:
    """Decodes nodes; equal images and labels share one value. Confined to one thread."""

    def __init__(self) -> None:
        self._images = SharedWhileHeld(_image, SHARED_IMAGES_MAX)
        self._labels = Shared(_label, SHARED_LABELS_MAX)
        self._conditions = lru_cache(CONDITIONS_MAX)(read_conditions)

    def __call__(self, encoded: Encoded) -> tuple[NodeRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            node = messages.Node.FromString(bare(encoded))
            metadata, spec, status = node.metadata, node.spec, node.status
            taints = spec.taints
            record = node_record(
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creationTimestamp),
                terminating=metadata.HasField("deletionTimestamp"),
                unschedulable=spec.unschedulable,
                conditions=self._conditions(
                    tuple([text for each in status.conditions for text in (each.type, each.status)])
                ),
                taints=[(each.key, each.value, each.effect) for each in taints] if taints else (),
                runtime=status.nodeInfo.containerRuntimeVersion,
                labels=self._labels.values(metadata.labels),
                images=self._images.values(status.images),
            )
        except MessageError as error:
            raise DecodeError(str(error)) from error
        return record, metadata.resourceVersion


def _image(entry: bytes) -> ContainerImage:
    try:
        image = messages.ContainerImage.FromString(entry)
        return container_image(image.names, image.sizeBytes)
    except MessageError:
        return _odd_image(entry)


def _odd_image(entry: bytes) -> ContainerImage:
    """Reads an image whose names are not UTF-8, or an entry that is no image at all."""
    try:
        image = messages.RawContainerImage.FromString(entry)
    except MessageError:
        return container_image((), entry.hex())
    names = [name.decode(errors="backslashreplace") for name in image.names]
    return container_image(names, image.sizeBytes)


def _label(entry: bytes) -> str:
    label = messages.Label.FromString(entry)
    return sys.intern(f"{label.key}={label.value}")
