"""The menu of an image: nodes with and without it, and what is copied."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.query import image_term
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.image_menu import ImageMenu, crictl_reference
from kubeimg_gui.qt.nodes.model import NodeTableModel
from tests.support.builders import GIB, change, digest, image, known, node
from tests.support.clock import Clock

WEB = image(f"quay.io/org/web@{digest('a')}", "quay.io/org/web:2", size=3 * GIB)
NAMELESS = image(size=GIB)
HOSTILE = image("=cmd|' /C calc'!A0:1\u202e", "&file:1", size=5)


@pytest.fixture
def nodes() -> NodeTableModel:
    clock = Clock()
    model = NodeTableModel(Clocks(clock, clock))
    model.apply(known(node("b", (WEB, NAMELESS)), node("a", (WEB, HOSTILE)), node("c")))
    return model


@pytest.fixture
def menu(qtbot: QtBot, theme: Theme, nodes: NodeTableModel) -> Iterator[ImageMenu]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = ImageMenu(nodes, parent)
    yield made
    made.menu.close()


def copied(action: QAction) -> str:
    action.trigger()
    return QGuiApplication.clipboard().text()


def test_it_shows_nodes_with_and_without_the_image(menu: ImageMenu) -> None:
    filters: list[str] = []
    menu.filter_requested.connect(filters.append)
    menu.popup(WEB.key, QPoint(10, 10))
    assert menu.menu.isVisible()
    assert menu.menu.actions()[0].text() == "org/web:2"
    menu.show_with.trigger()
    menu.show_without.trigger()
    assert filters == [image_term(WEB), image_term(WEB, without=True)]
    assert filters[1] == f"-{filters[0]}"


def test_it_proposes_a_node_with_and_one_without_the_image(menu: ImageMenu) -> None:
    proposed: list[tuple[str, ...]] = []
    menu.compare_requested.connect(proposed.append)
    menu.popup(WEB.key, QPoint(10, 10))
    menu.compare.trigger()
    assert proposed == [("a", "c")]


def test_it_copies_texts(menu: ImageMenu) -> None:
    menu.popup(WEB.key, QPoint(10, 10))
    assert copied(menu.copy_name) == "quay.io/org/web:2"
    assert copied(menu.copy_all_names) == "\n".join(WEB.names)
    assert copied(menu.copy_digest) == digest("a")
    assert copied(menu.copy_crictl) == WEB.names[0]
    assert copied(menu.copy_row) == "\t".join(
        ("quay.io/org/web:2", digest("a"), str(3 * GIB), "2", str(6 * GIB))
    )


def test_what_an_image_lacks_cannot_be_chosen(menu: ImageMenu) -> None:
    menu.popup(NAMELESS.key, QPoint(10, 10))
    enabled = {action for action in menu.menu.actions() if action.isEnabled()}
    assert menu.compare in enabled
    assert menu.copy_row in enabled
    assert not enabled & {menu.show_with, menu.show_without, menu.copy_name, menu.copy_digest}
    assert not enabled & {menu.copy_all_names, menu.copy_crictl}


def test_hostile_names_are_plain_text_and_no_formula(menu: ImageMenu) -> None:
    menu.popup(HOSTILE.key, QPoint(10, 10))
    assert "\u202e" not in copied(menu.copy_all_names)
    assert copied(menu.copy_row).startswith("'=cmd")
    assert "\u202e" not in menu.menu.actions()[0].text()


def test_an_open_menu_stays_with_its_image(menu: ImageMenu, nodes: NodeTableModel) -> None:
    menu.popup(WEB.key, QPoint(10, 10))
    menu.popup(NAMELESS.key, QPoint(10, 10))
    for name, held in (("b", (WEB, NAMELESS)), ("a", (WEB, HOSTILE))):
        nodes.apply([change(node(name, held), node(name))])
    assert copied(menu.copy_name) == "quay.io/org/web:2"


def test_there_is_no_menu_of_an_image_that_no_node_lists(menu: ImageMenu) -> None:
    menu.popup("no such key", QPoint(10, 10))
    assert not menu.menu.isVisible()


@pytest.mark.parametrize(
    ("held", "reference"),
    [
        (image("a.example/x:1", f"a.example/x@{digest('a')}"), f"a.example/x@{digest('a')}"),
        (image("a.example/x:1"), "a.example/x:1"),
        (image("a.example/x", "a.example/y:1"), "a.example/y:1"),
        (image(f"<none>@{digest('a')}", "<none>:<none>"), ""),
        (image(digest("a")), ""),
        (NAMELESS, ""),
    ],
)
def test_the_reference_for_crictl(held: ContainerImage, reference: str) -> None:
    assert crictl_reference(held) == reference
