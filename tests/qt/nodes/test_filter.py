from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.filter import NodeFilter
from kubeimg_gui.qt.nodes.row import NodeRow
from tests.support.builders import change, image, node

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


CATALOG = [image(f"Reg/app-{i}:v{i % 3}", f"mirror/App-{i}@x") for i in range(12)]
WORDS = st.lists(
    st.sampled_from(["a", "APP", "app-1", "app-11", "n1", "v2", "mirror/", "web", "pool=web", "?"]),
    max_size=3,
).map(" ".join)
HELD = st.lists(st.lists(st.sampled_from(CATALOG), max_size=6), max_size=30)


def plainly(records: list[NodeRecord], wanted: str) -> list[str]:
    def holds(record: NodeRecord, word: str) -> bool:
        parts = [record.name, *record.labels, *(n for i in record.images for n in i.names)]
        return any(word in part.casefold() for part in parts)

    words = wanted.casefold().split()
    return [each.name for each in records if all(holds(each, word) for word in words)]


@given(HELD, st.lists(WORDS, min_size=1, max_size=4))
def test_it_finds_what_a_plain_search_finds(
    held: list[list[ContainerImage]], typed: list[str]
) -> None:
    records = [
        node(f"n{i}", images, labels=("pool=web",) * (i % 2)) for i, images in enumerate(held)
    ]
    node_filter, rows = filter_of(records)
    for wanted in typed:
        # Longer words are looked for in what the shorter ones found.
        node_filter.search(wanted, rows)
        assert [row.name for row in node_filter.among(rows)] == plainly(records, wanted)
        assert [row.name for row in rows if row in node_filter] == plainly(records, wanted)
        assert not node_filter.update(rows)
