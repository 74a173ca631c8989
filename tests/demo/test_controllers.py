"""The demo's Deployments and StatefulSets: owners of pods, and some that are scaled to 0."""

from typing import Any

import msgspec

from kubeimg_gui.cluster.resources import WORKLOADS
from kubeimg_gui.cluster.watch.pager import list_once
from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from kubeimg_gui.cluster.wire.json_workloads import JsonWorkloads
from kubeimg_gui.demo.controllers import SCALED_TO_ZERO
from kubeimg_gui.demo.kinds import DEPLOYMENT, STATEFUL_SET
from kubeimg_gui.demo.schema import decode
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.domain.references import ReferenceState
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from tests.demo.test_pods import joined, pods_of
from tests.demo.test_story import nodes_of, play
from tests.support.api import MERGE, Api
from tests.support.recorder import connection_to
from tests.support.workloads import workload_json

KINDS = (DEPLOYMENT, STATEFUL_SET)
DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments"


def workloads_of(store: ObjectStore) -> list[dict[str, Any]]:
    return [item for kind in KINDS for item in store.snapshot(kind).items]


def test_every_replica_set_belongs_to_a_deployment_and_every_stateful_set_exists() -> None:
    store = play()
    for pod in pods_of(store):
        metadata = pod["metadata"]
        owner, app = metadata["ownerReferences"][0], metadata.get("labels", {}).get("app")
        kind = {"ReplicaSet": DEPLOYMENT, "StatefulSet": STATEFUL_SET}.get(owner["kind"])
        if kind is None or "nodeName" not in pod["spec"]:
            continue
        workload = store.get(kind, app, metadata["namespace"])
        assert workload["spec"]["replicas"] > 0
        assert workload["spec"]["template"]["spec"]["containers"]


def test_workloads_are_unchanged_by_the_schema() -> None:
    for kind in KINDS:
        for item in play().snapshot(kind).items:
            assert decode(kind, item) == item


def test_images_of_workloads_scaled_to_0_lie_on_nodes_and_no_pod_uses_them() -> None:
    store = play()
    known = ScaledToZero()
    for item in workloads_of(store):
        encoded = msgspec.Raw(msgspec.json.encode(item))
        known.update(None, JsonWorkloads(item["kind"])(encoded)[0])
    references = joined(store)
    found: set[str] = set()
    for node in nodes_of(store):
        record = JsonNodes()(msgspec.Raw(msgspec.json.encode(node)))[0]
        for image in record.images:
            workloads = known.users([image])
            found.update(workload.key for workload in workloads)
            if workloads:
                state = references.on_node(record.name, image).state
                assert state is ReferenceState.NOT_REFERENCED
    idle = [item for item in workloads_of(store) if item["spec"]["replicas"] == 0]
    assert {item["kind"] for item in idle} == {"Deployment", "StatefulSet"}
    assert SCALED_TO_ZERO / 2 < len(idle) <= SCALED_TO_ZERO + 1
    assert len(found) == len(idle), "each of them has an image on a node"
    assert any(key.startswith("ml/vllm-openai") for key in found)


def test_fleets_without_pods_have_no_workloads() -> None:
    assert workloads_of(play(nodes=0)) == []


def test_clients_can_list_and_scale_workloads(api: Api, cluster: DemoCluster) -> None:
    workload = workload_json("cart", replicas=2)
    for field in ("uid", "resourceVersion", "namespace"):
        del workload["metadata"][field]
    code, answer = api.call("POST", DEPLOYMENTS, workload)
    assert code == 201, answer
    connection = connection_to(cluster.url)
    (running,), unreadable = list_once(connection, WORKLOADS[0])
    assert (running.key, running.scaled_to_zero, unreadable) == ("default/cart", False, [])
    code, _ = api.call("PATCH", f"{DEPLOYMENTS}/cart", {"spec": {"replicas": 0}}, MERGE)
    assert code == 200
    ((idle,), _), (none, _) = (list_once(connection, resource) for resource in WORKLOADS)
    assert (idle.scaled_to_zero, idle.images) == (True, ("nginx:1",))
    assert none == []
    connection.interrupt()
