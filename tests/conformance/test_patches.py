"""Merge and strategic merge patches, their conflicts, and malformed patches."""

from typing import Any

import pytest

from tests.support.api import JSON, MERGE, NODES, STRATEGIC, Api


def node(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


def conditions(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(c["type"], c["status"]) for c in item["status"].get("conditions", [])]


@pytest.mark.parametrize("media_type", [MERGE, STRATEGIC])
def test_a_merge_patch_sets_and_removes(api: Api, media_type: str) -> None:
    before = node(api)
    patch = {"metadata": {"annotations": {"a": "b"}, "labels": {"zone": None}}}
    code, after = api.patch("n0", patch, media_type)
    assert code == 200
    assert after["metadata"]["annotations"] == {"a": "b"}
    assert after["metadata"]["labels"] == {"pool": "gpu"}
    assert after["metadata"]["resourceVersion"] != before["metadata"]["resourceVersion"]
    for kept in ("uid", "creationTimestamp"):
        assert after["metadata"][kept] == before["metadata"][kept]


@pytest.mark.parametrize(
    ("patch", "media_type"),
    [
        ({"metadata": {"labels": {"pool": "gpu"}}}, MERGE),
        ({"metadata": {"labels": {"none": None}}}, MERGE),
        ({}, STRATEGIC),
        (b"null", STRATEGIC),
        ({"kind": "Pod", "apiVersion": "v2"}, STRATEGIC),
        ({"metadata": {"resourceVersion": ""}}, MERGE),
        ({"metadata": {"creationTimestamp": None, "generation": 5, "namespace": "x"}}, MERGE),
        ({"metadata": {"creationTimestamp": "2001-01-01T00:00:00Z"}}, MERGE),
        ({"spec": {"unknown": "field"}}, MERGE),
    ],
)
def test_a_patch_that_changes_nothing_is_no_write(api: Api, patch: Any, media_type: str) -> None:
    before = node(api)
    code, after = api.patch("n0", patch, media_type)
    assert (code, after["metadata"]) == (200, before["metadata"])
    assert node(api) == before


def test_status_and_the_rest_are_written_apart(api: Api) -> None:
    images = [{"names": ["x:1"], "sizeBytes": 7}]
    both = {"spec": {"unschedulable": True}, "status": {"images": images}}
    _, after = api.patch("n0", both)
    assert after["spec"] == {"unschedulable": True}
    assert after["status"]["images"] == [{"names": ["redis:7"], "sizeBytes": 5}]
    labels = {"labels": {"from": "status"}}
    code, after = api.patch(
        "n0/status", {**both, "spec": {"unschedulable": None}, "metadata": labels}
    )
    assert code == 200
    assert after["spec"] == {"unschedulable": True}
    assert after["status"]["images"] == images
    assert after["metadata"]["labels"]["from"] == "status", "labels may be changed through both"
    assert api.get(f"{NODES}/n0/status")[1] == node(api)


def test_empty_fields_are_omitted(api: Api) -> None:
    nothings: tuple[None, list[Any]] = (None, [])
    for empty in nothings:
        _, after = api.patch("n0/status", {"status": {"images": empty}})
        assert "images" not in after["status"]
    _, after = api.patch("n0/status", {"status": {"images": [{"names": [], "sizeBytes": 7}, {}]}})
    assert after["status"]["images"] == [{"names": None, "sizeBytes": 7}, {"names": None}]
    _, after = api.patch("n0", {"spec": {"unschedulable": False}, "metadata": {"labels": {}}})
    assert after["spec"] == {}
    assert after["metadata"]["labels"] == {"pool": "gpu", "zone": "a"}


# Strategic merge patches.


def test_a_strategic_patch_merges_conditions_by_type(api: Api) -> None:
    def patch(status: dict[str, Any]) -> list[tuple[str, str]]:
        code, after = api.patch("n0/status", {"status": status}, STRATEGIC)
        assert code == 200, after
        return conditions(after)

    pressed = {"type": "DiskPressure", "status": "True"}
    assert patch({"conditions": [pressed]}) == [("DiskPressure", "True"), ("Ready", "True")]
    order = {"$setElementOrder/conditions": [{"type": "Ready"}, {"type": "DiskPressure"}]}
    relieved = {"type": "DiskPressure", "status": "False"}
    assert patch({**order, "conditions": [relieved]}) == [
        ("Ready", "True"),
        ("DiskPressure", "False"),
    ]
    gone = {"type": "DiskPressure", "$patch": "delete"}
    assert patch({"conditions": [gone]}) == [("Ready", "True")]
    whole = [{"$patch": "replace"}, {"type": "MemoryPressure", "status": "False"}]
    assert patch({"conditions": whole}) == [("MemoryPressure", "False")]


def test_a_strategic_patch_replaces_images_and_taints(api: Api) -> None:
    for name in ("x:1", "x:2"):
        images = [{"names": [name], "sizeBytes": 7}]
        _, after = api.patch("n0/status", {"status": {"images": images}}, STRATEGIC)
        assert after["status"]["images"] == images
        taints = [{"key": name[0], "effect": "NoSchedule", "value": name[-1]}]
        _, after = api.patch("n0", {"spec": {"taints": taints}}, STRATEGIC)
        assert after["spec"]["taints"] == taints


def test_a_strategic_patch_adds_and_removes_finalizers(api: Api) -> None:
    def patch(metadata: dict[str, Any]) -> list[str]:
        _, after = api.patch("n0", {"metadata": metadata}, STRATEGIC)
        return after["metadata"].get("finalizers", [])

    assert patch({"finalizers": ["example.com/a"]}) == ["example.com/a"]
    assert patch({"finalizers": ["example.com/b"]}) == ["example.com/b", "example.com/a"]
    both = ["example.com/a", "example.com/b"]
    assert patch({"$deleteFromPrimitiveList/finalizers": both}) == []


def test_a_strategic_patch_may_replace_an_object(api: Api) -> None:
    patch = {"metadata": {"labels": {"$patch": "replace", "only": "this"}}}
    assert api.patch("n0", patch, STRATEGIC)[1]["metadata"]["labels"] == {"only": "this"}


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        ({"conditions": [{"status": "True"}]}, 500, "does not contain declared merge key: type"),
        ({"$patch": "odd"}, 500, "unknown patch type: odd"),
        ({"conditions": "x"}, 422, ' "" is invalid: patch: Invalid value: '),
        ({"images": 5}, 422, ' "" is invalid: patch: Invalid value: '),
    ],
)
def test_a_strategic_patch_that_does_not_fit(
    api: Api, status: dict[str, Any], code: int, message: str
) -> None:
    answered, answer = api.patch("n0/status", {"status": status}, STRATEGIC)
    assert (answered, answer["kind"], answer["code"]) == (code, "Status", code)
    assert message in answer["message"]


# Invalid patches, and patches that result in an invalid node.

UNDECODABLE = "error decoding patch: json: cannot unmarshal"


@pytest.mark.parametrize(
    ("patch", "media_type", "message"),
    [
        (b"{", MERGE, "invalid JSON patch"),
        (b"", MERGE, "invalid JSON patch"),
        (b"{", STRATEGIC, "invalid JSON patch"),
        (b"null", MERGE, "Invalid JSON Patch"),
        ([], MERGE, f"{UNDECODABLE} array into Go value of type map[string]interface {{}}"),
        (5, MERGE, f"{UNDECODABLE} number into Go value of type map[string]interface {{}}"),
        (
            [],
            STRATEGIC,
            "json: cannot unmarshal array into Go value of type map[string]interface {}",
        ),
    ],
)
def test_a_body_that_is_no_patch(api: Api, patch: Any, media_type: str, message: str) -> None:
    code, status = api.patch("n0", patch, media_type)
    assert (code, status["reason"], status["message"]) == (400, "BadRequest", message)


@pytest.mark.parametrize("media_type", ["text/plain", JSON])
def test_a_media_type_that_is_no_patch(api: Api, media_type: str) -> None:
    code, status = api.patch("n0", {}, media_type)
    assert (code, status["reason"]) == (415, "UnsupportedMediaType")
    assert status["message"] == "415: Unsupported Media Type"


def test_a_patch_of_nothing(api: Api) -> None:
    code, status = api.patch("none", {"metadata": {"labels": {"a": "b"}}})
    assert (code, status["reason"]) == (404, "NotFound")
    assert status["details"] == {"name": "none", "kind": "nodes"}


@pytest.mark.parametrize(
    ("patch", "why"),
    [
        ({"spec": []}, "array into Go struct field Node.spec of type v1.NodeSpec"),
        ({"metadata": []}, "array into Go struct field Node.metadata of type v1.ObjectMeta"),
        (
            {"metadata": {"annotations": {"a": 5}}},
            "number into Go struct field ObjectMeta.metadata.annotations of type string",
        ),
        (
            {"metadata": {"labels": []}},
            "array into Go struct field ObjectMeta.metadata.labels of type map[string]string",
        ),
        (
            {"spec": {"unschedulable": "x"}},
            "string into Go struct field NodeSpec.spec.unschedulable of type bool",
        ),
        (
            {"status": {"images": 5}},
            "number into Go struct field NodeStatus.status.images of type []v1.ContainerImage",
        ),
        (
            {"status": {"images": ["x"]}},
            "string into Go struct field NodeStatus.status.images of type v1.ContainerImage",
        ),
        (
            {"status": {"images": [{"sizeBytes": "7"}]}},
            "string into Go struct field ContainerImage.status.images.sizeBytes of type int64",
        ),
    ],
)
def test_a_patched_node_of_the_wrong_types(api: Api, patch: Any, why: str) -> None:
    before = node(api)
    code, status = api.patch("n0/status", patch)
    assert (code, status["reason"]) == (422, "Invalid")
    assert status["message"].startswith(' "" is invalid: patch: Invalid value: "{')
    assert status["message"].endswith(f": json: cannot unmarshal {why}")
    (cause,) = status["details"]["causes"]
    assert (cause["reason"], cause["field"]) == ("FieldValueInvalid", "patch")
    assert node(api) == before


@pytest.mark.parametrize("patch", [{"kind": "Pod"}, {"apiVersion": "v2"}])
def test_a_merge_patch_cannot_make_it_another_kind(api: Api, patch: Any) -> None:
    code, status = api.patch("n0", patch)
    assert (code, status["details"]["causes"][0]["field"]) == (422, "patch")


@pytest.mark.parametrize(
    ("metadata", "code", "message"),
    [
        (
            {"name": "other"},
            400,
            "the name of the object (other) does not match the name on the URL (n0)",
        ),
        (
            {"name": None},
            400,
            "the name of the object (n0 based on URL) was undeterminable: name must be provided",
        ),
        (
            {"uid": "other"},
            422,
            'Node "n0" is invalid: metadata.uid: Invalid value: "other": field is immutable',
        ),
        (
            {"deletionTimestamp": "2026-01-01T00:00:00Z"},
            422,
            'Node "n0" is invalid: metadata.deletionTimestamp: Invalid value: '
            '"2026-01-01T00:00:00Z": field is immutable',
        ),
        (
            {"resourceVersion": "1"},
            409,
            'Operation cannot be fulfilled on nodes "n0": the object has been modified; please '
            "apply your changes to the latest version and try again",
        ),
        ({"resourceVersion": "x"}, 500, 'strconv.ParseUint: parsing "x": invalid syntax'),
    ],
)
def test_immutable_metadata_cannot_change(
    api: Api, metadata: dict[str, Any], code: int, message: str
) -> None:
    before = node(api)
    answered, status = api.patch("n0", {"metadata": metadata})
    assert (answered, status["message"]) == (code, message)
    assert node(api) == before


def test_a_patch_with_the_version_that_was_read(api: Api) -> None:
    read = node(api)["metadata"]["resourceVersion"]
    patch = {"metadata": {"resourceVersion": read, "annotations": {"a": "1"}}}
    assert api.patch("n0", patch)[0] == 200
    code, status = api.patch("n0", patch)
    assert (code, status["reason"]) == (409, "Conflict")
    assert status["details"] == {"name": "n0", "kind": "nodes"}
