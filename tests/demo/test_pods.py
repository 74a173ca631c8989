"""The demo's pods: real owners, every way to use an image, and changes with the images."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kubeimg_gui.cluster.wire.json_nodes import JsonNodes
from kubeimg_gui.cluster.wire.json_pods import JsonPods
from kubeimg_gui.demo.kinds import DAEMON_SET, NODE, POD
from kubeimg_gui.demo.pod_status import summarize
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.domain.references import Coverage, References, ReferenceState, UnknownReason
from tests.demo.test_story import CSV, nodes_of, play

SERVER = "docker.io/vllm/vllm-openai"


def pods_of(store: ObjectStore) -> list[dict[str, Any]]:
    return store.snapshot(POD).items


def record_of(pod: dict[str, Any]) -> PodRecord:
    return JsonPods()(msgspec.Raw(msgspec.json.encode(pod)))[0]


def joined(store: ObjectStore) -> References:
    references = References()
    for node in nodes_of(store):
        record = JsonNodes()(msgspec.Raw(msgspec.json.encode(node)))[0]
        references.update_node(None, record)
    for pod in pods_of(store):
        references.update_pod(None, record_of(pod))
    references.coverage = Coverage(known_at=1e12, reason=None)
    return references


def statuses(pods: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every container status, with the name of the pod's node."""
    for pod in pods:
        for kind in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
            for status in pod["status"].get(kind, ()):
                yield pod["spec"].get("nodeName", ""), status


def name_of(item: dict[str, Any]) -> str:
    return item["metadata"]["name"]


def names_on(store: ObjectStore) -> dict[str, set[str]]:
    return {
        node["metadata"]["name"]: {
            name for entry in node["status"].get("images", ()) for name in entry["names"] or ()
        }
        for node in nodes_of(store)
    }


def test_a_node_has_a_realistic_number_of_pods() -> None:
    counts = Counter(pod["spec"].get("nodeName") for pod in pods_of(play()))
    ordinary = [count for count in counts.values() if count >= 12]
    assert len(ordinary) >= 35
    assert max(ordinary) <= 30


def test_pods_have_the_owners_of_real_clusters() -> None:
    pods = pods_of(play())
    owners = [pod["metadata"]["ownerReferences"][0] for pod in pods]
    kinds = {owner["kind"] for owner in owners}
    assert kinds == {"ReplicaSet", "DaemonSet", "StatefulSet", "Job", "Node"}
    for pod, owner in zip(pods, owners, strict=True):
        assert owner["controller"]
        if owner["kind"] == "Node":
            assert pod["metadata"]["annotations"]["kubernetes.io/config.mirror"] == owner["uid"]
        else:
            assert pod["metadata"]["name"].startswith(f"{owner['name']}-")
    assert len({(owner["kind"], owner["name"]) for owner in owners}) < len(pods) / 2
    assert len({pod["metadata"]["namespace"] for pod in pods}) >= 5


def test_the_owner_of_a_mirror_pod_is_its_node() -> None:
    store = play()
    mirrors = [
        pod for pod in pods_of(store) if pod["metadata"]["ownerReferences"][0]["kind"] == "Node"
    ]
    assert len(mirrors) >= 9
    for pod in mirrors:
        node = store.get(NODE, pod["spec"]["nodeName"])
        assert pod["metadata"]["ownerReferences"][0]["uid"] == node["metadata"]["uid"]


def test_the_daemon_sets_of_the_owners_exist() -> None:
    store = play()
    owners = [
        (pod["metadata"]["ownerReferences"][0]["name"], pod["metadata"]["namespace"])
        for pod in pods_of(store)
        if pod["metadata"]["ownerReferences"][0]["kind"] == "DaemonSet"
    ]
    assert {"kube-proxy", "calico-node"} <= {name for name, _ in owners}
    for owner in owners:
        assert store.find(DAEMON_SET, *owner)


def test_every_way_to_use_an_image_exists() -> None:
    pods = pods_of(play())
    specs = [pod["spec"] for pod in pods]
    init = [container for spec in specs for container in spec.get("initContainers", ())]
    assert any(container.get("restartPolicy") == "Always" for container in init), "sidecars"
    assert any("restartPolicy" not in container for container in init)
    assert any("ephemeralContainers" in spec for spec in specs)
    asked = [container["image"] for spec in specs for container in spec["containers"]]
    assert any("@" in image and ":" not in image.partition("@")[0][-8:] for image in asked)
    assert any(":v7@sha256:" in image for image in asked)
    assert any("/" not in image for image in asked), "familiar names"
    assert {pod["status"]["phase"] for pod in pods} == {
        "Running",
        "Pending",
        "Succeeded",
        "Failed",
    }
    assert any("deletionTimestamp" in pod["metadata"] for pod in pods)


def test_volumes_of_images_are_reported_by_new_kubelets() -> None:
    store = play()
    held = names_on(store)
    volumes = [pod for pod in pods_of(store) if "volumes" in pod["spec"]]
    assert volumes
    for pod in volumes:
        (volume,) = pod["spec"]["volumes"]
        assert volume["image"]["reference"] in held[pod["spec"]["nodeName"]]
        (status,) = pod["status"]["containerStatuses"]
        (mount,) = status["volumeMounts"]
        assert mount["name"] == volume["name"]
        if "volumeStatus" in mount:
            reported = mount["volumeStatus"]["image"]["imageRef"]
            assert reported in held[pod["spec"]["nodeName"]]


def test_image_ids_have_every_real_form() -> None:
    store = play()
    held = names_on(store)
    ids = [status["imageID"] for _, status in statuses(pods_of(store))]
    assert any(image_id.startswith("docker-pullable://") for image_id in ids)
    assert any(image_id.startswith("sha256:") for image_id in ids), "imported"
    assert "" in ids, "not pulled"
    imported = [s for n, s in statuses(pods_of(store)) if "price-engine" in s["image"] and held[n]]
    assert imported
    for status in imported:
        assert status["imageID"].startswith("sha256:")
    mirrored = [
        pod for pod in pods_of(store) if "mirror.example" in pod["spec"]["containers"][0]["image"]
    ]
    assert mirrored
    for node, status in statuses(mirrored):
        assert status["imageID"].startswith("docker.io/library/haproxy@")
        assert status["imageID"] in held[node]


def test_a_pod_waits_for_a_failing_pull_and_one_for_a_node() -> None:
    pods = pods_of(play())
    shown = [(summarize(pod).status, pod) for pod in pods]
    (failing,) = [pod for status, pod in shown if status == "ImagePullBackOff"]
    assert failing["status"]["phase"] == "Pending"
    assert failing["spec"]["nodeName"]
    (waiting,) = [pod for pod in pods if "nodeName" not in pod["spec"]]
    assert waiting["status"]["conditions"][0]["reason"] == "Unschedulable"


def test_one_of_23_versions_on_the_gpu_nodes_is_in_use() -> None:
    store = play()
    references = joined(store)
    states: dict[str, set[ReferenceState]] = {}
    for node in nodes_of(store):
        record = JsonNodes()(msgspec.Raw(msgspec.json.encode(node)))[0]
        for image in record.images:
            if image.names and image.names[0].startswith(SERVER):
                assert "pool=gpu" in record.labels
                state = references.on_node(record.name, image).state
                states.setdefault(image.key, set()).add(state)
    assert len(states) == 23
    used = [key for key, found in states.items() if ReferenceState.REFERENCED in found]
    assert len(used) == 1


def test_every_state_of_images_exists() -> None:
    store = play()
    references = joined(store)
    found: Counter[str] = Counter()
    for node in nodes_of(store):
        record = JsonNodes()(msgspec.Raw(msgspec.json.encode(node)))[0]
        for image in record.images:
            reference = references.on_node(record.name, image)
            found[reference.reason or reference.state] += 1
            if reference.finished:
                found["finished"] += 1
    assert found[ReferenceState.REFERENCED] > 300
    assert found[ReferenceState.NOT_REFERENCED] > 300
    assert found[UnknownReason.SANDBOX] > 20
    assert found[UnknownReason.NO_NAME] > 0
    assert found[UnknownReason.NAMES_DIFFER] > 0
    assert found["finished"] > 5


def test_images_of_pods_are_never_collected() -> None:
    """What a container runs is in its node's list, unless that is cut or has another name."""
    store = play(steps=600)
    held = {node: names for node, names in names_on(store).items() if names}
    cut = {
        node["metadata"]["name"]
        for node in nodes_of(store)
        if len(node["status"].get("images", ())) == 50
    }
    checked = 0
    for node, status in statuses(pods_of(store)):
        image_id = status["imageID"].removeprefix("docker-pullable://")
        if node in held and node not in cut and image_id and status["name"] != "rules":
            assert {image_id, status["image"]} & held[node], status
            checked += 1
    assert checked > 300


def test_images_that_pods_of_clients_ask_for_are_never_collected() -> None:
    store = ObjectStore()
    scenario = Scenario(store, CSV, nodes=1, images=30, churn=1.0, seed=1)
    (node,) = nodes_of(store)
    sizes = {entry["names"][0]: entry["sizeBytes"] for entry in node["status"]["images"]}
    for number, name in enumerate(sizes):
        metadata = {"name": f"client-{number}", "namespace": "default"}
        asked = name.removeprefix("docker.io/").replace("@", ":v1@")
        spec = {"nodeName": name_of(node), "containers": [{"image": asked}]}
        store.create(POD, {"metadata": metadata, "spec": spec})
    for _ in range(300):
        scenario.step()
    (listed,) = [each for each in nodes_of(store) if each["metadata"]["name"] == name_of(node)]
    missing = sizes.keys() - names_on(store)[name_of(node)]
    smallest = listed["status"]["images"][-1]["sizeBytes"]
    assert all(sizes[name] <= smallest for name in missing), "left, not pushed out of the list"


def test_a_roll_out_replaces_pods() -> None:
    before, after = play(3), play(3, steps=600)
    old = {pod["metadata"]["uid"] for pod in pods_of(before)}
    new = {pod["metadata"]["uid"] for pod in pods_of(after)}
    assert len(old - new) > 30
    assert len(new - old) > 30
    odd = [pod for pod in pods_of(after) if "haproxy" in str(pod["spec"]["containers"])]
    assert odd, "odd pods stay"


def test_large_fleets_have_few_pods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kubeimg_gui.demo.scenario.FLEET_PODS", 100)
    assert len(pods_of(play(nodes=40))) < 130
    assert pods_of(play(nodes=101)) == []


STATUSES: list[tuple[dict[str, Any], str]] = [
    ({}, "Unknown"),
    ({"phase": "Pending"}, "Pending"),
    ({"phase": "Failed", "reason": "Evicted"}, "Evicted"),
    (
        {
            "phase": "Pending",
            "initContainerStatuses": [{"name": "i", "state": {"waiting": {}}}],
        },
        "Init:0/1",
    ),
    (
        {
            "phase": "Pending",
            "initContainerStatuses": [
                {"name": "i", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
            ],
        },
        "Init:Error",
    ),
    (
        {
            "phase": "Running",
            "containerStatuses": [
                {"ready": True, "state": {"running": {}}},
                {"state": {"terminated": {"reason": "Completed"}}},
            ],
        },
        "NotReady",
    ),
    ({"phase": 5, "containerStatuses": [None, 7], "conditions": "x"}, "Unknown"),
]


@pytest.mark.parametrize(("status", "expected"), STATUSES)
def test_the_status_is_that_of_kubectl(status: dict[str, Any], expected: str) -> None:
    assert summarize({"metadata": {"name": "p"}, "status": status}).status == expected
