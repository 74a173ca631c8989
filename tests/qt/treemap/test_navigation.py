"""Mouse, wheel and keyboard lead from level to level of the treemap."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Kind
from tests.qt.treemap.conftest import TINY, TORCH, VLLM, Shown, heard
from tests.qt.treemap.gestures import click, entry, middle, names_in_order, press, turn
from tests.support.builders import image, node
from tests.support.mouse import double_click

LEFT = Qt.MouseButton.LeftButton


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


def test_known_levels_are_shown_at_once(shown: Shown) -> None:
    first = shown.view.scene
    shown.open("pool gpu")
    shown.view.navigator.go_home()
    shown.wait()
    assert shown.view.scene is first


def test_registries_nest_repositories_images_and_nodes(shown: Shown) -> None:
    shown.view.choices.choose(hierarchy=Hierarchy.REGISTRIES)
    shown.wait()
    assert names_in_order(shown) == ["docker.io", "nvcr.io", "quay.io"]
    shown.open("docker.io")
    shown.open(VLLM[0].key)
    assert {t.area.name for t in shown.tiles()} == {"gpu-1.example", "gpu-2.example"}
