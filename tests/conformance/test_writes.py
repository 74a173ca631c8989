"""Creation of nodes, and bodies that are refused."""

from typing import Any

import pytest

from tests.support.api import NODES, Api


def node(api: Api, name: str) -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


def test_creation(api: Api) -> None:
    code, created = api.call("POST", NODES, {"metadata": {"name": "new"}})
    assert (code, created["kind"], created["apiVersion"]) == (201, "Node", "v1")
    assert created["metadata"]["uid"]
    assert created["metadata"]["creationTimestamp"]
    assert node(api, "new") == created
    code, status = api.call("POST", NODES, {"metadata": {"name": "new"}})
    assert (code, status["reason"]) == (409, "AlreadyExists")
    assert status["message"] == 'nodes "new" already exists'
    assert status["details"] == {"name": "new", "kind": "nodes"}


def test_a_node_is_created_with_its_status(api: Api) -> None:
    images = [{"names": ["redis:7"], "sizeBytes": 5}]
    new = {"metadata": {"name": "new"}, "status": {"images": images, "capacity": {"cpu": 4}}}
    _, created = api.call("POST", NODES, new)
    assert created["status"]["images"] == images
    assert created["status"]["capacity"] == {"cpu": "4"}


def test_the_server_sets_its_own_fields(api: Api) -> None:
    claimed = {
        "name": "new",
        "uid": "mine",
        "creationTimestamp": "2001-01-01T00:00:00Z",
        "namespace": "x",
    }
    _, created = api.call("POST", NODES, {"metadata": claimed})
    metadata = created["metadata"]
    assert metadata["uid"] != "mine"
    assert not metadata["creationTimestamp"].startswith("2001")
    assert "namespace" not in metadata


def test_a_name_may_be_made_by_the_server(api: Api) -> None:
    _, created = api.call("POST", NODES, {"metadata": {"generateName": "gen-"}})
    name = created["metadata"]["name"]
    assert name.startswith("gen-")
    assert len(name) == len("gen-") + 5
    assert created["metadata"]["generateName"] == "gen-"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (
            {},
            422,
            'Node "" is invalid: metadata.name: Required value: name or generateName is required',
        ),
        (
            {"metadata": {"name": "new", "resourceVersion": "5"}},
            500,
            "resourceVersion should not be set on objects to be created",
        ),
        (
            {"metadata": {"name": "new"}, "kind": "Pod", "apiVersion": "v1"},
            400,
            'Pod in version "v1" cannot be handled as a Node: converting (v1.Pod) to (core.Node): '
            "unknown conversion",
        ),
        (
            {"metadata": {"name": "new"}, "kind": "Odd", "apiVersion": "v1"},
            400,
            'Odd in version "v1" cannot be handled as a Node: no kind "Odd" is registered for '
            'version "v1"',
        ),
        (
            {"metadata": {"name": "new"}, "spec": []},
            400,
            'Node in version "v1" cannot be handled as a Node: json: cannot unmarshal array into '
            "Go struct field Node.spec of type v1.NodeSpec",
        ),
        (
            {"metadata": {"name": "new"}, "status": {"images": [{"sizeBytes": 5.5}]}},
            400,
            'Node in version "v1" cannot be handled as a Node: json: cannot unmarshal number 5.5 '
            "into Go struct field ContainerImage.status.images.sizeBytes of type int64",
        ),
        (["new"], 400, "the object provided is unrecognized (must be of type Node): couldn't get"),
    ],
)
def test_a_node_that_cannot_be_created(api: Api, body: Any, code: int, message: str) -> None:
    answered, status = api.call("POST", NODES, body)
    assert (answered, status["kind"], status["code"]) == (code, "Status", code)
    assert status["message"].startswith(message)
    assert api.get(f"{NODES}/new")[0] == 404


def test_bodies_that_cannot_be_read(api: Api) -> None:
    code, status = api.call("POST", NODES, b"{")
    assert (code, status["reason"]) == (400, "BadRequest")
    assert "json parse error" in status["message"]
    code, status = api.call("POST", NODES, b"x", "text/plain")
    assert (code, status["reason"]) == (415, "UnsupportedMediaType")
    large = {"metadata": {"name": "new", "annotations": {"a": "x" * 3_200_000}}}
    code, status = api.call("POST", NODES, large)
    assert (code, status["reason"]) == (413, "RequestEntityTooLarge")
    assert status["message"] == "Request entity too large: limit is 3145728"


def test_namespaces_must_exist_and_match(api: Api) -> None:
    spec = {"containers": [{"name": "c", "image": "redis:7"}]}
    pod = {"metadata": {"name": "p"}, "spec": spec}
    code, status = api.call("POST", "/api/v1/namespaces/none/pods", pod)
    assert (code, status["message"]) == (404, 'namespaces "none" not found')
    assert status["details"] == {"name": "none", "kind": "namespaces"}
    other = {"metadata": {"name": "p", "namespace": "other"}, "spec": spec}
    code, status = api.call("POST", "/api/v1/namespaces/default/pods", other)
    assert code == 400
    assert "namespace of the provided object does not match" in status["message"]
