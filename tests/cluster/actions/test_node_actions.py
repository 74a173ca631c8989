"""The verbs on nodes: reading, deleting, and cancelling a call."""

import threading
import time
from typing import Any

import pytest

from kubeimg_gui.cluster.actions.node_actions import Deletion, NodeActions, PodOnNode
from kubeimg_gui.cluster.errors import (
    ApiError,
    ConnectionLostError,
    NodeGoneError,
    NodeReplacedError,
    StoppedError,
)
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.domain.annotation import AnnotationEdit
from tests.cluster.nodes import annotated, metadata, recreate, uid_of
from tests.support.api import NODES, Api
from tests.support.fixtures import Serve, VerbsOn
from tests.support.recorder import WAIT_SECONDS
from tests.support.scripted_server import Request, image_json, node_json, status_json

# Looking.


def test_a_node_is_read(api: Api, actions: NodeActions) -> None:
    owner = {"apiVersion": "v1", "kind": "Machine", "name": "m", "uid": "u"}
    patch = {
        "annotations": {"a": "b"},
        "finalizers": ["example.com/hold"],
        "ownerReferences": [owner],
    }
    api.patch("n0", {"metadata": patch})
    node, seen = actions.read("n0"), metadata(api)
    assert (node.name, node.uid, node.resource_version) == (
        "n0",
        seen["uid"],
        seen["resourceVersion"],
    )
    assert node.annotations == {"a": "b"}
    assert (node.finalizers, node.owners) == (("example.com/hold",), ("Machine/m",))
    assert not node.terminating
    api.call("DELETE", f"{NODES}/n0")
    assert actions.read("n0").terminating
    bare = actions.read("n1")
    assert (dict(bare.annotations), bare.finalizers, bare.owners) == ({}, (), ())


def test_a_missing_node_raises(actions: NodeActions) -> None:
    edit = AnnotationEdit("a", None, "b")
    for verb in (
        lambda: actions.read("none"),
        lambda: actions.yaml("none", managed_fields=False),
        lambda: actions.annotate("none", "uid", [edit]),
        lambda: actions.delete("none", "uid", grace_seconds=0),
    ):
        with pytest.raises(NodeGoneError, match="The node 'none' no longer exists"):
            verb()


def test_a_404_that_is_not_of_the_api_says_nothing_of_the_node(
    serve: Serve, actions_on: VerbsOn
) -> None:
    server = serve(lambda r: r.answer(b"<h1>no such backend</h1>", 404))
    with pytest.raises(ApiError, match=r"Not Found \(404\)"):
        actions_on(server.url).read("n0")


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_name_all_nodes_is_never_sent(
    serve: Serve, actions_on: VerbsOn, name: str
) -> None:
    server = serve(lambda r: r.answer({}))
    with pytest.raises(ValueError, match="is not a valid node name"):
        actions_on(server.url).delete(name, "uid", grace_seconds=0)
    assert not server.requests


def test_a_name_is_quoted_in_the_path(serve: Serve, actions_on: VerbsOn) -> None:
    server = serve(lambda r: r.answer(node_json("a/b?c")))
    actions_on(server.url).read("a/b?c#")
    assert [request.path for request in server.requests] == [f"{NODES}/a%2Fb%3Fc%23"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"metadata":{}}', b"\xff", b'{"metadata":5}']
)
def test_a_response_that_is_not_a_node_raises(
    serve: Serve, actions_on: VerbsOn, body: bytes
) -> None:
    actions = actions_on(serve(lambda r: r.answer(body)).url)
    with pytest.raises(ConnectionLostError, match="response is not a node"):
        actions.read("n0")
    with pytest.raises(ConnectionLostError, match="response is not a node"):
        actions.yaml("n0", managed_fields=True)


def test_yaml_holds_the_whole_node(serve: Serve, actions_on: VerbsOn) -> None:
    node = node_json("n0", images=[image_json("redis:7", 5)])
    node["metadata"] |= {
        "annotations": {
            "long": "word " * 100,
            "lines": "one\n  two\n",
            "y": "n",
            "unicode": "多",
        },
        "managedFields": [{"apiVersion": "v1", "manager": "kubelet", "operation": "Update"}],
    }
    actions = actions_on(serve(lambda request: request.answer(node)).url)
    whole = actions.yaml("n0", managed_fields=True)
    assert "  - apiVersion: v1\n" in whole
    assert "manager: " in whole
    short = actions.yaml("n0", managed_fields=False)
    assert "\n  # managedFields: 1 entry, not shown\n" in short
    assert "manager: " not in short
    for text in (whole, short):
        assert text.startswith("apiVersion: v1\nkind: Node\nmetadata:\n  annotations:\n")
        assert f"    long: '{'word ' * 100}'\n" in text
        assert "    lines: |\n      one\n        two\n" in text
        assert "    'y': 'n'\n" in text
        assert "    unicode: 多\n" in text
        assert "  images:\n  - names:\n    - redis:7\n    sizeBytes: 5\n" in text


def pod(name: str, node: str = "n0", **fields: Any) -> dict[str, Any]:
    spec = {"nodeName": node, "containers": [{"name": "c", "image": "redis:7"}]}
    return {"metadata": {"name": name, **fields.pop("metadata", {})}, "spec": spec, **fields}


def test_the_pods_on_a_node(cluster: DemoCluster, api: Api, actions: NodeActions) -> None:
    assert actions.pods("n0") == ()
    controller = {"apiVersion": "v1", "kind": "DaemonSet", "name": "d", "uid": "u"}
    other = {**controller, "kind": "Node", "name": "n0"}
    for each in (
        pod("plain"),
        pod("elsewhere", "n1"),
        pod("owned", metadata={"ownerReferences": [other, {**controller, "controller": True}]}),
        pod(
            "static",
            metadata={
                "annotations": {"kubernetes.io/config.mirror": "h"},
                "ownerReferences": [other],
            },
        ),
        pod("done", status={"phase": "Succeeded"}),
        pod("failed", status={"phase": "Failed"}),
        pod("runs", status={"phase": "Running"}),
    ):
        code, answer = api.call("POST", "/api/v1/namespaces/default/pods", each)
        assert code == 201, answer
        if "status" in each:
            path = f"/api/v1/namespaces/default/pods/{each['metadata']['name']}"
            api.call("PATCH", path, {"status": each["status"]}, "application/merge-patch+json")
    assert actions.pods("n0") == (
        PodOnNode("default", "owned", "DaemonSet/d", mirror=False),
        PodOnNode("default", "plain", "", mirror=False),
        PodOnNode("default", "runs", "", mirror=False),
        PodOnNode("default", "static", "", mirror=True),
    )


def test_pods_are_requested_as_metadata_and_without_finished_pods(
    cluster: DemoCluster, actions: NodeActions
) -> None:
    actions.pods("n0")
    asked = cluster.requests[-1]
    assert asked.headers["Accept"].startswith("application/json;as=PartialObjectMetadataList;")
    assert asked.query == {
        "fieldSelector": "spec.nodeName=n0,status.phase!=Succeeded,status.phase!=Failed",
        "limit": "500",
    }


def test_pods_come_in_pages(serve: Serve, actions_on: VerbsOn) -> None:
    def script(request: Request) -> None:
        second = "continue" in request.query
        item = {"metadata": {"name": "b" if second else "a", "namespace": "x"}}
        more = {} if second else {"continue": "token"}
        request.answer({"metadata": {"resourceVersion": "1", **more}, "items": [item]})

    server = serve(script)
    assert [each.name for each in actions_on(server.url).pods("n0")] == ["a", "b"]
    assert [request.query.get("continue") for request in server.requests] == [None, "token"]


# Deleting.


def test_a_node_is_deleted(cluster: DemoCluster, api: Api, actions: NodeActions) -> None:
    assert actions.delete("n0", uid_of(api), grace_seconds=10) is Deletion.GONE
    assert api.get(f"{NODES}/n0")[0] == 404
    assert api.get(f"{NODES}/n1")[0] == 200


def test_the_options_of_a_deletion(serve: Serve, actions_on: VerbsOn) -> None:
    server = serve(lambda r: r.answer({"kind": "Status", "status": "Success", "metadata": {}}))
    actions = actions_on(server.url)
    actions.delete("n0", "u", grace_seconds=10)
    actions.delete("n0", "u", grace_seconds=0, dry_run=True)
    options = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "gracePeriodSeconds": 10,
        "propagationPolicy": "Background",
        "preconditions": {"uid": "u"},
    }
    rehearsed = {**options, "gracePeriodSeconds": 0, "dryRun": ["All"]}
    assert [request.document for request in server.requests] == [options, rehearsed]
    assert {request.method for request in server.requests} == {"DELETE"}


def test_a_dry_run_deletes_nothing(api: Api, actions: NodeActions) -> None:
    before = metadata(api)
    verdict = actions.delete("n0", before["uid"], grace_seconds=10, dry_run=True)
    assert verdict is Deletion.GONE
    assert metadata(api) == before


@pytest.mark.parametrize("dry_run", [True, False])
def test_another_node_of_the_same_name_is_not_deleted(
    api: Api, actions: NodeActions, dry_run: bool
) -> None:
    uid = uid_of(api)
    recreate(api)
    with pytest.raises(NodeReplacedError, match=r"'n0' was replaced by another node"):
        actions.delete("n0", uid, grace_seconds=10, dry_run=dry_run)
    assert api.get(f"{NODES}/n0")[0] == 200


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_finalizer_keeps_a_node(api: Api, actions: NodeActions, dry_run: bool) -> None:
    api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    verdict = actions.delete("n0", uid_of(api), grace_seconds=10, dry_run=dry_run)
    assert verdict is Deletion.TERMINATING
    assert ("deletionTimestamp" in metadata(api)) is not dry_run


def test_another_conflict_is_raised_unchanged(serve: Serve, actions_on: VerbsOn) -> None:
    def script(request: Request) -> None:
        if request.method == "DELETE":
            request.answer(status_json(409, "Conflict", "the webhook says no"), 409)
        else:
            request.answer(annotated({}, "1"))

    with pytest.raises(ApiError, match="the webhook says no"):
        actions_on(serve(script).url).delete("n0", "u", grace_seconds=10)


def test_a_forbidden_verb_shows_the_servers_message(serve: Serve, actions_on: VerbsOn) -> None:
    words = 'nodes "n0" is forbidden: User "viewer" cannot delete resource "nodes"'
    server = serve(lambda r: r.answer(status_json(403, "Forbidden", words), 403))
    with pytest.raises(ApiError) as caught:
        actions_on(server.url).delete("n0", "u", grace_seconds=10)
    assert (str(caught.value), caught.value.code) == (f"The server says: {words} (403)", 403)


# Ending.


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_closing_ends_a_call_that_is_not_answered(
    serve: Serve, actions_on: VerbsOn, method: str
) -> None:
    stalled = threading.Event()

    def script(request: Request) -> None:
        if request.method == method:
            stalled.set()
            request.hang()
        else:
            request.answer(annotated({"a": "seen"}, "1"))

    actions = actions_on(serve(script).url)
    ended: list[type[BaseException]] = []

    def run() -> None:
        try:
            if method == "DELETE":
                actions.delete("n0", "u", grace_seconds=10)
            else:
                actions.annotate("n0", "u", [AnnotationEdit("a", "seen", "mine")])
        except StoppedError as error:
            ended.append(type(error))

    thread = threading.Thread(target=run)
    thread.start()
    assert stalled.wait(WAIT_SECONDS)
    began = time.monotonic()
    actions.close()
    thread.join(WAIT_SECONDS)
    assert ended == [StoppedError]
    assert time.monotonic() - began < 1.0


def test_a_closed_connection_sends_nothing(serve: Serve, actions_on: VerbsOn) -> None:
    server = serve(lambda r: r.answer(node_json()))
    actions = actions_on(server.url)
    actions.close()
    actions.close()
    with pytest.raises(StoppedError):
        actions.read("n0")
    assert not server.requests
