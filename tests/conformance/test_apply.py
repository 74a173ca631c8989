"""Server-side apply: who owns which field, what conflicts, what is taken back."""

from typing import Any

import pytest

from tests.support.api import MERGE, NODES, STRATEGIC, Api

N0 = {"name": "n0"}
APPLY = "application/apply-patch+yaml"
Result = tuple[int, dict[str, Any]]
Fields = dict[str, Any]


def node(api: Api) -> dict[str, Any]:
    return api.get(f"{NODES}/n0")[1]


def apply(
    api: Api, metadata: dict[str, Any] | None = None, query: str = "fieldManager=t", **parts: Any
) -> Result:
    """Apply a configuration of `n0`."""
    named = {"name": "n0", **(metadata or {})}
    body = {"apiVersion": "v1", "kind": "Node", "metadata": named, **parts}
    return api.patch(f"n0?{query}", body, APPLY)


def patch(api: Api, manager: str, change: dict[str, Any], path: str = "n0") -> dict[str, Any]:
    media_type = STRATEGIC if path.endswith("status") else MERGE
    code, after = api.patch(f"{path}?fieldManager={manager}", change, media_type)
    assert code == 200, after
    return after


def owners(item: dict[str, Any]) -> dict[tuple[str, str], Any]:
    """What each manager owns of an object."""
    entries = item["metadata"].get("managedFields", [])
    for entry in entries:
        assert entry["apiVersion"] == "v1"
        assert entry["fieldsType"] == "FieldsV1"
    return {(entry["manager"], entry["operation"]): entry["fieldsV1"] for entry in entries}


def labels(*names: str) -> dict[str, Any]:
    return {"f:metadata": {"f:labels": {f"f:{name}": {} for name in names}}}


def test_a_write_owns_what_it_changes(api: Api) -> None:
    creator = ("python-urllib3", "Update")
    assert owners(node(api)) == {
        creator: {"f:metadata": {"f:labels": {".": {}, "f:pool": {}, "f:zone": {}}}}
    }
    after = patch(api, "one", {"metadata": {"annotations": {"a": "1"}}})
    mine: Fields = {"f:metadata": {"f:annotations": {".": {}, "f:a": {}}}}
    assert owners(after)["one", "Update"] == mine
    assert owners(patch(api, "two", {"metadata": {"annotations": {"a": "1"}}})) == owners(after)
    after = patch(api, "two", {"metadata": {"annotations": {"a": "2", "b": "1"}}})
    assert owners(after)["one", "Update"] == {"f:metadata": {"f:annotations": {}}}
    both: Fields = {"f:metadata": {"f:annotations": {"f:a": {}, "f:b": {}}}}
    assert owners(after)["two", "Update"] == both
    after = patch(api, "three", {"metadata": {"annotations": {"a": None}}})
    assert owners(after)["two", "Update"] == {"f:metadata": {"f:annotations": {"f:b": {}}}}
    assert ("three", "Update") not in owners(after), "it removed and so owns nothing"


def test_lists_are_owned_as_their_type_says(api: Api) -> None:
    after = patch(
        api,
        "one",
        {
            "spec": {"unschedulable": True, "taints": [{"key": "a", "effect": "NoSchedule"}]},
            "metadata": {"finalizers": ["example.com/a"]},
        },
    )
    assert owners(after)["one", "Update"] == {
        "f:metadata": {"f:finalizers": {".": {}, 'v:"example.com/a"': {}}},
        "f:spec": {"f:taints": {}, "f:unschedulable": {}},
    }
    images = [{"names": ["x:1"], "sizeBytes": 7}]
    after = patch(api, "kubelet", {"status": {"images": images}}, "n0/status")
    assert owners(after)["kubelet", "Update"] == {"f:status": {"f:images": {}}}
    (entry,) = (e for e in after["metadata"]["managedFields"] if e["manager"] == "kubelet")
    assert entry["subresource"] == "status"


def test_a_configuration_adds_and_takes_back(api: Api) -> None:
    code, after = apply(api, {"labels": {"x": "1", "y": "1"}})
    assert code == 200
    assert after["metadata"]["labels"] == {"pool": "gpu", "zone": "a", "x": "1", "y": "1"}
    assert owners(after)["t", "Apply"] == labels("x", "y")
    _, after = apply(api, {"labels": {"x": "1"}})
    assert after["metadata"]["labels"] == {"pool": "gpu", "zone": "a", "x": "1"}
    assert owners(after)["t", "Apply"] == labels("x")
    assert apply(api, {"labels": {"x": "1"}})[1] == after, "once more is no write"
    _, after = apply(api)
    assert after["metadata"]["labels"] == {"pool": "gpu", "zone": "a"}
    assert ("t", "Apply") not in owners(after)


def test_a_field_that_others_own_alike_is_shared(api: Api) -> None:
    _, after = apply(api, {"labels": {"pool": "gpu"}})
    assert owners(after)["t", "Apply"] == labels("pool")
    assert "f:pool" in owners(after)["python-urllib3", "Update"]["f:metadata"]["f:labels"]
    _, after = apply(api)
    assert after["metadata"]["labels"]["pool"] == "gpu", "the other still wants it"


def test_what_others_own_is_a_conflict_unless_forced(api: Api) -> None:
    code, status = apply(api, {"labels": {"pool": "web"}})
    assert (code, status["reason"]) == (409, "Conflict")
    assert status["message"] == (
        'Apply failed with 1 conflict: conflict with "python-urllib3" using v1: '
        ".metadata.labels.pool"
    )
    assert status["details"] == {
        "causes": [
            {
                "reason": "FieldManagerConflict",
                "message": 'conflict with "python-urllib3" using v1',
                "field": ".metadata.labels.pool",
            }
        ]
    }
    code, after = apply(api, {"labels": {"pool": "web"}}, "fieldManager=t&force=true")
    assert (code, after["metadata"]["labels"]["pool"]) == (200, "web")
    assert owners(after)["t", "Apply"] == labels("pool")
    assert owners(after)["python-urllib3", "Update"] == {
        "f:metadata": {"f:labels": {".": {}, "f:zone": {}}}
    }
    after = patch(api, "other", {"metadata": {"labels": {"pool": "z"}}})
    assert owners(after)["other", "Update"] == labels("pool")
    assert ("t", "Apply") not in owners(after), "an update takes without asking"


def test_several_conflicts_are_told_together(api: Api) -> None:
    patch(api, "other", {"metadata": {"annotations": {"a": "1", "b": "1"}}})
    code, status = apply(api, {"labels": {"pool": "web"}, "annotations": {"a": "2", "b": "2"}})
    assert (code, status["message"]) == (
        409,
        'Apply failed with 3 conflicts: conflicts with "other" using v1:\n'
        "- .metadata.annotations.a\n"
        "- .metadata.annotations.b\n"
        'conflicts with "python-urllib3" using v1:\n'
        "- .metadata.labels.pool",
    )
    assert len(status["details"]["causes"]) == 3


def test_status_is_applied_through_its_own_path(api: Api) -> None:
    patch(api, "kubelet", {"status": {"images": [{"names": ["x:1"]}]}}, "n0/status")
    before = node(api)
    images = {"images": [{"names": ["z:1"]}]}
    assert apply(api, status=images) == (200, before), "the main path leaves it alone"
    body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n0"}, "status": images}
    code, status = api.patch("n0/status?fieldManager=s", body, APPLY)
    assert (code, status["message"]) == (
        409,
        'Apply failed with 1 conflict: conflict with "kubelet" with subresource "status" using v1: '
        ".status.images",
    )
    code, after = api.patch("n0/status?fieldManager=s&force=true", body, APPLY)
    assert (code, after["status"]["images"]) == (200, images["images"])


def test_conditions_are_applied_one_by_one(api: Api) -> None:
    ready = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    patch(api, "kubelet", {"status": {"conditions": [ready]}}, "n0/status")
    condition = {"type": "KernelDeadlock", "status": "False"}
    body = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n0"},
        "status": {"conditions": [condition]},
    }
    code, after = api.patch("n0/status?fieldManager=npd", body, APPLY)
    assert code == 200
    assert {c["type"]: c["status"] for c in after["status"]["conditions"]} == {
        "Ready": "True",
        "KernelDeadlock": "False",
    }
    assert owners(after)["npd", "Apply"] == {
        "f:status": {
            "f:conditions": {'k:{"type":"KernelDeadlock"}': {".": {}, "f:status": {}, "f:type": {}}}
        }
    }
    body["status"] = {}
    _, after = api.patch("n0/status?fieldManager=npd", body, APPLY)
    assert [c["type"] for c in after["status"]["conditions"]] == ["Ready"]


def test_what_is_not_there_is_created(api: Api) -> None:
    yaml = b"apiVersion: v1\nkind: Node\nmetadata:\n  name: made\n  labels: {q: r}\n"
    code, dry = api.patch("made?fieldManager=t&dryRun=All", yaml, APPLY)
    assert (code, api.get(f"{NODES}/made")[0]) == (201, 404)
    assert dry["metadata"]["labels"] == {"q": "r"}
    code, made = api.patch("made?fieldManager=t", yaml, APPLY)
    assert (code, made["metadata"]["labels"]) == (201, {"q": "r"})
    assert owners(made) == {("t", "Apply"): labels("q")}
    code, same = api.patch("made?fieldManager=t", yaml, APPLY)
    assert (code, same) == (200, made)


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b"{", 400, "error decoding patch: error converting YAML to JSON: yaml"),
        (
            b"[]",
            400,
            "error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot "
            "unmarshal array into Go value of type map[string]interface {}",
        ),
        ({}, 400, "invalid object type: /, Kind="),
        (
            b"apiVersion: v1\nkind: Node\nmetadata: [x]\n",
            500,
            "failed to create typed patch object (",
        ),
        (
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "n0"}},
            400,
            "invalid object type: /v1, Kind=Pod",
        ),
        (
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "other"}},
            400,
            "the name of the object (other) does not match the name on the URL (n0)",
        ),
        (
            {"apiVersion": "v1", "kind": "Node", "metadata": N0, "spec": {"odd": 1}},
            500,
            "failed to create typed patch object (/n0; /v1, Kind=Node): .spec.odd: field not "
            "declared in schema",
        ),
        (
            {"apiVersion": "v1", "kind": "Node", "metadata": N0, "spec": []},
            500,
            "failed to create typed patch object (/n0; /v1, Kind=Node): ",
        ),
    ],
)
def test_a_configuration_that_is_none(api: Api, body: Any, code: int, message: str) -> None:
    before = node(api)
    answered, status = api.patch("n0?fieldManager=t", body, APPLY)
    assert (answered, status["code"]) == (code, code)
    assert status["message"].startswith(message)
    assert node(api) == before


def test_yaml_that_is_more_than_json(api: Api) -> None:
    odd = b"apiVersion: v1\nkind: Node\nmetadata: {name: n0, labels: {1: yes-2}}\n"
    code, after = api.patch("n0?fieldManager=t", odd, APPLY)
    assert (code, after["metadata"]["labels"]["1"]) == (200, "yes-2")
    code, status = api.patch("n0?fieldManager=t", b"2026-01-01", APPLY)
    assert (code, status["reason"]) == (400, "BadRequest")
    assert api.patch("n0?fieldManager=t", b"a: &a [*a]", APPLY)[0] == 400


@pytest.mark.parametrize(
    ("metadata", "code", "message"),
    [
        ({"managedFields": [{"manager": "x"}]}, 400, "metadata.managedFields must be nil"),
        (
            {"resourceVersion": "1"},
            409,
            'Operation cannot be fulfilled on nodes "n0": the object has been modified; please '
            "apply your changes to the latest version and try again",
        ),
        (
            {"uid": "other"},
            422,
            'Node "n0" is invalid: metadata.uid: Invalid value: "other": field is immutable',
        ),
        ({"labels": {"-": "x"}}, 422, 'Node "n0" is invalid: metadata.labels: Invalid value: "-"'),
    ],
)
def test_a_configuration_that_is_refused(
    api: Api, metadata: dict[str, Any], code: int, message: str
) -> None:
    before = node(api)
    answered, status = apply(api, metadata)
    assert (answered, status["code"]) == (code, code)
    assert status["message"].startswith(message)
    assert node(api) == before


def test_apply_needs_a_manager_and_nothing_else_is_forced(api: Api) -> None:
    code, status = apply(api, query="")
    assert (code, status["message"]) == (
        422,
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for '
        "apply patch",
    )
    code, status = api.patch("n0?force=true", {})
    assert (code, status["message"]) == (
        422,
        'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for '
        "non-apply patch",
    )
