"""Pods from protobuf."""

from collections.abc import Iterable

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded
from kubeimg_gui.cluster.wire.pod_records import (
    CONTAINER,
    EPHEMERAL,
    INIT,
    VOLUME,
    pod_images,
    pod_record,
)
from kubeimg_gui.cluster.wire.protobuf_codec import bare, seconds
from kubeimg_gui.domain.pod import PodRecord


class ProtobufPods:
    """Decodes pods; pods of equal images share them. Confined to one thread."""

    def __init__(self) -> None:
        self._images = pod_images()

    def __call__(self, encoded: Encoded) -> tuple[PodRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            pod = messages.Pod.FromString(bare(encoded))
            metadata, spec, status = pod.metadata, pod.spec, pod.status
            asked = asked_images(spec)
            record = pod_record(
                namespace=metadata.namespace,
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creationTimestamp),
                terminating=metadata.HasField("deletionTimestamp"),
                owner=_controller(metadata),
                node=spec.nodeName,
                phase=status.phase,
                images=self._images(asked, _reported(status, VOLUME in asked[::3])),
            )
        except MessageError as error:
            raise DecodeError(str(error)) from error
        return record, metadata.resourceVersion


def _controller(metadata: messages.Pod.ObjectMeta) -> tuple[str, str]:
    for owner in metadata.ownerReferences:
        if owner.controller:
            return owner.kind, owner.name
    return "", ""


def asked_images(spec: messages.Pod.PodSpec) -> list[str]:
    """Returns what a pod asks for: use, name and image of each, in turn."""
    asked: list[str] = []
    for container in spec.initContainers:
        asked += (INIT, container.name, container.image)
    for container in spec.containers:
        asked += (CONTAINER, container.name, container.image)
    for ephemeral in spec.ephemeralContainers:
        asked += (EPHEMERAL, ephemeral.common.name, ephemeral.common.image)
    for volume in spec.volumes:
        if volume.volumeSource.HasField("image"):
            asked += (VOLUME, volume.name, volume.volumeSource.image.reference)
    return asked


def _reported(status: messages.Pod.PodStatus, has_volumes: bool) -> list[str]:
    reported: list[str] = []
    for use, statuses in (
        (INIT, status.initContainerStatuses),
        (CONTAINER, status.containerStatuses),
        (EPHEMERAL, status.ephemeralContainerStatuses),
    ):
        for each in statuses:
            reported += (use, each.name, each.image, each.imageID)
            if has_volumes:
                reported += _mounted(each.volumeMounts)
    return reported


def _mounted(mounts: Iterable[messages.Pod.VolumeMountStatus]) -> list[str]:
    mounted: list[str] = []
    for mount in mounts:
        reference = mount.volumeStatus.image.imageRef
        if reference:
            mounted += (VOLUME, mount.name, "", reference)
    return mounted
