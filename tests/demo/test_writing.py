"""Patches, updates, creation and deletion, as a real API server answers them."""

from typing import Any

import pytest
from api import JSON_PATCH, MERGE, NODES, STRATEGIC, Api
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo.patches import apply_patch, json_patch, merge, strategic_merge


def node(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


def test_a_merge_patch_sets_and_removes(api: Api) -> None:
    before = node(api)
    code, after = api.patch(
        "n0", {"metadata": {"annotations": {"a": "b"}, "labels": {"zone": None}}}
    )
    assert code == 200
    assert after["metadata"]["annotations"] == {"a": "b"}
    assert after["metadata"]["labels"] == {"pool": "gpu"}
    assert after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


def test_a_patch_that_changes_nothing_is_no_write(api: Api) -> None:
    before = node(api)
    _, after = api.patch("n0", {"metadata": {"labels": {"pool": "gpu"}}})
    assert after["metadata"]["resourceVersion"] == before["metadata"]["resourceVersion"]


def test_a_strategic_patch_merges_conditions_by_type(api: Api) -> None:
    condition = {"type": "DiskPressure", "status": "True"}
    code, after = api.patch("n0/status", {"status": {"conditions": [condition]}}, STRATEGIC)
    assert code == 200
    assert {c["type"]: c["status"] for c in after["status"]["conditions"]} == {
        "Ready": "True",
        "DiskPressure": "True",
    }


def test_status_and_the_rest_are_written_apart(api: Api) -> None:
    _, after = api.patch("n0", {"spec": {"unschedulable": True}, "status": {"images": []}})
    assert after["spec"]["unschedulable"] is True
    assert len(after["status"]["images"]) == 1
    _, after = api.patch("n0/status", {"spec": {"unschedulable": None}, "status": {"images": []}})
    assert after["spec"]["unschedulable"] is True
    assert after["status"]["images"] == []


def test_a_json_patch_and_its_test(api: Api) -> None:
    good = [
        {"op": "test", "path": "/metadata/labels/pool", "value": "gpu"},
        {"op": "replace", "path": "/metadata/labels/pool", "value": "web"},
        {"op": "add", "path": "/metadata/annotations", "value": {"example/a~b": "1"}},
        {"op": "remove", "path": "/metadata/annotations/example~1a~0b"},
    ]
    code, after = api.patch("n0", good, JSON_PATCH)
    assert (code, after["metadata"]["labels"]["pool"]) == (200, "web")
    code, status = api.patch("n0", good, JSON_PATCH)
    assert (code, status["reason"]) == (422, "Invalid")


@pytest.mark.parametrize(
    ("patch", "media_type", "code"),
    [
        (b"{", MERGE, 400),
        ([], MERGE, 400),
        ({}, JSON_PATCH, 400),
        ([{"op": "explode", "path": "/x"}], JSON_PATCH, 400),
        ([{"op": "remove", "path": "/metadata/none"}], JSON_PATCH, 422),
        ({}, "text/plain", 415),
        ({"metadata": {"annotations": {"a": 5}}}, MERGE, 400),
        ({"metadata": {"annotations": {"-bad-": "x"}}}, MERGE, 422),
        ({"metadata": {"annotations": {"a": "x" * 262_145}}}, MERGE, 422),
        ({"metadata": {"labels": {"a": "not allowed!"}}}, MERGE, 422),
        ({"metadata": {"name": "other"}}, MERGE, 400),
        ({"metadata": {"uid": "other"}}, MERGE, 409),
        ({"metadata": {"resourceVersion": "1"}}, MERGE, 409),
    ],
)
def test_a_bad_patch_is_refused_and_changes_nothing(
    api: Api, patch: Any, media_type: str, code: int
) -> None:
    before = node(api)
    answered, status = api.patch("n0", patch, media_type)
    assert (answered, status["kind"], status["code"]) == (code, "Status", code)
    assert node(api) == before


def test_annotation_keys_are_checked_in_lower_case_and_label_keys_are_not(api: Api) -> None:
    assert api.patch("n0", {"metadata": {"annotations": {"Example.COM/Key": "x"}}})[0] == 200
    assert api.patch("n0", {"metadata": {"labels": {"Example.COM/Key": "x"}}})[0] == 422


def test_a_dry_run_stores_nothing(api: Api) -> None:
    before = node(api)
    code, answered = api.call(
        "PATCH", f"{NODES}/n0?dryRun=All", {"metadata": {"labels": {"x": "y"}}}, MERGE
    )
    assert (code, answered["metadata"]["labels"]["x"]) == (200, "y")
    assert api.call("DELETE", f"{NODES}/n0", {"dryRun": ["All"]})[0] == 200
    assert api.call("DELETE", f"{NODES}/n0?dryRun=All")[0] == 200
    assert api.call("DELETE", f"{NODES}/n0?dryRun=some")[0] == 422
    assert node(api) == before


def test_an_update_of_an_old_version_is_a_conflict(api: Api) -> None:
    old = node(api)
    api.patch("n0", {"metadata": {"labels": {"x": "y"}}})
    code, status = api.call("PUT", f"{NODES}/n0", old)
    assert (code, status["reason"]) == (409, "Conflict")
    assert "the object has been modified" in status["message"]
    assert api.call("PUT", f"{NODES}/n0", node(api))[0] == 200


def test_creation(api: Api) -> None:
    code, created = api.call("POST", NODES, {"metadata": {"name": "new"}})
    assert code == 201
    assert created["metadata"]["uid"]
    assert created["metadata"]["creationTimestamp"]
    assert api.call("POST", NODES, {"metadata": {"name": "new"}})[1]["reason"] == "AlreadyExists"
    assert api.call("POST", NODES, {"metadata": {}})[0] == 422
    assert api.call("POST", NODES, {"metadata": {"name": "Not A Name"}})[0] == 422


def test_deletion_and_its_preconditions(api: Api) -> None:
    uid = node(api)["metadata"]["uid"]
    code, status = api.call("DELETE", f"{NODES}/n0", {"preconditions": {"uid": "another"}})
    assert (code, status["reason"]) == (409, "Conflict")
    assert "deleted and then recreated" in status["message"]
    code, status = api.call(
        "DELETE", f"{NODES}/n0", {"preconditions": {"uid": uid}, "gracePeriodSeconds": 10}
    )
    assert (code, status["status"]) == (200, "Success")
    assert status["details"] == {"name": "n0", "kind": "nodes", "uid": uid}
    assert api.get(f"{NODES}/n0")[0] == 404


def test_a_finalizer_holds_a_node(api: Api) -> None:
    api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    code, held = api.call("DELETE", f"{NODES}/n0")
    assert (code, held["kind"]) == (200, "Node")
    assert held["metadata"]["deletionTimestamp"]
    assert api.get(f"{NODES}/n0")[0] == 200
    api.patch("n0", {"metadata": {"finalizers": None}})
    assert api.get(f"{NODES}/n0")[0] == 404


def test_reviews_allow_everything(api: Api) -> None:
    review = {"spec": {"resourceAttributes": {"verb": "patch", "resource": "nodes"}}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    code, answered = api.call("POST", path, review)
    assert (code, answered["status"]["allowed"]) == (201, True)
    assert answered["spec"] == review["spec"]


json_objects = st.dictionaries(
    st.sampled_from(["a", "b", "conditions", "finalizers"]),
    st.none() | st.integers() | st.dictionaries(st.sampled_from("ab"), st.none() | st.integers()),
    max_size=3,
)
plain_objects = json_objects.filter(lambda value: None not in value.values())


@given(json_objects, json_objects)
def test_a_merge_patch_applied_twice_is_applied_once(
    original: dict[str, Any], patch: dict[str, Any]
) -> None:
    once = merge(original, patch)
    assert merge(once, patch) == once
    assert strategic_merge(original, patch) == once


@given(plain_objects)
def test_patching_leaves_the_original_alone(original: dict[str, Any]) -> None:
    copied = dict(original)
    json_patch(original, [{"op": "add", "path": "/new", "value": 1}])
    apply_patch(MERGE, original, {"new": 1, "a": None})
    assert original == copied


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ([{"op": "add", "path": "/l/1", "value": 9}], {"l": [1, 9, 2]}),
        ([{"op": "add", "path": "/l/-", "value": 9}], {"l": [1, 2, 9]}),
        ([{"op": "remove", "path": "/l/0"}], {"l": [2]}),
        ([{"op": "move", "from": "/l", "path": "/m"}], {"m": [1, 2]}),
        ([{"op": "copy", "from": "/l/0", "path": "/m"}], {"l": [1, 2], "m": 1}),
    ],
)
def test_json_patch_operations(patch: list[Any], expected: dict[str, Any]) -> None:
    assert json_patch({"l": [1, 2]}, patch) == expected
