"""Pods from JSON; fields that kubeimg does not use are skipped, never built."""

from collections.abc import Iterator, Sequence
from itertools import chain

import msgspec
from msgspec import Struct, field

from kubeimg_gui.cluster.wire.codec import Encoded
from kubeimg_gui.cluster.wire.json_codec import Metadata, decoding, seconds
from kubeimg_gui.cluster.wire.records import pod_record
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


class _Spec(Struct, rename="camel", gc=False):
    node_name: str = ""
    init_containers: list[_Container] | None = None
    containers: list[_Container] | None = None
    ephemeral_containers: list[_Container] | None = None


class _ContainerStatus(Struct, gc=False):
    name: str = ""
    image: str = ""
    image_id: str = field(default="", name="imageID")


class _Status(Struct, rename="camel", gc=False):
    phase: str = ""
    init_container_statuses: list[_ContainerStatus] | None = None
    container_statuses: list[_ContainerStatus] | None = None
    ephemeral_container_statuses: list[_ContainerStatus] | None = None


class _Pod(Struct, gc=False):
    metadata: _Metadata
    spec: _Spec = field(default_factory=_Spec)
    status: _Status = field(default_factory=_Status)


class JsonPods:
    """Decodes pods; confined to one thread."""

    def __init__(self) -> None:
        self._pod = msgspec.json.Decoder(_Pod)

    def __call__(self, encoded: Encoded) -> tuple[PodRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        with decoding():
            pod = self._pod.decode(encoded)
            metadata, spec, status = pod.metadata, pod.spec, pod.status
            record = pod_record(
                namespace=metadata.namespace,
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creation_timestamp),
                terminating=metadata.deletion_timestamp is not None,
                owner=_controller(metadata.owner_references or ()),
                node=spec.node_name,
                phase=status.phase,
                containers=_containers(spec),
                statuses=_statuses(status),
            )
            return record, metadata.resource_version


def _controller(owners: Sequence[_Owner]) -> tuple[str, str]:
    return next(((owner.kind, owner.name) for owner in owners if owner.controller), ("", ""))


def _containers(spec: _Spec) -> Iterator[tuple[str, str]]:
    lists = (spec.init_containers, spec.containers, spec.ephemeral_containers)
    for container in chain.from_iterable(each or () for each in lists):
        yield container.name, container.image


def _statuses(status: _Status) -> Iterator[tuple[str, str, str]]:
    lists = (
        status.init_container_statuses,
        status.container_statuses,
        status.ephemeral_container_statuses,
    )
    for each in chain.from_iterable(each or () for each in lists):
        yield each.name, each.image, each.image_id
