"""What the user chose for the treemap, saved and restored."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QComboBox

from kubeimg_gui.qt.treemap.areas import Level
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from tests.qt.treemap.conftest import Shown, fleet
from tests.support.builders import node

CHOSEN = {"hierarchy": "registries", "colour": "age", "label": "kubernetes.io/hostname"}


def restore(shown: Shown, wanted: dict[str, str]) -> list[str]:
    missing = list(shown.view.restore_state(wanted))
    shown.wait()
    return missing


def levels(shown: Shown) -> set[Level]:
    return {tile.area.level for tile in shown.tiles()}


def test_the_picture_is_as_it_was_saved(shown: Shown) -> None:
    shown.open("gpu")
    assert restore(shown, {"hierarchy": "registries", "colour": "age"}) == []
    assert shown.view.path == ()
    assert Level.REGISTRY in levels(shown)
    assert shown.view.choices.colour_by is ColourBy.AGE
    entries = [entry.text for entry in shown.view.legend.entries]
    assert restore(shown, {"hierarchy": "pools", "colour": "nodes"}) == []
    assert Level.POOL in levels(shown)
    assert [entry.text for entry in shown.view.legend.entries] != entries


def test_the_whole_cluster_is_shown(shown: Shown) -> None:
    state = dict(shown.view.save_state())
    shown.open("gpu")
    assert shown.view.path
    restore(shown, state)
    assert shown.view.path == ()


def test_what_was_saved_is_chosen(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know([node("a", labels=("kubernetes.io/hostname=a", "pool=web"))])
    assert restore(shown, CHOSEN) == []
    assert shown.view.save_state() == CHOSEN
    shown.show()
    assert shown.view.save_state() == CHOSEN, "offering the labels changes no choice"


def test_a_label_that_the_user_did_not_choose_is_not_saved(shown: Shown) -> None:
    assert shown.view.choices.label == "pool"
    assert "label" not in shown.view.save_state()
    shown.view.choices.choose(label="")
    assert shown.view.save_state()["label"] == ""
    restore(shown, {"hierarchy": "pools", "colour": "references"})
    assert shown.view.choices.label == "pool"


def test_a_label_that_no_node_has_is_chosen_all_the_same(shown: Shown) -> None:
    assert restore(shown, {**CHOSEN, "hierarchy": "pools", "label": "rack"}) == []
    assert shown.view.choices.label == "rack"
    shown.know([node("new", labels=("rack=r1",))])
    assert shown.view.save_state()["label"] == "rack"


def test_the_hierarchy_of_one_node_shows_its_choice(shown: Shown) -> None:
    shown.view.set_selected_nodes(["gpu-1.example"])
    restore(shown, {"hierarchy": "node"})
    assert shown.view.choices.hierarchy is Hierarchy.NODE
    assert shown.view.choices.node == "gpu-1.example"
    captions = {combo.accessibleName(): combo for combo in shown.view.findChildren(QComboBox)}
    assert captions["Node"].isVisible()
    assert not captions["Pool"].isVisible()
    assert {tile.area.node for tile in shown.tiles()} == {"gpu-1.example"}


@pytest.mark.parametrize("damaged", [{}, {"hierarchy": "", "colour": ""}])
def test_what_is_missing_is_as_in_a_new_window(shown: Shown, damaged: dict[str, str]) -> None:
    restore(shown, CHOSEN)
    assert restore(shown, damaged) == []
    choices = shown.view.choices
    assert choices.hierarchy is Hierarchy.POOLS
    assert choices.colour_by is ColourBy.REFERENCES
    assert choices.label == "pool"


def test_what_is_not_known_is_named(shown: Shown) -> None:
    missing = restore(shown, {"hierarchy": "owners", "colour": "cost"})
    assert missing == ["hierarchy owners", "colour cost"]
    assert shown.view.choices.hierarchy is Hierarchy.POOLS


def test_nothing_is_drawn_while_hidden(make_view: Callable[[], Shown]) -> None:
    shown = make_view()
    shown.know(fleet())
    restore(shown, CHOSEN)
    assert shown.view.scene is None
