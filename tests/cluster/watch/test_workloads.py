"""The same engine follows workloads of each kind, and reports what scales to 0 and back."""

import queue
from collections.abc import Sequence
from dataclasses import replace

import pytest

from kubeimg_gui.cluster.resources import WORKLOADS, Resource
from kubeimg_gui.cluster.state import ConnectionState
from kubeimg_gui.cluster.watch.informers import WorkloadInformer
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord
from tests.support.fixtures import Serve
from tests.support.recorder import WAIT_SECONDS, connection_to
from tests.support.scripted_server import Request
from tests.support.workloads import scaled_to_zero, workload_json, workload_list_json

PATHS = {"Deployment": "/apis/apps/v1/deployments", "StatefulSet": "/apis/apps/v1/statefulsets"}


class Changes:
    """A handler that queues what it gets."""

    def __init__(self) -> None:
        self.news: queue.SimpleQueue[WorkloadChange | ConnectionState] = queue.SimpleQueue()

    def on_changes(self, changes: Sequence[WorkloadChange]) -> None:
        for change in changes:
            self.news.put(change)

    def on_state(self, state: ConnectionState) -> None:
        self.news.put(state)

    def next_change(self) -> WorkloadChange:
        while True:
            news = self.news.get(timeout=WAIT_SECONDS)
            if isinstance(news, WorkloadChange):
                return news


@pytest.mark.parametrize("resource", WORKLOADS, ids=lambda each: each.kind)
def test_an_informer_follows_the_replicas(serve: Serve, resource: Resource[WorkloadRecord]) -> None:
    kind = resource.kind

    def script(request: Request) -> None:
        if not request.is_watch:
            idle, busy = (
                workload_json(name, replicas=replicas, kind=kind)
                for name, replicas in (("idle", 0), ("busy", 3))
            )
            odd = {"metadata": {"name": "odd", "namespace": "shop"}, "spec": 5}
            request.answer(workload_list_json(idle, busy, odd, kind=kind))
            return
        request.start_stream()
        for name, replicas, version in (("busy", 4, "11"), ("busy", 0, "12"), ("idle", 2, "13")):
            request.event(
                "MODIFIED", workload_json(name, replicas=replicas, kind=kind, version=version)
            )
        request.event("DELETED", workload_json("busy", kind=kind, version="14"))
        request.hang()

    server = serve(script)
    informer = WorkloadInformer(lambda: connection_to(server.url), resource)
    handler = Changes()
    informer.add_handler(handler)
    informer.start()
    idle = scaled_to_zero("idle", "nginx:1", kind=kind)
    busy_at_zero = scaled_to_zero("busy", "nginx:1", kind=kind)
    busy = replace(busy_at_zero, scaled_to_zero=False, images=())
    assert {handler.next_change() for _ in "12"} == {
        WorkloadChange(None, idle),
        WorkloadChange(None, busy),
    }
    assert [handler.next_change() for _ in "123"] == [
        WorkloadChange(busy, busy_at_zero),
        WorkloadChange(idle, replace(idle, scaled_to_zero=False, images=())),
        WorkloadChange(busy_at_zero, None),
    ]
    assert informer.stop()
    assert {request.path for request in server.requests} == {PATHS[kind]}
