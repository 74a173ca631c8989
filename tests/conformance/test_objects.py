"""Creation, updates, deletion and its conditions, finalizers, dry runs, evictions."""

from typing import Any

import pytest
from api import MERGE, NODES, Api

PODS = "/api/v1/namespaces/default/pods"
POD_SPEC = {
    "nodeName": "n0",
    "terminationGracePeriodSeconds": 0,
    "containers": [{"name": "c", "image": "redis:7"}],
}


def node(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


# Creation.


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


def test_the_server_sets_what_is_its_own(api: Api) -> None:
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
    pod = {"metadata": {"name": "p"}, "spec": POD_SPEC}
    code, status = api.call("POST", "/api/v1/namespaces/none/pods", pod)
    assert (code, status["message"]) == (404, 'namespaces "none" not found')
    assert status["details"] == {"name": "none", "kind": "namespaces"}
    other = {"metadata": {"name": "p", "namespace": "other"}, "spec": POD_SPEC}
    code, status = api.call("POST", PODS, other)
    assert code == 400
    assert "namespace of the provided object does not match" in status["message"]


# Updates.


def test_an_update_of_an_old_version_is_a_conflict(api: Api) -> None:
    old = node(api)
    api.patch("n0", {"metadata": {"labels": {"x": "y"}}})
    code, status = api.call("PUT", f"{NODES}/n0", old)
    assert (code, status["reason"]) == (409, "Conflict")
    assert "the object has been modified" in status["message"]
    current = node(api)
    assert api.call("PUT", f"{NODES}/n0", current) == (200, current)


def test_an_update_replaces_all_but_what_the_server_keeps(api: Api) -> None:
    before = node(api)
    code, after = api.call("PUT", f"{NODES}/n0", {"metadata": {"name": "n0"}})
    assert (code, after["status"]) == (200, before["status"])
    assert "labels" not in after["metadata"]
    for kept in ("uid", "creationTimestamp"):
        assert after["metadata"][kept] == before["metadata"][kept]
    images = [{"names": ["put:1"], "sizeBytes": 1}]
    status = {"metadata": {"name": "n0"}, "status": {"images": images}}
    code, after = api.call("PUT", f"{NODES}/n0/status", status)
    assert (code, after["status"]["images"]) == (200, images)


@pytest.mark.parametrize(
    ("name", "body", "code", "message"),
    [
        (
            "n0",
            {"metadata": {"name": "n1"}},
            400,
            "the name of the object (n1) does not match the name on the URL (n0)",
        ),
        (
            "n0",
            {},
            400,
            "the name of the object (n0 based on URL) was undeterminable: name must be provided",
        ),
        ("none", {"metadata": {"name": "none"}}, 404, 'nodes "none" not found'),
    ],
)
def test_an_update_that_cannot_be(
    api: Api, name: str, body: dict[str, Any], code: int, message: str
) -> None:
    answered, status = api.call("PUT", f"{NODES}/{name}", body)
    assert (answered, status["message"]) == (code, message)


def test_an_update_of_another_uid_is_a_conflict(api: Api) -> None:
    body = {"metadata": {"name": "n0", "uid": "another"}}
    code, status = api.call("PUT", f"{NODES}/n0", body)
    assert (code, status["reason"]) == (409, "Conflict")
    uid = node(api)["metadata"]["uid"]
    assert status["message"].endswith(
        f"Precondition failed: UID in precondition: another, UID in object meta: {uid}"
    )


# Deletion.


def test_deletion_and_its_preconditions(api: Api) -> None:
    uid, version = (node(api)["metadata"][field] for field in ("uid", "resourceVersion"))
    path = f"{NODES}/n0"
    code, status = api.call("DELETE", path, {"preconditions": {"uid": "another"}})
    assert (code, status["reason"]) == (409, "Conflict")
    assert status["message"] == (
        'Operation cannot be fulfilled on Node "n0": the UID in the precondition (another) does '
        f"not match the UID in record ({uid}). The object might have been deleted and then "
        "recreated"
    )
    assert status["details"] == {"name": "n0", "kind": "Node"}
    code, status = api.call("DELETE", path, {"preconditions": {"resourceVersion": "1"}})
    assert (code, status["message"]) == (
        409,
        'Operation cannot be fulfilled on Node "n0": the ResourceVersion in the precondition (1) '
        f"does not match the ResourceVersion in record ({version}). The object might have been "
        "modified",
    )
    options = {"preconditions": {"uid": uid}, "gracePeriodSeconds": 10}
    code, status = api.call("DELETE", path, options)
    assert (code, status["kind"], status["status"]) == (200, "Status", "Success")
    assert status["details"] == {"name": "n0", "kind": "nodes", "uid": uid}
    code, status = api.call("DELETE", path)
    assert (code, status["message"]) == (404, 'nodes "n0" not found')


def test_a_grace_period_does_not_delay_the_deletion_of_a_node(api: Api) -> None:
    assert api.call("DELETE", f"{NODES}/n0", {"gracePeriodSeconds": 3600})[0] == 200
    assert api.get(f"{NODES}/n0")[0] == 404


def test_a_node_of_the_same_name_is_another_one(api: Api) -> None:
    uid = node(api)["metadata"]["uid"]
    api.call("DELETE", f"{NODES}/n0")
    api.call("POST", NODES, {"metadata": {"name": "n0"}})
    assert api.call("DELETE", f"{NODES}/n0", {"preconditions": {"uid": uid}})[0] == 409
    assert node(api)["metadata"]["uid"] != uid


DELETE_OPTIONS = 'DeleteOptions.meta.k8s.io "" is invalid: '


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            {"propagationPolicy": "x"},
            422,
            f'{DELETE_OPTIONS}propagationPolicy: Unsupported value: "x": supported values: '
            '"Foreground", "Background", "Orphan", "nil"',
        ),
        (
            {"dryRun": ["some"]},
            422,
            f'{DELETE_OPTIONS}dryRun: Unsupported value: ["some"]: supported values: "All"',
        ),
        (
            {"dryRun": "All"},
            400,
            "json: cannot unmarshal string into Go struct field DeleteOptions.dryRun of type "
            "[]string",
        ),
        (
            {"gracePeriodSeconds": "x"},
            400,
            "json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds "
            "of type int64",
        ),
        ({"kind": "Pod", "apiVersion": "v1"}, 400, 'no kind "Pod" is registered for version "v1"'),
        ([], 400, "couldn't get version/kind; json parse error: "),
        (b"{", 400, "couldn't get version/kind; json parse error: "),
    ],
)
def test_options_that_make_no_sense_delete_nothing(
    api: Api, options: Any, code: int, message: str
) -> None:
    answered, status = api.call("DELETE", f"{NODES}/n0", options)
    assert (answered, status["code"]) == (code, code)
    assert status["message"].startswith(message)
    assert api.get(f"{NODES}/n0")[0] == 200


# Finalizers.


def test_a_finalizer_holds_a_node(api: Api) -> None:
    path = f"{NODES}/n0"
    api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    code, held = api.call("DELETE", path)
    assert (code, held["kind"]) == (200, "Node")
    assert held["metadata"]["deletionTimestamp"]
    assert held["metadata"]["deletionGracePeriodSeconds"] == 0
    assert node(api) == held
    assert api.call("DELETE", path) == (200, held), "asking again changes nothing"

    more = {"finalizers": ["example.com/hold", "example.com/more"]}
    code, status = api.patch("n0", {"metadata": more})
    assert (code, status["details"]["causes"]) == (
        422,
        [
            {
                "reason": "FieldValueForbidden",
                "message": "Forbidden: no new finalizers can be added if the object is being "
                'deleted, found new finalizers []string{"example.com/more"}',
                "field": "metadata.finalizers",
            }
        ],
    )
    _, labelled = api.patch("n0", {"metadata": {"labels": {"a": "b"}, "deletionTimestamp": None}})
    assert labelled["metadata"]["deletionTimestamp"] == held["metadata"]["deletionTimestamp"]
    assert api.patch("n0", {"metadata": {"finalizers": None}})[0] == 200
    assert api.get(path)[0] == 404


# Dry runs.


def test_a_dry_run_stores_nothing(api: Api) -> None:
    before = node(api)
    path = f"{NODES}/n0"
    patch = {"metadata": {"labels": {"x": "y"}}}
    code, answered = api.call("PATCH", f"{path}?dryRun=All", patch, MERGE)
    assert (code, answered["kind"]) == (200, "Node")
    assert answered["metadata"]["labels"]["x"] == "y"
    code, answered = api.call("PUT", f"{path}?dryRun=All", {"metadata": {"name": "n0"}})
    assert (code, "labels" in answered["metadata"]) == (200, False)
    assert api.call("DELETE", path, {"dryRun": ["All"]})[0] == 200
    code, status = api.call("DELETE", f"{path}?dryRun=All")
    assert (code, status["status"]) == (200, "Success")
    assert node(api) == before
    code, created = api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "new"}})
    assert (code, created["kind"], bool(created["metadata"]["uid"])) == (201, "Node", True)
    assert api.get(f"{NODES}/new")[0] == 404
    assert api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "n0"}})[0] == 409


def test_a_dry_run_tells_what_would_be_refused(api: Api) -> None:
    patch = {"metadata": {"labels": {"-": "y"}}}
    assert api.call("PATCH", f"{NODES}/n0?dryRun=All", patch, MERGE)[0] == 422
    wrong = {"dryRun": ["All"], "preconditions": {"uid": "another"}}
    assert api.call("DELETE", f"{NODES}/n0", wrong)[0] == 409


def test_a_dry_run_of_the_deletion_of_a_held_node(api: Api) -> None:
    _, before = api.patch("n0", {"metadata": {"finalizers": ["example.com/hold"]}})
    code, held = api.call("DELETE", f"{NODES}/n0", {"dryRun": ["All"]})
    assert (code, held["kind"]) == (200, "Node")
    assert held["metadata"]["deletionTimestamp"]
    assert node(api) == before


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", NODES, "CreateOptions"),
        ("PUT", f"{NODES}/n0", "UpdateOptions"),
        ("PATCH", f"{NODES}/n0", "PatchOptions"),
        ("DELETE", f"{NODES}/n0", "DeleteOptions"),
    ],
)
def test_options_of_writes(api: Api, method: str, path: str, kind: str) -> None:
    media_type = MERGE if method == "PATCH" else "application/json"
    body = None if method == "DELETE" else {"metadata": {"name": "n0"}}
    code, status = api.call(method, f"{path}?dryRun=some", body, media_type)
    assert (code, status["message"]) == (
        422,
        f'{kind}.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["some"]: supported values: '
        '"All"',
    )
    assert (status["details"]["kind"], status["details"]["group"]) == (kind, "meta.k8s.io")
    if method != "DELETE":
        code, status = api.call(method, f"{path}?fieldManager={'x' * 129}", body, media_type)
        assert (code, status["details"]["causes"][0]["message"]) == (
            422,
            "Too long: may not be more than 128 bytes",
        )


# Pods.


def test_a_pod_is_evicted(api: Api) -> None:
    code, _ = api.call("POST", PODS, {"metadata": {"name": "p"}, "spec": POD_SPEC})
    assert code == 201
    path = f"{PODS}/p/eviction"
    unnamed: dict[str, Any]
    for unnamed in ({}, {"metadata": {"name": "q"}}):
        code, status = api.call("POST", path, unnamed)
        assert (code, status["message"]) == (
            400,
            "name in URL does not match name in Eviction object",
        )
    eviction: dict[str, Any] = {"metadata": {"name": "p"}}
    dry = {**eviction, "deleteOptions": {"dryRun": ["All"]}}
    assert api.call("POST", path, dry)[0] == 201
    assert api.get(f"{PODS}/p")[0] == 200
    code, status = api.call("POST", path, eviction)
    assert (code, status["status"], status["code"]) == (201, "Success", 201)
    assert api.get(f"{PODS}/p")[0] == 404
    assert api.call("POST", path, eviction)[0] == 404


def test_pods_are_listed_by_node_in_one_namespace_and_in_all(api: Api) -> None:
    for name, on in (("a", "n0"), ("b", "n0"), ("c", "n1")):
        pod = {"metadata": {"name": name}, "spec": {**POD_SPEC, "nodeName": on}}
        assert api.call("POST", PODS, pod)[0] == 201
    for path, expected in (
        ("/api/v1/pods", ["a", "b"]),
        (PODS, ["a", "b"]),
        ("/api/v1/namespaces/kube-system/pods", []),
    ):
        listed = api.get(f"{path}?fieldSelector=spec.nodeName%3Dn0")[1]
        assert [item["metadata"]["name"] for item in listed["items"]] == expected
