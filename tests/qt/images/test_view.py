"""Images in the side panel can be selected, distinguished and copied, also without a mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import DARK, LIGHT, Theme
from kubeimg_gui.qt.images.panel import ImagePanel
from kubeimg_gui.qt.images.view import ImageList
from kubeimg_gui.qt.nodes.image_wording import long_name, origin, reported_name
from kubeimg_gui.qt.nodes.model import NodeTableModel
from tests.qt.conftest import never_connected
from tests.support.builders import GIB, change, digest, image, images, known, node

ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
TAGGED = image(
    f"docker.io/library/python@{digest('a')}", "docker.io/library/python:3.12", size=3 * GIB
)
PINNED = image(f"quay.io/org/python@{digest('b')}", size=2 * GIB)
NAMELESS = image(size=GIB)
HELD = (TAGGED, PINNED, NAMELESS)

Show = Callable[..., ImageList]


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Show:
    panels: list[ImagePanel] = []

    def show_images(*held: ContainerImage) -> ImageList:
        nodes = NodeTableModel(Clocks(lambda: 100.0))
        nodes.apply(known(node("a", held), node("b", (PINNED,))))
        panel = ImagePanel(nodes, lambda: PodReader(never_connected), theme)
        nodes.setParent(panel)
        panels.append(panel)
        qtbot.addWidget(panel)
        panel.resize(320, 600)
        panel.show_nodes(["a"])
        panel.show()
        panel.activateWindow()
        view = panel.findChild(ImageList)
        assert view is not None
        view.setFocus()
        qtbot.waitUntil(view.hasFocus)
        return view

    return show_images


def copied(action: QAction) -> str:
    QGuiApplication.clipboard().setText("before")
    action.trigger()
    return QGuiApplication.clipboard().text()


def apply(view: ImageList, old: NodeRecord, new: NodeRecord) -> None:
    nodes = view.window().findChild(NodeTableModel)
    assert nodes is not None
    nodes.apply([change(old, new)])


@pytest.mark.parametrize(
    ("held", "name"),
    [
        (TAGGED, "python:3.12"),
        (PINNED, "org/python@sha256:bbbbbbbbbbbb"),
        (image(f"docker.io/library/python@{digest('c')}"), "python@sha256:cccccccccccc"),
        (image(f"python@{digest('c')}", "python"), "python@sha256:cccccccccccc"),
        (image("python", f"<none>@{digest('d')}"), "python@sha256:dddddddddddd"),
        (image("localhost:5000/a/b"), "a/b"),
        (image(digest("e")), "sha256:eeeeeeeeeeee"),
        (image(f"<none>@{digest('f')}", "<none>:<none>"), "sha256:ffffffffffff"),
        (NAMELESS, "unnamed image"),
        (image("<none>:<none>"), "unnamed image"),
    ],
)
def test_the_name_tells_images_apart(qapp: QApplication, held: ContainerImage, name: str) -> None:
    assert long_name(held) == name


@pytest.mark.parametrize(
    ("held", "words"),
    [(TAGGED, "docker.io · aaaaaaaaaaaa"), (PINNED, "quay.io"), (NAMELESS, "")],
)
def test_the_origin_repeats_nothing_of_the_name(held: ContainerImage, words: str) -> None:
    assert origin(held) == words


def test_six_images_of_one_repository_without_a_tag_differ(show: Show) -> None:
    view = show(*(image(f"docker.io/library/python@{digest(c)}") for c in "abcdef"))
    for role in (int(Qt.ItemDataRole.DisplayRole), ACCESSIBLE):
        assert len({view.model().index(place, 0).data(role) for place in range(6)}) == 6


def test_assistive_technology_reads_all_of_a_row(show: Show) -> None:
    view = show(*HELD)
    texts = [view.model().index(place, 0).data(ACCESSIBLE) for place in range(3)]
    assert texts[0].startswith("python:3.12, 3.0 GiB, docker.io, sha256:aaaaaaaaaaaa, first seen ")
    assert texts[1].startswith("org/python@sha256:bbbbbbbbbbbb, 2.0 GiB, quay.io, sha256:bbbbbbb")
    assert texts[2].startswith("unnamed image, 1.0 GiB, first seen before ")
    panel = view.window()
    assert isinstance(panel, ImagePanel)
    panel.show_nodes(["a", "b"])
    assert "On 2 of 2 nodes" in view.model().index(1, 0).data(ACCESSIBLE)


def test_it_is_used_with_the_keyboard(show: Show) -> None:
    view = show(*HELD)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "docker.io/library/python:3.12", "the current one"
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.selected == (TAGGED,)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected == (TAGGED, PINNED)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    names = f"docker.io/library/python:3.12\nquay.io/org/python@{digest('b')}"
    assert QGuiApplication.clipboard().text() == names
    view.keyboardSearch("")  # starts a new search
    QTest.keyClicks(view, "pyt")
    assert view.selected == (TAGGED,), "typing finds a name"
    assert requested_menu(view) == TAGGED.key
    assert not view.menu.isVisible()


def requested_menu(view: ImageList) -> str:
    """The key of the image whose menu is requested with the keyboard, "" for none."""
    keys: list[str] = []
    panel = view.window()
    assert isinstance(panel, ImagePanel)

    def take(key: str, _position: QPoint) -> None:
        keys.append(key)

    panel.menu_requested.connect(take)
    at = view.visualRect(view.currentIndex()).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), asked)
    return "".join(keys)


def test_several_images_have_a_menu_of_their_own(show: Show) -> None:
    view = show(*HELD)
    view.selectAll()
    assert not requested_menu(view)
    assert view.menu.isVisible()
    assert view.menu.actions()[0].text() == "3 images"
    view.menu.close()


def test_names_and_digests_are_copied(show: Show) -> None:
    view = show(*HELD)
    view.selectAll()
    assert copied(view.copy_name) == (
        f"docker.io/library/python:3.12\nquay.io/org/python@{digest('b')}"
    )
    assert copied(view.copy_digest) == f"{digest('a')}\n{digest('b')}"
    assert copied(view.copy_all_names) == "\n".join((*TAGGED.names, *PINNED.names))
    assert view.menu.actions()[0].text() == "3 images"


def test_what_an_image_lacks_cannot_be_copied(show: Show) -> None:
    view = show(NAMELESS, image("local:1", size=5))
    assert not any(each.isEnabled() for each in (view.copy_name, view.copy_digest))
    view.setCurrentIndex(view.model().index(0, 0))
    assert not any(
        each.isEnabled() for each in (view.copy_name, view.copy_digest, view.copy_all_names)
    )
    view.setCurrentIndex(view.model().index(1, 0))
    assert view.copy_name.isEnabled()
    assert not view.copy_digest.isEnabled()
    assert copied(view.copy_name) == "local:1"


@pytest.mark.parametrize("name", ["a\u202eb:1", "<b>:1", "x\ny:1", "&file:1"])
def test_hostile_names_are_copied_and_shown_as_plain_text(show: Show, name: str) -> None:
    view = show(image(name))
    view.selectAll()
    text = copied(view.copy_name)
    assert "\u202e" not in text
    assert "\n" not in text
    assert "&" not in view.menu.actions()[0].text().replace("&&", "")


def test_the_selection_stays_with_its_images_while_the_list_changes(
    qtbot: QtBot, show: Show
) -> None:
    view = show(*HELD)
    view.setCurrentIndex(view.model().index(1, 0))
    larger = image("huge:1", size=9 * GIB)
    apply(view, node("a", HELD), node("a", (larger, *HELD)))
    qtbot.waitUntil(lambda: view.model().rowCount() == 4)
    assert view.selected == (PINNED,)
    assert view.currentIndex().row() == 2
    apply(view, node("a", (larger, *HELD)), node("a", (larger,)))
    qtbot.waitUntil(lambda: view.model().rowCount() == 1)
    assert view.selected == ()


def test_an_open_menu_is_about_the_images_it_was_opened_for(qtbot: QtBot, show: Show) -> None:
    view = show(*HELD)
    view.setCurrentIndex(view.model().index(1, 0))
    view.menu.popup(view.mapToGlobal(QPoint(10, 10)))
    apply(view, node("a", HELD), node("a", (TAGGED,)))
    qtbot.waitUntil(lambda: view.model().rowCount() == 1)
    assert copied(view.copy_digest) == digest("b")
    view.menu.close()


def test_another_node_clears_the_selection(show: Show) -> None:
    view = show(*HELD)
    view.selectAll()
    panel = view.window()
    assert isinstance(panel, ImagePanel)
    panel.show_nodes(["b"])
    assert view.selected == ()


@pytest.mark.parametrize("theme_of", [LIGHT, DARK])
def test_selection_and_focus_are_visible(show: Show, theme_of: Theme) -> None:
    view = show(*images(3))
    panel = view.window()
    assert isinstance(panel, ImagePanel)
    panel.set_theme(theme_of)
    view.setCurrentIndex(view.model().index(1, 0))
    row = view.visualRect(view.currentIndex())
    picture = view.viewport().grab().toImage()
    assert picture.pixelColor(row.left() + 5, row.top() + 2) == QColor(theme_of.selection)
    assert picture.pixelColor(row.left() + 50, row.top()) == QColor(theme_of.accent)
    panel.setFocus()
    view.clearFocus()
    picture = view.viewport().grab().toImage()
    assert picture.pixelColor(row.left() + 50, row.top()) == QColor(theme_of.selection)


def test_the_reported_name_is_a_tagged_one(qapp: QApplication) -> None:
    assert reported_name(TAGGED) == "docker.io/library/python:3.12"
    assert reported_name(PINNED) == f"quay.io/org/python@{digest('b')}"
    assert reported_name(NAMELESS) == reported_name(image("<none>:<none>")) == ""
