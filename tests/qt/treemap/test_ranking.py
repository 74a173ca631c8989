"""The ranking beside the treemap: reads, opens and follows what the treemap shows."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base.lines import ACCESSIBLE
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.ranking import LISTED, RankedList
from tests.qt.treemap.conftest import TORCH, VLLM, WEB, Shown, fleet, heard, heard_pairs
from tests.support.builders import CUT, GIB, change, image, known, node
from tests.support.mouse import move_pointer


@pytest.fixture
def ranked(shown: Shown) -> Shown:
    """The fleet, in a window that has room for the ranking."""
    shown.window.resize(1100, 640)
    shown.view.resize(1100, 640)
    shown.wait()
    return shown


def read(parts: RankedList) -> list[str]:
    """What a screen reader reads of each line."""
    count = parts.lines.rowCount()
    return [str(parts.lines.data(parts.lines.index(row), ACCESSIBLE)) for row in range(count)]


def parts(shown: Shown) -> RankedList:
    return shown.view.ranking.parts


def focus(shown: Shown) -> RankedList:
    parts(shown).setFocus()
    shown.qtbot.waitUntil(parts(shown).hasFocus)
    return parts(shown)


def press(shown: Shown, key: Qt.Key) -> None:
    QTest.keyClick(parts(shown), key)
    shown.wait()


def current(shown: Shown) -> str:
    path = parts(shown).current
    assert path is not None
    return path[0]


def test_it_names_the_largest_parts_with_size_and_share(ranked: Shown) -> None:
    assert parts(ranked).accessibleName() == "Largest in all nodes"
    assert read(parts(ranked)) == ["gpu, 45.0 GiB, 96 %", "web, 2.0 GiB, 4 %"]


def test_it_names_the_largest_node_of_several_pools(ranked: Shown) -> None:
    largest = ranked.view.ranking.largest_node
    assert read(largest) == ["gpu-1.example, 29.0 GiB, 62 %"]
    ranked.open("pool gpu")
    assert not largest.isVisible(), "it is the first of the parts"
    assert read(parts(ranked))[0] == "gpu-1.example, 29.0 GiB, 64 %"


def test_enter_zooms_in_and_backspace_back_to_the_part(ranked: Shown) -> None:
    focus(ranked)
    press(ranked, Qt.Key.Key_Home)
    press(ranked, Qt.Key.Key_Return)
    assert ranked.view.path == ("pool gpu",)
    assert current(ranked) == "gpu-1.example", "the reader goes on at the first line"
    press(ranked, Qt.Key.Key_Down)
    press(ranked, Qt.Key.Key_Return)
    assert ranked.view.path == ("pool gpu", "gpu-2.example")
    press(ranked, Qt.Key.Key_Backspace)
    assert ranked.view.path == ("pool gpu",)
    assert current(ranked) == "gpu-2.example"
    assert parts(ranked).hasFocus()


def test_a_part_is_outlined_selected_and_named_in_the_status_bar(ranked: Shown) -> None:
    ranked.view.show_node("gpu-1.example")
    ranked.wait()
    focus(ranked)
    selected, lines = heard(ranked.view.image_selected), heard(ranked.view.hovered)
    press(ranked, Qt.Key.Key_End)
    assert current(ranked) == TORCH.key
    assert selected[-1:] == [TORCH.key]
    assert str(lines[-1]).startswith("nvidia/pytorch:25.02 · 5.0 GiB · gpu-1.example")
    assert ranked.view.canvas.current == ranked.tile(TORCH.key)


def test_enter_on_an_image_asks_for_its_node(ranked: Shown) -> None:
    ranked.view.show_node("gpu-1.example")
    ranked.wait()
    focus(ranked)
    requested = heard(ranked.view.node_requested)
    press(ranked, Qt.Key.Key_End)
    press(ranked, Qt.Key.Key_Return)
    assert requested == ["gpu-1.example"]


def test_a_click_on_a_tile_makes_its_part_current(ranked: Shown) -> None:
    selected = heard(ranked.view.image_selected)
    tile = ranked.tile("pool web")
    QTest.mouseClick(
        ranked.view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(tile.x + 9, tile.y + 5)
    )
    assert current(ranked) == "pool web"
    assert selected == [""], "that is no second choice"


def test_it_has_the_menus_of_the_treemap(ranked: Shown) -> None:
    ranking = ranked.view.ranking
    ranking.parts.menu_requested.emit(("pool gpu",), QPoint(10, 10))
    assert ranked.view.menu.menu.isVisible()
    ranked.view.menu.menu.close()
    ranked.view.show_node("gpu-1.example")
    ranked.wait()
    requested = heard_pairs(ranked.view.menu_requested)
    ranking.parts.menu_requested.emit((TORCH.key,), QPoint(10, 10))
    assert requested == [(TORCH.key, QPoint(10, 10))]


def test_it_follows_changes_and_keeps_the_order_while_it_is_used(ranked: Shown) -> None:
    ranked.open("pool gpu")
    focus(ranked)
    press(ranked, Qt.Key.Key_Down)
    here = current(ranked)
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    ranked.nodes.apply([change(old, new)])
    ranked.qtbot.waitUntil(lambda: any("106 GiB" in text for text in read(parts(ranked))))
    assert [path[0] for path in parts(ranked).lines.items] == ["gpu-1.example", "gpu-2.example"]
    assert current(ranked) == here


def test_it_is_ordered_by_size_when_nothing_holds_it(ranked: Shown) -> None:
    ranked.open("pool gpu")
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    ranked.nodes.apply([change(old, new)])
    ranked.qtbot.waitUntil(
        lambda: (
            [path[0] for path in parts(ranked).lines.items] == ["gpu-2.example", "gpu-1.example"]
        )
    )


def test_the_smallest_parts_are_one_line(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    held = tuple(image(f"quay.io/a/t{n}:v1", size=1000 + n) for n in range(LISTED + 30))
    shown.window.resize(1100, 640)
    shown.view.resize(1100, 640)
    shown.know([node("n", held)])
    shown.show()
    shown.view.show_node("n")
    shown.wait()
    texts = read(parts(shown))
    assert len(texts) == LISTED + 1
    assert texts[-1].startswith("30 smaller, ")
    focus(shown)
    press(shown, Qt.Key.Key_End)
    press(shown, Qt.Key.Key_Return)
    assert shown.view.path[-1] == "n", "there is nothing to open"


def test_a_lower_bound_is_marked(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.window.resize(1100, 640)
    shown.view.resize(1100, 640)
    shown.nodes.apply(known(node("cut", VLLM, before=CUT), node("whole", (WEB,))))
    shown.show()
    shown.open("pool web")
    assert read(parts(shown)) == ["cut, ≥ 24.0 GiB, 92 %", "whole, 2.0 GiB, 8 %"]


@pytest.mark.parametrize("held", [(), (image("a:v1", size=0),)])
def test_it_may_be_empty(make_view: Callable[[], Shown], held: tuple[ContainerImage, ...]) -> None:
    shown = make_view()
    shown.window.resize(1100, 640)
    shown.view.resize(1100, 640)
    shown.know([node("n", held)])
    shown.show()
    assert read(parts(shown)) == []


def test_it_is_shown_where_there_is_room_unless_the_user_decides(ranked: Shown) -> None:
    ranking = ranked.view.ranking
    buttons = ranked.view.choices.findChildren(QPushButton)
    button = next(each for each in buttons if each.accessibleName() == "Ranking")
    assert ranking.isVisible()
    assert button.isChecked()
    ranked.view.resize(900, 640)
    assert not ranking.isVisible()
    assert not button.isChecked()
    button.click()
    assert ranking.isVisible()
    assert read(ranking.parts)
    ranked.view.resize(1100, 640)
    button.click()
    assert not ranking.isVisible()


def test_it_holds_the_order_under_the_pointer(ranked: Shown) -> None:
    hold = ranked.view.canvas.hold
    assert not hold.held
    move_pointer(parts(ranked).viewport(), QPoint(20, 20))
    ranked.qtbot.waitUntil(lambda: hold.held)


def test_tab_leads_from_the_map_to_the_ranking(ranked: Shown) -> None:
    ranked.view.canvas.setFocus()
    ranked.qtbot.waitUntil(ranked.view.canvas.hasFocus)
    QTest.keyClick(ranked.view.canvas, Qt.Key.Key_Tab)
    assert parts(ranked).hasFocus()
    assert current(ranked) == "pool gpu", "the first part is read at once"


def test_another_node_has_its_own_order(ranked: Shown) -> None:
    ranked.view.set_selected_nodes(("gpu-1.example",))
    ranked.view.choices.choose(hierarchy=Hierarchy.NODE)
    ranked.wait()
    focus(ranked)
    press(ranked, Qt.Key.Key_Down)
    assert ranked.view.canvas.hold.held
    ranked.view.set_selected_nodes(("gpu-2.example",))
    ranked.wait()
    assert [path[0] for path in parts(ranked).lines.items] == [VLLM[0].key, TORCH.key, WEB.key]
