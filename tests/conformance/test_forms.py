"""Representations and endpoints of the API: Tables, media types, discovery, reviews, 404s."""

from typing import Any

import pytest

from tests.support.api import NODES, TABLE, Api

AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
PARTIAL = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"


def cells(table: dict[str, Any]) -> list[list[Any]]:
    return [row["cells"] for row in table["rows"]]


def test_tables_are_what_kubectl_prints(api: Api) -> None:
    api.patch("n1", {"spec": {"unschedulable": True}})
    _, table = api.get(NODES, accept=TABLE)
    assert (table["kind"], table["apiVersion"]) == ("Table", "meta.k8s.io/v1")
    assert [(c["name"], c["type"], c["priority"]) for c in table["columnDefinitions"]] == [
        *((n, "string", 0) for n in ("Name", "Status", "Roles", "Age", "Version")),
        *((n, "string", 1) for n in ("Internal-IP", "External-IP", "OS-Image", "Kernel-Version")),
        ("Container-Runtime", "string", 1),
    ]
    assert table["columnDefinitions"][0]["format"] == "name"
    first, second, *_ = cells(table)
    assert [*first[:3], *first[4:]] == [
        *("n0", "Ready", "<none>", ""),
        *("<none>", "<none>", "<unknown>", "<unknown>", "containerd://1.7.27"),
    ]
    assert second[:2] == ["n1", "Ready,SchedulingDisabled"]
    assert int(table["metadata"]["resourceVersion"]) > 0


def test_tables_carry_as_much_of_their_objects_as_is_asked_for(api: Api) -> None:
    def included(query: str) -> Any:
        return api.get(f"{NODES}/n1{query}", accept=AS_TABLE)[1]["rows"][0].get("object")

    assert included("")["kind"] == "PartialObjectMetadata"
    assert included("?includeObject=Metadata")["metadata"]["name"] == "n1"
    assert included("?includeObject=Object")["kind"] == "Node"
    assert included("?includeObject=None") is None
    code, status = api.get(f"{NODES}/n1?includeObject=Odd", accept=AS_TABLE)
    assert (code, status["message"]) == (
        400,
        'Unable to convert to Table as requested: includeObject: Invalid value: "Odd": must be '
        "'Metadata', 'Object', 'None', or empty",
    )


def test_tables_have_pages(api: Api) -> None:
    _, table = api.get(f"{NODES}?limit=2", accept=TABLE)
    assert [row[0] for row in cells(table)] == ["n0", "n1"]
    assert table["metadata"]["remainingItemCount"] == 3
    assert table["metadata"]["continue"]


def test_metadata_alone(api: Api) -> None:
    _, one = api.get(f"{NODES}/n0", accept=PARTIAL)
    assert (one["kind"], set(one)) == (
        "PartialObjectMetadata",
        {"kind", "apiVersion", "metadata"},
    )
    assert one["metadata"]["labels"] == {"pool": "gpu", "zone": "a"}
    _, listed = api.get(f"{NODES}?limit=2", accept=PARTIAL_LIST)
    assert (listed["kind"], len(listed["items"])) == ("PartialObjectMetadataList", 2)
    assert "status" not in listed["items"][0]


@pytest.mark.parametrize(
    ("accept", "code"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("text/html, application/json;q=0.9", 200),
        (f"{AS_TABLE.replace('v=v1', 'v=v9')},application/json", 200),
        ("application/json;as=Odd;v=v1;g=meta.k8s.io,application/json", 200),
        ("text/plain", 406),
        ("application/*", 406),
        (AS_TABLE.replace("v=v1", "v=v9"), 406),
        ("application/json;as=Odd;v=v1;g=meta.k8s.io", 406),
    ],
)
def test_what_a_client_reads(api: Api, accept: str, code: int) -> None:
    answered, answer = api.get(f"{NODES}/n0", accept=accept)
    assert (answered, answer["kind"]) == (code, "Node" if code == 200 else "Status")


# Discovery.


def test_discovery_lists_the_served_resources(api: Api) -> None:
    _, versions = api.get("/api")
    assert (versions["kind"], versions["versions"]) == ("APIVersions", ["v1"])
    _, groups = api.get("/apis")
    known = {group["name"]: group for group in groups["groups"]}
    assert known["policy"]["preferredVersion"] == {"groupVersion": "policy/v1", "version": "v1"}
    _, group = api.get("/apis/coordination.k8s.io")
    assert (group["kind"], group["name"]) == ("APIGroup", "coordination.k8s.io")


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("/api/v1", "nodes", ("node", False, "Node", ["no"])),
        ("/api/v1", "nodes/status", ("", False, "Node", None)),
        ("/api/v1", "pods", ("pod", True, "Pod", ["po"])),
        ("/api/v1", "pods/eviction", ("", True, "Eviction", None)),
        ("/api/v1", "events", ("event", True, "Event", ["ev"])),
        ("/api/v1", "namespaces", ("namespace", False, "Namespace", ["ns"])),
        ("/apis/coordination.k8s.io/v1", "leases", ("lease", True, "Lease", None)),
        (
            "/apis/policy/v1",
            "poddisruptionbudgets",
            ("poddisruptionbudget", True, "PodDisruptionBudget", ["pdb"]),
        ),
        (
            "/apis/authorization.k8s.io/v1",
            "selfsubjectaccessreviews",
            ("selfsubjectaccessreview", False, "SelfSubjectAccessReview", None),
        ),
    ],
)
def test_a_resource(api: Api, path: str, name: str, expected: tuple[Any, ...]) -> None:
    _, listed = api.get(path)
    assert listed["kind"] == "APIResourceList"
    (found,) = (resource for resource in listed["resources"] if resource["name"] == name)
    fields = ("singularName", "namespaced", "kind", "shortNames")
    assert tuple(found.get(field) for field in fields) == expected
    if "/" not in name and "reviews" not in name:
        assert {"create", "delete", "get", "list", "patch", "watch"} <= set(found["verbs"])


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_health(api: Api, path: str) -> None:
    answer = api.send("GET", path)
    assert (answer.status, answer.data) == (200, b"ok")


# What is not there.


@pytest.mark.parametrize(
    ("path", "message", "details"),
    [
        (f"{NODES}/none", 'nodes "none" not found', {"name": "none", "kind": "nodes"}),
        (
            "/apis/policy/v1/namespaces/default/poddisruptionbudgets/none",
            'poddisruptionbudgets.policy "none" not found',
            {"name": "none", "group": "policy", "kind": "poddisruptionbudgets"},
        ),
        ("/api/v1/unheardof", "the server could not find the requested resource", {}),
        (f"{NODES}/n0/unheardof", "the server could not find the requested resource", {}),
        ("/apis/policy/v9", "the server could not find the requested resource", {}),
    ],
)
def test_an_unknown_path_is_not_found(
    api: Api, path: str, message: str, details: dict[str, str]
) -> None:
    code, status = api.get(path)
    assert (code, status) == (
        404,
        {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "reason": "NotFound",
            "details": details,
            "code": 404,
        },
    )


@pytest.mark.parametrize("path", ["/nonsense", "/apis/nonsense"])
def test_outside_of_the_api_errors_are_plain_text(api: Api, path: str) -> None:
    answer = api.send("GET", path)
    assert (answer.status, answer.data) == (404, b"404 page not found\n")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", NODES),
        ("POST", f"{NODES}/n0"),
        ("DELETE", f"{NODES}/n0/status"),
        ("POST", "/api/v1/pods"),
        ("GET", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"),
    ],
)
def test_what_there_is_no_verb_for(api: Api, method: str, path: str) -> None:
    code, status = api.call(method, path, None if method == "GET" else {})
    assert (code, status["reason"], status["details"]) == (405, "MethodNotAllowed", {})
    assert status["message"] == "the server does not allow this method on the requested resource"


# Reviews.

ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.mark.parametrize(
    "spec",
    [
        {"resourceAttributes": {"verb": "patch", "resource": "nodes", "name": "n0"}},
        {"nonResourceAttributes": {"path": "/x", "verb": "get"}},
    ],
)
def test_an_admin_may_do_everything(api: Api, spec: dict[str, Any]) -> None:
    code, review = api.call("POST", ACCESS, {"spec": spec})
    assert (code, review["kind"], review["apiVersion"]) == (
        201,
        "SelfSubjectAccessReview",
        "authorization.k8s.io/v1",
    )
    assert (review["spec"], review["status"]) == (spec, {"allowed": True})


def test_reviews_that_ask_nothing(api: Api) -> None:
    bodies: tuple[dict[str, Any], ...] = ({}, {"spec": {}})
    for body in bodies:
        code, status = api.call("POST", ACCESS, body)
        assert (code, status["message"]) == (
            422,
            '.authorization.k8s.io "" is invalid: spec: Invalid value: null: exactly one of '
            "nonResourceAttributes or resourceAttributes must be specified",
        )
        assert status["details"]["group"] == "authorization.k8s.io"
    code, status = api.call("POST", ACCESS, {"kind": "Odd", "apiVersion": "v1"})
    assert (code, status["reason"]) == (400, "BadRequest")
    assert status["message"].startswith(
        'Odd in version "v1" cannot be handled as a SelfSubjectAccessReview: no kind "Odd" is '
    )
