"""What the treemap shows, selects, says under the pointer and leaves out."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.workload import WorkloadChange
from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Kind
from tests.qt.treemap.conftest import TORCH, VLLM, WEB, Shown, fleet, heard, heard_pairs
from tests.qt.treemap.gestures import click, entry, hover, middle
from tests.support.builders import CUT, change, image, known, node
from tests.support.workloads import scaled_to_zero

LEFT = Qt.MouseButton.LeftButton


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
