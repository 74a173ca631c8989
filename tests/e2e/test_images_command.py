"""`kubeimg-gui images` and `nodes --pods` as processes, on the demo cluster."""

import csv
import io
import json
from typing import Any

import pytest

from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import Api
from tests.support.fresh_home import FreshHome, is_safe
from tests.support.pods import pod_json
from tests.support.workloads import workload_json

PODS = "/api/v1/namespaces/default/pods"


def images(home: FreshHome, cluster: DemoCluster, *arguments: str) -> list[dict[str, Any]]:
    kubeconfig = cluster.write_kubeconfig(home.folder / "demo")
    code, out, errors = home.run("images", "-o", "json", *arguments, "--kubeconfig", kubeconfig)
    assert (code, errors) == (0, "")
    return json.loads(out)


def test_an_image_of_five_nodes_is_listed_once(home: FreshHome, cluster: DemoCluster) -> None:
    (redis,) = images(home, cluster)
    assert (redis["names"], redis["nodes"]) == (["redis:7"], ["n0", "n1", "n2", "n3", "n4"])
    assert (redis["size_bytes"], redis["total_bytes"]) == (5, 25)
    (redis,) = images(home, cluster, "-l", "pool=gpu")
    assert redis["nodes"] == ["n0"]


def test_a_pod_that_is_created_is_named_with_its_owner(
    home: FreshHome, cluster: DemoCluster, api: Api
) -> None:
    api.set_images("n1", [{"names": ["docker.io/library/nginx:1"], "sizeBytes": 7}])
    pod = pod_json("web-1", image="nginx:1")
    del pod["metadata"]["uid"], pod["metadata"]["resourceVersion"]
    del pod["metadata"]["namespace"]
    for owner in pod["metadata"]["ownerReferences"]:
        owner |= {"apiVersion": "apps/v1", "uid": "uid-of-the-owner"}
    code, answer = api.call("POST", PODS, pod)
    assert code in (200, 201), answer
    found = {each["names"][0]: each["references"] for each in images(home, cluster, "--pods")}
    nginx = found["docker.io/library/nginx:1"]
    assert (nginx["state"], len(nginx["pods"])) == ("referenced", 1)
    assert (nginx["pods"][0]["pod"], nginx["pods"][0]["owner"]) == ("web-1", "ReplicaSet/web")
    assert found["redis:7"]["state"] == "not-referenced"


def test_a_workload_that_is_scaled_to_0_is_named(
    home: FreshHome, cluster: DemoCluster, api: Api
) -> None:
    workload = workload_json("cart", "redis:7", kind="StatefulSet")
    for field in ("uid", "resourceVersion", "namespace"):
        del workload["metadata"][field]
    code, answer = api.call("POST", "/apis/apps/v1/namespaces/default/statefulsets", workload)
    assert code == 201, answer
    api.set_images("n1", [{"names": ["docker.io/library/redis:7"], "sizeBytes": 7}])
    found = {each["names"][0]: each["references"] for each in images(home, cluster, "--pods")}
    redis = found["docker.io/library/redis:7"]
    assert redis["state"] == "not-referenced"
    assert redis["scaled_to_zero"] == [
        {"kind": "StatefulSet", "namespace": "default", "name": "cart"}
    ]


@pytest.mark.parametrize("command", ["nodes", "images"])
def test_the_embedded_demo_has_all_outputs(home: FreshHome, command: str) -> None:
    arguments = (command, "--demo=8", "--churn", "0", "--pods")
    printed = {each: home.run(*arguments, "-o", each) for each in ("table", "json", "csv")}
    assert {(code, errors) for code, _, errors in printed.values()} == {(0, "")}
    decoded = json.loads(printed["json"][1])
    counted = list(csv.DictReader(io.StringIO(printed["csv"][1])))
    assert len(decoded) == len(counted) > 0
    assert sum(int(row["referenced_bytes"]) for row in counted) == sum(
        each["references"]["referenced_bytes"] for each in decoded
    )
    assert is_safe(printed["table"][1])
    assert " not referenced by any pod of their node, " in printed["table"][1]
