"""The tree adds up to the inventory, whatever it nests, and is computed only where asked."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_summary import summarize
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.treemap.areas import Area, Entry, Level
from kubeimg_gui.qt.treemap.hierarchy import by_pool, by_registry, follow, node_areas, smaller
from tests.support.builders import CUT, GIB, image, node

CATALOG = [
    image(f"{registry}/{team}/app:v{version}", size=1000 * (version + 1))
    for registry in ("quay.io", "docker.io")
    for team in ("a", "b")
    for version in range(3)
] + [image(size=77), image("<none>:<none>", size=5)]

held = st.lists(st.sampled_from(CATALOG), unique_by=id, max_size=8).map(tuple)
pools = st.sampled_from(["gpu", "web", ""])


@st.composite
def records(draw: st.DrawFn) -> list[NodeRecord]:
    return [
        node(f"n{number}", draw(held), labels=(f"pool={name}",) if (name := draw(pools)) else ())
        for number in range(draw(st.integers(0, 6)))
    ]


def inventory_of(nodes: list[NodeRecord]) -> Inventory:
    inventory = Inventory()
    for record in nodes:
        inventory.add(record)
    return inventory


def check_sums(area: Area) -> None:
    """Each level adds up to the one above."""
    if area.has_children:
        assert sum(child.bytes for child in area.children) == area.bytes
        assert len({child.key for child in area.children}) == len(area.children)
        for child in area.children:
            check_sums(child)


def entries(area: Area) -> Counter[Entry]:
    return Counter(area.entries())


@given(records())
def test_both_trees_hold_every_image_of_every_node_once(nodes: list[NodeRecord]) -> None:
    inventory = inventory_of(nodes)
    expected = Counter(Entry(record.name, each) for record in nodes for each in record.images)
    for root in (
        by_pool(node_areas(nodes, None), "pool"),
        by_pool(node_areas(nodes, None), ""),
        by_registry(inventory.index, summarize(inventory.index)),
    ):
        assert entries(root) == expected
        assert root.bytes == inventory.reported_bytes
        assert root.nodes == sum(bool(record.images) for record in nodes)
        check_sums(root)
        assert sum(area.bytes for area in root.measured()) == root.bytes


@given(records(), st.sets(st.sampled_from(CATALOG), max_size=6))
def test_a_search_leaves_out_what_does_not_match(
    nodes: list[NodeRecord], wanted: set[ContainerImage]
) -> None:
    keys = frozenset(each.key for each in wanted)
    expected = sum(
        each.size_bytes for record in nodes for each in record.images if each.key in keys
    )
    assert by_pool(node_areas(nodes, keys), "pool").bytes == expected
    index = inventory_of(nodes).index
    assert by_registry(index, summarize(index, keys)).bytes == expected


def test_pools_are_the_values_of_the_label_and_nodes_without_it_are_one() -> None:
    nodes = [
        node("a", CATALOG[:1], labels=("pool.size=3", "pool=gpu")),
        node("b", CATALOG[:1], labels=("pool.size=3",)),
    ]
    root = by_pool(node_areas(nodes, None), "pool")
    assert {pool.name: pool.nodes for pool in root.children} == {"gpu": 1, "": 1}


def test_several_versions_of_a_repository_are_together_and_one_stands_alone() -> None:
    area = node_areas([node("a", (*CATALOG[:3], CATALOG[4]))], None)[0]
    assert [child.level for child in area.children] == [Level.REPOSITORY, Level.ENTRY]
    assert area.children[0].name == "quay.io/a/app"


def test_a_total_is_a_lower_bound_where_a_list_may_be_cut() -> None:
    nodes = [node("a", CATALOG[:2]), node("b", CATALOG[:2], before=CUT)]
    root = by_pool(node_areas(nodes, None), "pool")
    assert [area.lower_bound for area in root.children[0].children] == [False, True]
    assert root.lower_bound
    complete = by_pool(node_areas(nodes[:1], None), "pool")
    assert not complete.lower_bound


def test_every_registry_may_lack_images_where_a_list_may_be_cut() -> None:
    index = inventory_of([node("a", CATALOG[:5])]).index
    cut = by_registry(index, summarize(index), lacks_images=True)
    assert cut.lower_bound
    assert all(registry.lower_bound for registry in cut.children)
    assert not by_registry(index, summarize(index)).lower_bound


def test_images_with_the_same_key_on_one_node_do_not_share_a_key() -> None:
    one = image("a.example/x:v1", f"a.example/x@sha256:{'a' * 64}", size=GIB)
    other = image("a.example/x:v2", f"a.example/x@sha256:{'a' * 64}", size=2 * GIB)
    assert one.key == other.key
    check_sums(by_pool(node_areas([node("n", (one, other))], None), ""))
    index = inventory_of([node("n", (one, other))]).index
    check_sums(by_registry(index, summarize(index)))


def test_a_path_is_followed_as_far_as_it_is_there() -> None:
    root = by_pool(node_areas([node("a", CATALOG[:3])], None), "pool")
    pool = root.children[0]
    assert follow(root, (pool.key, "a"), {})[-1].name == "a"
    assert follow(root, (pool.key, "gone", "x"), {}) == [root, pool]


def test_a_group_of_smaller_ones_is_found_again_by_its_members() -> None:
    root = by_pool(node_areas([node(n, CATALOG[:1]) for n in "abc"], None), "")
    group = smaller(root.children[1:], "smaller")
    merged = {"smaller": frozenset(child.key for child in group.children)}
    changed = by_pool(node_areas([node(n, CATALOG[:2]) for n in "abd"], None), "")
    found = follow(changed, ("smaller",), merged)
    assert [child.name for child in found[-1].children] == ["b"]
