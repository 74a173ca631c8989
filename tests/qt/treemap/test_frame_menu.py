"""The menu of a frame: zoom in, the nodes of what it stands for, its name."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Kind, Tile
from tests.qt.treemap.conftest import TINY, WEB, Shown, fleet, heard
from tests.support.builders import change, image, node


def popup(shown: Shown, tile: Tile) -> None:
    """Right-clicks on the heading of a frame; the menu closes at once."""
    canvas = shown.view.canvas
    point = QPoint(tile.x + 20, tile.y + 8)
    at = canvas.mapToGlobal(point)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, at)
    QApplication.sendEvent(canvas, event)
    assert shown.view.menu.menu.isVisible()
    shown.view.menu.menu.close()


def nodes_of(shown: Shown, text: str) -> list[str]:
    """The nodes that a filter shows."""
    shown.nodes.set_filter(text)
    return sorted(shown.nodes.row_at(place).name for place in range(shown.nodes.rowCount()))


def test_the_nodes_of_a_pool_are_those_of_its_filter(shown: Shown) -> None:
    filters = heard(shown.view.filter_requested)
    popup(shown, shown.tile("pool gpu"))
    shown.view.menu.show_nodes.trigger()
    assert filters == ["label:pool=gpu"]
    assert nodes_of(shown, "label:pool=gpu") == ["gpu-1.example", "gpu-2.example"]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [("", "-label:pool", ["bare"]), ("pool=", "label:pool=", ["empty"])],
)
def test_nodes_without_the_label_are_no_pool_of_those_with_an_empty_value(
    make_view: Callable[[], Shown], name: str, text: str, found: list[str]
) -> None:
    shown = make_view()
    shown.know(
        [*fleet(), node("bare", (WEB,), labels=()), node("empty", (WEB,), labels=("pool=",))]
    )
    shown.show()
    filters = heard(shown.view.filter_requested)
    popup(shown, next(tile for tile in shown.tiles() if tile.area.key == f"pool {name}"))
    shown.view.menu.show_nodes.trigger()
    assert filters == [text]
    assert nodes_of(shown, text) == found


def test_a_node_is_shown_in_the_table(shown: Shown) -> None:
    requested = heard(shown.view.node_requested)
    popup(shown, shown.tile("gpu-1.example"))
    shown.view.menu.show_nodes.trigger()
    assert requested == ["gpu-1.example"]


def test_the_nodes_with_a_registry_and_with_a_repository(shown: Shown) -> None:
    filters = heard(shown.view.filter_requested)
    shown.view.choices.choose(hierarchy=Hierarchy.REGISTRIES)
    shown.wait()
    popup(shown, shown.tile("quay.io"))
    shown.view.menu.show_nodes.trigger()
    popup(shown, shown.tile("docker.io/vllm/vllm-openai"))
    shown.view.menu.show_nodes.trigger()
    assert filters == ["registry:=quay.io", "image:docker.io/vllm/vllm-openai"]
    assert nodes_of(shown, "registry:=quay.io") == ["gpu-2.example", "web-1.example"]
    assert nodes_of(shown, "image:docker.io/vllm/vllm-openai") == [
        "gpu-1.example",
        "gpu-2.example",
    ]


def test_images_without_a_name_have_no_filter(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know([node("n", (image(size=10),))])
    shown.show()
    shown.view.choices.choose(hierarchy=Hierarchy.REGISTRIES)
    shown.wait()
    popup(shown, shown.tiles()[0])
    assert not shown.view.menu.show_nodes.isEnabled()
    assert not shown.view.menu.copy_name.isEnabled()


def test_a_frame_is_zoomed_into_and_its_name_copied(shown: Shown) -> None:
    popup(shown, shown.tile("gpu-1.example"))
    shown.view.menu.copy_name.trigger()
    assert QGuiApplication.clipboard().text() == "gpu-1.example"
    shown.view.menu.zoom_in.trigger()
    shown.wait()
    assert shown.view.path == ("pool gpu", "gpu-1.example")


def test_smaller_tiles_can_be_opened_by_menu(shown: Shown) -> None:
    shown.view.show_node("web-1.example")
    shown.wait()
    small = next(tile for tile in shown.tiles() if tile.kind is Kind.SMALLER)
    shown.view.canvas.menu_requested.emit(small, QPoint(10, 10))
    shown.view.menu.menu.close()
    assert not shown.view.menu.show_nodes.isEnabled()
    shown.view.menu.zoom_in.trigger()
    shown.wait()
    assert {tile.area.key for tile in shown.tiles()} == {each.key for each in TINY}


def test_the_order_is_held_while_the_menu_is_open(shown: Shown) -> None:
    hold = shown.view.canvas.hold
    assert not hold.held
    shown.view.canvas.menu_requested.emit(shown.tile("gpu-1.example"), QPoint(10, 10))
    assert hold.held
    shown.nodes.apply([change(fleet()[0], None)])
    shown.view.menu.menu.close()
    shown.view.menu.zoom_in.trigger()
    shown.qtbot.waitUntil(lambda: shown.view.path == ("pool gpu",))
