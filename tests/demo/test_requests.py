"""Media types, bodies and the rules an object must keep."""

from collections.abc import Callable
from typing import Any

import pytest
from api import MERGE, NODES, STRATEGIC, Api
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo import protobuf
from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.patches import apply_patch, strategic_merge
from kubeimg_gui.demo.serve import DemoCluster

PODS = "/api/v1/namespaces/default/pods"
PROTOBUF = "application/vnd.kubernetes.protobuf"


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field; short contents only."""
    return bytes([number << 3 | 2, len(content)]) + content


def envelope(message: bytes) -> bytes:
    type_meta = field(1, b"v1") + field(2, b"DeleteOptions")
    return b"k8s\0" + field(1, type_meta) + field(2, message)


GRACE_PERIOD = bytes([1 << 3, 30])


def test_a_delete_may_be_written_in_protobuf(api: Api) -> None:
    wrong = envelope(GRACE_PERIOD + field(2, field(1, b"another")))
    code, status = api.call("DELETE", f"{NODES}/n0", wrong, PROTOBUF)
    assert (code, status["reason"]) == (409, "Conflict")
    dry = envelope(GRACE_PERIOD + field(5, b"All"))
    assert api.call("DELETE", f"{NODES}/n0", dry, PROTOBUF)[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 200
    assert api.call("DELETE", f"{NODES}/n0", envelope(GRACE_PERIOD), PROTOBUF)[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 404


@given(st.binary(max_size=40))
def test_protobuf_that_is_none_is_read_or_a_bad_request(body: bytes) -> None:
    for read in (protobuf.delete_options, protobuf.eviction):
        with pytest.raises(StatusError, match="does not begin as protobuf"):
            read(b"-" + body)
        assert refusal(lambda read=read: read(b"k8s\0" + body)) in (None, 400)


def refusal(act: Callable[[], object]) -> int | None:
    """The code with which something is refused, None where it is not."""
    try:
        act()
    except StatusError as error:
        return error.code
    return None


@pytest.mark.parametrize("as_protobuf", [True, False])
def test_a_pod_is_evicted(api: Api, as_protobuf: bool) -> None:
    assert api.call("POST", PODS, {"metadata": {"name": "p"}, "spec": {"nodeName": "n0"}})[0] == 201
    dry: Any = {"deleteOptions": {"dryRun": ["All"]}}
    real: Any = {}
    media_type = "application/json"
    if as_protobuf:
        dry, real, media_type = envelope(field(2, field(5, b"All"))), envelope(b""), PROTOBUF
    assert api.call("POST", f"{PODS}/p/eviction", dry, media_type)[0] == 201
    assert api.get(f"{PODS}/p")[0] == 200
    assert api.call("POST", f"{PODS}/p/eviction", real, media_type)[0] == 201
    assert api.get(f"{PODS}/p")[0] == 404
    assert api.call("POST", f"{PODS}/p/eviction", real, media_type)[0] == 404


def test_pods_are_listed_by_node_in_one_namespace_and_in_all(api: Api) -> None:
    for namespace, name, node in (("default", "a", "n0"), ("shop", "b", "n0"), ("shop", "c", "n1")):
        pod = {"metadata": {"name": name}, "spec": {"nodeName": node}}
        api.call("POST", f"/api/v1/namespaces/{namespace}/pods", pod)

    def on_n0(path: str) -> list[str]:
        listed = api.get(f"{path}?fieldSelector=spec.nodeName%3Dn0")[1]
        return [item["metadata"]["name"] for item in listed["items"]]

    assert on_n0("/api/v1/pods") == ["a", "b"]
    assert on_n0("/api/v1/namespaces/shop/pods") == ["b"]


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("application/json", 200),
        ("*/*", 200),
        (f"{PROTOBUF},application/json", 200),
        (PROTOBUF, 406),
    ],
)
def test_json_is_what_is_spoken(api: Api, accept: str, code: int) -> None:
    assert api.get(f"{NODES}/n0", accept=accept)[0] == code
    assert api.get(NODES, accept=accept)[0] == code


@pytest.mark.parametrize(
    ("body", "media_type", "code"),
    [
        ({"metadata": {"name": "new"}, "kind": "Pod", "apiVersion": "v1"}, "application/json", 400),
        ({"metadata": {"name": "new"}, "spec": []}, "application/json", 400),
        (["new"], "application/json", 400),
        (b"metadata: {name: new}", "application/yaml", 415),
        (
            {"metadata": {"name": "new", "annotations": {"a": "x" * 3_200_000}}},
            "application/json",
            413,
        ),
        (
            {"metadata": {"name": "new"}, "spec": {"taints": [{"effect": "NoSchedule"}]}},
            "application/json",
            422,
        ),
        (
            {"metadata": {"name": "new"}, "spec": {"taints": [{"key": "a", "effect": "No"}]}},
            "application/json",
            422,
        ),
    ],
)
def test_a_node_that_may_not_be_created(api: Api, body: Any, media_type: str, code: int) -> None:
    answered, status = api.call("POST", NODES, body, media_type)
    assert (answered, status["kind"], status["code"]) == (code, "Status", code)
    assert api.get(f"{NODES}/new")[0] == 404


def test_taints_are_unique_by_key_and_effect(api: Api) -> None:
    taint = {"key": "a", "effect": "NoSchedule"}
    assert (
        api.patch("n0", {"spec": {"taints": [taint, {**taint, "effect": "NoExecute"}]}})[0] == 200
    )
    code, status = api.patch("n0", {"spec": {"taints": [taint, taint]}})
    assert code == 422
    assert status["details"]["causes"][0]["field"] == "spec.taints[1]"


def test_taints_are_replaced_whole_by_a_strategic_patch_as_their_type_says(api: Api) -> None:
    for key in ("a", "b"):
        taints = [{"key": key, "effect": "NoSchedule"}]
        _, after = api.patch("n0", {"spec": {"taints": taints}}, STRATEGIC)
        assert after["spec"]["taints"] == taints


@pytest.mark.parametrize("field", ["conditions", "addresses", "images"])
@pytest.mark.parametrize("value", [5, "x", ["x"], {"a": 1}])
def test_a_status_must_have_the_types_of_a_node(api: Api, field: str, value: Any) -> None:
    assert api.patch("n0/status", {"status": {field: value}})[0] == 400
    nothings: list[list[dict[str, str]] | None] = [None, [], [{}]]
    for empty in nothings:
        assert api.patch("n0/status", {"status": {field: empty}})[0] == 200
        assert api.get(NODES, accept="application/json;as=Table;v=v1;g=meta.k8s.io")[0] == 200


def test_the_server_sets_what_is_its_own(api: Api) -> None:
    claimed = {"name": "new", "uid": "mine", "creationTimestamp": "2001-01-01T00:00:00Z"}
    _, created = api.call("POST", NODES, {"metadata": claimed})
    assert created["metadata"]["uid"] != "mine"
    assert not created["metadata"]["creationTimestamp"].startswith("2001")
    _, after = api.patch("new", {"metadata": {"creationTimestamp": None}})
    assert after["metadata"] == created["metadata"]


def test_a_dry_run_of_a_creation_stores_nothing(api: Api) -> None:
    code, created = api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "new"}})
    assert (code, bool(created["metadata"]["uid"])) == (201, True)
    assert api.get(f"{NODES}/new")[0] == 404
    assert api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "n0"}})[0] == 409


def test_a_namespace_must_be_the_one_of_the_path(api: Api) -> None:
    code, _ = api.call("POST", PODS, {"metadata": {"name": "p", "namespace": "other"}})
    assert code == 400


def test_the_precondition_on_a_version(api: Api) -> None:
    code, status = api.call("DELETE", f"{NODES}/n0", {"preconditions": {"resourceVersion": "1"}})
    assert code == 409
    assert "The object might have been modified" in status["message"]


def test_what_there_is_no_verb_for(api: Api) -> None:
    assert api.call("PUT", NODES, {})[1]["reason"] == "MethodNotAllowed"


def test_all_requests_are_remembered(api: Api, cluster: DemoCluster) -> None:
    api.get(f"{NODES}?limit=3")
    asked = cluster.requests[-1]
    assert (asked.method, asked.path, asked.query) == ("GET", NODES, {"limit": "3"})
    assert asked.headers["Accept"] == "application/json"


PATCH_KEYS = [
    *("a", "type", "conditions", "finalizers", "taints", "$patch"),
    *("$setElementOrder/conditions", "$deleteFromPrimitiveList/finalizers"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "delete", "replace"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(PATCH_KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "conditions"]), json_values), json_values)
def test_every_strategic_patch_applies_or_is_refused(original: dict[str, Any], patch: Any) -> None:
    for way in (STRATEGIC, MERGE):
        assert refusal(lambda way=way: apply_patch(way, original, patch)) in (None, 400)


CONDITIONS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from("abc"), "status": st.sampled_from("01")}),
    unique_by=lambda condition: condition["type"],
)


@given(CONDITIONS, CONDITIONS)
def test_lists_with_a_merge_key_merge_by_it(
    original: list[dict[str, str]], patch: list[dict[str, str]]
) -> None:
    merged = strategic_merge({"conditions": original}, {"conditions": patch})["conditions"]
    states = {condition["type"]: condition["status"] for condition in (*original, *patch)}
    assert {condition["type"]: condition["status"] for condition in merged} == states
    gone = [{"$patch": "delete", "type": condition["type"]} for condition in original]
    assert strategic_merge({"conditions": original}, {"conditions": gone})["conditions"] == []
    replaced = {"conditions": [{"$patch": "replace"}, *patch]}
    assert strategic_merge({"conditions": original}, replaced)["conditions"] == patch


def test_sets_of_plain_values_merge_and_lose_members() -> None:
    original = {"finalizers": ["a", "b"]}
    assert strategic_merge(original, {"finalizers": ["b", "c"]}) == {"finalizers": ["a", "b", "c"]}
    without = {"$deleteFromPrimitiveList/finalizers": ["a"]}
    assert strategic_merge(original, without) == {"finalizers": ["b"]}
