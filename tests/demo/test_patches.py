"""Patches as functions: properties that hold for all of them, and strategic merges of lists."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.kinds import POD
from kubeimg_gui.demo.patches import apply_patch, merge, strategic_merge
from tests.support.api import MERGE, STRATEGIC


def refusal(act: Callable[[], object]) -> int | None:
    """Return the code of the StatusError that a call raises, or None."""
    try:
        act()
    except StatusError as error:
        return error.code
    return None


json_objects = st.dictionaries(
    st.sampled_from(["a", "b", "conditions", "finalizers"]),
    st.none() | st.integers() | st.dictionaries(st.sampled_from("ab"), st.none() | st.integers()),
    max_size=3,
)
plain_objects = json_objects.filter(lambda value: None not in value.values())


@given(json_objects, json_objects)
def test_a_merge_patch_applied_twice_is_applied_once(
    original: dict[str, Any], patch: dict[str, Any]
) -> None:
    once = merge(original, patch)
    assert merge(once, patch) == once
    assert strategic_merge(original, patch) == once


@given(plain_objects)
def test_patching_does_not_change_the_original(original: dict[str, Any]) -> None:
    copied = dict(original)
    apply_patch(POD, MERGE, original, b'{"new": 1, "a": null}')
    assert original == copied


PATCH_KEYS = [
    *("a", "type", "conditions", "finalizers", "taints", "$patch"),
    *("$setElementOrder/conditions", "$deleteFromPrimitiveList/finalizers"),
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "delete", "replace"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(PATCH_KEYS),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["a", "conditions"]), json_values), json_values)
def test_any_patch_applies_or_is_refused(original: dict[str, Any], patch: Any) -> None:
    body = json.dumps(patch).encode()
    for way in (STRATEGIC, MERGE):
        refused = refusal(lambda way=way: apply_patch(POD, way, original, body))
        assert refused in (None, 400, 422, 500)


CONDITIONS = st.lists(
    st.fixed_dictionaries({"type": st.sampled_from("abc"), "status": st.sampled_from("01")}),
    unique_by=lambda condition: condition["type"],
)


@given(CONDITIONS, CONDITIONS)
def test_lists_with_a_merge_key_merge_by_it(
    original: list[dict[str, str]], patch: list[dict[str, str]]
) -> None:
    merged = strategic_merge({"conditions": original}, {"conditions": patch})["conditions"]
    types = [condition["type"] for condition in patch]
    assert [c["type"] for c in merged if c["type"] in types] == types, "in the order of the patch"
    states = {condition["type"]: condition["status"] for condition in (*original, *patch)}
    assert {condition["type"]: condition["status"] for condition in merged} == states
    gone = [{"$patch": "delete", "type": condition["type"]} for condition in original]
    assert strategic_merge({"conditions": original}, {"conditions": gone})["conditions"] == []
    replaced = {"conditions": [{"$patch": "replace"}, *patch]}
    assert strategic_merge({"conditions": original}, replaced)["conditions"] == patch


def test_sets_of_plain_values_merge_and_lose_members() -> None:
    original = {"finalizers": ["a", "b"]}
    assert strategic_merge(original, {"finalizers": ["b", "c"]}) == {"finalizers": ["a", "b", "c"]}
    without = {"$deleteFromPrimitiveList/finalizers": ["a"]}
    assert strategic_merge(original, without) == {"finalizers": ["b"]}
