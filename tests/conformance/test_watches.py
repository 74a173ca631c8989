"""Watches: their first events, the events that follow, and how they end."""

from typing import Any

import pytest

from tests.support.api import NODES, TABLE, Api
from tests.support.served import Served

STREAMING = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan"


def version(api: Api) -> str:
    return api.get(f"{NODES}?limit=1")[1]["metadata"]["resourceVersion"]


def type_and_name(event: dict[str, Any]) -> tuple[str, str]:
    return event["type"], event["object"]["metadata"]["name"]


def label(api: Api, name: str, value: str | None) -> None:
    code, answer = api.patch(name, {"metadata": {"labels": {"hot": value}}})
    assert code == 200, answer


ADDED = [("ADDED", f"n{i}") for i in range(5)]


def test_a_watch_reports_the_changes_after_its_version(api: Api) -> None:
    start = version(api)
    label(api, "n0", "y")
    with api.watch(f"resourceVersion={start}") as events:
        modified = next(events)
        api.call("DELETE", f"{NODES}/n1")
        deleted = next(events)
        api.call("POST", NODES, {"metadata": {"name": "n9"}})
        added = next(events)
    assert [type_and_name(event) for event in (modified, deleted, added)] == [
        ("MODIFIED", "n0"),
        ("DELETED", "n1"),
        ("ADDED", "n9"),
    ]
    assert modified["object"]["metadata"]["labels"]["hot"] == "y"
    assert modified["object"]["kind"] == "Node"
    assert deleted["object"]["status"]["images"] == [{"names": ["redis:7"], "sizeBytes": 5}]
    versions = [int(e["object"]["metadata"]["resourceVersion"]) for e in (modified, deleted, added)]
    assert versions == sorted(set(versions)), "a deletion has a version of its own"


def test_a_watch_resumes_where_another_ended(api: Api) -> None:
    with api.watch(f"resourceVersion={version(api)}") as events:
        label(api, "n0", "1")
        resume = next(events)["object"]["metadata"]["resourceVersion"]
    for value in ("2", "3"):
        label(api, "n0", value)
    with api.watch(f"resourceVersion={resume}") as events:
        values = [next(events)["object"]["metadata"]["labels"]["hot"] for _ in range(2)]
    assert values == ["2", "3"]


def test_a_patch_that_changes_nothing_sends_no_event(api: Api) -> None:
    label(api, "n0", "y")
    with api.watch(f"resourceVersion={version(api)}") as events:
        label(api, "n0", "y")
        label(api, "n1", "y")
        assert type_and_name(next(events)) == ("MODIFIED", "n1")


@pytest.mark.parametrize("query", ["resourceVersion=0", ""])
def test_a_watch_without_version_begins_with_what_exists(api: Api, query: str) -> None:
    with api.watch(query) as events:
        assert sorted(type_and_name(next(events)) for _ in range(5)) == ADDED


@pytest.mark.parametrize("value", ["true", "1", "yes"])
def test_anything_but_false_switches_a_watch_on(api: Api, value: str) -> None:
    with api.watch(f"watch={value}&timeoutSeconds=1") as events:
        assert len(list(events)) == 5
    assert api.get(f"{NODES}?watch=false")[1]["kind"] == "NodeList"
    assert api.get(f"{NODES}?watch=0")[1]["kind"] == "NodeList"


def test_a_streaming_list_ends_with_its_bookmark(api: Api) -> None:
    with api.watch(f"{STREAMING}&allowWatchBookmarks=true") as events:
        assert sorted(type_and_name(next(events)) for _ in range(5)) == ADDED
        bookmark = next(events)
        assert bookmark["type"] == "BOOKMARK"
        assert bookmark["object"]["kind"] == "Node"
        metadata = bookmark["object"]["metadata"]
        assert metadata["annotations"] == {"k8s.io/initial-events-end": "true"}
        assert int(metadata["resourceVersion"]) > 0
        label(api, "n2", "y")
        assert type_and_name(next(e for e in events if e["type"] != "BOOKMARK")) == (
            "MODIFIED",
            "n2",
        )


def test_a_streaming_list_without_bookmarks_has_no_end_mark(api: Api) -> None:
    with api.watch(f"{STREAMING}&timeoutSeconds=1") as events:
        assert sorted(type_and_name(event) for event in events) == ADDED


def test_a_watch_may_begin_without_what_exists(api: Api) -> None:
    query = "sendInitialEvents=false&resourceVersionMatch=NotOlderThan"
    with api.watch(f"{query}&timeoutSeconds=5") as events:
        label(api, "n3", "y")
        assert type_and_name(next(events)) == ("MODIFIED", "n3")


def test_a_forgotten_version_is_an_error_event(served: Served) -> None:
    start = version(served.api)
    label(served.api, "n0", "y")
    served.forget_history()
    with served.api.watch(f"resourceVersion={start}") as events:
        error = next(events)
        assert list(events) == [], "the error is the last event"
    status = error["object"]
    assert (error["type"], status["kind"]) == ("ERROR", "Status")
    assert (status["code"], status["reason"]) == (410, "Expired")
    assert status["message"].startswith(f"too old resource version: {start} (")


def test_a_version_of_the_future(api: Api) -> None:
    for query in (STREAMING, "allowWatchBookmarks=false"):
        with api.watch(f"{query}&resourceVersion=99999999&timeoutSeconds=1") as events:
            errors = [event["object"] for event in events if event["type"] == "ERROR"]
        if query == STREAMING:
            (status,) = errors
            assert (status["code"], status["reason"]) == (504, "Timeout")
            assert status["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"
        else:
            assert errors == [], "it waits for that version"


def test_an_invalid_version_is_a_server_error(api: Api) -> None:
    code, status = api.get(f"{NODES}?watch=true&resourceVersion=abc")
    assert (code, status["code"], "reason" in status) == (500, 500, False)
    assert status["message"] == (
        'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax'
    )


def test_objects_enter_and_leave_a_selector(api: Api) -> None:
    with api.watch(f"resourceVersion={version(api)}&labelSelector=hot") as events:
        label(api, "n1", "yes")
        entered = next(events)
        label(api, "n1", "very")
        stayed = next(events)
        label(api, "n1", None)
        left = next(events)
    assert [type_and_name(event) for event in (entered, stayed, left)] == [
        ("ADDED", "n1"),
        ("MODIFIED", "n1"),
        ("DELETED", "n1"),
    ]
    assert left["object"]["metadata"]["labels"]["hot"] == "very", "as it was when it still belonged"
    assert (
        left["object"]["metadata"]["resourceVersion"]
        == api.get(f"{NODES}/n1")[1]["metadata"]["resourceVersion"]
    )


def test_a_field_selector_watches_one_node(api: Api) -> None:
    query = "fieldSelector=metadata.name%3Dn2"
    with api.watch(f"resourceVersion={version(api)}&{query}") as events:
        label(api, "n1", "y")
        label(api, "n2", "y")
        assert type_and_name(next(events)) == ("MODIFIED", "n2")


def test_bookmarks_come_when_asked_for_and_a_watch_has_an_end(api: Api) -> None:
    since = f"resourceVersion={version(api)}"
    with (
        api.watch(f"{since}&allowWatchBookmarks=true&timeoutSeconds=4") as events,
        api.watch(f"{since}&timeoutSeconds=3") as without,
    ):
        label(api, "n0", "y")
        assert [event["type"] for event in without] == ["MODIFIED"]
        modified, *bookmarks = events
    assert {event["type"] for event in bookmarks} == {"BOOKMARK"}
    for bookmark in bookmarks:
        assert bookmark["object"]["kind"] == "Node"
        reached = int(bookmark["object"]["metadata"]["resourceVersion"])
        assert reached >= int(modified["object"]["metadata"]["resourceVersion"])


def test_a_held_node_is_modified_before_it_is_deleted(api: Api) -> None:
    api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    with api.watch(f"resourceVersion={version(api)}") as events:
        api.call("DELETE", f"{NODES}/n0")
        marked = next(events)
        api.patch("n0", {"metadata": {"finalizers": None}})
        deleted = next(events)
    assert [type_and_name(event) for event in (marked, deleted)] == [
        ("MODIFIED", "n0"),
        ("DELETED", "n0"),
    ]
    assert marked["object"]["metadata"]["deletionTimestamp"]


def test_a_watch_may_be_a_table(api: Api) -> None:
    with api.watch("resourceVersion=0&timeoutSeconds=1", accept=TABLE) as events:
        tables = [event["object"] for event in events]
    assert {table["kind"] for table in tables} == {"Table"}
    assert sorted(table["rows"][0]["cells"][0] for table in tables) == ALL_NAMES
    assert [len(table["columnDefinitions"] or ()) > 0 for table in tables] == [True, *[False] * 4]


ALL_NAMES = [name for _, name in ADDED]
