"""Fields as paths, and who owns them: properties of the formats and of apply."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.demo.errors import StatusError
from kubeimg_gui.demo.field_sets import (
    Path,
    applied_fields,
    decode_fields,
    encode_fields,
    fields_of,
    remove_field,
    told,
)
from kubeimg_gui.demo.kinds import NODE, POD
from kubeimg_gui.demo.ownership import APPLY, UPDATE, Manager, applied, with_owners

ELEMENTS = st.sampled_from(["f:a", "f:b", "f:.", 'k:{"type":"x"}', 'v:"x"'])
PATHS = st.sets(st.lists(ELEMENTS, min_size=1, max_size=4).map(tuple))
NODE_ITEM: dict[str, Any] = {
    "metadata": {
        "name": "n",
        "uid": "u",
        "labels": {"a.example/b": "1"},
        "finalizers": ["example.com/x"],
    },
    "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "images": [{"names": ["x"], "sizeBytes": 1}],
        "nodeInfo": {"osImage": "Debian"},
    },
}
NODE_FIELDS = [
    ".metadata.labels",
    ".metadata.labels.a.example/b",
    ".metadata.finalizers",
    '.metadata.finalizers[="example.com/x"]',
    ".spec.taints",
    ".status.conditions",
    '.status.conditions[type="Ready"]',
    '.status.conditions[type="Ready"].type',
    '.status.conditions[type="Ready"].status',
    ".status.images",
    ".status.nodeInfo.osImage",
]


@given(PATHS)
def test_a_set_of_fields_survives_its_format(paths: set[Path]) -> None:
    assert (decode_fields(encode_fields(paths)) if paths else paths) == paths


def test_the_fields_of_a_node() -> None:
    assert [told(path) for path in fields_of(NODE, NODE_ITEM)] == NODE_FIELDS


def test_a_configuration_claims_maps_and_lists_only_where_they_are_empty() -> None:
    claimed = applied_fields(fields_of(NODE, NODE_ITEM))
    inner = {".metadata.labels", ".metadata.finalizers", ".status.conditions"}
    assert {told(path) for path in claimed} == set(NODE_FIELDS) - inner


def test_of_kinds_that_are_not_known_lists_are_values() -> None:
    pod = {"metadata": {"name": "p"}, "spec": {"containers": [{"name": "c"}], "a": {"b": 1}}}
    assert [told(path) for path in fields_of(POD, pod)] == [".spec.containers", ".spec.a.b"]


@pytest.mark.parametrize(
    "path",
    [path for path in fields_of(NODE, NODE_ITEM) if path[-1] != "f:type"],  # it names its item
    ids=told,
)
def test_a_field_that_is_removed_takes_what_is_in_it_along(path: Path) -> None:
    fields = fields_of(NODE, NODE_ITEM)
    left = {other for other in fields if other[: len(path)] != path}
    assert set(fields_of(NODE, remove_field(NODE_ITEM, path))) == left


LABELS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"))


def node(labels: dict[str, str]) -> dict[str, Any]:
    metadata = {"name": "n", **({"labels": labels} if labels else {})}
    return {"kind": "Node", "apiVersion": "v1", "metadata": metadata}


@given(LABELS, st.lists(st.tuples(st.sampled_from("xy"), LABELS, st.booleans()), max_size=5))
def test_what_was_applied_last_is_there_and_stays(
    labels: dict[str, str], applies: list[tuple[str, dict[str, str], bool]]
) -> None:
    item = with_owners(NODE, None, node(labels), Manager("creator", UPDATE, ""))
    for name, wanted, force in applies:
        manager = Manager(name, APPLY, "")
        try:
            item = applied(NODE, item, node(wanted), manager, force=force)
        except StatusError as error:
            assert (error.code, force) == (409, False)  # noqa: PT017
            continue
        held = item["metadata"].get("labels", {})
        assert wanted.items() <= held.items()
        assert applied(NODE, item, node(wanted), manager, force=False) == item
        entries = item["metadata"].get("managedFields", [])
        owned = set[Path]().union(*(decode_fields(entry["fieldsV1"]) for entry in entries))
        assert owned >= {path for path in fields_of(NODE, item) if path[2:]}, "each has an owner"
