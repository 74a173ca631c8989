"""The real views of images in the window: figures, side panel, menu, filter, remembered choices."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.inventory.compare_dialog import CompareDialog
from kubeimg_gui.qt.inventory.view import ImagesView
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.view import TreemapView
from kubeimg_gui.qt.window.image_parts import ImageParts
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.views import VIEWS
from tests.qt.window.conftest import OpenViews
from tests.qt.window.test_pod_watch import Serve, answer, refuse, turn
from tests.qt.window.windows import order, sync
from tests.support.builders import CUT, GIB, change, image, node

NGINX = image("docker.io/library/nginx:1", size=GIB)
OLD = image("docker.io/library/redis:6", size=2 * GIB)
NEW = image("docker.io/library/redis:7", size=3 * GIB)
RECORDS = (node("n1", (NEW, OLD, NGINX)), node("n2", (NEW,), before=CUT))


@pytest.fixture
def window(open_views: OpenViews) -> MainWindow:
    return open_on(open_views)


def open_on(open_views: OpenViews, url: str = "", view: str = "images") -> MainWindow:
    window = open_views(url, views=VIEWS)
    sync(window, *RECORDS)
    window.views.show(view)
    return window


def parts(window: MainWindow) -> ImageParts:
    assert window.views.images is not None
    return window.views.images


def table(window: MainWindow) -> ImagesView:
    widget = window.views.widget
    assert isinstance(widget, ImagesView)
    return widget


def values(window: MainWindow) -> list[str]:
    return [figure.texts[0] for figure in window.summary.figures]


def captions(window: MainWindow) -> list[str]:
    return [figure.accessibleName() for figure in window.summary.figures]


@pytest.mark.parametrize("view", ["images", "treemap"])
def test_the_figures_answer_what_pods_refer_to(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve, view: str
) -> None:
    window = open_on(open_views, serve_pods(answer).url, view)
    qtbot.waitUntil(lambda: values(window)[:3] == ["3", "≥ 9.0 GiB", "—"])
    assert "pods are not watched" in captions(window)[2]
    turn(window)

    def known() -> bool:
        window.tick()
        return values(window)[2] == "at most 8.0 GiB" and values(window)[3].startswith("2 ")

    qtbot.waitUntil(known)
    assert "of library/redis, 0 referenced" in captions(window)[3]
    assert values(window)[4] == "±0"
    pulled = image("docker.io/library/mongo:8", size=5 * GIB)
    window.take_changes([change(RECORDS[0], node("n1", (pulled, NEW, OLD, NGINX)))])
    qtbot.waitUntil(lambda: values(window)[4] == "▲ +5.0 GiB")
    window.views.show("nodes")
    assert window.summary.nodes.texts[0] == "2"


def test_the_figure_says_that_pods_are_forbidden(
    qtbot: QtBot, open_views: OpenViews, serve_pods: Serve
) -> None:
    window = open_on(open_views, serve_pods(refuse).url)
    turn(window)
    qtbot.waitUntil(lambda: "you may not list pods" in captions(window)[2])
    assert values(window)[2] == "—"


def test_the_side_panel_shows_the_selected_image(window: MainWindow) -> None:
    panel = parts(window).panel
    assert panel.isVisible()
    assert not window.panel.isVisible()
    table(window).group_by(Grouping.NONE)
    window.views.select_image(OLD.key)
    assert panel.key == OLD.key
    assert table(window).tree.kept.key == OLD.key
    window.views.show("treemap")
    assert panel.isVisible()
    assert panel.key == OLD.key
    window.views.show("nodes")
    assert window.panel.isVisible()


def test_the_image_selected_on_a_node_is_selected_in_the_table(window: MainWindow) -> None:
    table(window).group_by(Grouping.NONE)
    window.views.show("nodes")
    window.views.show_node("n1")
    window.panel.show_image(NGINX.key)
    assert window.views.image == NGINX.key
    window.views.show("images")
    assert table(window).tree.kept.key == parts(window).panel.key == NGINX.key


def test_the_filter_is_that_of_the_nodes(window: MainWindow) -> None:
    window.toolbar.filter.setText("node:n2")
    assert list(table(window).model.arrangement.shown) == [
        table(window).model.catalog.rows[NEW.key]
    ]
    window.views.show("treemap")
    assert isinstance(window.views.widget, TreemapView)
    window.views.show("nodes")
    assert order(window) == ["n2"]


def test_the_treemap_of_one_node_follows_the_selected_nodes(window: MainWindow) -> None:
    window.table.select_names(["n2"])
    window.views.show("treemap")
    treemap = window.views.widget
    assert isinstance(treemap, TreemapView)
    treemap.choices.choose(hierarchy=Hierarchy.NODE)
    assert treemap.choices.node == "n2"
    window.table.select_names(["n1"])
    assert treemap.choices.node == "n1"
    treemap.navigator.composer.finish()
    assert treemap.scene is not None
    assert treemap.scene.area.name == "n1"


def test_esc_zooms_out_of_the_treemap_before_it_clears_the_filter(window: MainWindow) -> None:
    window.toolbar.filter.setText("redis")
    window.views.show("treemap")
    treemap = window.views.widget
    assert isinstance(treemap, TreemapView)
    treemap.canvas.setFocus()
    treemap.show_node("n1")
    treemap.navigator.composer.finish()
    for depth in (2, 1, 0):
        assert len(treemap.path) == depth
        assert window.toolbar.filter.text() == "redis"
        if depth:
            QTest.keyClick(treemap.canvas, Qt.Key.Key_Escape)
            treemap.navigator.composer.finish()
    QTest.keyClick(treemap.canvas, Qt.Key.Key_Escape)
    assert window.toolbar.filter.text() == ""


def test_the_menu_of_a_frame_shows_its_nodes(window: MainWindow) -> None:
    window.views.show("treemap")
    treemap = window.views.widget
    assert isinstance(treemap, TreemapView)
    treemap.navigator.composer.finish()
    assert treemap.scene is not None
    tile = next(each for each in treemap.scene.tiles if each.area.name == "n2")
    treemap.canvas.menu_requested.emit(tile, QPoint(10, 10))
    treemap.menu.menu.close()
    treemap.menu.show_nodes.trigger()
    assert window.views.current.name == "nodes"
    assert window.table.names == ("n2",)
    window.views.show("treemap")
    treemap.choices.choose(hierarchy=Hierarchy.REGISTRIES)
    treemap.navigator.composer.finish()
    registry = treemap.scene.inside(())[0]
    treemap.canvas.menu_requested.emit(registry, QPoint(10, 10))
    treemap.menu.menu.close()
    treemap.menu.show_nodes.trigger()
    assert window.views.current.name == "nodes"
    assert window.toolbar.filter.text() == f"registry:={registry.area.name}"


def test_the_menu_shows_the_nodes_with_an_image(window: MainWindow) -> None:
    table(window).menu_requested.emit(NGINX.key, QPoint(10, 10))
    menu = parts(window).menu
    assert menu.menu.isVisible()
    menu.menu.close()
    menu.show_with.trigger()
    assert window.views.current.name == "nodes"
    assert window.toolbar.filter.text().startswith("image:")
    assert order(window) == ["n1"]
    window.panel.menu_requested.emit(NEW.key, QPoint(10, 10))
    assert menu.menu.isVisible(), "a node's list has the same menu"
    menu.menu.close()
    menu.show_without.trigger()
    assert order(window) == []


def test_the_selected_nodes_are_compared(window: MainWindow) -> None:
    window.table.select_names(["n1", "n2"])
    (button,) = (b for b in table(window).bar.findChildren(QPushButton) if "Compare" in b.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = (each for each in window.findChildren(QDialog) if each.isVisible())
    assert isinstance(dialog, CompareDialog)
    assert dialog.here_box.currentText() == "n1"
    assert dialog.there_box.currentText() == "n2"
    window.views.show("nodes")
    dialog.image_selected.emit(OLD.key)
    assert window.views.current.name == "images"
    assert window.views.image == OLD.key
    dialog.reject()


def test_the_grouping_is_remembered(open_views: OpenViews) -> None:
    window = open_on(open_views)
    assert table(window).model.arrangement.grouping is Grouping.REPOSITORY
    table(window).bar.grouping_chosen.emit(Grouping.REGISTRY)
    window.close_now()
    again = open_on(open_views)
    assert table(again).model.arrangement.grouping is Grouping.REGISTRY


def test_the_status_bar_shows_what_is_under_the_pointer(window: MainWindow) -> None:
    assert "sorted by" not in window.status.text
    window.views.show("treemap")
    treemap = window.views.widget
    assert isinstance(treemap, TreemapView)
    treemap.hovered.emit("redis:7 · 3.0 GiB")
    assert window.status.text == "redis:7 · 3.0 GiB"
    treemap.hovered.emit("")
    assert window.status.text.startswith("Live")
    treemap.hovered.emit("redis:7")
    window.views.show("nodes")
    assert "sorted by reported size" in window.status.text
