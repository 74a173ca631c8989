"""Pods from JSON; fields that kubeimg does not use are skipped, never built."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct, field

from kubeimg_gui.cluster.wire.codec import Encoded
from kubeimg_gui.cluster.wire.json_codec import Metadata, decoding, seconds
from kubeimg_gui.cluster.wire.pod_records import (
    CONTAINER,
    EPHEMERAL,
    INIT,
    VOLUME,
    pod_images,
    pod_record,
)
from kubeimg_gui.domain.pod import PodRecord


class _Owner(Struct, gc=False):
    kind: str = ""
    name: str = ""
    controller: bool | None = None


class _Metadata(Metadata, rename="camel", gc=False):
    owner_references: list[_Owner] | None = None


class _Container(Struct, gc=False):
    name: str = ""
    image: str = ""


class _ImageVolume(Struct, gc=False):
    reference: str = ""


class _Volume(Struct, gc=False):
    name: str = ""
    image: _ImageVolume | None = None


class PodSpec(Struct, rename="camel", gc=False):
    """The spec of a pod, or of a template for pods."""

    node_name: str = ""
    volumes: list[_Volume] | None = None
    init_containers: list[_Container] | None = None
    containers: list[_Container] | None = None
    ephemeral_containers: list[_Container] | None = None


class _ImageStatus(Struct, rename="camel", gc=False):
    image_ref: str = ""


class _VolumeStatus(Struct, gc=False):
    image: _ImageStatus | None = None


class _Mount(Struct, rename="camel", gc=False):
    name: str = ""
    volume_status: _VolumeStatus | None = None


class _ContainerStatus(Struct, rename="camel", gc=False):
    name: str = ""
    image: str = ""
    image_id: str = field(default="", name="imageID")
    volume_mounts: list[_Mount] | None = None


class _Status(Struct, rename="camel", gc=False):
    phase: str = ""
    init_container_statuses: list[_ContainerStatus] | None = None
    container_statuses: list[_ContainerStatus] | None = None
    ephemeral_container_statuses: list[_ContainerStatus] | None = None


class _Pod(Struct, gc=False):
    metadata: _Metadata
    spec: PodSpec = field(default_factory=PodSpec)
    status: _Status = field(default_factory=_Status)


class JsonPods:
    """Decodes pods; pods of equal images share them. Confined to one thread."""

    def __init__(self) -> None:
        self._pod = msgspec.json.Decoder(_Pod)
        self._images = pod_images()

    def __call__(self, encoded: Encoded) -> tuple[PodRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        with decoding():
            pod = self._pod.decode(encoded)
            metadata, spec, status = pod.metadata, pod.spec, pod.status
            asked = asked_images(spec)
            record = pod_record(
                namespace=metadata.namespace,
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creation_timestamp),
                terminating=metadata.deletion_timestamp is not None,
                owner=_controller(metadata.owner_references or ()),
                node=spec.node_name,
                phase=status.phase,
                images=self._images(asked, _reported(status, VOLUME in asked[::3])),
            )
            return record, metadata.resource_version


def _controller(owners: Sequence[_Owner]) -> tuple[str, str]:
    return next(((owner.kind, owner.name) for owner in owners if owner.controller), ("", ""))


def asked_images(spec: PodSpec) -> list[str]:
    """Returns what a pod asks for: use, name and image of each, in turn."""
    asked: list[str] = []
    for use, containers in (
        (INIT, spec.init_containers),
        (CONTAINER, spec.containers),
        (EPHEMERAL, spec.ephemeral_containers),
    ):
        for container in containers or ():
            asked += (use, container.name, container.image)
    for volume in spec.volumes or ():
        if volume.image is not None:
            asked += (VOLUME, volume.name, volume.image.reference)
    return asked


def _reported(status: _Status, has_volumes: bool) -> list[str]:
    reported: list[str] = []
    for use, statuses in (
        (INIT, status.init_container_statuses),
        (CONTAINER, status.container_statuses),
        (EPHEMERAL, status.ephemeral_container_statuses),
    ):
        for each in statuses or ():
            reported += (use, each.name, each.image, each.image_id)
            for mount in (each.volume_mounts or ()) if has_volumes else ():
                reported += _mounted(mount)
    return reported


def _mounted(mount: _Mount) -> tuple[str, ...]:
    volume = mount.volume_status
    if volume is None or volume.image is None or not volume.image.image_ref:
        return ()
    return VOLUME, mount.name, "", volume.image.image_ref
