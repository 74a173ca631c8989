"""Label and field selectors: matches and errors."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.kinds import EVENT, NODE, POD
from kubeimg_gui.demo.selectors import parse_selection

KEYS = st.sampled_from(["a", "b", "pool", "example.com/zone"])
VALUES = st.sampled_from(["", "1", "2", "gpu", "web"])
LABELS = st.dictionaries(KEYS, VALUES)


def node(labels: dict[str, str], **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "n", "labels": labels}, "spec": spec}


def matches(selector: str, labels: dict[str, str]) -> bool:
    return parse_selection(NODE, "", selector, "")(node(labels))


@given(LABELS, KEYS, VALUES)
def test_a_requirement_and_its_negation_partition_all_objects(
    labels: dict[str, str], key: str, value: str
) -> None:
    for one, other in (
        (f"{key}={value}", f"{key}!={value}"),
        (f"{key} in ({value})", f"{key} notin ({value})"),
        (key, f"!{key}"),
    ):
        assert matches(one, labels) is not matches(other, labels)


@given(LABELS, KEYS, VALUES)
def test_equality_is_a_set_of_one(labels: dict[str, str], key: str, value: str) -> None:
    expected = labels.get(key) == value
    for selector in (f"{key}={value}", f"{key} == {value}", f" {key} in ( {value or ','} ) "):
        assert matches(selector, labels) is expected


@given(LABELS, st.lists(st.tuples(KEYS, VALUES), max_size=3))
def test_all_requirements_must_match(labels: dict[str, str], wanted: list[tuple[str, str]]) -> None:
    selector = ",".join(f"{key}={value}" for key, value in wanted)
    assert matches(selector, labels) is all(labels.get(key) == value for key, value in wanted)


@given(st.text(alphabet="ab =!<>,().-/in1", max_size=12))
def test_any_text_is_a_selector_or_a_bad_request(text: str) -> None:
    try:
        selection = parse_selection(NODE, "", text, "")
    except StatusError as error:
        refused = error.code
    else:
        refused = 0
        selection(node({"a": "1"}))
    assert refused in (0, 400)


@pytest.mark.parametrize(
    ("selector", "labels", "matched"),
    [
        ("a>1", {"a": "2"}, True),
        ("a>1", {"a": "1"}, False),
        ("a<1", {"a": "x"}, False),
        ("a<1", {}, False),
        ("a in (x, y),!b", {"a": "y"}, True),
    ],
)
def test_order_and_sets(selector: str, labels: dict[str, str], matched: bool) -> None:
    assert matches(selector, labels) is matched


@pytest.mark.parametrize(
    "selector",
    ["a b", "a,,b", "a,", "=x", "a in b", "a in (x", "-a", "a=b c", "a=-", "a>x", "a/b/c"],
)
def test_invalid_selectors(selector: str) -> None:
    with pytest.raises(StatusError, match=r"expected:|Invalid value:"):
        parse_selection(NODE, "", selector, "")


def test_fields_of_each_kind() -> None:
    cordoned = parse_selection(NODE, "", "", "spec.unschedulable=true")
    assert cordoned(node({}, unschedulable=True))
    assert not cordoned(node({}))
    on_n = parse_selection(POD, "", "", "spec.nodeName=n,metadata.name!=p")
    assert on_n({"metadata": {"name": "q"}, "spec": {"nodeName": "n"}})
    assert not on_n({"metadata": {"name": "p"}, "spec": {"nodeName": "n"}})
    about = parse_selection(EVENT, "", "", "involvedObject.kind=Node,involvedObject.uid=")
    assert about({"metadata": {"name": "e"}, "involvedObject": {"kind": "Node"}})
    with pytest.raises(StatusError, match=r"field label not supported: spec\.podCIDR"):
        parse_selection(NODE, "", "", "spec.podCIDR=x")
    with pytest.raises(StatusError, match="can't understand 'nonsense'"):
        parse_selection(NODE, "", "", "nonsense")
