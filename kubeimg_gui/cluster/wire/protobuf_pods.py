"""Pods from protobuf."""

from collections.abc import Iterator
from itertools import chain

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded
from kubeimg_gui.cluster.wire.protobuf_codec import bare, seconds
from kubeimg_gui.cluster.wire.records import pod_record
from kubeimg_gui.domain.pod import PodRecord


class ProtobufPods:
    """Decodes pods."""

    def __call__(self, encoded: Encoded) -> tuple[PodRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            pod = messages.Pod.FromString(bare(encoded))
            metadata = pod.metadata
            record = pod_record(
                namespace=metadata.namespace,
                name=metadata.name,
                uid=metadata.uid,
                created=seconds(metadata.creationTimestamp),
                terminating=metadata.HasField("deletionTimestamp"),
                owner=_controller(metadata),
                node=pod.spec.nodeName,
                phase=pod.status.phase,
                containers=_containers(pod.spec),
                statuses=_statuses(pod.status),
            )
        except MessageError as error:
            raise DecodeError(str(error)) from error
        return record, metadata.resourceVersion


def _controller(metadata: messages.Pod.ObjectMeta) -> tuple[str, str]:
    owners = metadata.ownerReferences
    return next(((owner.kind, owner.name) for owner in owners if owner.controller), ("", ""))


def _containers(spec: messages.Pod.PodSpec) -> Iterator[tuple[str, str]]:
    for container in chain(spec.initContainers, spec.containers):
        yield container.name, container.image
    for ephemeral in spec.ephemeralContainers:
        yield ephemeral.common.name, ephemeral.common.image


def _statuses(status: messages.Pod.PodStatus) -> Iterator[tuple[str, str, str]]:
    for each in chain(
        status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses
    ):
        yield each.name, each.image, each.imageID
