"""The treemap of one node: it follows the selection of the table of nodes, and changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QLabel

from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.scene import Kind
from tests.qt.treemap.conftest import TORCH, VLLM, WEB, Shown, fleet
from tests.support.builders import CUT, change, image, known, node


def choose(shown: Shown, *selected: str) -> None:
    """Selects nodes in the table, and shows one of them."""
    shown.view.set_selected_nodes(selected)
    shown.view.choices.choose(hierarchy=Hierarchy.NODE)
    shown.wait()


def select(shown: Shown, *selected: str) -> None:
    shown.view.set_selected_nodes(selected)
    shown.wait()


def root(shown: Shown) -> str:
    """The name of the node that fills the treemap."""
    assert shown.view.scene is not None
    return shown.view.scene.area.name


def box(shown: Shown) -> QComboBox:
    """The choice of one of the selected nodes."""
    boxes = shown.view.choices.findChildren(QComboBox)
    return next(each for each in boxes if each.accessibleName() == "Node")


def test_repositories_and_images_of_the_selected_node_fill_it(shown: Shown) -> None:
    choose(shown, "gpu-1.example")
    assert shown.view.path == ()
    assert {t.area.level for t in shown.tiles()} == {Level.REPOSITORY, Level.ENTRY}
    assert {t.area.node for t in shown.tiles()} == {"gpu-1.example"}
    assert {t.area.key for t in shown.tiles() if t.kind is Kind.TILE} == {
        each.key for each in (*VLLM, TORCH)
    }


def test_another_selection_shows_another_node(shown: Shown) -> None:
    choose(shown, "gpu-1.example")
    select(shown, "web-1.example")
    assert root(shown) == "web-1.example"
    select(shown, "gpu-1.example", "web-1.example")
    assert root(shown) == "web-1.example", "the one that is shown is still selected"


def test_one_of_several_selected_nodes_can_be_chosen(shown: Shown) -> None:
    choose(shown, "gpu-2.example", "gpu-1.example")
    assert root(shown) == "gpu-2.example"
    assert box(shown).isVisible()
    assert box(shown).accessibleDescription() == "2 nodes selected; one is shown."
    shown.view.choices.choose(node="gpu-1.example")
    shown.wait()
    assert root(shown) == "gpu-1.example"


def test_many_selected_nodes_are_not_all_offered(shown: Shown) -> None:
    choose(shown, *(f"n{number}" for number in range(200)), "gpu-1.example")
    assert box(shown).count() == 50
    description = box(shown).accessibleDescription()
    assert description == "201 nodes selected; one is shown. 50 can be chosen here."


def test_the_bar_says_that_one_of_several_is_shown(shown: Shown) -> None:
    shown.window.resize(1600, 640)
    shown.view.resize(1600, 640)
    choose(shown, "gpu-2.example", "gpu-1.example")

    def texts() -> list[str]:
        return [each.text() for each in shown.view.findChildren(QLabel) if each.isVisible()]

    shown.qtbot.waitUntil(lambda: "1 of 2 selected · 1 node · 16.0 GiB" in texts())


def test_the_last_node_stays_when_none_is_selected(shown: Shown) -> None:
    choose(shown, "gpu-1.example")
    select(shown)
    assert root(shown) == "gpu-1.example"
    assert not box(shown).isEnabled()


def test_without_a_selection_it_says_so(shown: Shown) -> None:
    choose(shown)
    assert shown.tiles() == []
    assert shown.view.canvas.message == ("No node is selected. Select one in the table of nodes.")
    select(shown, "gpu-1.example")
    assert shown.view.canvas.message == ""
    assert root(shown) == "gpu-1.example"


def test_the_selection_of_a_hidden_treemap_counts_when_it_is_shown(shown: Shown) -> None:
    choose(shown, "gpu-1.example")
    shown.window.hide()
    shown.view.set_selected_nodes(("web-1.example",))
    assert not shown.view.navigator.composer.running
    shown.show()
    assert root(shown) == "web-1.example"


def test_it_follows_changes_of_the_node(shown: Shown) -> None:
    choose(shown, "web-1.example")
    old = fleet()[2]
    shown.nodes.apply([change(old, replace(old, images=(TORCH, WEB)))])
    shown.qtbot.waitUntil(lambda: any(t.area.key == TORCH.key for t in shown.tiles()))


def test_a_node_that_leaves_is_named(shown: Shown) -> None:
    choose(shown, "gpu-1.example")
    shown.nodes.apply([change(fleet()[0], None)])
    shown.qtbot.waitUntil(lambda: bool(shown.view.canvas.message))
    assert shown.view.canvas.message == (
        "gpu-1.example is not in the cluster any more. Select another node."
    )


def test_a_filter_leaves_out_images_of_the_node(shown: Shown) -> None:
    found = {"torch": frozenset({TORCH.key}), "none": frozenset[str]()}
    shown.view.set_search(found.get)
    choose(shown, "gpu-1.example")
    shown.view.set_filter("torch")
    shown.wait()
    assert {t.area.key for t in shown.tiles()} == {TORCH.key}
    shown.view.set_filter("none")
    shown.wait()
    assert shown.view.canvas.message == "No image of gpu-1.example matches the filter."


@pytest.mark.parametrize(
    ("images", "text"),
    [
        ((), "n reports no images."),
        ((image("a:v1", size=0),), "No image of n has a size that counts."),
    ],
)
def test_a_node_without_a_tile_has_a_sentence(
    make_view: Callable[[], Shown], images: tuple[()], text: str
) -> None:
    shown = make_view()
    shown.know([node("n", images)])
    shown.show()
    choose(shown, "n")
    assert shown.view.canvas.message == text


def test_a_cut_list_of_the_node_is_marked(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.nodes.apply(known(node("cut", VLLM, before=CUT), node("whole", VLLM)))
    shown.show()
    choose(shown, "cut")
    (mark,) = (tile for tile in shown.tiles() if tile.kind is Kind.CAP)
    assert mark.y + mark.height == shown.view.canvas.height()
    assert all(t.y + t.height <= mark.y for t in shown.tiles() if t is not mark)
    repository = shown.tile("docker.io/vllm/vllm-openai")
    assert repository.area.lower_bound, "the list may lack versions of it"
    select(shown, "whole")
    assert not [tile for tile in shown.tiles() if tile.kind is Kind.CAP]
