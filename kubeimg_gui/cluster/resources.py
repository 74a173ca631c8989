"""What kubeimg lists and watches: nodes, pods and workloads.

A resource is one `Resource[T]` here and one decoder for each encoding in `wire`. The list and watch
engine works with every resource alike.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from kubeimg_gui.cluster.wire.negotiation import Codecs

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.wire.codec import Decode
    from kubeimg_gui.domain.node import NodeRecord
    from kubeimg_gui.domain.pod import PodRecord
    from kubeimg_gui.domain.workload import WorkloadRecord

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which objects to list, in kubectl's syntax; empty strings select all."""

    labels: str = ""
    fields: str = ""

    def query(self) -> dict[str, str]:
        """Returns the query parameters of a list or watch request."""
        parameters = {"labelSelector": self.labels, "fieldSelector": self.fields}
        return {key: value for key, value in parameters.items() if value}


EVERYTHING = Selector()
"""Selects all objects."""


@dataclass(frozen=True, slots=True)
class Resource(Generic[T]):
    """A kind of object that the API server lists and watches.

    Attributes:
        path: of the list, without a query.
        kind: of one object, for example `Node`; the list's kind is `NodeList`.
        json_decoder, protobuf_decoder: create a decoder, confined to one thread. They import what
            they need when they are called.
        selector: which objects to list.
    """

    path: str
    kind: str
    json_decoder: "Callable[[], Decode[T]]"
    protobuf_decoder: "Callable[[], Decode[T]]"
    selector: Selector = Selector()

    def select(self, selector: Selector | None) -> "Resource[T]":
        """Returns the same resource, limited to what the selector matches."""
        return replace(self, selector=selector or Selector())

    def codecs(self) -> "Codecs[T]":
        """Returns new codecs for one thread."""
        return Codecs(self.json_decoder, self.protobuf_decoder)


def _json_nodes() -> "Decode[NodeRecord]":
    from kubeimg_gui.cluster.wire.json_nodes import JsonNodes

    return JsonNodes()


def _protobuf_nodes() -> "Decode[NodeRecord]":
    from kubeimg_gui.cluster.wire.protobuf_nodes import ProtobufNodes

    return ProtobufNodes()


def _json_pods() -> "Decode[PodRecord]":
    from kubeimg_gui.cluster.wire.json_pods import JsonPods

    return JsonPods()


def _protobuf_pods() -> "Decode[PodRecord]":
    from kubeimg_gui.cluster.wire.protobuf_pods import ProtobufPods

    return ProtobufPods()


def _json_workloads(kind: str) -> "Decode[WorkloadRecord]":
    from kubeimg_gui.cluster.wire.json_workloads import JsonWorkloads

    return JsonWorkloads(kind)


def _protobuf_workloads(kind: str) -> "Decode[WorkloadRecord]":
    from kubeimg_gui.cluster.wire.protobuf_workloads import ProtobufWorkloads

    return ProtobufWorkloads(kind)


def _workloads(kind: str) -> "Resource[WorkloadRecord]":
    decoders = partial(_json_workloads, kind), partial(_protobuf_workloads, kind)
    return Resource(f"/apis/apps/v1/{kind.lower()}s", kind, *decoders)


NODES: "Resource[NodeRecord]" = Resource("/api/v1/nodes", "Node", _json_nodes, _protobuf_nodes)
PODS: "Resource[PodRecord]" = Resource("/api/v1/pods", "Pod", _json_pods, _protobuf_pods)
WORKLOADS: "tuple[Resource[WorkloadRecord], ...]" = tuple(
    [_workloads(kind) for kind in ("Deployment", "StatefulSet")]
)
"""The kinds of workloads that kubeimg looks for at a scale of 0."""
