"""The page about the filter: its terms can be read, and its examples show what it says."""

import re
from pathlib import Path

import pytest

from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.query import Comparison, Field, NodeState, TextTerm, parse_query
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.row import NodeRow
from tests.support.builders import GIB, image, node

PAGE = (Path(__file__).parents[3] / "resources" / "docs" / "filter.md").read_text(encoding="utf-8")
TERMS, EXAMPLES, IMAGES = PAGE.split("\n## ")[1:]
FOUND = {
    "vllm state:pressure": ["gpu-1"],
    "label:pool=gpu -image:vllm": ["gpu-2"],
    "registry:docker.io -state:cordoned": ["web-1"],
    "size>=50GiB -runtime:containerd": ["gpu-2"],
    "image-size>5GiB label:topology.kubernetes.io/zone=eu-1b": ["gpu-1"],
    "image:=redis:7 -image:=redis:7.2": ["web-1"],
}
LARGE = image("quay.io/team/vllm:1", size=6 * GIB)
RECORDS = [
    node(
        "gpu-1",
        (LARGE,),
        labels=("pool=gpu", "topology.kubernetes.io/zone=eu-1b"),
        pressures=("DiskPressure",),
    ),
    node(
        "gpu-2", (image("x.io/cuda:1", size=50 * GIB),), labels=("pool=gpu",), runtime="cri-o://1"
    ),
    node("web-1", (image("redis:7"),)),
    node("web-2", (image("redis:7.2"), image("redis:7")), unschedulable=True),
    node("vllm", labels=("topology.kubernetes.io/zone=eu-1b",)),
]


def first_column(section: str) -> list[str]:
    """The text in backquotes at the start of each row of the table."""
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize("text", [*first_column(TERMS), *first_column(EXAMPLES)])
def test_every_example_can_be_read(text: str) -> None:
    query = parse_query(text)
    assert query.terms
    assert not query.errors


def test_every_field_and_state_is_on_the_page() -> None:
    queries = map(parse_query, first_column(TERMS))
    fields = {getattr(term, "field", Field.STATE) for query in queries for term in query.terms}
    assert fields == set(Field)
    for name in (*NodeState, *Comparison):
        assert f"`{name}`" in TERMS


@pytest.mark.parametrize(
    "text", ["docker.io/library/redis:7", "sha256:4f5e", "kubernetes.io/arch=amd64", '"node:20"']
)
def test_what_is_called_a_plain_word_is_one(text: str) -> None:
    assert f"`{text}`" in TERMS
    assert parse_query(text).terms == (TextTerm(Field.WORD, text.strip('"')),)


def test_every_unit_of_the_page_is_one() -> None:
    (sentence,) = re.findall(r"Their units are ([^;]+);", TERMS)
    units = re.findall(r"`(\w+)`", sentence)
    assert len(units) == 9
    for unit in units:
        assert parse_query(f"size>1{unit} size>1{unit.removesuffix('B') or 'B'}").terms
        assert not parse_query(f"size>1{unit}").errors


@pytest.mark.parametrize("text", first_column(EXAMPLES))
def test_every_example_shows_what_the_page_says(text: str) -> None:
    inventory = Inventory()
    for record in RECORDS:
        inventory.add(record)
    rows = list(map(NodeRow, RECORDS))
    node_filter = NodeFilter(inventory.index)
    node_filter.search(text, rows)
    assert [row.name for row in node_filter.among(rows)] == FOUND[text]


def test_no_example_is_missing() -> None:
    assert set(first_column(EXAMPLES)) == set(FOUND)
