"""Dry runs, and the other options of writes."""

from typing import Any

import pytest

from tests.support.api import MERGE, NODES, Api


def node(api: Api, name: str = "n0") -> dict[str, Any]:
    return api.get(f"{NODES}/{name}")[1]


def test_a_dry_run_stores_nothing(api: Api) -> None:
    before = node(api)
    path = f"{NODES}/n0"
    patch = {"metadata": {"labels": {"x": "y"}}}
    code, answered = api.call("PATCH", f"{path}?dryRun=All", patch, MERGE)
    assert (code, answered["kind"]) == (200, "Node")
    assert answered["metadata"]["labels"]["x"] == "y"
    assert api.call("DELETE", path, {"dryRun": ["All"]})[0] == 200
    code, status = api.call("DELETE", f"{path}?dryRun=All")
    assert (code, status["status"]) == (200, "Success")
    assert node(api) == before
    code, created = api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "new"}})
    assert (code, created["kind"], bool(created["metadata"]["uid"])) == (201, "Node", True)
    assert api.get(f"{NODES}/new")[0] == 404
    assert api.call("POST", f"{NODES}?dryRun=All", {"metadata": {"name": "n0"}})[0] == 409


def test_a_dry_run_reports_the_refusal(api: Api) -> None:
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
