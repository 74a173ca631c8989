"""Only a permission that the server definitely denies is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from kubeimg_gui.cluster.actions.access_review import Permission
from kubeimg_gui.cluster.errors import ApiError, ConnectionLostError
from kubeimg_gui.demo.serve import DemoCluster
from tests.support.fixtures import Serve, VerbsOn
from tests.support.scripted_server import Request, status_json

PATCH, DELETE = Permission("patch", "nodes"), Permission("delete", "nodes")
EVICT = Permission("create", "pods", subresource="eviction")


Ask = Callable[..., frozenset[Permission]]


@pytest.fixture
def ask(actions_on: VerbsOn) -> Ask:
    """Ask a server which permissions are missing."""

    def missing(url: str, *permissions: Permission) -> frozenset[Permission]:
        return actions_on(url).missing(permissions)

    return missing


@pytest.mark.parametrize(
    ("permission", "words"),
    [
        (PATCH, "patch nodes"),
        (EVICT, "create pods/eviction"),
        (Permission("update", "deployments", "apps", "scale"), "update deployments.apps/scale"),
    ],
)
def test_str_of_a_permission_uses_the_terms_of_rbac(permission: Permission, words: str) -> None:
    assert str(permission) == words


def test_an_admin_misses_no_permission(cluster: DemoCluster, ask: Ask) -> None:
    assert ask(cluster.url, PATCH, DELETE, EVICT) == frozenset()


def test_the_request_of_a_review(serve: Serve, ask: Ask) -> None:
    server = serve(lambda r: r.answer({"status": {"allowed": True}}, 201))
    ask(server.url, EVICT)
    (request,) = server.requests
    assert (request.method, request.path) == (
        "POST",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    )
    assert request.document == {
        "kind": "SelfSubjectAccessReview",
        "apiVersion": "authorization.k8s.io/v1",
        "spec": {
            "resourceAttributes": {
                "verb": "create",
                "resource": "pods",
                "group": "",
                "subresource": "eviction",
            }
        },
    }


def test_a_denied_permission_is_missing(serve: Serve, ask: Ask) -> None:
    def script(request: Request) -> None:
        verb = request.document["spec"]["resourceAttributes"]["verb"]
        request.answer({"status": {"allowed": verb == "patch"}}, 201)

    assert ask(serve(script).url, PATCH, DELETE) == {DELETE}


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ({"status": {"allowed": False}}, True),
        ({"status": {"allowed": False, "reason": "no role"}}, True),
        ({"status": {"allowed": True, "denied": True}}, True),
        ({"status": {"denied": True}}, True),
        ({"status": {"allowed": False, "denied": True, "evaluationError": "x"}}, True),
        ({"status": {"allowed": False, "evaluationError": "the webhook is down"}}, False),
        ({"status": {"allowed": True}}, False),
        ({"status": {}}, False),
        ({"status": {"allowed": None}}, False),
        ({"status": {"allowed": "no"}}, False),
        ({"status": None}, False),
        ({}, False),
        ([], False),
        (b"", False),
        (b"<h1>hello</h1>", False),
    ],
)
def test_only_a_definite_no_counts(serve: Serve, ask: Ask, answer: Any, missing: bool) -> None:
    server = serve(lambda r: r.answer(answer, 201))
    assert ask(server.url, PATCH) == ({PATCH} if missing else frozenset())


@pytest.mark.parametrize("code", [400, 403, 404, 422, 429, 500, 503])
def test_a_failed_review_denies_nothing(serve: Serve, ask: Ask, code: int) -> None:
    server = serve(lambda r: r.answer(status_json(code, "X", "no reviews here"), code))
    assert ask(server.url, PATCH, DELETE) == frozenset()


def test_a_review_raises_without_login_or_connection(serve: Serve, ask: Ask) -> None:
    server = serve(lambda r: r.answer(status_json(401, "Unauthorized", "who are you?"), 401))
    with pytest.raises(ApiError, match="who are you"):
        ask(server.url, PATCH)
    with pytest.raises(ConnectionLostError):
        ask(serve(lambda r: r.reset()).url, PATCH)
