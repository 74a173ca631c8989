"""The actions on a real API server, verified with kubectl."""

import json
import random
import string
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.cluster.actions.node_actions import (
    AnnotationConflictError,
    Deletion,
    NodeActions,
    PodOnNode,
)
from kubeimg_gui.cluster.config.kubeconfig import load_context
from kubeimg_gui.cluster.errors import ApiError, NodeGoneError, NodeReplacedError
from kubeimg_gui.cluster.target import connect_to
from kubeimg_gui.domain.annotation import MAX_TOTAL_BYTES, AnnotationEdit, key_problem
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import ADMIN, VIEWER, WITHOUT_RIGHTS
from tests.support.api import NODES, Api
from tests.support.fixtures import Kubectl

pytestmark = pytest.mark.control_plane

PODS = "/api/v1/namespaces/default/pods"
PATCH, DELETE = Permission("patch", "nodes"), Permission("delete", "nodes")
LIST_PODS = Permission("list", "pods")

ActionsAs = Callable[[str], NodeActions]


@pytest.fixture
def api(real: ControlPlane) -> Iterator[Api]:
    client = real.api()
    yield client
    client.close()


@pytest.fixture
def actions_as(real: ControlPlane, tmp_path: Path) -> Iterator[ActionsAs]:
    """The verbs of a user of the control plane, through a kubeconfig."""
    started: list[NodeActions] = []

    def start(user: str) -> NodeActions:
        kubeconfig = real.write_kubeconfig(tmp_path / user, user)
        context = load_context(file=kubeconfig)
        started.append(NodeActions(lambda: connect_to(context)))
        return started[-1]

    yield start
    for actions in started:
        actions.close()


@pytest.fixture
def actions(actions_as: ActionsAs) -> NodeActions:
    return actions_as(ADMIN)


def annotations(kubectl: Kubectl) -> dict[str, str]:
    node = json.loads(kubectl("get", "node", "n0", "-o", "json"))
    return node["metadata"].get("annotations", {})


def uid_of(actions: NodeActions) -> str:
    return actions.read("n0").uid


def test_kubectl_sees_what_was_annotated(actions: NodeActions, kubectl: Kubectl) -> None:
    uid = uid_of(actions)
    edits = [
        AnnotationEdit("example.com/Note", None, "多\n\n é \U0001f600"),
        AnnotationEdit("Example.COM/empty", None, ""),
        AnnotationEdit("gone", None, "soon"),
    ]
    assert actions.annotate("n0", uid, edits) == tuple(edits)
    assert annotations(kubectl) == {edit.key: edit.new for edit in edits}
    managed = kubectl("get", "node", "n0", "-o", "json", "--show-managed-fields")
    entries = json.loads(managed)["metadata"]["managedFields"]
    (owned,) = [entry["fieldsV1"] for entry in entries if entry["manager"] == "kubeimg"]
    assert owned == {
        "f:metadata": {"f:annotations": {".": {}, **{f"f:{edit.key}": {} for edit in edits}}}
    }
    kubectl("annotate", "node", "n0", "gone-")
    undo = [edit.reversed() for edit in edits[:2]]
    assert actions.annotate("n0", uid, undo) == tuple(undo)
    assert annotations(kubectl) == {}


def test_what_kubectl_changed_meanwhile_is_a_conflict(
    actions: NodeActions, kubectl: Kubectl
) -> None:
    edit = AnnotationEdit("a", None, "mine")
    kubectl("annotate", "node", "n0", "a=of-kubectl")
    with pytest.raises(AnnotationConflictError) as caught:
        actions.annotate("n0", uid_of(actions), [edit])
    assert caught.value.conflicts == ((edit, "of-kubectl"),)
    assert annotations(kubectl) == {"a": "of-kubectl"}


def test_no_edit_is_lost_among_heartbeats_and_other_writers(
    real: ControlPlane, actions: NodeActions
) -> None:
    """Threads count in one annotation; each overwrites only the value that it has read."""
    uid, ended = uid_of(actions), threading.Event()
    beats = 0

    def beat() -> None:
        nonlocal beats
        kubelet = real.api()
        while not ended.wait(0.02):
            beats += 1
            condition = {"type": "Ready", "status": "True", "message": str(beats)}
            assert kubelet.patch("n0/status", {"status": {"conditions": [condition]}})[0] == 200
        kubelet.close()

    def count(who: int) -> None:
        times = 20
        while times:
            seen = actions.read("n0").annotations.get("count")
            so_far = int(seen.split()[0]) if seen else 0
            edit = AnnotationEdit("count", seen, f"{so_far + 1} by {who}")
            try:
                assert actions.annotate("n0", uid, [edit]) == (edit,)
            except AnnotationConflictError:
                continue
            times -= 1

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        with ThreadPoolExecutor(3) as threads:
            counters = [threads.submit(count, who) for who in range(3)]
        for counter in counters:
            counter.result()
    finally:
        ended.set()
        heart.join()
    assert actions.read("n0").annotations["count"].startswith("60 by ")
    assert beats > 5


def test_an_edit_survives_any_single_heartbeat(
    api: Api, actions: NodeActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status is written just between reading and writing, twice."""
    uid, read, left = uid_of(actions), actions.read, [1, 2]

    def read_too_early(name: str) -> Any:
        node = read(name)
        if left:
            condition = {"type": "Ready", "status": "True", "message": str(left.pop())}
            assert api.patch("n0/status", {"status": {"conditions": [condition]}})[0] == 200
        return node

    monkeypatch.setattr(actions, "read", read_too_early)
    edit = AnnotationEdit("a", None, "b")
    assert actions.annotate("n0", uid, [edit]) == (edit,)
    assert not left


def test_a_node_that_was_recreated_is_neither_annotated_nor_deleted(
    api: Api, actions: NodeActions, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid, read = uid_of(actions), actions.read
    edit = AnnotationEdit("a", None, "b")

    def read_just_before(name: str) -> Any:
        node = read(name)
        if node.uid == uid:
            api.call("DELETE", f"{NODES}/n0")
            api.call("POST", NODES, {"metadata": {"name": "n0"}})
        return node

    monkeypatch.setattr(actions, "read", read_just_before)
    with pytest.raises(NodeReplacedError):
        actions.annotate("n0", uid, [edit])
    for dry_run in (True, False):
        with pytest.raises(NodeReplacedError):
            actions.delete("n0", uid, grace_seconds=10, dry_run=dry_run)
    assert actions.read("n0").annotations == {}


def test_kubectl_sees_what_was_deleted(actions: NodeActions, kubectl: Kubectl) -> None:
    uid = uid_of(actions)
    assert actions.delete("n0", uid, grace_seconds=10, dry_run=True) is Deletion.GONE
    assert "n0" in kubectl("get", "nodes", "-o", "name")
    assert actions.delete("n0", uid, grace_seconds=10) is Deletion.GONE
    assert "n0" not in kubectl("get", "nodes", "-o", "name")
    with pytest.raises(NodeGoneError):
        actions.delete("n0", uid, grace_seconds=10)
    with pytest.raises(NodeGoneError):
        actions.read("n0")


def test_a_finalizer_keeps_a_node(actions: NodeActions, kubectl: Kubectl) -> None:
    kubectl("patch", "node", "n0", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')
    uid = uid_of(actions)
    for dry_run in (True, False):
        verdict = actions.delete("n0", uid, grace_seconds=10, dry_run=dry_run)
        assert verdict is Deletion.TERMINATING
        assert actions.read("n0").terminating is not dry_run


def test_the_pods_on_a_node(api: Api, actions: NodeActions) -> None:
    spec = {"nodeName": "n0", "containers": [{"name": "c", "image": "redis:7"}]}
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "d", "uid": "u"}
    for name, extra in (
        ("done", {}),
        ("elsewhere", {}),
        ("owned", {"ownerReferences": [{**owner, "controller": True}]}),
        ("static", {"annotations": {"kubernetes.io/config.mirror": "h"}}),
    ):
        on = {**spec, "nodeName": "n1"} if name == "elsewhere" else spec
        code, answer = api.call("POST", PODS, {"metadata": {"name": name, **extra}, "spec": on})
        assert code == 201, answer
    done = {"status": {"phase": "Succeeded"}}
    assert api.call("PATCH", f"{PODS}/done/status", done, "application/merge-patch+json")[0] == 200
    assert actions.pods("n0") == (
        PodOnNode("default", "owned", "DaemonSet/d", mirror=False),
        PodOnNode("default", "static", "", mirror=True),
    )


def test_a_viewer_can_read_and_sees_missing_permissions(
    actions_as: ActionsAs, actions: NodeActions
) -> None:
    viewer = actions_as(VIEWER)
    assert viewer.missing([PATCH, DELETE, LIST_PODS]) == {PATCH, DELETE}
    assert actions.missing([PATCH, DELETE, LIST_PODS]) == frozenset()
    assert actions_as(WITHOUT_RIGHTS).missing([PATCH, DELETE, LIST_PODS]) == {
        PATCH,
        DELETE,
        LIST_PODS,
    }
    uid = uid_of(viewer)
    assert viewer.pods("n0") == ()
    for verb, call in (
        ("patch", lambda: viewer.annotate("n0", uid, [AnnotationEdit("a", None, "b")])),
        ("delete", lambda: viewer.delete("n0", uid, grace_seconds=10)),
    ):
        with pytest.raises(ApiError) as caught:
            call()
        assert (caught.value.code, caught.value.reason) == (403, "Forbidden")
        assert str(caught.value) == (
            f'The server says: nodes "n0" is forbidden: User "viewer" cannot {verb} resource '
            '"nodes" in API group "" at the cluster scope (403)'
        )


def test_a_token_that_the_server_does_not_know(
    real: ControlPlane, actions_as: ActionsAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(real.tokens, VIEWER, "no such token")
    with pytest.raises(ApiError, match="Unauthorized") as caught:
        actions_as(VIEWER).missing([PATCH])
    assert caught.value.code == 401


ALPHABET = "ab0-_./AZ" + "üİı\N{KELVIN SIGN}ſ \n"


def test_keys_have_a_problem_exactly_when_the_server_finds_one(api: Api) -> None:
    chance = random.Random(7)
    keys = {"".join(chance.choices(ALPHABET, k=chance.randint(0, 5))) for _ in range(300)}
    keys |= {"a" * 63, "a" * 64, "a" * 253 + "/b", "a" * 254 + "/b", "a/" + "b" * 64, "a.b/c"}
    for key in keys:
        patch = {"metadata": {"annotations": {key: "x"}}}
        code, answer = api.call(
            "PATCH", f"{NODES}/n0?dryRun=All", patch, "application/merge-patch+json"
        )
        assert (code == 200) is (key_problem(key) is None), (key, answer.get("message"))


def test_the_size_limit_of_annotations_is_the_servers(actions: NodeActions, api: Api) -> None:
    most = AnnotationEdit("a", None, "é" * ((MAX_TOTAL_BYTES - 2) // 2))
    assert actions.annotate("n0", uid_of(actions), [most]) == (most,)
    assert api.patch("n0", {"metadata": {"annotations": {"b": "xx"}}})[0] == 422


def test_kubectl_reads_our_yaml_as_the_same_node(
    api: Api, actions: NodeActions, kubectl: Kubectl, tmp_path: Path
) -> None:
    chance = random.Random(7)
    odd = ["y", "N", "yes", "1e3", "08", "0o17", "0X1F", "1_000", "1:30", ".5", "1.", "~", "null"]
    odd += ["=", "<<", "2026-01-01", "-.inf", "0b1", "+1", "", " ", "\n", "a\n", "\n a\n\n", "- a"]
    odd += ["a: b", "#", "x\u2028\u0085\ufeff", "\t", "a \nb", "'", '"', "\\", "\U0001f600\x7f"]
    letters = string.printable + "é多\u2029\U0001f600"
    odd += ["".join(chance.choices(letters, k=chance.randint(1, 12))) for _ in range(200)]
    odd += ["".join(chance.choices("0123456789.-+_xobeEfyn~", k=4)) for _ in range(200)]
    texts = {f"k{index}": text for index, text in enumerate(odd)}
    code, node = api.patch("n0", {"metadata": {"annotations": texts}})
    assert code == 200
    for managed_fields in (False, True):
        manifest = tmp_path / "node.yaml"
        manifest.write_text(actions.yaml("n0", managed_fields=managed_fields), encoding="utf-8")
        read = json.loads(kubectl("create", "--dry-run=client", "-o", "json", "-f", str(manifest)))
        assert read["metadata"]["annotations"] == texts
        assert read["status"] == node["status"]
        assert ("managedFields" in manifest.read_text().replace("# managedFields", "")) is (
            managed_fields
        )
