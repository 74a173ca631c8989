"""Workloads from JSON; fields that kubeimg does not use are skipped, never built."""

import msgspec
from msgspec import Struct, field

from kubeimg_gui.cluster.wire.codec import Encoded
from kubeimg_gui.cluster.wire.json_codec import Metadata, decoding
from kubeimg_gui.cluster.wire.json_pods import PodSpec, asked_images
from kubeimg_gui.cluster.wire.workload_records import DEFAULT_REPLICAS, workload_record
from kubeimg_gui.domain.workload import WorkloadRecord


class _Template(Struct, gc=False):
    spec: PodSpec = field(default_factory=PodSpec)


class _Spec(Struct, gc=False):
    replicas: int | None = None
    template: _Template = field(default_factory=_Template)


class _Workload(Struct, gc=False):
    metadata: Metadata
    spec: _Spec = field(default_factory=_Spec)


class JsonWorkloads:
    """Decodes workloads of one kind, which items of a list do not name. Confined to one thread."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._workload = msgspec.json.Decoder(_Workload)

    def __call__(self, encoded: Encoded) -> tuple[WorkloadRecord, str]:
        """Returns the record and its resourceVersion. Raises DecodeError."""
        with decoding():
            workload = self._workload.decode(encoded)
        metadata, spec = workload.metadata, workload.spec
        record = workload_record(
            kind=self._kind,
            namespace=metadata.namespace,
            name=metadata.name,
            uid=metadata.uid,
            replicas=DEFAULT_REPLICAS if spec.replicas is None else spec.replicas,
            asked=asked_images(spec.template.spec),
        )
        return record, metadata.resource_version
