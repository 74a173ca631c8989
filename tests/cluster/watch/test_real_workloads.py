"""Workloads on a real API server: both encodings, the join, scaling, a missing permission."""

import queue
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.errors import ApiError
from kubeimg_gui.cluster.resources import NODES, WORKLOADS, Resource
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.transport.connection import JSON, Connection
from kubeimg_gui.cluster.watch.informers import WorkloadInformer
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.cluster.watch.reflector import WatchOptions
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import ADMIN, VIEWER
from tests.support.api import MERGE, Api
from tests.support.recorder import WAIT_SECONDS

pytestmark = pytest.mark.control_plane

NAMESPACE = "default"
"""Other namespaces hold workloads of other tests."""
APPS = f"/apis/apps/v1/namespaces/{NAMESPACE}"
Connect = Callable[[str], Connection]
kinds = pytest.mark.parametrize("resource", WORKLOADS, ids=lambda each: each.kind)


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    for resource in WORKLOADS:
        code, answer = client.call("DELETE", f"{APPS}/{plural(resource)}")
        assert code == 200, answer
    client.close()


@pytest.fixture
def connect(real: ControlPlane, tmp_path: Path) -> Iterator[Connect]:
    opened: list[Connection] = []

    def connect(user: str) -> Connection:
        target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / user, user))
        opened.append(target.connect())
        return opened[-1]

    yield connect
    for connection in opened:
        connection.interrupt()


def plural(resource: Resource[WorkloadRecord]) -> str:
    return f"{resource.kind.lower()}s"


def create(api: Api, resource: Resource[WorkloadRecord], name: str, replicas: int | None) -> None:
    labels = {"app": name}
    spec: dict[str, Any] = {
        "initContainers": [{"name": "prepare", "image": "registry.example/prepare:1"}],
        "containers": [{"name": "main", "image": "redis:7"}],
        "volumes": [
            {"name": "scratch", "emptyDir": {}},
            {"name": "model", "image": {"reference": "registry.example/model:1"}},
        ],
    }
    body: dict[str, Any] = {
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
    if replicas is not None:
        body["spec"]["replicas"] = replicas
    code, answer = api.call("POST", f"{APPS}/{plural(resource)}", body)
    assert code == 201, answer


def listed(
    connection: Connection, resource: Resource[WorkloadRecord], accept: str
) -> list[tuple[WorkloadRecord, str]]:
    with connection.get(resource.path, {}, accept=accept) as response:
        assert ("protobuf" in response.media_type) is (accept == ACCEPTED)
        codec = resource.codecs().of(response)
        page = codec.page(response.read())
    assert page.kind == f"{resource.kind}List"
    return [codec.record(item) for item in page.items]


@kinds
def test_both_encodings_give_the_same_records(
    api: Api, connect: Connect, resource: Resource[WorkloadRecord]
) -> None:
    create(api, resource, "idle", 0)
    create(api, resource, "other", None)
    connection = connect(ADMIN)
    records = listed(connection, resource, ACCEPTED)
    assert listed(connection, resource, JSON) == records
    (idle, version), (other, _) = [pair for pair in records if pair[0].namespace == NAMESPACE]
    assert int(version) > 0
    assert (idle.kind, idle.key, idle.scaled_to_zero) == (resource.kind, "default/idle", True)
    assert idle.images == ("redis:7", "registry.example/model:1", "registry.example/prepare:1")
    assert (other.scaled_to_zero, other.images) == (False, ()), "the default is one replica"
    assert list_once(connection, resource) == ([record for record, _ in records], [])


@kinds
def test_a_workload_that_is_scaled_to_0_is_joined_with_the_image_of_a_node(
    api: Api, connect: Connect, resource: Resource[WorkloadRecord]
) -> None:
    images = [{"names": ["docker.io/library/redis:7"], "sizeBytes": 5}]
    api.set_images("n0", images)
    create(api, resource, "idle", 0)
    create(api, resource, "busy", 2)
    connection = connect(ADMIN)
    known = ScaledToZero()
    for workload in list_once(connection, resource)[0]:
        known.update(None, workload)
    node = next(each for each in list_once(connection, NODES)[0] if each.name == "n0")
    assert [each.key for each in known.users(node.images)] == ["default/idle"]


@pytest.mark.parametrize("accept", [ACCEPTED, JSON], ids=["protobuf", "JSON"])
@kinds
def test_an_informer_follows_scaling(
    api: Api, connect: Connect, resource: Resource[WorkloadRecord], accept: str
) -> None:
    create(api, resource, "cart", 2)
    news: queue.SimpleQueue[WorkloadChange] = queue.SimpleQueue()

    class Handler:
        def on_changes(self, changes: Sequence[WorkloadChange]) -> None:
            for change in changes:
                record = change.new or change.old
                if record is not None and record.namespace == NAMESPACE:
                    news.put(change)

        def on_state(self, state: ConnectionState) -> None:
            pass

    informer = WorkloadInformer(
        lambda: connect(ADMIN), resource, options=WatchOptions(accept=accept)
    )
    informer.add_handler(Handler())
    informer.start()
    assert news.get(timeout=WAIT_SECONDS).old is None
    path = f"{APPS}/{plural(resource)}/cart"
    for replicas in (3, 0):
        code, answer = api.call("PATCH", path, {"spec": {"replicas": replicas}}, MERGE)
        assert code == 200, answer
    scaled = news.get(timeout=WAIT_SECONDS)
    assert scaled.old is not None
    assert scaled.new is not None
    assert (scaled.old.scaled_to_zero, scaled.new.scaled_to_zero) == (False, True)
    assert "redis:7" in scaled.new.images
    api.call("DELETE", path)
    assert news.get(timeout=WAIT_SECONDS).new is None
    assert informer.stop()


@kinds
def test_a_user_who_may_list_pods_only_is_refused(
    real: ControlPlane, connect: Connect, resource: Resource[WorkloadRecord]
) -> None:
    with pytest.raises(ApiError) as refused:
        list_once(connect(VIEWER), resource)
    assert refused.value.code == HTTPStatus.FORBIDDEN
    phases: queue.SimpleQueue[Phase] = queue.SimpleQueue()

    class Handler:
        def on_changes(self, changes: Sequence[WorkloadChange]) -> None:
            pass

        def on_state(self, state: ConnectionState) -> None:
            phases.put(state.phase)

    informer = WorkloadInformer(lambda: connect(VIEWER), resource)
    informer.add_handler(Handler())
    informer.start()
    while phases.get(timeout=WAIT_SECONDS) is not Phase.FORBIDDEN:
        pass
    assert informer.stop()
