"""Source: what a window needs from its cluster connection."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.resources import EVERYTHING, Selector
from kubeimg_gui.cluster.target import Target
from kubeimg_gui.cluster.watch.informers import (
    PodInformer,
    WorkloadInformer,
    workload_informers,
)


def make_pod_informer(target: Target) -> PodInformer:
    """Returns an informer of all pods of a target, not started."""
    return PodInformer(target.connect)


def make_workload_informers(target: Target) -> Mapping[str, WorkloadInformer]:
    """Returns an informer for each kind of workload of a target, not started."""
    return workload_informers(target.connect)


@dataclass(frozen=True, slots=True)
class Source:
    """The connection behind a window; the callables return at once, in the GUI thread.

    Attributes:
        target: names of context, cluster and user, which may change with every connection state.
        last_heard: time of the server's last answer in epoch seconds; None for never.
        retry_now: ends a back-off early.
        reconnect: aborts an attempt in progress and starts another.
        cancel_login: cancels the credential plugin in progress.
        actions: changes nodes.
        read_only: whether verbs that change the cluster are hidden.
        selector: which nodes are watched.
        make_pod_informer: returns a new informer of all pods of a target, not started.
        make_workload_informers: returns new informers of workloads by kind, not started.
    """

    target: Target
    last_heard: Callable[[], float | None]
    retry_now: Callable[[], None]
    reconnect: Callable[[], None]
    cancel_login: Callable[[], None]
    actions: NodeActions
    read_only: bool = False
    selector: Selector = EVERYTHING
    make_pod_informer: Callable[[Target], PodInformer] = make_pod_informer
    make_workload_informers: Callable[[Target], Mapping[str, WorkloadInformer]] = (
        make_workload_informers
    )
