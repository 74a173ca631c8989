"""Workloads from protobuf."""

from google.protobuf.message import DecodeError as MessageError

from kubeimg_gui.cluster.wire import messages_pb2 as messages
from kubeimg_gui.cluster.wire.codec import DecodeError, Encoded
from kubeimg_gui.cluster.wire.protobuf_codec import bare
from kubeimg_gui.cluster.wire.protobuf_pods import asked_images
from kubeimg_gui.cluster.wire.workload_records import DEFAULT_REPLICAS, workload_record
from kubeimg_gui.domain.workload import WorkloadRecord


class ProtobufWorkloads:
    """Decodes workloads of one kind, which items of a list do not name. Confined to one thread."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __call__(self, encoded: Encoded) -> tuple[WorkloadRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        try:
            workload = messages.Workload.FromString(bare(encoded))
        except MessageError as error:
            raise DecodeError(str(error)) from error
        metadata, spec = workload.metadata, workload.spec
        record = workload_record(
            kind=self._kind,
            namespace=metadata.namespace,
            name=metadata.name,
            uid=metadata.uid,
            replicas=spec.replicas if spec.HasField("replicas") else DEFAULT_REPLICAS,
            asked=asked_images(spec.template.spec),
        )
        return record, metadata.resourceVersion
