"""Lists, gets and watches, as a real API server answers them."""

from typing import Any

import pytest
from api import NODES, Api

from kubeimg_gui.demo.serve import DemoCluster

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def names(listed: dict[str, Any]) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


def test_discovery_names_what_is_served(api: Api) -> None:
    assert api.get("/api")[1]["versions"] == ["v1"]
    _, resources = api.get("/api/v1")
    assert {"nodes", "nodes/status", "pods", "events"} <= {
        r["name"] for r in resources["resources"]
    }
    assert api.get("/version")[1]["major"] == "1"
    assert api.get("/apis")[1]["kind"] == "APIGroupList"


def test_a_list_carries_its_version_and_is_ordered(api: Api) -> None:
    code, listed = api.get(NODES)
    assert (code, listed["kind"], names(listed)) == (200, "NodeList", [f"n{i}" for i in range(5)])
    assert int(listed["metadata"]["resourceVersion"]) >= int(
        max(item["metadata"]["resourceVersion"] for item in listed["items"])
    )


def test_pages_are_consistent_while_nodes_change(api: Api) -> None:
    _, first = api.get(f"{NODES}?limit=2")
    assert names(first) == ["n0", "n1"]
    assert first["metadata"]["remainingItemCount"] == 3
    api.call("DELETE", f"{NODES}/n2")
    _, second = api.get(f"{NODES}?limit=2&continue={first['metadata']['continue']}")
    assert names(second) == ["n2", "n3"]
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    _, third = api.get(f"{NODES}?limit=2&continue={second['metadata']['continue']}")
    assert names(third) == ["n4"]
    assert "continue" not in third["metadata"]


def test_a_forgotten_page_is_expired(api: Api, cluster: DemoCluster) -> None:
    _, first = api.get(f"{NODES}?limit=2")
    cluster.compact()
    code, status = api.get(f"{NODES}?limit=2&continue={first['metadata']['continue']}")
    assert (code, status["reason"]) == (410, "Expired")


@pytest.mark.parametrize(
    ("query", "code", "reason"),
    [
        ("continue=nonsense", 400, "BadRequest"),
        ("resourceVersion=abc", 400, "BadRequest"),
        ("limit=x", 400, "BadRequest"),
        ("resourceVersion=99999999", 504, "Timeout"),
        ("resourceVersionMatch=NotOlderThan", 422, "Invalid"),
        ("labelSelector=a%3D%3D%3Db", 400, "BadRequest"),
        ("fieldSelector=spec.podCIDR%3Dx", 400, "BadRequest"),
    ],
)
def test_a_list_that_makes_no_sense(api: Api, query: str, code: int, reason: str) -> None:
    answered, status = api.get(f"{NODES}?{query}")
    assert (answered, status["kind"], status["reason"]) == (code, "Status", reason)


def test_version_zero_ignores_the_limit(api: Api) -> None:
    assert len(api.get(f"{NODES}?resourceVersion=0&limit=2")[1]["items"]) == 5


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("labelSelector=pool%3Dgpu", ["n0"]),
        ("labelSelector=pool+notin+(gpu),pool", ["n1", "n2", "n3", "n4"]),
        ("labelSelector=!zone", ["n1", "n2", "n3", "n4"]),
        ("fieldSelector=metadata.name%3Dn3", ["n3"]),
        ("fieldSelector=spec.unschedulable%3Dtrue", []),
        ("fieldSelector=spec.unschedulable!%3Dtrue&labelSelector=zone%3Da", ["n0"]),
    ],
)
def test_selectors(api: Api, query: str, expected: list[str]) -> None:
    assert names(api.get(f"{NODES}?{query}")[1]) == expected


def test_what_is_not_there(api: Api) -> None:
    code, status = api.get(f"{NODES}/none")
    assert (code, status["message"]) == (404, 'nodes "none" not found')
    code, status = api.get("/api/v1/unheardof")
    assert (code, status["reason"]) == (404, "NotFound")


def test_tables_are_what_kubectl_prints(api: Api) -> None:
    _, table = api.get(NODES, accept=TABLE)
    assert table["kind"] == "Table"
    assert [c["name"] for c in table["columnDefinitions"] if not c["priority"]] == [
        *("Name", "Status", "Roles", "Age", "Version")
    ]
    assert table["rows"][0]["cells"][:2] == ["n0", "Ready"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"
    _, one = api.get(f"{NODES}/n1?includeObject=Object", accept=TABLE)
    assert one["rows"][0]["object"]["kind"] == "Node"


def test_large_lists_are_compressed_for_those_who_ask(cluster: DemoCluster, api: Api) -> None:
    import urllib3

    images = [{"names": [f"registry.example/app-{i}:v1"], "sizeBytes": i} for i in range(3000)]
    api.set_images("n0", images)
    pool = urllib3.PoolManager()
    asked = pool.request("GET", cluster.url + NODES, headers={"Accept-Encoding": "gzip"})
    plain = pool.request("GET", cluster.url + NODES)
    assert asked.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert asked.json() == plain.json()
    pool.clear()


# Watches.


def version(api: Api) -> str:
    return api.get(NODES)[1]["metadata"]["resourceVersion"]


def test_a_watch_tells_what_happens_after_its_version(api: Api) -> None:
    start = version(api)
    api.patch("n0", {"metadata": {"labels": {"x": "y"}}})
    with api.watch(f"resourceVersion={start}") as events:
        modified = next(events)
        api.call("DELETE", f"{NODES}/n1")
        deleted = next(events)
    assert (modified["type"], modified["object"]["metadata"]["labels"]["x"]) == ("MODIFIED", "y")
    assert (deleted["type"], deleted["object"]["metadata"]["name"]) == ("DELETED", "n1")
    assert int(deleted["object"]["metadata"]["resourceVersion"]) > int(
        modified["object"]["metadata"]["resourceVersion"]
    )


@pytest.mark.parametrize("query", ["resourceVersion=0", ""])
def test_a_watch_without_version_begins_with_what_exists(api: Api, query: str) -> None:
    with api.watch(query) as events:
        assert [next(events)["type"] for _ in range(5)] == ["ADDED"] * 5


def test_a_streaming_list_ends_with_its_bookmark(api: Api) -> None:
    query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    with api.watch(query) as events:
        assert [next(events)["type"] for _ in range(5)] == ["ADDED"] * 5
        bookmark = next(events)
    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_streaming_list_must_say_what_it_matches(api: Api) -> None:
    code, status = api.get(f"{NODES}?watch=true&sendInitialEvents=true")
    assert (code, status["reason"]) == (422, "Invalid")


def test_a_forgotten_version_is_an_error_event(api: Api, cluster: DemoCluster) -> None:
    start = version(api)
    api.patch("n0", {"metadata": {"labels": {"x": "y"}}})
    cluster.compact()
    with api.watch(f"resourceVersion={start}") as events:
        error = next(events)
        assert list(events) == []
    assert (error["type"], error["object"]["code"], error["object"]["reason"]) == (
        "ERROR",
        410,
        "Expired",
    )


def test_objects_enter_and_leave_a_selector(api: Api) -> None:
    with api.watch(f"resourceVersion={version(api)}&labelSelector=hot") as events:
        api.patch("n1", {"metadata": {"labels": {"hot": "yes"}}})
        entered = next(events)
        api.patch("n1", {"metadata": {"labels": {"hot": None}}})
        left = next(events)
    assert (entered["type"], left["type"]) == ("ADDED", "DELETED")
    assert left["object"]["metadata"]["labels"]["hot"] == "yes"


def test_bookmarks_come_when_asked_for_and_a_watch_has_an_end(api: Api) -> None:
    start = version(api)
    with api.watch(f"resourceVersion={start}&allowWatchBookmarks=true&timeoutSeconds=1") as events:
        told = list(events)
    assert {event["type"] for event in told} == {"BOOKMARK"}
    assert len(told) >= 3
    assert {event["object"]["metadata"]["resourceVersion"] for event in told} == {start}


def test_a_watch_may_be_a_table(api: Api, cluster: DemoCluster) -> None:
    import json

    import urllib3

    pool = urllib3.PoolManager()
    answer = pool.request(
        "GET",
        f"{cluster.url}{NODES}?watch=true",
        headers={"Accept": TABLE},
        preload_content=False,
        timeout=10,
    )
    event = json.loads(next(answer.stream()).split(b"\n")[0])
    answer.close()
    pool.clear()
    assert event["object"]["kind"] == "Table"
    assert event["object"]["rows"][0]["cells"][0] == "n0"


def test_watches_can_be_cut(api: Api, cluster: DemoCluster) -> None:
    with api.watch("resourceVersion=0") as events:
        for _ in range(5):
            next(events)
        cluster.disconnect_watchers()
        assert list(events) == []
