"""A list that is requested once, in pages, for a report."""

from collections.abc import Callable
from typing import Any

import pytest

from kubeimg_gui.cluster.errors import ApiError, InvalidResponseError, ReadTimeoutError
from kubeimg_gui.cluster.resources import NODES, PODS, Selector
from kubeimg_gui.cluster.timeouts import Timeouts
from kubeimg_gui.cluster.watch.pager import ListPage, list_once, list_pages
from kubeimg_gui.cluster.wire.negotiation import ACCEPTED
from tests.cluster.scripts import GONE
from tests.support.fixtures import Serve
from tests.support.pods import pod_json, pod_list_json
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, list_json, node_json, status_json


def in_turn(*bodies: dict[str, Any]) -> Callable[[Request], None]:
    """Answers each request with the next body, and with the code of a Status."""
    left = iter(bodies)

    def script(request: Request) -> None:
        body = next(left)
        request.answer(body, body.get("code", 200))

    return script


def page(*nodes: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    body = list_json(*nodes)
    body["metadata"] |= metadata
    return body


def test_records_come_by_key_and_unreadable_objects_by_name(serve: Serve) -> None:
    server = serve(
        in_turn(
            page(node_json("c"), node_json("sick", images=5), **{"continue": "token"}),
            page(node_json("a"), node_json("b")),
        )
    )
    selected = NODES.select(Selector("pool=web"))
    records, unreadable = list_once(connection_to(server.url), selected)
    assert [record.name for record in records] == ["a", "b", "c"]
    assert unreadable == ["sick"]
    assert [request.query for request in server.requests] == [
        {"limit": "500", "labelSelector": "pool=web"},
        {"limit": "500", "labelSelector": "pool=web", "continue": "token"},
    ]
    assert {request.headers["accept"] for request in server.requests} == {ACCEPTED}


def test_pods_come_by_namespace_and_name(serve: Serve) -> None:
    server = serve(in_turn(pod_list_json(pod_json("b"), pod_json("a"))))
    records, _ = list_once(connection_to(server.url), PODS)
    assert [record.key for record in records] == ["shop/a", "shop/b"]


def test_expired_pages_are_replaced_by_one_that_holds_everything(serve: Serve) -> None:
    first = page(node_json("old"), **{"continue": "token"})
    server = serve(in_turn(first, GONE, page(node_json("a"))))
    records, _ = list_once(connection_to(server.url), NODES)
    assert [record.name for record in records] == ["a"]
    assert server.requests[2].query == {}


def test_any_other_error_is_raised_without_another_request(serve: Serve) -> None:
    server = serve(in_turn(status_json(403, "Forbidden", "cannot list")))
    with pytest.raises(ApiError, match="cannot list"):
        list_once(connection_to(server.url), NODES)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (page() | {"kind": "PodList"}, "is not a NodeList"),
        (page(resourceVersion=""), "carries no resourceVersion"),
    ],
)
def test_a_body_that_is_not_the_list_is_an_invalid_response(
    serve: Serve, body: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidResponseError, match=message):
        list_once(connection_to(serve(in_turn(body)).url), NODES)


def pages(serve: Serve, *bodies: dict[str, Any], **query: str) -> tuple[list[Any], list[Request]]:
    server = serve(in_turn(*bodies))
    found = list_pages(connection_to(server.url), NODES, query, codecs=NODES.codecs())
    return list(found), server.requests


def test_each_page_says_how_many_objects_follow(serve: Serve) -> None:
    found, _ = pages(serve, page(remainingItemCount=7, **{"continue": "token"}), page())
    assert found == [ListPage([], [], 7, "10"), ListPage([], [], None, "10")]


def test_a_continue_token_replaces_the_version(serve: Serve) -> None:
    query = {"resourceVersion": "5", "resourceVersionMatch": "NotOlderThan"}
    _, requests = pages(serve, page(**{"continue": "token"}), page(), **query)
    assert [request.query for request in requests] == [
        {"limit": "500", **query},
        {"limit": "500", "continue": "token"},
    ]


def test_a_silent_server_is_given_up_after_the_silence_time(serve: Serve) -> None:
    server = serve(Request.hang)
    with pytest.raises(ReadTimeoutError):
        next(
            list_pages(
                connection_to(server.url, timeouts=Timeouts(silence_seconds=0.1)),
                NODES,
                {},
                codecs=NODES.codecs(),
            )
        )
