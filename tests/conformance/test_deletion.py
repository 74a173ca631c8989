"""Deletion: its preconditions, its options, finalizers, and the eviction of pods."""

from typing import Any

import pytest

from tests.support.api import NODES, Api

PODS = "/api/v1/namespaces/default/pods"
POD_SPEC = {
    "nodeName": "n0",
    "terminationGracePeriodSeconds": 0,
    "containers": [{"name": "c", "image": "redis:7"}],
}


def node(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


def test_deletion_and_its_preconditions(api: Api) -> None:
    uid, version = (node(api)["metadata"][field] for field in ("uid", "resourceVersion"))
    path = f"{NODES}/n0"
    code, status = api.call("DELETE", path, {"preconditions": {"uid": "another"}})
    assert (code, status["reason"]) == (409, "Conflict")
    assert status["message"] == (
        'Operation cannot be fulfilled on Node "n0": the UID in the precondition (another) does '
        f"not match the UID in record ({uid}). The object might have been deleted and then "
        "recreated"
    )
    assert status["details"] == {"name": "n0", "kind": "Node"}
    code, status = api.call("DELETE", path, {"preconditions": {"resourceVersion": "1"}})
    assert (code, status["message"]) == (
        409,
        'Operation cannot be fulfilled on Node "n0": the ResourceVersion in the precondition (1) '
        f"does not match the ResourceVersion in record ({version}). The object might have been "
        "modified",
    )
    options = {"preconditions": {"uid": uid}, "gracePeriodSeconds": 10}
    code, status = api.call("DELETE", path, options)
    assert (code, status["kind"], status["status"]) == (200, "Status", "Success")
    assert status["details"] == {"name": "n0", "kind": "nodes", "uid": uid}
    code, status = api.call("DELETE", path)
    assert (code, status["message"]) == (404, 'nodes "n0" not found')


def test_a_grace_period_does_not_delay_the_deletion_of_a_node(api: Api) -> None:
    assert api.call("DELETE", f"{NODES}/n0", {"gracePeriodSeconds": 3600})[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 404


def test_a_node_of_the_same_name_is_another_one(api: Api) -> None:
    uid = node(api)["metadata"]["uid"]
    api.call("DELETE", f"{NODES}/n0")
    api.call("POST", NODES, {"metadata": {"name": "n0"}})
    assert api.call("DELETE", f"{NODES}/n0", {"preconditions": {"uid": uid}})[0] == 409
    assert node(api)["metadata"]["uid"] != uid


DELETE_OPTIONS = 'DeleteOptions.meta.k8s.io "" is invalid: '


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            {"propagationPolicy": "x"},
            422,
            f'{DELETE_OPTIONS}propagationPolicy: Unsupported value: "x": supported values: '
            '"Foreground", "Background", "Orphan", "nil"',
        ),
        (
            {"dryRun": ["some"]},
            422,
            f'{DELETE_OPTIONS}dryRun: Unsupported value: ["some"]: supported values: "All"',
        ),
        (
            {"dryRun": "All"},
            400,
            "json: cannot unmarshal string into Go struct field DeleteOptions.dryRun of type "
            "[]string",
        ),
        (
            {"gracePeriodSeconds": "x"},
            400,
            "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds "
            "of type int64",
        ),
        ({"kind": "Pod", "apiVersion": "v1"}, 400, 'no kind "Pod" is registered for version "v1"'),
        ([], 400, "couldn't get version/kind; json parse error: "),
        (b"{", 400, "couldn't get version/kind; json parse error: "),
    ],
)
def test_options_that_make_no_sense_delete_nothing(
    api: Api, options: Any, code: int, message: str
) -> None:
    answered, status = api.call("DELETE", f"{NODES}/n0", options)
    assert (answered, status["code"]) == (code, code)
    assert status["message"].startswith(message)
    assert api.get(f"{NODES}/n0")[0] == 200


def test_a_finalizer_holds_a_node(api: Api) -> None:
    path = f"{NODES}/n0"
    api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    code, held = api.call("DELETE", path)
    assert (code, held["kind"]) == (200, "Node")
    assert held["metadata"]["deletionTimestamp"]
    assert held["metadata"]["deletionGracePeriodSeconds"] == 0
    assert node(api) == held
    assert api.call("DELETE", path) == (200, held), "asking again changes nothing"

    more = {"finalizers": ["example.com/hold", "example.com/more"]}
    code, status = api.patch("n0", {"metadata": more})
    assert (code, status["details"]["causes"]) == (
        422,
        [
            {
                "reason": "FieldValueForbidden",
                "message": "Forbidden: no new finalizers can be added if the object is being "
                'deleted, found new finalizers []string{"example.com/more"}',
                "field": "metadata.finalizers",
            }
        ],
    )
    _, labelled = api.patch("n0", {"metadata": {"labels": {"a": "b"}, "deletionTimestamp": None}})
    assert labelled["metadata"]["deletionTimestamp"] == held["metadata"]["deletionTimestamp"]
    assert api.patch("n0", {"metadata": {"finalizers": None}})[0] == 200
    assert api.get(path)[0] == 404


def test_a_pod_is_evicted(api: Api) -> None:
    code, _ = api.call("POST", PODS, {"metadata": {"name": "p"}, "spec": POD_SPEC})
    assert code == 201
    path = f"{PODS}/p/eviction"
    unnamed: dict[str, Any]
    for unnamed in ({}, {"metadata": {"name": "q"}}):
        code, status = api.call("POST", path, unnamed)
        assert (code, status["message"]) == (
            400,
            "name in URL does not match name in Eviction object",
        )
    eviction: dict[str, Any] = {"metadata": {"name": "p"}}
    dry = {**eviction, "deleteOptions": {"dryRun": ["All"]}}
    assert api.call("POST", path, dry)[0] == 201
    assert api.get(f"{PODS}/p")[0] == 200
    code, status = api.call("POST", path, eviction)
    assert (code, status["status"], status["code"]) == (201, "Success", 201)
    assert api.get(f"{PODS}/p")[0] == 404
    assert api.call("POST", path, eviction)[0] == 404


def test_pods_are_listed_by_node_in_one_namespace_and_in_all(api: Api) -> None:
    for name, on in (("a", "n0"), ("b", "n0"), ("c", "n1")):
        pod = {"metadata": {"name": name}, "spec": {**POD_SPEC, "nodeName": on}}
        assert api.call("POST", PODS, pod)[0] == 201
    for path, expected in (
        ("/api/v1/pods", ["a", "b"]),
        (PODS, ["a", "b"]),
        ("/api/v1/namespaces/kube-system/pods", []),
    ):
        listed = api.get(f"{path}?fieldSelector=spec.nodeName%3Dn0")[1]
        assert [item["metadata"]["name"] for item in listed["items"]] == expected
