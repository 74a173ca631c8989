"""Versions of lists: exact ones, pages that stay consistent, pages that cannot."""

import pytest
from api import NODES, Api

from kubeimg_gui.demo.serve import DemoCluster


def names(api: Api, query: str) -> list[str]:
    code, listed = api.get(f"{NODES}?{query}")
    assert code == 200, listed
    return [item["metadata"]["name"] for item in listed["items"]]


def version(api: Api) -> str:
    return api.get(NODES)[1]["metadata"]["resourceVersion"]


def test_a_list_at_an_exact_version_is_what_was_then(api: Api) -> None:
    before = version(api)
    api.call("DELETE", f"{NODES}/n1")
    api.call("POST", NODES, {"metadata": {"name": "n9"}})
    api.patch("n2", {"metadata": {"labels": {"x": "y"}}})
    exactly = f"resourceVersion={before}&resourceVersionMatch=Exact"
    assert names(api, exactly) == ["n0", "n1", "n2", "n3", "n4"]
    assert names(api, f"{exactly}&labelSelector=x") == []
    assert names(api, f"resourceVersion={before}&limit=2") == ["n0", "n1"]
    newest = ["n0", "n2", "n3", "n4", "n9"]
    assert names(api, f"resourceVersion={before}") == newest
    assert names(api, f"resourceVersion={before}&resourceVersionMatch=NotOlderThan") == newest


def test_an_exact_version_that_is_forgotten_is_expired(api: Api, cluster: DemoCluster) -> None:
    before = version(api)
    cluster.compact()
    code, status = api.get(f"{NODES}?resourceVersion={before}&resourceVersionMatch=Exact")
    assert (code, status["reason"]) == (410, "Expired")


def test_an_expired_page_offers_to_go_on_with_what_there_is_now(
    api: Api, cluster: DemoCluster
) -> None:
    _, first = api.get(f"{NODES}?limit=2")
    api.call("DELETE", f"{NODES}/n2")
    cluster.compact()
    code, status = api.get(f"{NODES}?limit=2&continue={first['metadata']['continue']}")
    assert code == 410
    assert names(api, f"limit=9&continue={status['metadata']['continue']}") == ["n3", "n4"]


def test_pages_of_a_selection_do_not_tell_how_many_remain(api: Api) -> None:
    _, first = api.get(f"{NODES}?limit=1&labelSelector=!zone")
    assert [item["metadata"]["name"] for item in first["items"]] == ["n1"]
    assert "remainingItemCount" not in first["metadata"]
    rest = f"labelSelector=!zone&continue={first['metadata']['continue']}"
    assert names(api, rest) == ["n2", "n3", "n4"]


def test_a_page_that_holds_the_rest_is_the_last(api: Api) -> None:
    _, listed = api.get(f"{NODES}?limit=5")
    assert "continue" not in listed["metadata"]


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("resourceVersionMatch=Exact", "forbidden unless resourceVersion is provided"),
        ("resourceVersionMatch=Exact&resourceVersion=0", 'forbidden for resourceVersion "0"'),
        ("resourceVersionMatch=Roughly&resourceVersion=1", 'Unsupported value: "Roughly"'),
        ("sendInitialEvents=true", "sendInitialEvents is forbidden for list"),
        ("watch=true&resourceVersionMatch=NotOlderThan", "unless sendInitialEvents is provided"),
        ("watch=true&sendInitialEvents=true", "requires setting resourceVersionMatch"),
        ("watch=true&sendInitialEvents=true&resourceVersionMatch=Exact", "NotOlderThan"),
    ],
)
def test_options_that_do_not_go_together(api: Api, query: str, cause: str) -> None:
    code, status = api.get(f"{NODES}?{query}")
    assert (code, status["reason"]) == (422, "Invalid")
    assert status["message"].startswith('ListOptions.meta.k8s.io "" is invalid')
    assert cause in status["details"]["causes"][0]["message"]


def test_a_version_of_the_future(api: Api) -> None:
    code, status = api.get(f"{NODES}?resourceVersion=99999999")
    assert (code, status["details"]["causes"][0]["reason"]) == (504, "ResourceVersionTooLarge")
    streaming = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    with api.watch(f"{streaming}&resourceVersion=99999999") as events:
        (told,) = list(events)
    assert (told["type"], told["object"]["code"]) == ("ERROR", 504)


def test_a_watch_may_begin_without_what_exists(api: Api) -> None:
    query = "sendInitialEvents=false&resourceVersionMatch=NotOlderThan"
    with api.watch(f"{query}&timeoutSeconds=5") as events:
        api.patch("n3", {"metadata": {"labels": {"x": "y"}}})
        assert next(events)["type"] == "MODIFIED"


def test_a_streaming_list_without_bookmarks_has_no_end_mark(api: Api) -> None:
    query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1"
    with api.watch(query) as events:
        assert [event["type"] for event in events] == ["ADDED"] * 5


@pytest.mark.parametrize("count", [99, 100, 101, 250])
def test_long_lists_are_whole(count: int) -> None:
    nodes = [{"metadata": {"name": f"n{number:03}"}} for number in range(count)]
    with DemoCluster(nodes) as cluster:
        api = Api(cluster.url)
        listed = names(api, "")
        paged = names(api, "limit=60")
        api.close()
    assert listed == [f"n{number:03}" for number in range(count)]
    assert paged == listed[:60]
