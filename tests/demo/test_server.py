"""The demo server only: test controls, limits, protobuf bodies, malformed requests."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo import protobuf
from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.serve import DemoCluster
from tests.support.api import NODES, TABLE, Api

PODS = "/api/v1/namespaces/default/pods"
PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
PROTOBUF = "application/vnd.kubernetes.protobuf"


def test_watches_can_be_disconnected(api: Api, cluster: DemoCluster) -> None:
    with api.watch("resourceVersion=0") as events:
        for _ in range(5):
            next(events)
        cluster.disconnect_watchers()
        assert list(events) == []


def test_bookmarks_have_the_given_interval(api: Api) -> None:
    start = api.get(NODES)[1]["metadata"]["resourceVersion"]
    with api.watch(f"resourceVersion={start}&allowWatchBookmarks=true&timeoutSeconds=1") as events:
        seen = [(event["type"], event["object"]["metadata"]["resourceVersion"]) for event in events]
    assert set(seen) == {("BOOKMARK", start)}
    assert len(seen) >= 3


def test_requests_are_recorded(api: Api, cluster: DemoCluster) -> None:
    api.get(f"{NODES}?limit=3")
    asked = cluster.requests[-1]
    assert (asked.method, asked.path, asked.query) == ("GET", NODES, {"limit": "3"})
    assert asked.headers["Accept"] == "application/json"


@pytest.mark.parametrize("count", [0, 15, 16, 17, 100, 250])
def test_long_lists_are_complete(count: int) -> None:
    expected = [f"n{number:03}" for number in range(count)]
    with DemoCluster([{"metadata": {"name": name}} for name in expected]) as cluster:
        api = Api(cluster.url)
        for limit in ("", "60"):
            whole = expected[: int(limit or count)]
            listed = api.get(f"{NODES}?limit={limit}")[1]["items"]
            assert [item["metadata"]["name"] for item in listed] == whole
            listed = api.get(f"{NODES}?limit={limit}", accept=PARTIAL)[1]["items"]
            assert [item["metadata"]["name"] for item in listed] == whole
            rows = api.get(f"{NODES}?limit={limit}", accept=TABLE)[1]["rows"]
            assert [row["cells"][0] for row in rows] == whole
        api.close()


def test_answers_are_json_only(api: Api) -> None:
    assert api.get(NODES, accept=f"{PROTOBUF},application/json")[0] == 200
    assert api.get(NODES, accept=PROTOBUF)[0] == 406
    code, status = api.call("POST", NODES, b"metadata: {name: new}", "application/yaml")
    assert (code, status["reason"]) == (415, "UnsupportedMediaType")


def test_malformed_pods_and_deeply_nested_bodies(api: Api) -> None:
    code, status = api.call("POST", PODS, {"metadata": {"name": "p"}, "spec": []})
    assert (code, status["reason"]) == (400, "BadRequest")
    assert "Go struct field Pod.spec of type v1.PodSpec" in status["message"]
    deep = b"[" * 100_000 + b"]" * 100_000
    assert api.call("POST", PODS, deep)[0] == 400
    assert api.patch("n0", deep)[0] == 400


def test_an_undecodable_user_agent_and_an_undecodable_body(api: Api) -> None:
    headers = {"User-Agent": "\xff", "Content-Type": "application/merge-patch+json"}
    patch = {"metadata": {"labels": {"a": "b"}}}
    assert api.send("PATCH", f"{NODES}/n0", patch, headers).status == 200
    assert api.get(NODES)[0] == 200
    broken = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert api.send("POST", NODES, b"no gzip", broken).status == 400


@pytest.mark.parametrize(
    "media_type",
    ["application/json-patch+json", "application/apply-patch+yaml", "application/apply-patch+cbor"],
)
def test_unsupported_patch_types_are_refused(api: Api, media_type: str) -> None:
    before = api.get(f"{NODES}/n0")
    code, status = api.patch("n0?fieldManager=t&force=true", b"[]", media_type)
    assert (code, status) == (
        415,
        {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": "415: Unsupported Media Type",
            "reason": "UnsupportedMediaType",
            "details": {},
            "code": 415,
        },
    )
    assert api.get(f"{NODES}/n0") == before


@pytest.mark.parametrize("path", ["/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1"])
def test_there_is_no_openapi(api: Api, path: str) -> None:
    assert api.send("GET", path).status == 404


def test_an_update_is_not_allowed(api: Api) -> None:
    code, status = api.call("PUT", f"{NODES}/n0", api.get(f"{NODES}/n0")[1])
    assert (code, status["reason"]) == (405, "MethodNotAllowed")


def test_the_options_of_a_write_that_only_name_its_owner_are_ignored(api: Api) -> None:
    patch = {"metadata": {"labels": {"a": "b"}}}
    code, after = api.patch("n0?fieldManager=t&fieldValidation=Strict", patch)
    assert (code, "managedFields" in after["metadata"]) == (200, False)


def test_a_long_list_of_finalizers_merges(api: Api) -> None:
    finalizers = {"metadata": {"finalizers": [f"example.com/{i}" for i in range(20_000)]}}
    assert api.patch("n0", finalizers, "application/strategic-merge-patch+json")[0] == 200


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("pods", {"spec": None}),
        ("pods", {"spec": {"containers": None}, "status": {"containerStatuses": [5]}}),
        ("events", {"lastTimestamp": "nonsense", "message": None, "involvedObject": []}),
        ("events", {"lastTimestamp": "2026-01-01"}),
    ],
)
def test_tables_of_unusual_objects(api: Api, path: str, item: dict[str, Any]) -> None:
    collection = f"/api/v1/namespaces/default/{path}"
    assert api.call("POST", collection, {**item, "metadata": {"name": "odd"}})[0] == 201
    assert api.get(collection, accept=TABLE)[1]["rows"]


def test_a_continue_token_of_the_future_is_refused(api: Api) -> None:
    for version in (10**9, 1e308, "5"):
        document = {"v": "meta.k8s.io/v1", "rv": version, "start": "/"}
        token = base64.urlsafe_b64encode(json.dumps(document).encode()).decode()
        assert api.get(f"{NODES}?continue={token}")[0] == 400


@pytest.mark.parametrize(
    "patch",
    [
        {"status": {"images": [{"sizeBytes": 10**30}]}},
        {"status": {"capacity": {"cpu": "...eee"}}},
        {"metadata": {"creationTimestamp": "2024-W01"}},
        {"metadata": {"creationTimestamp": "2024-01-01"}},
    ],
)
def test_values_out_of_range(api: Api, patch: dict[str, Any]) -> None:
    assert api.patch("n0/status", patch)[0] == 422


# Protobuf, which kubectl sends.


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field; short contents only."""
    return bytes([number << 3 | 2, len(content)]) + content


def envelope(message: bytes) -> bytes:
    type_meta = field(1, b"v1") + field(2, b"DeleteOptions")
    return b"k8s\0" + field(1, type_meta) + field(2, message)


GRACE_PERIOD = bytes([1 << 3, 30])


def test_delete_options_may_be_protobuf(api: Api) -> None:
    wrong = envelope(GRACE_PERIOD + field(2, field(1, b"another")))
    code, status = api.call("DELETE", f"{NODES}/n0", wrong, PROTOBUF)
    assert (code, status["reason"]) == (409, "Conflict")
    dry = envelope(GRACE_PERIOD + field(5, b"All"))
    assert api.call("DELETE", f"{NODES}/n0", dry, PROTOBUF)[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 200
    assert api.call("DELETE", f"{NODES}/n0", envelope(GRACE_PERIOD), PROTOBUF)[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 404


@given(st.binary(max_size=40))
def test_any_bytes_are_protobuf_or_a_bad_request(body: bytes) -> None:
    for read in (protobuf.delete_options, protobuf.eviction):
        with pytest.raises(StatusError, match="does not start with the prefix"):
            read(b"-" + body)
        try:
            read(b"k8s\0" + body)
        except StatusError as error:
            assert error.code == 400  # noqa: PT017


def test_an_eviction_may_be_protobuf(api: Api) -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"nodeName": "n0"}}
    assert api.call("POST", PODS, pod)[0] == 201
    path = f"{PODS}/p/eviction"
    named = field(1, field(1, b"p"))
    for message, code, left in (
        (field(1, field(1, b"q")), 400, 200),
        (named + field(2, field(5, b"All")), 201, 200),
        (named, 201, 404),
    ):
        assert api.call("POST", path, envelope(message), PROTOBUF)[0] == code
        assert api.get(f"{PODS}/p")[0] == left
