"""`nodes` and `images` over real HTTP: what is listed, what is warned of, and the exit code."""

import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.__main__ import main
from tests.support.fresh_home import FreshHome
from tests.support.pods import pod_json, pod_list_json
from tests.support.scripted_server import (
    Request,
    ScriptedServer,
    image_json,
    list_json,
    node_json,
    status_json,
)
from tests.support.workloads import workload_json, workload_list_json

pytestmark = pytest.mark.usefixtures("restored_logging")

NGINX, REDIS = "docker.io/library/nginx:1", "docker.io/library/redis:7"
HELD = [image_json(NGINX, 3000), image_json(REDIS, 2000), image_json("r.example/pause:3", 1000)]
FORBIDDEN = status_json(403, "Forbidden", "pods is forbidden")
COMMANDS = ("nodes", "images")
every_command = pytest.mark.parametrize("command", COMMANDS)


class Cluster:
    """A server whose answers a test sets, and the kubeconfig for it."""

    def __init__(self, folder: Path, stack: ExitStack, capsys: pytest.CaptureFixture[str]) -> None:
        self.nodes: Any = list_json(node_json("n1", images=HELD))
        self.pods: Any = pod_list_json(pod_json("web-1", image="nginx:1"))
        self.pods_code = 200
        self.deployments: Any = workload_list_json(workload_json("cart", "redis:7"))
        self.deployments_code = 200
        self._capsys = capsys
        self.server = stack.enter_context(ScriptedServer(self._answer))
        self._kubeconfig = FreshHome(folder).kubeconfig(self.server.url)

    def _answer(self, request: Request) -> None:
        if request.path == "/api/v1/pods":
            request.answer(self.pods, self.pods_code)
        elif request.path == "/apis/apps/v1/deployments":
            request.answer(self.deployments, self.deployments_code)
        elif request.path == "/apis/apps/v1/statefulsets":
            busy = workload_json("store", "redis:7", replicas=2, kind="StatefulSet")
            request.answer(workload_list_json(busy, kind="StatefulSet"))
        else:
            request.answer(self.nodes)

    def run(self, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--kubeconfig", str(self._kubeconfig)])
        logging.getLogger("kubeimg_gui").handlers.clear()  # they write to the stderr of this test
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def references(self, command: str) -> Any:
        """What the only node, or the images of the cluster, say of references."""
        _, out, _ = self.run(command, "--pods", "-o", "json")
        return [each["references"] for each in json.loads(out)]


@pytest.fixture
def cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(tmp_path, stack, capsys)


def test_images_lists_each_image_once(cluster: Cluster) -> None:
    cluster.nodes = list_json(node_json("n1", images=HELD), node_json("n2", images=HELD[:1]))
    code, out, errors = cluster.run("images", "-o", "json")
    assert (code, errors) == (0, "")
    assert [(each["names"], each["nodes"]) for each in json.loads(out)] == [
        ([NGINX], ["n1", "n2"]),
        ([REDIS], ["n1"]),
        (["r.example/pause:3"], ["n1"]),
    ]


@pytest.mark.parametrize("group", ["repository", "registry"])
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_images_are_grouped_in_every_output(cluster: Cluster, output: str, group: str) -> None:
    code, out, errors = cluster.run("images", "-o", output, "--group", group)
    assert (code, errors) == (0, "")
    assert "library/nginx" in out or "nginx: 1 version" in out or "docker.io: 2 images" in out


@every_command
def test_pods_are_listed_only_if_asked_for_and_the_selectors_are_for_nodes(
    cluster: Cluster, command: str
) -> None:
    cluster.run(command, "-l", "pool=web")
    assert [each.path for each in cluster.server.requests] == ["/api/v1/nodes"]
    cluster.run(command, "--pods", "-l", "pool=web", "--field-selector", "metadata.name=n1")
    _, nodes, pods, *workloads = cluster.server.requests
    assert len(workloads) == (2 if command == "images" else 0), "only images show them"
    assert (nodes.query["labelSelector"], nodes.query["fieldSelector"]) == (
        "pool=web",
        "metadata.name=n1",
    )
    assert pods.path == "/api/v1/pods"
    for request in (pods, *workloads):
        assert not {"labelSelector", "fieldSelector"} & request.query.keys()


def test_images_and_pods_are_joined(cluster: Cluster) -> None:
    code, out, errors = cluster.run("images", "--pods", "-o", "json")
    assert (code, errors) == (0, "")
    nginx, redis, pause = (each["references"] for each in json.loads(out))
    assert (nginx["state"], nginx["running_pods"]) == ("referenced", 1)
    assert [(each["namespace"], each["pod"], each["owner"]) for each in nginx["pods"]] == [
        ("shop", "web-1", "ReplicaSet/web")
    ]
    assert redis["state"] != "referenced"
    assert (pause["state"], pause["reason"]) == ("unknown", "sandbox-image")


def test_images_and_workloads_scaled_to_0_are_joined(cluster: Cluster) -> None:
    nginx, redis, pause = cluster.references("images")
    cart = {"kind": "Deployment", "namespace": "shop", "name": "cart"}
    assert redis["scaled_to_zero"] == [cart], "and not the StatefulSet, which asks for pods"
    assert redis["state"] == "not-referenced"
    assert nginx["scaled_to_zero"] == pause["scaled_to_zero"] == []
    _, out, _ = cluster.run("images", "--pods")
    assert "Of what is not referenced, workloads scaled to 0 use 1 image, 2.0 KiB.\n" in out


@pytest.mark.parametrize("code", [403, 404, 500])
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_workloads_that_may_not_be_listed_are_unknown_and_the_output_complete(
    cluster: Cluster, output: str, code: int
) -> None:
    cluster.deployments = status_json(code, "Forbidden", "deployments.apps is forbidden")
    cluster.deployments_code = code
    exit_code, out, errors = cluster.run("images", "--pods", "-o", output)
    assert (exit_code, errors) == (0, "")
    if output == "table":
        assert "not all deployments can be read (permission to list them" in out
    if output == "json":
        found = [each["references"]["scaled_to_zero"] for each in json.loads(out)]
        assert found == [None, None, None]


def test_unreadable_workloads_hide_no_others(cluster: Cluster) -> None:
    broken = workload_json("ill", "nginx:1")
    broken["spec"] = 5
    cluster.deployments = workload_list_json(workload_json("cart", "redis:7"), broken)
    nginx, redis, _ = cluster.references("images")
    assert nginx["scaled_to_zero"] is None, "the unreadable one may use it"
    assert [each["name"] for each in redis["scaled_to_zero"]] == ["cart"]


def test_csv_needs_no_workloads(cluster: Cluster) -> None:
    cluster.run("images", "--pods", "-o", "csv")
    assert [each.path for each in cluster.server.requests] == ["/api/v1/nodes", "/api/v1/pods"]


def test_nodes_with_pods_say_how_much_is_referenced(cluster: Cluster) -> None:
    (found,) = cluster.references("nodes")
    assert (found["referenced_bytes"], found["referenced_images"]) == (3000, 1)
    assert found["unknown_images"] + found["not_referenced_images"] == 2


@every_command
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_without_permission_to_list_pods_all_is_unknown_and_the_output_incomplete(
    cluster: Cluster, command: str, output: str
) -> None:
    cluster.pods, cluster.pods_code = FORBIDDEN, 403
    code, out, errors = cluster.run(command, "--pods", "-o", output)
    assert code == 5
    (line,) = errors.splitlines()
    assert line.startswith("kubeimg-gui: here: ")
    assert "pods is forbidden" in line
    assert "ask for permission to list pods in all namespaces" in line
    assert "unknown" in out
    assert "not-referenced" not in out


@every_command
def test_another_error_of_the_pods_ends_the_command(cluster: Cluster, command: str) -> None:
    cluster.pods, cluster.pods_code = status_json(500, "InternalError", "no storage"), 500
    code, out, errors = cluster.run(command, "--pods")
    assert (code, out) == (3, "")
    assert "no storage" in errors


@every_command
def test_nodes_and_pods_that_are_unreadable_are_both_named(cluster: Cluster, command: str) -> None:
    cluster.nodes = list_json(node_json("n1", images=HELD), node_json("sick", images=5))
    broken = pod_json("ill")
    broken["spec"] = 5
    cluster.pods = pod_list_json(pod_json("web-1", image="nginx:1"), broken)
    code, out, errors = cluster.run(command, "--pods", "-o", "json")
    assert code == 5
    node, pod = (line for line in errors.splitlines() if line.startswith("kubeimg-gui: "))
    assert "1 node is unreadable: sick; the output does not include it" in node
    assert "1 pod is unreadable: shop/ill; images without a known reference are unknown" in pod
    assert "not-referenced" not in out
    assert '"state": "referenced"' in out


@every_command
def test_warnings_are_log_records_in_a_json_log(cluster: Cluster, command: str) -> None:
    cluster.pods, cluster.pods_code = FORBIDDEN, 403
    _, _, errors = cluster.run("--log-format", "json", command, "--pods")
    (record,) = map(json.loads, errors.splitlines())
    assert "permission to list pods" in record["msg"]


@every_command
@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_a_cluster_without_nodes(cluster: Cluster, command: str, output: str) -> None:
    cluster.nodes = list_json()
    code, out, errors = cluster.run(command, "--pods", "-o", output)
    assert (code, errors) == (0, "")
    assert out.splitlines()[0].startswith(
        {"table": "No nodes match.", "json": "[]"}.get(output, "")
    )


@pytest.mark.parametrize("names", [None, [], ["<none>:<none>"], ["=1+1\x1b[2J"]])
@pytest.mark.parametrize("size", [5, -1, 2**63 - 1, "12"])
def test_odd_images_are_printed_in_every_output(
    cluster: Cluster, names: list[str] | None, size: object
) -> None:
    cluster.nodes = list_json(node_json("n1", images=[{"names": names, "sizeBytes": size}]))
    for output in ("table", "json", "csv"):
        code, out, errors = cluster.run("images", "--pods", "-o", output)
        assert (code, errors) == (0, "")
        assert out.replace("\n", "").isprintable()
        assert not any(line.startswith("=") or ",=" in line for line in out.splitlines())


@pytest.mark.parametrize(
    "arguments",
    [
        ["images", "-o", "yaml"],
        ["images", "--group", "tag"],
        ["images", "--poll", "5"],
        ["nodes", "--group", "repository"],
        ["watch", "--pods"],
    ],
)
def test_invalid_arguments_are_usage_errors(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: kubeimg-gui" in capsys.readouterr().err
