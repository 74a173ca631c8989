"""Lists: versions, pages, selectors, and the queries that make no sense."""

from typing import Any

import pytest
import urllib3

from tests.support.api import NODES, Api
from tests.support.scripted_server import image_json
from tests.support.served import Served

ALL = [f"n{i}" for i in range(5)]


def listed(api: Api, query: str = "") -> dict[str, Any]:
    code, answer = api.get(f"{NODES}?{query}")
    assert code == 200, answer
    return answer


def names(answer: dict[str, Any]) -> list[str]:
    return [item["metadata"]["name"] for item in answer["items"]]


def version(api: Api) -> str:
    return listed(api)["metadata"]["resourceVersion"]


def continued(answer: dict[str, Any]) -> str:
    return f"continue={answer['metadata']['continue']}"


def change(api: Api) -> None:
    """One node leaves, one joins, one is labelled."""
    api.call("DELETE", f"{NODES}/n1")
    api.call("POST", NODES, {"metadata": {"name": "n9"}})
    api.patch("n2", {"metadata": {"labels": {"x": "y"}}})


def test_a_list_is_ordered_and_carries_a_version(api: Api) -> None:
    answer = listed(api)
    assert (answer["kind"], answer["apiVersion"], names(answer)) == ("NodeList", "v1", ALL)
    newest = max(int(item["metadata"]["resourceVersion"]) for item in answer["items"])
    assert int(answer["metadata"]["resourceVersion"]) >= newest
    assert set(answer["metadata"]) == {"resourceVersion"}


def test_the_items_of_a_list_do_not_repeat_their_kind(api: Api) -> None:
    assert {key for item in listed(api)["items"] for key in item} == {"metadata", "spec", "status"}
    assert api.get(f"{NODES}/n0")[1]["kind"] == "Node"


def test_pages_are_consistent_while_nodes_change(api: Api) -> None:
    first = listed(api, "limit=2")
    assert (names(first), first["metadata"]["remainingItemCount"]) == (["n0", "n1"], 3)
    api.call("DELETE", f"{NODES}/n2")
    second = listed(api, f"limit=2&{continued(first)}")
    assert (names(second), second["metadata"]["remainingItemCount"]) == (["n2", "n3"], 1)
    third = listed(api, f"limit=2&{continued(second)}")
    assert names(third) == ["n4"]
    assert set(third["metadata"]) == {"resourceVersion"}
    versions = {page["metadata"]["resourceVersion"] for page in (first, second, third)}
    assert len(versions) == 1


def test_a_page_that_holds_the_rest_is_the_last(api: Api) -> None:
    for limit in ("5", "9", "0", "-1"):
        assert "continue" not in listed(api, f"limit={limit}")["metadata"]


def test_pages_of_a_selection_may_be_empty_and_do_not_tell_how_many_remain(api: Api) -> None:
    first = listed(api, "limit=1&labelSelector=pool%3Dgpu")
    assert names(first) == ["n0"]
    assert set(first["metadata"]) == {"resourceVersion", "continue"}
    second = listed(api, f"limit=1&labelSelector=pool%3Dgpu&{continued(first)}")
    assert names(second) == []
    assert "continue" not in second["metadata"]


def test_an_expired_page_offers_to_go_on_with_what_there_is_now(served: Served) -> None:
    api = served.api
    first = listed(api, "limit=2")
    api.call("DELETE", f"{NODES}/n2")
    served.forget_history()
    code, status = api.get(f"{NODES}?limit=2&{continued(first)}")
    assert (code, status["code"], status["reason"]) == (410, 410, "Expired")
    assert status["message"].startswith("The provided continue parameter is too old")
    assert names(listed(api, f"limit=9&{continued(status)}")) == ["n3", "n4"]


def test_a_list_at_an_exact_version_is_what_was_then(api: Api) -> None:
    before = version(api)
    change(api)
    exactly = f"resourceVersion={before}&resourceVersionMatch=Exact"
    assert names(listed(api, exactly)) == ALL
    assert names(listed(api, f"{exactly}&labelSelector=x")) == []
    assert listed(api, exactly)["metadata"]["resourceVersion"] == before


def test_a_list_not_older_than_a_version_is_new(api: Api) -> None:
    before = version(api)
    change(api)
    newest = version(api)
    query = f"resourceVersion={newest}"
    for match in ("", "&resourceVersionMatch=NotOlderThan"):
        assert names(listed(api, query + match)) == ["n0", "n2", "n3", "n4", "n9"]
    assert len(names(listed(api, f"resourceVersion={before}&limit=2"))) == 2


def test_an_exact_version_that_is_forgotten_is_expired(served: Served) -> None:
    before = version(served.api)
    served.forget_history()
    query = f"resourceVersion={before}&resourceVersionMatch=Exact"
    code, status = served.api.get(f"{NODES}?{query}")
    assert (code, status["reason"]) == (410, "Expired")


def test_version_zero_ignores_the_limit(api: Api) -> None:
    assert names(listed(api, "resourceVersion=0&limit=2")) == ALL


def test_a_version_of_the_future(api: Api) -> None:
    code, status = api.get(f"{NODES}?resourceVersion=99999999")
    assert (code, status["reason"]) == (504, "Timeout")
    assert status["message"].startswith("Timeout: Too large resource version: 99999999, current: ")
    assert status["details"] == {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "resourceVersion=abc",
            'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: '
            'parsing "abc": invalid syntax',
        ),
        (
            f"resourceVersion={'9' * 5000}",
            "invalid resource version: resourceVersion: Invalid value",
        ),
        ("limit=x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("timeoutSeconds=x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("continue=nonsense", "invalid continue token: continue key is not valid: "),
        ("continue=e30&resourceVersion=5", "invalid continue token: continue key is not valid: "),
    ],
)
def test_invalid_numbers_and_tokens_are_refused(api: Api, query: str, message: str) -> None:
    code, status = api.get(f"{NODES}?{query}")
    assert (code, status["reason"], "details" in status) == (400, "BadRequest", False)
    assert status["message"].startswith(message)


def test_a_page_carries_its_own_version(api: Api) -> None:
    following = continued(listed(api, "limit=1"))
    code, status = api.get(f"{NODES}?limit=1&resourceVersion=5&{following}")
    assert (code, status["message"]) == (
        400,
        "specifying resource version is not allowed when using continue",
    )
    assert names(listed(api, f"limit=1&resourceVersion=0&{following}")) == ALL[1:]


MATCH = "resourceVersionMatch"
UNLESS = (MATCH, f"Forbidden: {MATCH} is forbidden unless resourceVersion is provided")


@pytest.mark.parametrize(
    ("query", "causes"),
    [
        ("resourceVersionMatch=Exact", [UNLESS]),
        ("resourceVersionMatch=NotOlderThan", [UNLESS]),
        (
            "resourceVersionMatch=Exact&resourceVersion=0",
            [(MATCH, f'Forbidden: {MATCH} "exact" is forbidden for resourceVersion "0"')],
        ),
        (
            "resourceVersionMatch=Roughly&resourceVersion=1",
            [
                (
                    MATCH,
                    'Unsupported value: "Roughly": supported values: "Exact", "NotOlderThan", ""',
                )
            ],
        ),
        (
            "resourceVersionMatch=Exact&continue=x",
            [UNLESS, (MATCH, f"Forbidden: {MATCH} is forbidden when continue is provided")],
        ),
        (
            "sendInitialEvents=true",
            [("sendInitialEvents", "Forbidden: sendInitialEvents is forbidden for list")],
        ),
        (
            "watch=true&resourceVersionMatch=NotOlderThan",
            [
                (
                    MATCH,
                    f"Forbidden: {MATCH} is forbidden for watch unless sendInitialEvents is "
                    "provided",
                )
            ],
        ),
        (
            "watch=true&sendInitialEvents=true&resourceVersionMatch=Exact",
            [
                (
                    MATCH,
                    f"Forbidden: sendInitialEvents requires setting {MATCH} to NotOlderThan",
                ),
                (MATCH, 'Unsupported value: "Exact": supported values: "NotOlderThan"'),
            ],
        ),
    ],
)
def test_options_that_do_not_go_together(
    api: Api, query: str, causes: list[tuple[str, str]]
) -> None:
    code, status = api.get(f"{NODES}?{query}")
    assert (code, status["reason"]) == (422, "Invalid")
    details = status["details"]
    assert (details["kind"], details["group"]) == ("ListOptions", "meta.k8s.io")
    assert [(cause["field"], cause["message"]) for cause in details["causes"]] == causes
    problems = [f"{field}: {message}" for field, message in causes]
    why = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    assert status["message"] == f'ListOptions.meta.k8s.io "" is invalid: {why}'


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("labelSelector=pool%3Dgpu", ["n0"]),
        ("labelSelector=pool%3D%3Dgpu", ["n0"]),
        ("labelSelector=pool!%3Dgpu", ["n1", "n2", "n3", "n4"]),
        ("labelSelector=pool+in+(gpu,web)", ALL),
        ("labelSelector=pool+in+()", []),
        ("labelSelector=pool+notin+(gpu),pool", ["n1", "n2", "n3", "n4"]),
        ("labelSelector=!zone", ["n1", "n2", "n3", "n4"]),
        ("labelSelector=zone", ["n0"]),
        ("labelSelector=zone%3D", []),
        ("labelSelector=zone!%3D", ALL),
        ("labelSelector=zone+in+(,a)", ["n0"]),
        ("labelSelector=zone%3E1", []),
        ("labelSelector=+pool+%3D+gpu+,+zone+", ["n0"]),
        ("fieldSelector=metadata.name%3Dn3", ["n3"]),
        ("fieldSelector=metadata.name%3Dn3,metadata.name!%3Dn3", []),
        ("fieldSelector=spec.unschedulable%3Dtrue", []),
        ("fieldSelector=spec.unschedulable!%3Dtrue&labelSelector=zone%3Da", ["n0"]),
    ],
)
def test_selectors(api: Api, query: str, expected: list[str]) -> None:
    assert names(listed(api, query)) == expected


def test_labels_are_compared_as_numbers_where_asked(api: Api) -> None:
    for name, rank in (("n1", "5"), ("n2", "12"), ("n3", "3"), ("n4", "high")):
        assert api.patch(name, {"metadata": {"labels": {"rank": rank}}})[0] == 200
    assert names(listed(api, "labelSelector=rank%3E5")) == ["n2"]
    assert names(listed(api, "labelSelector=rank%3C5")) == ["n3"]


def test_cordoned_nodes_can_be_selected(api: Api) -> None:
    api.patch("n2", {"spec": {"unschedulable": True}})
    assert names(listed(api, "fieldSelector=spec.unschedulable%3Dtrue")) == ["n2"]


NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
OPERATORS = "in, notin, =, ==, !=, gt, lt"


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("a%3D%3D%3Db", "unable to parse requirement: found '=', expected: identifier"),
        ("a!", f"unable to parse requirement: found '!', expected: {OPERATORS}"),
        ("a+b", f"unable to parse requirement: found 'b', expected: {OPERATORS}"),
        ("a+in+b", "unable to parse requirement: found 'b' expected: '('"),
        ("a+in+(b", "unable to parse requirement: found '', expected: ',' or ')'"),
        (",", "found ',', expected: !, identifier, or 'end of string'"),
        ("%3Da", "found '=', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a%3Db+c", "found 'c', expected: ',' or 'end of string'"),
        ("-a", f'unable to parse requirement: <nil>: Invalid value: "-a": {NAME_PART}'),
        (
            "a" * 64,
            f'unable to parse requirement: <nil>: Invalid value: "{"a" * 64}": name part must be '
            "no more than 63 bytes",
        ),
        (
            "A.b/c",
            'unable to parse requirement: <nil>: Invalid value: "A.b/c": prefix part a lowercase '
            "RFC 1123 subdomain must consist of",
        ),
        (
            "a%3D-b",
            'unable to parse requirement: values[0][a]: Invalid value: "-b": a valid label must be '
            "an empty string or consist of",
        ),
        (
            "a%3Ex",
            "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' "
            "operators, the value must be an integer",
        ),
    ],
)
def test_label_selectors_that_do_not_parse(api: Api, selector: str, message: str) -> None:
    code, status = api.get(f"{NODES}?labelSelector={selector}")
    assert (code, status["reason"]) == (400, "BadRequest")
    assert status["message"].startswith(message)


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("spec.podCIDR%3Dx", "field label not supported: spec.podCIDR"),
        ("metadata.namespace%3Dx", "field label not supported: metadata.namespace"),
        ("x", "invalid selector: 'x'; can't understand 'x'"),
        ("a%3Db%3Dc", "invalid field selector: unescaped character in value: 61"),
    ],
)
def test_field_selectors_that_do_not_parse(api: Api, selector: str, message: str) -> None:
    code, status = api.get(f"{NODES}?fieldSelector={selector}")
    assert (code, status["reason"], status["message"]) == (400, "BadRequest", message)


def test_large_lists_are_compressed_for_those_who_ask(api: Api) -> None:
    api.set_images("n0", [image_json(f"registry.example/app-{i}:v1", i) for i in range(3000)])

    def ask(encoding: str) -> urllib3.BaseHTTPResponse:
        return api.send("GET", NODES, headers={"Accept-Encoding": encoding})

    zipped, plain = ask("gzip"), ask("identity")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert zipped.json() == plain.json()
