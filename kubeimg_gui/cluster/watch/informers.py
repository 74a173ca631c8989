"""The informers of kubeimg: one constructor for each resource."""

from typing import TYPE_CHECKING

from kubeimg_gui.cluster.resources import NODES, PODS, WORKLOADS, Resource, Selector
from kubeimg_gui.cluster.watch.informer import Handler, Informer, Notify
from kubeimg_gui.cluster.watch.node_store import DOUBT_SECONDS, NodeStore
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.watch.store import Store
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodRecord, compare_pods
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord, compare_workloads

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubeimg_gui.cluster.transport.connection import Connection

NodeHandler = Handler[NodeChange]


class NodeInformer(Informer[NodeRecord, NodeChange]):
    """Watches nodes.

    `doubt_seconds` is how long a suddenly empty image list must last before it is accepted.
    """

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        selector: Selector | None = None,
        *,
        doubt_seconds: float = DOUBT_SECONDS,
        options: WatchOptions | None = None,
    ) -> None:
        clock = (options or WatchOptions()).clock

        def make_store(notify: Notify[NodeChange]) -> NodeStore:
            return NodeStore(notify, doubt_seconds=doubt_seconds, clock=clock)

        super().__init__(connect, NODES.select(selector), make_store, options)


class PodInformer(Informer[PodRecord, PodChange]):
    """Watches the pods of all namespaces."""

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        selector: Selector | None = None,
        *,
        options: WatchOptions | None = None,
    ) -> None:
        clock = (options or WatchOptions()).clock

        def make_store(notify: Notify[PodChange]) -> Store[PodRecord, PodChange]:
            return Store(compare_pods, notify, clock)

        super().__init__(connect, PODS.select(selector), make_store, options)


class WorkloadInformer(Informer[WorkloadRecord, WorkloadChange]):
    """Watches the workloads of one kind, one of `WORKLOADS`, in all namespaces."""

    def __init__(
        self,
        connect: "Callable[[], Connection]",
        resource: Resource[WorkloadRecord],
        *,
        options: WatchOptions | None = None,
    ) -> None:
        clock = (options or WatchOptions()).clock

        def make_store(notify: Notify[WorkloadChange]) -> Store[WorkloadRecord, WorkloadChange]:
            return Store(compare_workloads, notify, clock)

        super().__init__(connect, resource, make_store, options)


def workload_informers(
    connect: "Callable[[], Connection]", *, options: WatchOptions | None = None
) -> dict[str, WorkloadInformer]:
    """Returns an informer for each of `WORKLOADS`, by its kind, not started."""
    return {
        resource.kind: WorkloadInformer(connect, resource, options=options)
        for resource in WORKLOADS
    }
