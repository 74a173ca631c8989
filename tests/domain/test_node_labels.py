import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.node_labels import (
    LONGEST_LABEL,
    is_label,
    label_reader,
    label_value,
    labels_of,
    pool_label,
)
from tests.support.builders import node


def test_the_value_of_a_label_is_found_beside_labels_of_similar_names() -> None:
    found = node("a", labels=("pool.size=3", "pool=gpu=large", "pools=x"))
    assert label_value(found, "pool") == "gpu=large"
    assert label_value(found, "pool.size") == "3"
    assert label_value(found, "poo") is None


def test_labels_that_name_pools_come_first_and_zones_are_not_chosen_for_one() -> None:
    zone, arch = "topology.kubernetes.io/zone", "kubernetes.io/arch"
    nodes = [node("a", labels=("app=x", f"{arch}=amd64", "karpenter.sh/nodepool=p", f"{zone}=b"))]
    assert labels_of(nodes) == ["karpenter.sh/nodepool", zone, arch, "app"]
    assert pool_label(labels_of(nodes)) == "karpenter.sh/nodepool"
    assert pool_label([zone, "app"]) == ""


KEYS = st.sampled_from(["pool", "pool.size", "pools", "a", "z"])


@given(st.lists(st.dictionaries(KEYS, st.sampled_from(["", "x", "x=y", "pool="]))), KEYS)
def test_a_reader_finds_what_label_value_finds(nodes: list[dict[str, str]], label: str) -> None:
    read = label_reader(label, None)
    for labels in nodes:
        record = node("a", labels=tuple(sorted(f"{key}={value}" for key, value in labels.items())))
        assert read(record) == labels.get(label) == label_value(record, label)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("topology.kubernetes.io/zone", True),
        ("x" * LONGEST_LABEL, True),
        ("x" * (LONGEST_LABEL + 1), False),
        ("größe", True),
        ("", False),
        ("a=b", False),
        ("a b", False),
        ("a\n", False),
        ("\u202ea", False),
    ],
)
def test_what_can_be_the_key_of_a_label(text: str, expected: bool) -> None:
    assert is_label(text) is expected
