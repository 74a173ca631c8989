"""The tree of images: rows, order and groups, also after random changes."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex
from pytestqt.modeltest import ModelTester

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_summary import group, summarize
from kubeimg_gui.qt.inventory.columns import Column
from kubeimg_gui.qt.nodes.cell_data import SORT
from kubeimg_gui.qt.nodes.image_filter import ImageFilter
from tests.qt.inventory.tables import CHAT_1, CHAT_2, DB, WEB, Table, uses
from tests.support.builders import GIB, image, node

CHAT, SHOP_WEB, SHOP_DB = "docker.io/vllm/chat", "ghcr.io/shop/web", "ghcr.io/shop/db"
CATALOG = [
    image(f"{registry}/team/{app}:v{tag}", size=(app_number + 1) * GIB + tag)
    for registry in ("docker.io", "ghcr.io")
    for app_number, app in enumerate(("web", "db", "chat"))
    for tag in range(3)
] + [ContainerImage((), 5)]


@pytest.mark.parametrize("grouping", Grouping)
def test_the_model_keeps_qts_rules_under_changes(
    table: Table, qtmodeltester: ModelTester, grouping: Grouping
) -> None:
    table.view.group_by(grouping)
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    qtmodeltester.check(table.model)  # pyright: ignore[reportUnknownMemberType]
    random = Random(1)
    for _ in range(30):
        name = random.choice("abcd")
        held = random.sample(CATALOG, random.randrange(6))
        table.change(node(name, held) if held else None, name)
        table.view.settle()
        if random.random() < 0.3:
            table.view.tree.sort_by(random.choice(list(Column)), random.random() < 0.5)
    qtmodeltester.check(table.model)  # pyright: ignore[reportUnknownMemberType]


def test_groups_are_sorted_by_their_total_and_so_are_their_images(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1, DB)), node("b", (DB, WEB)))
    assert table.names() == [CHAT, SHOP_DB, SHOP_WEB]
    assert table.members(CHAT) == ["v2", "v1"]


def test_images_are_grouped_by_registry(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    table.view.group_by(Grouping.REGISTRY)
    assert table.names() == ["docker.io", "ghcr.io"]
    assert table.members("ghcr.io") == ["shop/db:9", "shop/web:1"]


def test_bytes_above_32_bits_are_compared_as_they_are(table: Table) -> None:
    table.view.group_by(Grouping.NONE)
    held = [image(f"a.example/x/y{n}:1", size=n * 2**31 + 1) for n in range(1, 6)]
    table.hold(node("a", held[::-1]))
    table.view.tree.sort_by(Column.SIZE, False)
    sizes = [table.model.index(place, Column.SIZE).data(SORT) for place in range(5)]
    assert sizes == [each.size_bytes for each in held]


@pytest.mark.parametrize("column", Column)
def test_every_column_sorts_in_both_directions(table: Table, column: Column) -> None:
    table.view.group_by(Grouping.NONE)
    table.hold(node("a", CATALOG[:6]), node("b", CATALOG[3:]))
    for descending in (True, False):
        table.view.tree.sort_by(column, descending)
        rows = range(table.model.rowCount())
        values = [table.model.index(row, column).data(SORT) for row in rows]
        assert values == sorted(values, reverse=descending)


def test_references_sort_by_the_bytes_that_no_pod_references(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    table.run(uses("p", "a", CHAT_1, CHAT_2), uses("q", "b", WEB))
    table.view.tree.sort_by(Column.REFERENCES, True)
    assert table.names()[0] == SHOP_DB


def test_persistent_indexes_follow_their_rows(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    kept = [QPersistentModelIndex(table.find(CHAT, "v1")), QPersistentModelIndex(table.find(CHAT))]
    table.view.tree.sort_by(Column.NAME, True)
    table.view.tree.sort_by(Column.SIZE, False)
    table.change(node("c", (DB,)))
    table.view.settle()
    assert [index.data() for index in kept] == ["v1", CHAT]


def test_an_image_appears_and_leaves_with_its_last_node(table: Table) -> None:
    table.hold(node("a", (CHAT_1,)))
    table.change(node("b", (WEB,)))
    table.view.settle()
    assert table.names() == [CHAT, SHOP_WEB]
    table.change(None, "b")
    table.view.settle()
    assert table.names() == [CHAT]


def test_an_image_that_gets_another_name_changes_its_group(table: Table) -> None:
    pinned = f"x.example/a/b@sha256:{'a' * 64}"
    table.hold(node("a", (image(pinned),)))
    table.change(node("a", (image(pinned, "x.example/c/d:1"),)))
    table.view.settle()
    assert table.names() == ["x.example/c/d"]


def test_nodes_of_a_group_are_counted_once(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (CHAT_2,)), node("c", (CHAT_1,)))
    assert table.texts(CHAT)[Column.NODES] == "≥ 2"
    while table.model.count_nodes(table.view.tree.visible_entries):
        pass
    assert table.texts(CHAT)[Column.NODES] == "3"


def test_a_filter_shows_what_the_search_finds(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)), node("b", (DB, WEB)))
    table.view.set_search(lambda text: frozenset({WEB.key, CHAT_1.key}) if text else None)
    table.view.set_filter("w")
    assert table.names() == [CHAT, SHOP_WEB]
    assert table.members(CHAT) == ["v1"]
    table.view.set_filter("")
    assert table.members(CHAT) == ["v2", "v1"]


def test_a_filter_follows_nodes_whose_images_stay_the_same(table: Table) -> None:
    table.hold(node("a", (WEB,)), node("b", (CHAT_1,)))
    table.view.set_search(ImageFilter(table.nodes).search)
    table.view.set_filter("state:notready")
    assert table.names() == []
    table.change(node("a", (WEB,), ready=False))
    table.view.settle()
    assert table.names() == [SHOP_WEB]
    table.change(node("a", (WEB,), ready=True))
    table.view.settle()
    assert table.names() == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.lists(st.sampled_from(CATALOG), unique=True, max_size=6),
            st.sampled_from(Grouping),
        ),
        max_size=8,
    )
)
def test_the_rows_equal_those_computed_from_scratch(
    table: Table, steps: list[tuple[str, list[ContainerImage], Grouping]]
) -> None:
    for name, held, grouping in steps:
        table.change(node(name, held) if held else None, name)
        table.view.group_by(grouping)
        table.view.settle()
    arrangement, index = table.model.arrangement, table.nodes.inventory.index
    shown = {row.key: row.summary for row in arrangement.shown}
    assert shown == {each.key: each for each in summarize(index)}
    if arrangement.grouped:
        wanted = group(index, summarize(index), arrangement.grouping)
        found = {
            each.name: ({row.key for row in each.members}, each.total)
            for each in arrangement.groups
        }
        assert found == {
            each.name: ({member.key for member in each.members}, each.total_bytes)
            for each in wanted
        }
    else:
        totals = [entry.total for entry in arrangement.top]
        assert totals == sorted(totals, reverse=True)
