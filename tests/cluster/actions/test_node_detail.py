"""YAML output of a node parses back to the same node, with any text."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kubeimg_gui.cluster.actions.node_detail import node_yaml

texts = st.one_of(
    st.text(),
    st.text("ab \n\t'\"\\#:-|>", max_size=10),
    st.text("0123456789.-+_xobeEfFnyN~=<", max_size=6),
    st.sampled_from(["yes", "Null", "2026-01-01T00:00:00Z", "1:30", ".inf", "{}", "[]", "---"]),
)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


def node(annotations: dict[str, str], **metadata: Any) -> dict[str, Any]:
    metadata = {"name": "n0", **metadata, "annotations": annotations}
    return {"kind": "Node", "apiVersion": "v1", "metadata": metadata}


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


@given(st.dictionaries(texts, texts, max_size=4), values)
@example({"a": "\n one\n\n"}, None)
@example({"a": " \n"}, None)
@example({"a": "x\u2028y\n\u0085"}, None)
def test_yaml_round_trip(annotations: dict[str, str], status: Any) -> None:
    written = {**node(annotations), "status": status}
    text = node_yaml(encoded(written), managed_fields=False)
    assert yaml.safe_load(text) == written
    assert list(yaml.safe_load(text)) == ["apiVersion", "kind", "metadata", "status"]


@pytest.mark.parametrize(
    "text", ["y", "N", "on", "1e3", "1E-3", "08", "0o17", "0X1F", "0b1", "1_000", "-.5", "+1", "1."]
)
def test_ambiguous_text_is_quoted(text: str) -> None:
    shown = node_yaml(encoded(node({text: text})), managed_fields=False)
    assert f"\n    '{text}': '{text}'\n" in shown


@pytest.mark.parametrize("text", ["yen", "10.0.0.1", "v1.2", "1.2.3", "n0", "0xg", "1e", "nginx:1"])
def test_unambiguous_text_is_not_quoted(text: str) -> None:
    assert f"\n    a: {text}\n" in node_yaml(encoded(node({"a": text})), managed_fields=False)


def test_line_breaks_are_kept_and_long_lines_not_folded() -> None:
    shown = node_yaml(
        encoded(node({"lines": "one\n\n  two", "long": "a b " * 100})), managed_fields=False
    )
    assert "    lines: |-\n      one\n\n        two\n" in shown
    assert f"    long: '{'a b ' * 100}'\n" in shown


@pytest.mark.parametrize(("count", "words"), [(1, "1 entry"), (3, "3 entries")])
def test_managed_fields_are_counted_in_their_place(count: int, words: str) -> None:
    decoy = f"\n  managedFields: {count}\n"
    entries = [{"manager": "kubelet"}] * count
    rest = {"spec": {"managedFields": count}}
    body = encoded({**node({"a": decoy, "b": "x" + decoy}, managedFields=entries, uid="u"), **rest})
    short, whole = (node_yaml(body, managed_fields=shown) for shown in (False, True))
    assert f"\n  # managedFields: {words}, not shown\n  name: n0\n  uid: u\n" in short
    assert yaml.safe_load(short) == {**node({"a": decoy, "b": "x" + decoy}, uid="u"), **rest}
    assert yaml.safe_load(whole) == json.loads(body)


@pytest.mark.parametrize("entries", [None, []])
def test_without_managed_fields_nothing_is_counted(entries: Any) -> None:
    assert "#" not in node_yaml(encoded(node({}, managedFields=entries)), managed_fields=False)
