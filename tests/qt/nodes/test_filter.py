import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.query import Term, parse_query
from kubeimg_gui.domain.query_match import haystack, image_test, needle, record_test
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.row import NodeRow
from tests.support.builders import GIB, change, image, node

RECORDS = [
    node("web-1", (image("docker.io/library/nginx:1.27"),)),
    node("web-2", (image("quay.io/Team/Redis:7"),), labels=("zone=eu-1",)),
    node("gpu-1", (image(),), labels=()),
]


def filter_of(records: list[NodeRecord]) -> tuple[NodeFilter, list[NodeRow]]:
    inventory = Inventory()
    for record in records:
        inventory.add(record)
    return NodeFilter(inventory.index), [NodeRow(record) for record in records]


def names(wanted: str) -> list[str]:
    node_filter, rows = filter_of(RECORDS)
    node_filter.search(wanted, rows)
    return [row.name for row in node_filter.among(rows)]


def test_the_search_of_names_labels_and_images_ignores_case() -> None:
    assert names("WEB") == ["web-1", "web-2"]
    assert names("zone=EU") == ["web-2"]
    assert names("redis") == ["web-2"]
    assert names("nginx:1.27") == ["web-1"]


def test_every_word_must_be_found_wherever_it_is() -> None:
    assert names("web redis eu-1") == ["web-2"]
    assert names("web gpu") == []


def test_no_words_match_everything() -> None:
    assert names("") == names("   ") == ["web-1", "web-2", "gpu-1"]


def test_two_names_of_an_image_are_not_one() -> None:
    node_filter, rows = filter_of([node("a", (image("x:1", "y:2"),))])
    node_filter.search("1y", rows)
    assert rows[0] not in node_filter


def test_a_row_that_changes_is_looked_at_again() -> None:
    old, new = node("a", (image("x:1"),)), node("a", (image("y:2"),))
    node_filter, rows = filter_of([old])
    node_filter.search("y:2", rows)
    assert not node_filter.update(rows)
    rows[0].take(change(old, new), now=1)
    assert node_filter.update(rows)
    assert node_filter.among(rows) == rows
    assert not node_filter.update(rows)
    node_filter.forget(rows)
    assert rows[0] not in node_filter


def test_removing_a_word_finds_more_rows() -> None:
    node_filter, rows = filter_of(RECORDS)
    for wanted, found in (("web redis", 1), ("web", 2), ("we", 2), ("gpu", 1), ("", 3)):
        node_filter.search(wanted, rows)
        assert len(node_filter.among(rows)) == found


def test_a_row_that_no_longer_matches_is_removed() -> None:
    old, new = node("a", (image("x:1"),)), node("a", (image("y:2"),))
    node_filter, rows = filter_of([old])
    node_filter.search("x:1", rows)
    rows[0].take(change(old, new), now=1)
    assert node_filter.update(rows)
    assert rows[0] not in node_filter
    assert node_filter.among(rows) == []


def test_a_word_matches_a_name_and_an_image_of_another_node() -> None:
    node_filter, rows = filter_of([node("redis-1"), node("web-2", (image("redis:7"),)), node("c")])
    node_filter.search("redis", rows)
    assert [row.name for row in node_filter.among(rows)] == ["redis-1", "web-2"]


CATALOG = [image(f"Reg.io/app-{i}:v{i % 3}", f"mirror/App-{i}@x", size=i * GIB) for i in range(12)]
WORDS = st.lists(
    st.sampled_from(
        [
            *("a", "APP", "app-1", "app-11", "n1", "v2", "mirror/", "web", "pool=web", "?"),
            *("-app-1", "-app-11", "-web", "image:app-1", "image:app-11", "-image:app-1"),
            *("image:=mirror/app-1@x", "registry:reg.", "registry:docker", "-registry:reg.io"),
            *("node:n", "node:n1", "node:=n1", "label:pool", "label:pool=web", "label:pool=w"),
            *("-label:pool=web", "state:ready", "-state:ready", "state:pressure", "runtime:cont"),
            *("size>9GiB", "size<9GiB", "-size>30GiB", "image-size>=11GiB", "-image-size>5GiB"),
            *("size>", "state:", '"pool=web"', '"n1'),
        ]
    ),
    max_size=3,
).map(" ".join)
HELD = st.lists(st.lists(st.sampled_from(CATALOG), max_size=6), max_size=30)


def term_matches(term: Term, record: NodeRecord) -> bool:
    sought, about_node, about_image = needle(term), record_test(term), image_test(term)
    found = (
        (sought is not None and sought in haystack(record))
        or (about_node is not None and about_node(record))
        or (about_image is not None and any(map(about_image, record.images)))
    )
    return found is not term.negated


def plainly(records: list[NodeRecord], wanted: str) -> list[str]:
    terms = parse_query(wanted).terms
    return [r.name for r in records if all(term_matches(term, r) for term in terms)]


@settings(deadline=None)
@given(HELD, st.lists(WORDS, min_size=1, max_size=4))
def test_it_finds_what_a_plain_search_finds(
    held: list[list[ContainerImage]], typed: list[str]
) -> None:
    records = [
        node(f"n{i}", images, labels=("pool=web",) * (i % 2), ready=i % 3 > 0)
        for i, images in enumerate(held)
    ]
    node_filter, rows = filter_of(records)
    for wanted in typed:
        # Longer words are looked for in what the shorter ones found.
        node_filter.search(wanted, rows)
        assert [row.name for row in node_filter.among(rows)] == plainly(records, wanted)
        assert [row.name for row in rows if row in node_filter] == plainly(records, wanted)
        assert not node_filter.update(rows)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("-web", ["gpu-1"]),
        ("-image:redis", ["web-1", "gpu-1"]),
        ("image:redis web", ["web-2"]),
        ("image:web", []),
        ("label:zone=eu-1", ["web-2"]),
        ("label:zone=eu", []),
        ("registry:=docker.io", ["web-1"]),
        ("state:ready -state:pressure", ["web-1", "web-2", "gpu-1"]),
        ("size>99MiB image-size<1GiB", ["web-1", "web-2", "gpu-1"]),
        ("size>1GiB", []),
        ("web state:full", ["web-1", "web-2"]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    "typed",
    [
        ("-redis", "-re", "-", ""),
        ("-r", "-re", "-redis", "-redisx"),
        ("label:zone", "label:zone=", "label:zone=eu-1", "label:zone=eu-11"),
        ("size>9B", "size>99MB", "size>99GB", "-size>99GB"),
        ("image:=redis:7", "image:=quay.io/team/redis:7", "image:quay", "image:qu"),
        ("image:redis", "redis", "registry:quay", "node:web", "node:web-2"),
        ("state:ready", "state:rea", "state:notready"),
    ],
)
def test_what_is_typed_letter_by_letter_finds_what_is_pasted(typed: tuple[str, ...]) -> None:
    node_filter, rows = filter_of(RECORDS)
    for text in typed:
        node_filter.search(text, rows)
        assert [row.name for row in node_filter.among(rows)] == names(text)


def test_a_text_with_the_same_terms_needs_no_search() -> None:
    node_filter, rows = filter_of(RECORDS)
    node_filter.search("web redis", rows)
    assert node_filter.keeps(" web  redis size>")
    assert node_filter.wanted == " web  redis size>"
    assert not node_filter.keeps("web")
    assert not node_filter.keeps('"web redis"')
    assert node_filter.wanted == " web  redis size>"
