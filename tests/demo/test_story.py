"""The demo's fleet and simulation: real names, edge cases, reproducible from a seed."""

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from kubeimg_gui import resources_folder
from kubeimg_gui.demo.catalog import Catalog
from kubeimg_gui.demo.kinds import EVENT, LEASE, NODE, POD
from kubeimg_gui.demo.scenario import Scenario
from kubeimg_gui.demo.schema import decode
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.domain.node_labels import ARCHITECTURE_LABEL, OTHER_LABELS

CSV = resources_folder() / "image_sizes.csv"


def play(seed: int = 1, nodes: int = 40, steps: int = 0) -> ObjectStore:
    chance = random.Random(seed)
    store = ObjectStore(lambda: f"uid-{chance.getrandbits(64)}")
    scenario = Scenario(store, CSV, nodes=nodes, images=34, churn=1.0, seed=seed)
    for _ in range(steps):
        scenario.step()
    return store


def nodes_of(store: ObjectStore) -> list[dict[str, Any]]:
    return store.snapshot(NODE).items


def images_of(store: ObjectStore) -> dict[str, list[Any]]:
    return {n["metadata"]["name"]: n["status"].get("images") for n in nodes_of(store)}


@pytest.mark.parametrize("steps", [0, 200])
def test_the_same_seed_gives_the_same_changes(steps: int) -> None:
    assert images_of(play(7, steps=steps)) == images_of(play(7, steps=steps))
    assert images_of(play(7, steps=steps)) != images_of(play(8, steps=steps))


def without_empty(value: Any) -> Any:
    """Return objects without empty fields, as the API does."""
    if isinstance(value, list):
        return [without_empty(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    members = {key: without_empty(each) for key, each in cast("dict[str, Any]", value).items()}
    return {key: each for key, each in members.items() if each not in (None, "", [], {})}


def test_nodes_are_unchanged_by_the_schema() -> None:
    for node in nodes_of(play()):
        assert without_empty(decode(NODE, node)) == without_empty(node)


def test_all_edge_cases_exist() -> None:
    store = play()
    nodes = nodes_of(store)
    lists = [n["status"]["images"] for n in nodes if "images" in n["status"]]
    entries = [entry for listed in lists for entry in listed]
    names = [entry["names"] for entry in entries]
    assert any(len(listed) == 50 for listed in lists)
    assert max(map(len, lists)) == 50
    assert None in names
    assert [] in names
    assert any(n and all("@" in name for name in n) for n in names)
    assert any(n and len(n) == 1 and "@" not in n[0] for n in names)
    assert any(n and len(n) == 5 and all("@" in name for name in n) for n in names)
    assert any("sizeBytes" not in entry for entry in entries)
    assert any(n and any(name.endswith("@sha256:<none>") for name in n) for n in names)
    assert any("images" not in n["status"] for n in nodes)
    assert any(n["spec"].get("unschedulable") for n in nodes)
    assert max(len(n["metadata"]["name"]) for n in nodes) > 80
    runtimes = {n["status"]["nodeInfo"]["containerRuntimeVersion"].partition(":")[0] for n in nodes}
    assert runtimes == {"containerd", "cri-o", "docker"}
    states = [{c["type"]: c["status"] for c in n["status"]["conditions"]} for n in nodes]
    assert "Unknown" in [state["Ready"] for state in states]
    pressed = [n for n, state in zip(nodes, states, strict=True) if state["DiskPressure"] == "True"]
    assert pressed[0]["spec"]["taints"][0]["key"] == "node.kubernetes.io/disk-pressure"
    reasons = [event["reason"] for event in store.snapshot(EVENT).items]
    assert "FreeDiskSpaceFailed" in reasons


def test_image_lists_are_cut_and_sorted_like_a_kubelets() -> None:
    for node in nodes_of(play(steps=300)):
        sizes = [entry.get("sizeBytes", 0) for entry in node["status"].get("images", [])]
        assert sizes == sorted(sizes, reverse=True)
        assert len(sizes) <= 50


def test_a_kubelet_never_collects_the_pause_image() -> None:
    lists = [images for images in images_of(play(steps=300)).values() if images]
    assert len(lists) > 20
    for listed in lists:
        last = (listed[-1]["names"] or [""])[0]
        assert len(listed) == 50 or "/pause@" in last or "sizeBytes" not in listed[-1]


def test_most_nodes_change_and_the_fleet_keeps_its_size() -> None:
    before, after = play(3), play(3, steps=400)
    started, ended = images_of(before), images_of(after)
    assert 35 <= len(ended) <= 46
    assert started.keys() - ended.keys(), "no node left"
    assert ended.keys() - started.keys(), "no node joined"
    changed = [name for name in started.keys() & ended.keys() if started[name] != ended[name]]
    assert len(changed) > 20


@pytest.mark.parametrize("nodes", [0, 1, 5])
def test_small_fleets_work(nodes: int) -> None:
    store = play(nodes=nodes, steps=50)
    assert (len(nodes_of(store)) == 0) is (nodes == 0)


def test_a_deleted_node_stays_deleted() -> None:
    chance = random.Random(1)
    store = ObjectStore(lambda: f"uid-{chance.getrandbits(64)}")
    scenario = Scenario(store, CSV, nodes=3, images=20, churn=1.0, seed=1)
    name = nodes_of(store)[0]["metadata"]["name"]
    store.delete(NODE, name)
    for _ in range(100):
        scenario.step()
    assert store.find(NODE, name) is None


def test_the_catalog_is_reproducible_and_has_real_images() -> None:
    first, second = Catalog(CSV, 1), Catalog(CSV, 1)
    assert first.images == second.images
    assert any(i.repository == "registry.k8s.io/kube-proxy" for i in first.images)
    digests = [i.digest for i in first.images]
    assert len(set(digests)) == len(digests)
    for image in first.images:
        assert 2 < image.unpacked / image.compressed < 3.5


def test_a_long_run_neither_fills_nor_empties_the_nodes() -> None:
    counts = [len(images or ()) for images in images_of(play(steps=3000)).values()]
    assert 15 < sum(counts) / len(counts) < 48
    states = [
        {c["type"]: c["status"] for c in node["status"]["conditions"]}
        for node in nodes_of(play(steps=3000))
    ]
    assert sum(state["DiskPressure"] == "True" for state in states) <= 3


def test_objects_of_a_deleted_node_are_deleted() -> None:
    store = ObjectStore()
    scenario = Scenario(store, CSV, nodes=3, images=20, churn=1.0, seed=1)
    name = nodes_of(store)[0]["metadata"]["name"]
    store.delete(NODE, name)
    for _ in range(100):
        scenario.step()
    assert store.find(LEASE, name, "kube-node-lease") is None
    assert store.pods_on(name) == []


def test_pods_of_clients_are_deleted_with_their_node_only() -> None:
    store = ObjectStore()
    scenario = Scenario(store, CSV, nodes=3, images=20, churn=1.0, seed=1)
    gone, stays = (node["metadata"]["name"] for node in nodes_of(store)[:2])
    for name, node in (("moved", stays), ("staying", stays), ("waiting", None)):
        pod = {"metadata": {"name": name, "namespace": "shop"}, "spec": {"nodeName": node}}
        store.create(POD, pod)
    moved = store.get(POD, "moved", "shop")
    store.replace(POD, {**moved, "spec": {"nodeName": gone}})
    store.delete(NODE, gone)
    for _ in range(100):
        scenario.step()
    names = {pod["metadata"]["name"] for pod in store.snapshot(POD).items}
    assert {"moved", "staying", "waiting"} & names == {"staying", "waiting"}


def test_old_events_are_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(play(steps=400).snapshot(EVENT).items) > 3
    monkeypatch.setattr("kubeimg_gui.demo.scenario.MAX_EVENTS", 2)
    assert len(play(steps=400).snapshot(EVENT).items) == 2


def test_some_nodes_hold_more_than_they_list() -> None:
    """New images push others out of a capped list."""
    store = play(steps=400)
    capped = [node for node in nodes_of(store) if len(node["status"].get("images", [])) == 50]
    assert capped


def test_control_plane_nodes_have_role_taint_and_images() -> None:
    role = "node-role.kubernetes.io/control-plane"
    nodes = [node for node in nodes_of(play()) if role in node["metadata"]["labels"]]
    assert nodes
    for node in nodes:
        assert node["spec"]["taints"] == [{"key": role, "effect": "NoSchedule"}]
        repositories = str(node["status"]["images"])
        assert "kube-apiserver" in repositories
        assert "etcd" in repositories


def test_the_last_heartbeat_of_the_silent_node_is_hours_old() -> None:
    (silent,) = [
        node
        for node in nodes_of(play())
        if any(c["status"] == "Unknown" for c in node["status"]["conditions"])
    ]
    (ready,) = [c for c in silent["status"]["conditions"] if c["type"] == "Ready"]
    age = datetime.now(UTC) - datetime.fromisoformat(ready["lastHeartbeatTime"])
    assert age.total_seconds() > 3600
    assert {t["effect"] for t in silent["spec"]["taints"]} == {"NoSchedule", "NoExecute"}
    assert silent["status"]["images"]


def test_a_heartbeat_changes_only_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ObjectStore()
    scenario = Scenario(store, CSV, nodes=1, images=20, churn=0.0, seed=1)
    (before,) = nodes_of(store)
    monkeypatch.setattr("kubeimg_gui.demo.scenario.now_text", lambda: "2030-01-01T00:00:00Z")
    scenario.beat()
    (after,) = nodes_of(store)
    assert {c["lastHeartbeatTime"] for c in after["status"]["conditions"]} == {
        "2030-01-01T00:00:00Z"
    }
    assert after["status"]["images"] == before["status"]["images"]
    assert int(after["metadata"]["resourceVersion"]) > int(before["metadata"]["resourceVersion"])


def test_the_same_image_is_one_entry_for_all_nodes_of_a_runtime() -> None:
    image = Catalog(CSV, 1).images[0]
    assert image.entry("containerd://1.7.27") is image.entry("containerd://2.1.4")
    assert image.entry("cri-o://1.33.1")["sizeBytes"] == image.unpacked
    assert image.entry("docker://27.2.0")["sizeBytes"] == image.unpacked


def test_the_simulation_survives_edits_of_nodes() -> None:
    store = ObjectStore()
    scenario = Scenario(store, CSV, nodes=3, images=20, churn=1.0, seed=1)
    edits: list[dict[str, Any]] = [{}, {"conditions": None}, {"images": []}]
    for node, status in zip(nodes_of(store), edits, strict=True):
        store.replace(NODE, {**node, "spec": {"taints": None}, "status": status})
    for _ in range(200):
        scenario.step()
        scenario.beat()
    assert any(node["status"].get("images") for node in nodes_of(store))


def test_nodes_have_the_labels_that_people_divide_clusters_by() -> None:
    found = {
        label: {node["metadata"]["labels"][label] for node in nodes_of(play(1))}
        for label in ("pool", *OTHER_LABELS)
    }
    assert all(len(values) > 1 for values in found.values()), found
    for node in nodes_of(play(1)):
        architecture = node["metadata"]["labels"][ARCHITECTURE_LABEL]
        assert node["status"]["nodeInfo"]["architecture"] == architecture


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_pool_has_its_share(seed: int) -> None:
    pools = Counter(node["metadata"]["labels"]["pool"] for node in nodes_of(play(seed)))
    assert pools == {"web": 17, "batch": 12, "gpu": 6, "infra": 5}
