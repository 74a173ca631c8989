"""The text of each column, for usual and for odd images."""

import pytest

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.qt.inventory.columns import Column, sorted_by, title
from kubeimg_gui.qt.nodes.cell_data import ACCESSIBLE, TOOLTIP
from tests.qt.inventory.tables import CHAT_1, CHAT_2, WEB, Table, uses
from tests.support.builders import CUT, GIB, MIB, digest, image, node

CHAT = "docker.io/vllm/chat"


def only_row(table: Table, held: ContainerImage, grouping: Grouping) -> dict[Column, str]:
    table.view.group_by(grouping)
    table.hold(node("a", (held,)))
    index = table.model.index(0, 0)
    if grouping is not Grouping.NONE:
        index = table.model.index(0, 0, index)
    return {column: table.text(index, column) for column in Column}


@pytest.mark.parametrize(
    ("held", "flat", "grouped", "tags"),
    [
        (CHAT_1, CHAT, "v1", "v1"),
        (ContainerImage((), 5), "unnamed image", "unnamed image", "(no tag)"),
        (
            image(f"x.example/a@{digest('c')}"),
            "x.example/a",
            "(no tag) cccccccccccc",
            "(no tag) cccccccccccc",
        ),
        (
            image(digest("d")),
            "sha256:dddddddddddd",
            "sha256:dddddddddddd",
            "(no tag) dddddddddddd",
        ),
        (image("x.example/a:1", "x.example/a:2"), "x.example/a", "1, 2", "1, 2"),
        (image("x.example/测试/镜像:最新"), "x.example/测试/镜像", "最新", "最新"),
        (
            image("evil.example/\u202ea<b>:\x1b[31m"),
            r"evil.example/\u202ea<b>",
            r"\x1b[31m",
            r"\x1b[31m",
        ),
    ],
)
def test_names(table: Table, held: ContainerImage, flat: str, grouped: str, tags: str) -> None:
    texts = only_row(table, held, Grouping.NONE)
    assert (texts[Column.NAME], texts[Column.TAGS]) == (flat, tags)
    assert only_row(table, held, Grouping.REPOSITORY)[Column.NAME] == grouped


def test_five_digests_are_one_and_four_more(table: Table) -> None:
    names = [f"x.example/a@{digest(letter)}" for letter in "abcde"]
    texts = only_row(table, image(*names), Grouping.NONE)
    assert texts[Column.DIGEST] == "sha256:aaaaaaaaaaaa +4"


def test_a_size_that_is_not_believable_makes_the_total_a_lower_bound(table: Table) -> None:
    held = ContainerImage(("x.example/a:1",), 0, raw_size="9" * 30)
    texts = only_row(table, held, Grouping.NONE)
    assert texts[Column.SIZE] == "size not believable"
    assert texts[Column.TOTAL].startswith("≥")
    tip = str(table.model.index(0, Column.SIZE).data(TOOLTIP))
    assert "9" * 30 in tip


def test_hostile_text_is_escaped_in_tooltips(table: Table) -> None:
    table.hold(node("a", (image("x.example/<b>bold</b>:1"),)))
    tip = str(table.model.index(0, Column.NAME).data(TOOLTIP))
    assert "<b>" not in tip


def test_cut_lists_may_hide_small_images_only(table: Table) -> None:
    table.view.group_by(Grouping.NONE)
    small, large = image("x.example/small:1", size=MIB), image("x.example/large:1", size=9 * GIB)
    table.hold(node("a", (large, image("x.example/b:1", size=GIB)), before=CUT))
    table.hold(node("b", (small,)))
    assert table.texts("x.example/small")[Column.NODES] == "≥ 1"
    assert table.texts("x.example/small")[Column.TOTAL].startswith("≥")
    assert table.texts("x.example/large")[Column.NODES] == "1"


def test_a_cut_list_may_hide_an_image_whose_size_there_is_not_known(table: Table) -> None:
    table.view.group_by(Grouping.NONE)
    unpacked = image("x.example/a:1", size=9 * GIB)
    table.hold(node("a", (unpacked,), runtime="cri-o://1.31.4"))
    table.hold(node("b", (image("x.example/b:1", size=GIB),), before=CUT))
    assert table.texts("x.example/a")[Column.NODES] == "≥ 1", "its compressed size may be smaller"
    table.hold(node("c", (image("x.example/a:1", size=3 * GIB),)))
    assert table.texts("x.example/a")[Column.NODES] == "2"


def test_sizes_of_different_meanings_are_mixed(table: Table) -> None:
    compressed, unpacked = image("x.example/a:1", size=GIB), image("x.example/a:1", size=3 * GIB)
    table.view.group_by(Grouping.NONE)
    table.hold(node("a", (compressed,)), node("b", (unpacked,), runtime="cri-o://1.31.4"))
    assert table.texts("x.example/a")[Column.MEANING] == "mixed"
    table.change(None, "b")
    table.view.settle()
    assert table.texts("x.example/a")[Column.MEANING] == "compressed"


@pytest.mark.parametrize(
    ("pods", "text"),
    [
        ([], "not referenced"),
        ([uses("p", "a", CHAT_1, phase="Failed")], "held by 1 finished pod"),
        ([uses("p", "a", CHAT_1)], "1 pod"),
        (
            [uses("p", "a", CHAT_1, owner="ReplicaSet/chat-7d9c4b5f6")],
            "1 pod · Deployment llm/chat",
        ),
        ([uses("p", "a", CHAT_1, owner="DaemonSet/x")], "1 pod · DaemonSet llm/x"),
        (
            [uses("p", "a", CHAT_1, owner="Job/x"), uses("q", "a", CHAT_1, owner="Job/y")],
            "2 pods",
        ),
    ],
)
def test_references(table: Table, pods: list[PodRecord], text: str) -> None:
    table.hold(node("a", (CHAT_1,)))
    table.run(*pods)
    for path in ((CHAT,), (CHAT, "v1")):
        shown = table.texts(*path)[Column.REFERENCES]
        assert shown.replace("(s)", "s" if text.startswith("2") else "") == text


def test_references_are_unknown_until_pods_are_read(table: Table) -> None:
    table.hold(node("a", (CHAT_1, CHAT_2)))
    assert table.texts(CHAT)[Column.REFERENCES] == "unknown: pods not read"
    table.run()
    assert table.texts(CHAT)[Column.REFERENCES] == "none referenced, ≤ 23.0 GiB"


def test_a_group_says_how_many_of_its_versions_are_referenced(table: Table) -> None:
    table.hold(node("a", (CHAT_2, CHAT_1)))
    table.run(uses("p", "a", CHAT_2))
    assert table.texts(CHAT)[Column.REFERENCES] == "1 of 2 referenced, ≤ 11.0 GiB not"


def test_times(table: Table) -> None:
    table.hold(node("a", (CHAT_1,)))
    assert table.texts(CHAT, "v1")[Column.FIRST_SEEN].startswith("before ")
    assert table.texts(CHAT, "v1")[Column.CHANGED] == "·"
    table.clock.now += 60
    table.change(node("a", (CHAT_2, CHAT_1)))
    table.view.settle()
    seen = table.texts(CHAT, "v2")[Column.FIRST_SEEN]
    assert not seen.startswith("before")
    assert table.texts(CHAT, "v2")[Column.CHANGED] == f"▲ {seen}"
    table.change(node("b", (CHAT_2, WEB)))
    table.clock.now += 60
    table.change(node("b", (WEB,)))
    table.view.settle()
    assert table.texts(CHAT, "v2")[Column.CHANGED].startswith("▼ ")
    assert table.texts(CHAT)[Column.CHANGED] == table.texts(CHAT, "v2")[Column.CHANGED]


def test_every_cell_has_a_text_to_read_and_a_tooltip(table: Table) -> None:
    table.hold(node("a", (CHAT_2, ContainerImage((), 5)), before=CUT))
    for index in (table.model.index(0, 0), table.find(CHAT, "v2")):
        for column in Column:
            cell = index.siblingAtColumn(column)
            assert cell.data(ACCESSIBLE)
            assert str(cell.data(TOOLTIP)).startswith("<p")


@pytest.mark.parametrize("column", Column)
def test_every_column_has_a_title_and_says_its_order(column: Column) -> None:
    assert all(title(column, grouping) for grouping in Grouping)
    assert sorted_by(column).startswith("sorted by ")
