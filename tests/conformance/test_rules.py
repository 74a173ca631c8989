"""The rules that labels, annotations, finalizers and taints must keep."""

from typing import Any

import pytest

from tests.support.api import NODES, Api

ENDS = "must start and end with an alphanumeric character"
NAME_EXAMPLE = (
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
NAME = f"must consist of alphanumeric characters, '-', '_' or '.', and {ENDS} {NAME_EXAMPLE}"
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
    f" and {ENDS} (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
DOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    f"'.', and {ENDS} (e.g. 'example.com', regex used for validation is "
    r"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
KEY = (
    f"a valid label key {NAME} with an optional DNS subdomain prefix and '/' (e.g. "
    "'example.com/MyName')"
)
LABELS, ANNOTATIONS = "metadata.labels", "metadata.annotations"


def invalid(value: str, rule: str) -> str:
    return f'Invalid value: "{value}": {rule}'


@pytest.mark.parametrize(
    ("patch", "field", "messages"),
    [
        ({"labels": {"-a": "x"}}, LABELS, [invalid("-a", f"name part {NAME}")]),
        ({"labels": {"A.B/c": "x"}}, LABELS, [invalid("A.B/c", f"prefix part {DOMAIN}")]),
        ({"labels": {"a/b/c": "x"}}, LABELS, [invalid("a/b/c", KEY)]),
        (
            {"labels": {"a" * 64: "x"}},
            LABELS,
            [invalid("a" * 64, "name part must be no more than 63 bytes")],
        ),
        ({"labels": {"a": "not allowed!"}}, LABELS, [invalid("not allowed!", VALUE)]),
        ({"labels": {"a": "x" * 64}}, LABELS, [invalid("x" * 64, "must be no more than 63 bytes")]),
        (
            {"annotations": {"": "x"}},
            ANNOTATIONS,
            [invalid("", "name part must be non-empty"), invalid("", f"name part {NAME}")],
        ),
        ({"annotations": {"-bad-": "x"}}, ANNOTATIONS, [invalid("-bad-", f"name part {NAME}")]),
        (
            {"annotations": {"/a": "x"}},
            ANNOTATIONS,
            [invalid("/a", "prefix part must be non-empty")],
        ),
        (
            {"annotations": {"a": "x" * 262_144}},
            ANNOTATIONS,
            ["Too long: may not be more than 262144 bytes"],
        ),
        (
            {"finalizers": ["x"]},
            "metadata.finalizers[0]",
            [invalid("x", "name is neither a standard finalizer name nor is it fully qualified")],
        ),
        (
            {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "x"}]},
            "metadata.ownerReferences[0].uid",
            ["Required value: must not be empty"],
        ),
    ],
)
def test_a_rule_that_is_broken(
    api: Api, patch: dict[str, Any], field: str, messages: list[str]
) -> None:
    code, status = api.patch("n0", {"metadata": patch})
    assert (code, status["reason"]) == (422, "Invalid")
    assert (status["details"]["name"], status["details"]["kind"]) == ("n0", "Node")
    causes = status["details"]["causes"]
    assert [(cause["field"], cause["message"]) for cause in causes] == [
        (field, message) for message in messages
    ]
    problems = [f"{field}: {message}" for message in messages]
    why = problems[0] if len(problems) == 1 else f"[{', '.join(problems)}]"
    assert status["message"] == f'Node "n0" is invalid: {why}'


def test_all_broken_rules_are_reported(api: Api) -> None:
    code, status = api.patch("n0", {"metadata": {"labels": {"-a": "-x", "b": "-"}}})
    assert code == 422
    causes = status["details"]["causes"]
    assert sorted(cause["message"].split('"')[1] for cause in causes) == ["-", "-a", "-x"]


def test_annotation_keys_are_checked_in_lower_case_and_label_keys_are_not(api: Api) -> None:
    assert api.patch("n0", {"metadata": {"annotations": {"Example.COM/Key": "x"}}})[0] == 200
    assert api.patch("n0", {"metadata": {"labels": {"Example.COM/Key": "x"}}})[0] == 422


def test_annotations_may_hold_as_much_as_fits_and_no_more(api: Api) -> None:
    fits = {"metadata": {"annotations": {"a": "x" * 262_143}}}
    assert api.patch("n0", fits)[0] == 200
    assert api.patch("n0", {"metadata": {"annotations": {"b": "多" * 10}}})[0] == 422


EFFECTS = '"NoSchedule", "PreferNoSchedule", "NoExecute"'


@pytest.mark.parametrize(
    ("taint", "field", "message"),
    [
        ({"key": "a"}, "effect", "Required value"),
        (
            {"key": "a", "effect": "No"},
            "effect",
            f'Unsupported value: "No": supported values: {EFFECTS}',
        ),
        ({"key": "-a", "effect": "NoSchedule"}, "key", invalid("-a", f"name part {NAME}")),
        ({"key": "a", "value": "!", "effect": "NoSchedule"}, "value", invalid("!", VALUE)),
        ({"effect": "NoSchedule"}, "key", invalid("", "name part must be non-empty")),
    ],
)
def test_a_taint_that_breaks_a_rule(
    api: Api, taint: dict[str, str], field: str, message: str
) -> None:
    code, status = api.patch("n0", {"spec": {"taints": [taint]}})
    assert code == 422
    cause = status["details"]["causes"][0]
    assert (cause["field"], cause["message"]) == (f"metadata.taints[0].{field}", message)


def test_taints_are_unique_by_key_and_effect(api: Api) -> None:
    taint = {"key": "a", "value": "v", "effect": "NoSchedule"}
    other = {**taint, "effect": "NoExecute"}
    assert api.patch("n0", {"spec": {"taints": [taint, other]}})[0] == 200
    code, status = api.patch("n0", {"spec": {"taints": [taint, {**taint, "value": "w"}]}})
    assert code == 422
    assert status["details"]["causes"] == [
        {
            "reason": "FieldValueDuplicate",
            "message": 'Duplicate value: {"Key":"a","Value":"w","Effect":"NoSchedule",'
            '"TimeAdded":null}: taints must be unique by key and effect pair',
            "field": "metadata.taints[1]",
        }
    ]


@pytest.mark.parametrize("name", ["Not A Name", "-a", "a_b", "x" * 254])
def test_an_invalid_name_is_refused(api: Api, name: str) -> None:
    code, status = api.call("POST", NODES, {"metadata": {"name": name}})
    assert (code, status["details"]["name"]) == (422, name)
    rule = "must be no more than 253 characters" if len(name) > 253 else DOMAIN
    assert [cause["message"] for cause in status["details"]["causes"]] == [invalid(name, rule)]
