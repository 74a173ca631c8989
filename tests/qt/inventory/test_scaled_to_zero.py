"""Workloads scaled to 0 in the panel of an image and in the tooltip of its references."""

import html

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.workload import WorkloadChange
from kubeimg_gui.qt.inventory.columns import Column
from kubeimg_gui.qt.inventory.image_tabs import Tab
from kubeimg_gui.qt.nodes.cell_data import TOOLTIP
from tests.qt.inventory.panel_scene import OLD, WEB, Scene, lines, pod, said
from tests.qt.inventory.tables import Table
from tests.support.builders import node
from tests.support.workloads import scaled_to_zero

CART = scaled_to_zero("cart", "quay.io/org/web:2")
STORE = scaled_to_zero("store", "quay.io/org/web:2", kind="StatefulSet")


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    """The image WEB on a node, with known pods of which none refers to it."""
    shown = Scene(node("a", (WEB, OLD)))
    qtbot.addWidget(shown.panel)
    shown.panel.show()
    shown.panel.show_image(WEB.key)
    shown.live(pod("old", "a", OLD))
    shown.panel.refresh()
    return shown


def users(scene: Scene) -> list[tuple[str, str]]:
    return [(line.title, line.state) for line in lines(scene.panel.usage.owners.lines)]


def test_the_panel_names_the_workload_that_is_scaled_to_0(qtbot: QtBot, scene: Scene) -> None:
    assert scene.panel.usage.sentence == "No pod refers to it."
    scene.scale_to_zero(CART)
    expected = "No pod refers to it. Deployment shop/cart is scaled to 0 and uses it."
    qtbot.waitUntil(lambda: scene.panel.usage.sentence == expected)
    assert users(scene) == [], "the sentence is enough"
    (holder,) = lines(scene.panel.tabs.holders.lines)
    assert holder.shown_state == "○ not referenced", "the state keeps its name"
    assert "safe to delete" in said(scene.panel)
    scene.panel.tabs.bar.setCurrentIndex(Tab.PODS)
    assert scene.panel.usage.sentence == "Deployment shop/cart is scaled to 0 and uses it."
    assert said(scene.panel).count("No pod refers to it.") == 1
    scene.pods.workloads.take_changes([WorkloadChange(CART, None)])
    qtbot.waitUntil(lambda: scene.panel.usage.sentence == "")


def test_several_are_counted_and_come_after_the_owners_of_pods(scene: Scene) -> None:
    scene.scale_to_zero(STORE, CART, scaled_to_zero("other", "elsewhere:1"))
    scene.add(pod("web-0", "a"))
    scene.panel.refresh()
    assert users(scene) == [
        ("StatefulSet shop/web", "1 running"),
        ("Deployment shop/cart", "scaled to 0"),
        ("StatefulSet shop/store", "scaled to 0"),
    ]
    assert scene.panel.usage.sentence.startswith("2 workload")


def test_without_the_permission_it_is_unknown_and_named(scene: Scene) -> None:
    scene.pods.workloads.begin()
    refused = ConnectionState(Phase.FORBIDDEN, since=0.0)
    scene.pods.workloads.take_state("StatefulSet", refused)
    scene.panel.refresh()
    assert scene.panel.usage.sentence.startswith("No pod refers to it. Whether workloads scaled")
    assert "you may not list statefulsets." in said(scene.panel)
    scene.add(pod("web-0", "a"))
    scene.panel.refresh()
    assert "statefulsets" not in said(scene.panel), "a pod needs it anyway"


def test_names_of_any_length_fit_the_panel(scene: Scene) -> None:
    width = scene.panel.minimumSizeHint().width()
    scene.panel.resize(width, 1000)
    for name in ("x" * 45, "x" * 253, "long-" * 50, "中文" * 100):
        workload = scaled_to_zero(name, "quay.io/org/web:2")
        scene.scale_to_zero(workload)
        scene.panel.refresh()
        assert name in scene.panel.usage.sentence
        shown = [each for each in scene.panel.findChildren(QLabel) if each.isVisible()]
        clipped = [each for each in shown if each.minimumSizeHint().width() > each.width()]
        assert not clipped
        assert scene.panel.minimumSizeHint().width() == width
        scene.pods.workloads.take_changes([WorkloadChange(workload, None)])


@pytest.mark.parametrize("grouping", [Grouping.NONE, Grouping.REPOSITORY])
def test_the_tooltip_of_the_references_names_it(table: Table, grouping: Grouping) -> None:
    table.view.group_by(grouping)
    table.hold(node("a", (WEB,)))
    table.run()
    table.pods.workloads.begin()
    table.pods.workloads.take_changes([WorkloadChange(None, CART)])
    cell = table.model.index(0, Column.REFERENCES)
    assert str(cell.data()) in ("not referenced", "none referenced, ≤ 3.0 GiB")
    tip = html.unescape(str(cell.data(TOOLTIP)))
    assert "Deployment shop/cart is scaled to 0 and uses it." in tip
    table.pods.workloads.end()
    assert "scaled to 0" not in str(cell.data(TOOLTIP))
