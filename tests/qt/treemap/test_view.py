"""The treemap can be clicked, zoomed, searched and watched without jumping."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.workload import WorkloadChange
from kubeimg_gui.qt.base.theme import DARK, LIGHT
from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.categories import ColourBy, reference_categories
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Kind, Tile
from tests.qt.treemap.conftest import TINY, TORCH, VLLM, WEB, Shown, fleet, heard, heard_pairs
from tests.support.builders import CUT, GIB, change, image, known, node
from tests.support.clock import Clock
from tests.support.mouse import double_click, move_pointer
from tests.support.workloads import scaled_to_zero

LEFT = Qt.MouseButton.LeftButton


def middle(tile: Tile) -> QPoint:
    return QPoint(tile.x + tile.width // 2, tile.y + tile.height // 2)


def click(shown: Shown, tile: Tile) -> None:
    QTest.mouseClick(shown.view.canvas, LEFT, pos=middle(tile))
    shown.wait()


def hover(shown: Shown, tile: Tile) -> None:
    move_pointer(shown.view.canvas, middle(tile))


def press(shown: Shown, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    modifier = modifiers[0] if modifiers else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(shown.view.canvas, key, modifier)
    shown.wait()


def turn(shown: Shown, tile: Tile, steps: int) -> None:
    point = QPointF(middle(tile))
    canvas = shown.view.canvas
    event = QWheelEvent(
        point,
        canvas.mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)
    shown.wait()


def entry(shown: Shown, node_name: str, key: str) -> Tile:
    return next(
        tile
        for tile in shown.tiles()
        if tile.kind is Kind.TILE and tile.area.node == node_name and tile.area.key == key
    )


def names_in_order(shown: Shown) -> list[str]:
    """The names of the outermost boxes in the order of their layout."""
    assert shown.view.scene is not None
    return [tile.area.name for tile in shown.view.scene.inside(())]


def test_it_shows_pools_nodes_repositories_and_images(shown: Shown) -> None:
    levels = {tile.area.level for tile in shown.tiles()}
    assert {Level.POOL, Level.NODE, Level.REPOSITORY, Level.ENTRY} <= levels
    assert shown.view.choices.label == "pool"


def test_nothing_is_computed_while_hidden(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.view.set_filter("web")
    shown.view.settle()
    assert not shown.view.navigator.composer.running
    assert shown.view.scene is None
    shown.show()
    assert shown.view.scene is not None
    shown.window.hide()
    before = shown.view.scene
    old = fleet()[0]
    shown.nodes.apply([change(old, replace(old, images=(WEB,)))])
    assert not shown.view.navigator.composer.running
    assert shown.view.scene is before


def test_a_click_on_a_tile_selects_its_image(shown: Shown) -> None:
    selected = heard(shown.view.image_selected)
    click(shown, entry(shown, "gpu-2.example", TORCH.key))
    assert selected[-1:] == [TORCH.key]


def test_a_click_on_a_box_selects_no_image(shown: Shown) -> None:
    tile = shown.tile("gpu-1.example")
    selected = heard(shown.view.image_selected)
    QTest.mouseClick(shown.view.canvas, LEFT, pos=QPoint(tile.x + 20, tile.y + 8))
    assert selected[-1:] == [""]


def test_colours_say_which_images_pods_refer_to(shown: Shown) -> None:
    assert entry(shown, "gpu-1.example", TORCH.key).category == 0
    assert entry(shown, "gpu-2.example", TORCH.key).category == 1
    texts = [each.text for each in shown.view.legend.entries]
    assert texts[0] == "referenced by a pod · 5.0 GiB"
    assert texts[1].startswith("not referenced by any pod of its node · at most 42.0 GiB")


def test_without_pods_all_is_unknown(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.show()
    assert {tile.category for tile in shown.tiles() if tile.kind is Kind.TILE} == {2}
    assert shown.view.legend.entries[2].text == "unknown · 47.0 GiB"


def test_pods_that_are_read_later_change_the_colours(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    shown.show()
    shown.read_pods()
    shown.qtbot.waitUntil(
        lambda: {tile.category for tile in shown.tiles() if tile.kind is Kind.TILE} == {1}
    )


def test_hovering_says_name_size_node_share_and_state(shown: Shown) -> None:
    lines: list[str] = []
    shown.view.hovered.connect(lines.append)
    hover(shown, entry(shown, "gpu-1.example", TORCH.key))
    assert lines[-1].startswith(
        "nvidia/pytorch:25.02 · 5.0 GiB · gpu-1.example · 17 % of the node's reported size · "
        "referenced by 1 pod"
    )
    QApplication.sendEvent(shown.view.canvas, QEvent(QEvent.Type.Leave))
    assert lines[-1] == ""


def test_hovering_names_a_workload_that_is_scaled_to_0(shown: Shown) -> None:
    said = heard(shown.view.hovered)
    shown.pods.workloads.begin()
    idle = scaled_to_zero("train", TORCH.names[-1])
    shown.pods.workloads.take_changes([WorkloadChange(None, idle)])
    hover(shown, entry(shown, "gpu-2.example", TORCH.key))
    assert str(said[-1]).endswith(
        "not referenced by any pod · Deployment shop/train is scaled to 0 and uses it"
    )


def test_the_same_image_elsewhere_is_outlined(shown: Shown) -> None:
    canvas = shown.view.canvas
    elsewhere = entry(shown, "gpu-2.example", TORCH.key)
    corner = QPoint(elsewhere.x + 1, elsewhere.y + elsewhere.height // 2)
    before = canvas.grab().toImage().pixelColor(corner)
    hover(shown, entry(shown, "gpu-1.example", TORCH.key))
    after = canvas.grab().toImage().pixelColor(corner)
    assert after != before
    assert after.name().upper() == "#1F63D6"


def test_a_selected_image_is_outlined_without_a_signal(shown: Shown) -> None:
    canvas = shown.view.canvas
    tile = entry(shown, "gpu-2.example", WEB.key)
    corner = QPoint(tile.x + 1, tile.y + tile.height // 2)
    with shown.qtbot.assertNotEmitted(shown.view.image_selected):
        shown.view.show_image(WEB.key)
    assert canvas.grab().toImage().pixelColor(corner).name().upper() == "#1F63D6"
    shown.view.show_image("")
    assert canvas.grab().toImage().pixelColor(corner).name().upper() != "#1F63D6"


def test_a_double_click_zooms_into_the_node_and_backspace_out(shown: Shown) -> None:
    tile = entry(shown, "gpu-1.example", TORCH.key)
    double_click(shown.view.canvas, middle(tile))
    assert shown.view.path == ()
    QTest.mouseClick(shown.view.canvas, LEFT, pos=middle(tile))
    double_click(shown.view.canvas, middle(tile))
    shown.wait()
    assert shown.view.path == ("pool gpu", "gpu-1.example")
    press(shown, Qt.Key.Key_Backspace)
    assert shown.view.path == ("pool gpu",)
    press(shown, Qt.Key.Key_Escape)
    assert shown.view.path == ()
    press(shown, Qt.Key.Key_Backspace)
    assert shown.view.path == ()


def test_the_wheel_zooms_one_level_in_and_out(shown: Shown) -> None:
    turn(shown, entry(shown, "gpu-1.example", TORCH.key), 1)
    assert shown.view.path == ("pool gpu",)
    turn(shown, entry(shown, "gpu-1.example", TORCH.key), 1)
    assert shown.view.path == ("pool gpu", "gpu-1.example")
    turn(shown, entry(shown, "gpu-1.example", TORCH.key), -1)
    assert shown.view.path == ("pool gpu",)


def test_control_and_0_and_the_breadcrumb_lead_home(shown: Shown) -> None:
    shown.view.show_node("gpu-1.example")
    shown.wait()
    assert shown.view.path == ("pool gpu", "gpu-1.example")
    shown.view.choices.level_chosen.emit(1)
    shown.wait()
    assert shown.view.path == ("pool gpu",)
    press(shown, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert shown.view.path == ()


def test_arrows_move_between_siblings_and_enter_zooms_in(shown: Shown) -> None:
    canvas = shown.view.canvas
    press(shown, Qt.Key.Key_Right)
    assert canvas.current is not None
    assert canvas.current.area.name == "gpu"
    press(shown, Qt.Key.Key_Return)
    assert shown.view.path == ("pool gpu",)
    press(shown, Qt.Key.Key_Down)
    press(shown, Qt.Key.Key_Right)
    assert canvas.current.area.name == "gpu-2.example"
    press(shown, Qt.Key.Key_Left)
    assert canvas.current.area.name == "gpu-1.example"
    press(shown, Qt.Key.Key_Return)
    assert shown.view.path == ("pool gpu", "gpu-1.example")
    selected = heard(shown.view.image_selected)
    press(shown, Qt.Key.Key_Down)
    press(shown, Qt.Key.Key_Right)
    assert selected == ["", TORCH.key]


def test_the_menu_is_requested_for_the_image_by_mouse_and_keyboard(shown: Shown) -> None:
    canvas = shown.view.canvas
    tile = entry(shown, "gpu-1.example", TORCH.key)
    point = middle(tile)
    by_mouse = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, canvas.mapToGlobal(point))
    requested = heard_pairs(shown.view.menu_requested)
    QApplication.sendEvent(canvas, by_mouse)
    assert requested == [(TORCH.key, canvas.mapToGlobal(point))]
    click(shown, tile)
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(canvas, by_key)
    assert len(requested) == 2
    assert requested[1][0] == TORCH.key


def test_a_double_click_on_an_image_of_the_zoomed_node_asks_for_the_node(shown: Shown) -> None:
    shown.view.show_node("gpu-1.example")
    shown.wait()
    tile = entry(shown, "gpu-1.example", TORCH.key)
    click(shown, tile)
    requested = heard(shown.view.node_requested)
    double_click(shown.view.canvas, middle(tile))
    assert requested[-1:] == ["gpu-1.example"]


def test_the_smallest_tiles_are_one_that_opens(shown: Shown) -> None:
    shown.view.show_node("web-1.example")
    shown.wait()
    small = next(tile for tile in shown.tiles() if tile.kind is Kind.SMALLER)
    assert {child.key for child in small.area.children} == {each.key for each in TINY}
    click(shown, small)
    assert shown.view.path[-1] == small.area.key
    assert {tile.area.key for tile in shown.tiles()} == {each.key for each in TINY}
    press(shown, Qt.Key.Key_Backspace)
    assert shown.view.path == ("pool web", "web-1.example")


def test_a_search_leaves_out_the_images_that_do_not_match(shown: Shown) -> None:
    found = {"torch": frozenset({TORCH.key}), "none": frozenset[str]()}
    shown.view.set_search(found.get)
    shown.view.set_filter("torch")
    shown.wait()
    assert {t.area.key for t in shown.tiles() if t.kind is Kind.TILE} == {TORCH.key}
    assert "web" not in {t.area.name for t in shown.tiles()}
    shown.view.set_filter("none")
    shown.wait()
    assert shown.tiles() == []
    shown.view.set_filter("")
    shown.wait()
    assert len(shown.tiles()) > 5


def test_a_change_does_not_reorder_while_the_pointer_is_inside(shown: Shown, clock: Clock) -> None:
    canvas = shown.view.canvas
    shown.open("pool gpu")
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example"]
    shown.point_at(QPoint(40, 40))
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    shown.nodes.apply([change(old, new)])
    shown.qtbot.waitUntil(lambda: shown.tile("gpu-2.example").area.bytes > 90 * GIB)
    shown.wait()
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example"]
    shown.view.settle()
    assert not shown.view.navigator.composer.running
    clock.now += 6
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    shown.wait()
    assert names_in_order(shown) == ["gpu-2.example", "gpu-1.example"]


def test_siblings_are_ordered_while_another_window_has_the_focus(
    shown: Shown, clock: Clock
) -> None:
    shown.open("pool gpu")
    shown.point_at(QPoint(40, 40))
    old = fleet()[1]
    new = replace(old, images=(*old.images, image("quay.io/huge/x:v1", size=90 * GIB)))
    shown.nodes.apply([change(old, new)])
    shown.qtbot.waitUntil(lambda: shown.tile("gpu-2.example").area.bytes > 90 * GIB)
    shown.wait()
    clock.now += 6
    shown.view.settle()
    assert not shown.view.navigator.composer.running, "the pointer is inside"
    shown.view.set_focused(False)
    shown.wait()
    assert names_in_order(shown) == ["gpu-2.example", "gpu-1.example"]


def test_nodes_that_come_later_are_in_pools(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.show()
    assert shown.view.choices.label == ""
    shown.know(fleet())
    shown.qtbot.waitUntil(lambda: len(shown.tiles()) > 5)
    assert shown.view.choices.label == "pool"
    assert names_in_order(shown) == ["gpu", "web"]


def test_the_label_that_was_chosen_stays(shown: Shown) -> None:
    shown.view.choices.choose(label="")
    shown.wait()
    assert names_in_order(shown) == ["gpu-1.example", "gpu-2.example", "web-1.example"]
    shown.window.hide()
    shown.window.show()
    shown.wait()
    assert shown.view.choices.label == ""


def test_many_changes_are_laid_out_at_most_once_a_second(shown: Shown) -> None:
    pictures: list[object] = []
    shown.view.navigator.composer.finished.connect(lambda: pictures.append(None))
    old = fleet()[1]
    for size in range(1, 21):
        held = (*fleet()[1].images, image("quay.io/huge/x:v1", size=size * GIB))
        new = replace(old, images=held)
        shown.nodes.apply([change(old, new)])
        old = new
        QTest.qWait(1)
    shown.wait()
    assert len(pictures) == 1
    shown.qtbot.waitUntil(lambda: any(t.area.bytes == 20 * GIB for t in shown.tiles()))
    assert len(pictures) <= 2


def test_known_levels_are_shown_at_once(shown: Shown) -> None:
    first = shown.view.scene
    shown.open("pool gpu")
    shown.view.navigator.go_home()
    shown.wait()
    assert shown.view.scene is first


def test_a_deleted_node_that_is_shown_leads_to_its_pool(shown: Shown) -> None:
    shown.view.show_node("gpu-1.example")
    shown.wait()
    shown.nodes.apply([change(fleet()[0], None)])
    shown.qtbot.waitUntil(lambda: shown.view.path == ("pool gpu",))


def test_registries_nest_repositories_images_and_nodes(shown: Shown) -> None:
    shown.view.choices.choose(hierarchy=Hierarchy.REGISTRIES)
    shown.wait()
    assert names_in_order(shown) == ["docker.io", "nvcr.io", "quay.io"]
    shown.open("docker.io")
    shown.open(VLLM[0].key)
    assert {t.area.name for t in shown.tiles()} == {"gpu-1.example", "gpu-2.example"}


@pytest.mark.parametrize("colour", list(ColourBy))
def test_every_colouring_has_a_legend_that_adds_up(shown: Shown, colour: ColourBy) -> None:
    shown.view.choices.choose(colour_by=colour)
    shown.wait()
    texts = [each.text for each in shown.view.legend.entries]
    assert len(texts) >= 2
    assert all(" · " in text for text in texts[:-1])
    if colour is ColourBy.REGISTRY:
        assert texts[0] == "docker.io · 33.0 GiB"
    if colour is ColourBy.NODES:
        assert texts[0] == "on 1 node · 15.0 GiB"


def test_figures_of_the_legend_do_not_change_the_size_of_the_treemap(shown: Shown) -> None:
    legend, sizes = shown.view.legend, set[int]()
    for width in (1000, 700, 500):
        shown.view.resize(width, 640)
        shown.wait()
        sizes.add(legend.height())
        for mix in (None, (0, 0, 0), (1, 2, 3), (10**12, 10**11, 10**9)):
            legend.show_mix(reference_categories(LIGHT), mix, LIGHT)
            assert legend.height() in sizes
    assert len(sizes) > 1, "it is as high as its lines need"


def test_an_arrival_has_its_colour(shown: Shown, clock: Clock) -> None:
    shown.view.choices.choose(colour_by=ColourBy.CHANGE)
    shown.wait()
    old = fleet()[1]
    new = image("quay.io/huge/x:v1", size=90 * GIB)
    shown.nodes.apply([change(old, replace(old, images=(*old.images, new)), at=clock())])
    shown.qtbot.waitUntil(lambda: any(t.area.key == new.key for t in shown.tiles()))
    assert entry(shown, "gpu-2.example", new.key).category == 0
    assert entry(shown, "gpu-2.example", TORCH.key).category == 3


def test_a_list_that_may_be_cut_is_marked(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.nodes.apply(known(node("cut", VLLM, before=CUT), node("whole", VLLM)))
    shown.show()
    marked = [tile for tile in shown.tiles() if tile.kind is Kind.CAP]
    assert [tile.area.name for tile in marked] == ["cut"]
    lines: list[str] = []
    shown.view.hovered.connect(lines.append)
    hover(shown, marked[0])
    assert lines[-1].startswith("cut · list cut, further images are at most")


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_picture_is_saved_with_legend_context_and_time(
    shown: Shown, tmp_path: Path, suffix: str
) -> None:
    shown.view.set_context("prod-eu-1")
    path = tmp_path / f"treemap.{suffix}"
    saved = heard_pairs(shown.view.pictures.saved)
    assert shown.view.pictures.save(path)
    assert saved == [(str(path), True)]
    if suffix == "svg":
        text = path.read_text(encoding="utf-8")
        for words in ("prod-eu-1", "3 nodes", "referenced by a pod", "vllm"):
            assert words in text
    else:
        assert QImage(str(path)).height() > 2 * shown.view.canvas.height()


def test_a_picture_that_cannot_be_written_is_reported(shown: Shown, tmp_path: Path) -> None:
    saved = heard_pairs(shown.view.pictures.saved)
    path = tmp_path / "missing" / "x.png"
    lines = heard(shown.view.hovered)
    assert not shown.view.pictures.save(path)
    assert saved == [(str(path), False)]
    assert lines == [f"The picture is not saved: {path} cannot be written."]


def test_the_theme_can_change(shown: Shown) -> None:
    shown.view.set_theme(DARK)
    shown.wait()
    image_now = shown.view.canvas.grab().toImage()
    tile = entry(shown, "gpu-1.example", TORCH.key)
    corner = QPoint(tile.x + tile.width - 8, tile.y + tile.height - 8)
    assert image_now.pixelColor(corner).name().upper() == "#2F4F86"


@pytest.mark.parametrize("hierarchy", [Hierarchy.POOLS, Hierarchy.REGISTRIES])
@pytest.mark.parametrize(
    ("nodes", "text"),
    [
        ([], "No nodes are known yet."),
        ([node("n")], "The nodes report no images."),
        ([node("n", (image("a:v1", size=0),))], "No image has a size that counts."),
    ],
)
def test_a_fleet_without_a_tile_has_a_sentence(
    make_view: Callable[[], Shown], hierarchy: Hierarchy, nodes: list[NodeRecord], text: str
) -> None:
    shown = make_view()
    shown.know(nodes)
    shown.show()
    shown.view.choices.choose(hierarchy=hierarchy)
    shown.wait()
    assert shown.tiles() == []
    assert shown.view.canvas.message == text
    assert shown.view.canvas.accessibleDescription() == text
    texts = [each.text() for each in shown.view.choices.findChildren(QLabel)]
    assert not any("0 nodes" in each for each in texts)


def test_a_filter_without_a_match_has_a_sentence(shown: Shown) -> None:
    shown.view.set_search(lambda _text: frozenset[str]())
    shown.view.set_filter("nothing")
    shown.wait()
    assert shown.view.canvas.message == "No image matches the filter."


def test_one_giant_image_leaves_the_others_visible(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    small = tuple(image(f"quay.io/a/t{number}:v1", size=1000) for number in range(5))
    shown.know([node("n", (image("huge:v1", size=10**12), *small)), node("empty")])
    shown.show()
    shown.view.show_node("n")
    shown.wait()
    giant, rest = (tile for tile in shown.tiles() if len(tile.path) == 1)
    assert giant.area.bytes == 10**12
    assert rest.kind is Kind.SMALLER
    assert min(rest.width, rest.height) >= 7, "it can be hit"
    shown.view.canvas.go_to(rest.path)
    press(shown, Qt.Key.Key_Return)
    assert {tile.area.key for tile in shown.tiles()} == {each.key for each in small}


def test_every_category_has_a_pattern_of_its_own_or_is_plain(shown: Shown) -> None:
    for colour in ColourBy:
        shown.view.choices.choose(colour_by=colour)
        shown.wait()
        entries = [each.category for each in shown.view.legend.entries]
        patterns = [category.pattern for category in entries if category is not None]
        assert len(set(patterns)) == len(patterns)
