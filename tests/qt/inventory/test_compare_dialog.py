"""Two nodes compared in a window: lists, sums, doubts, text, and changes while it is open."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import DARK, Theme
from kubeimg_gui.qt.inventory.compare_dialog import CompareDialog
from kubeimg_gui.qt.nodes.model import NodeTableModel
from tests.qt.inventory.panel_scene import lines
from tests.support.builders import CUT, GIB, change, digest, image, known, node
from tests.support.clock import Clock

SHARED = image(f"quay.io/org/web@{digest('a')}", "quay.io/org/web:2", size=3 * GIB)
HERE = image(f"quay.io/org/api@{digest('b')}", "quay.io/org/api:1", size=2 * GIB)
SMALL = image(f"quay.io/org/job@{digest('d')}", "quay.io/org/job:1", size=5)
THERE = image(f"quay.io/org/db@{digest('c')}", "quay.io/org/db:1", size=GIB)
A, B, C = node("a", (SHARED, HERE, SMALL)), node("b", (SHARED, THERE)), node("c", (THERE,))
CUT_B = node("b", (SHARED, THERE), before=CUT)

Open = Callable[..., tuple[CompareDialog, NodeTableModel]]


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme) -> Open:
    parents: list[QWidget] = []

    def open_dialog(*records: object, names: tuple[str, ...] = ("a", "b")) -> object:
        clock = Clock()
        parent = QWidget()
        parents.append(parent)
        qtbot.addWidget(parent)
        nodes = NodeTableModel(Clocks(clock, clock), parent)
        nodes.apply(known(*records))  # pyright: ignore
        dialog = CompareDialog("prod", nodes, names, theme, parent)
        dialog.show_centred()
        return dialog, nodes

    return open_dialog  # pyright: ignore


def shown(dialog: CompareDialog) -> list[list[str]]:
    return [
        [f"{line.title} {line.shown_state}" for line in found]
        for found in (
            lines(dialog.here.lines),
            lines(dialog.both.lines),
            lines(dialog.there.lines),
        )
    ]


def test_it_lists_what_is_on_one_node_and_on_both(opened: Open) -> None:
    dialog, _ = opened(A, B)
    assert shown(dialog) == [
        ["org/api:1 2.0 GiB", "org/job:1 5 Bytes"],
        ["org/web:2 3.0 GiB"],
        ["org/db:1 1.0 GiB"],
    ]
    assert dialog.headings == ["2 images · 2.0 GiB", "1 image · 3.0 GiB", "1 image · 1.0 GiB"]
    assert not dialog.badge
    assert not dialog.problem


def test_what_a_cut_list_may_hide_is_perhaps_on_both(opened: Open) -> None:
    dialog, _ = opened(A, CUT_B)
    assert shown(dialog)[0] == ["org/api:1 2.0 GiB", "org/job:1 ? perhaps · 5 Bytes"]
    assert dialog.headings == [
        "1 image · 2.0 GiB\nperhaps also 1 image · 5 Bytes",
        "1 image · ≥ 3.0 GiB",
        "1 image · ≥ 1.0 GiB",
    ]
    assert dialog.badge.startswith("b: The list is cut")


def test_sizes_of_different_meanings_are_badged(opened: Open) -> None:
    unpacked = image(*SHARED.names, size=7 * GIB)
    dialog, _ = opened(A, node("b", (unpacked,), runtime="cri-o://1.31"))
    assert "a: Compressed sizes, as containerd reports them." in dialog.badge
    assert "b: Unpacked sizes, as cri-o reports them." in dialog.badge
    assert "Sizes of the two nodes cannot be compared." in dialog.badge
    assert shown(dialog)[1] == ["org/web:2 3.0 GiB / 7.0 GiB"]
    assert dialog.headings[1] == "1 image · 3.0 GiB / 7.0 GiB"


def test_it_follows_its_nodes(qtbot: QtBot, opened: Open) -> None:
    dialog, nodes = opened(A, B)
    nodes.apply([change(B, node("b", (SHARED, HERE, THERE)))])
    qtbot.waitUntil(lambda: shown(dialog)[0] == ["org/job:1 5 Bytes"])
    assert len(shown(dialog)[1]) == 2


def test_a_node_that_left_keeps_its_last_list(qtbot: QtBot, opened: Open) -> None:
    dialog, nodes = opened(A, B)
    nodes.apply([change(B, None)])
    qtbot.waitUntil(lambda: dialog.problem.startswith("b left the cluster."))
    assert shown(dialog)[2] == ["org/db:1 1.0 GiB"]


def test_nodes_are_chosen_by_typing(qtbot: QtBot, opened: Open) -> None:
    dialog, _ = opened(A, B, C, names=())
    assert dialog.problem == "Choose two nodes."
    assert not dialog.copy_button.isEnabled()
    for box, text in ((dialog.here_box, "a"), (dialog.there_box, "a")):
        field = box.lineEdit()
        assert field is not None
        QTest.keyClicks(field, text)
    qtbot.waitUntil(lambda: dialog.problem == "Choose two different nodes.")
    dialog.there_box.setEditText("c")
    qtbot.waitUntil(lambda: not dialog.problem)
    assert shown(dialog)[2] == ["org/db:1 1.0 GiB"]
    completer = dialog.here_box.completer()
    assert completer is not None
    completer.setCompletionPrefix("B")
    assert completer.currentCompletion() == "b"


def test_nodes_that_join_can_be_chosen_and_the_choice_stays(qtbot: QtBot, opened: Open) -> None:
    dialog, nodes = opened(A, B)
    dialog.here.setFocus()
    nodes.apply([change(None, C), change(A, node("a", (SHARED, HERE)))])
    qtbot.waitUntil(lambda: dialog.here_box.count() == 3)
    assert (dialog.here_box.currentText(), dialog.there_box.currentText()) == ("a", "b")
    assert len(shown(dialog)[0]) == 1


def test_it_is_copied_as_text(opened: Open) -> None:
    dialog, _ = opened(A, CUT_B)
    dialog.copy_button.click()
    text = QGuiApplication.clipboard().text()
    assert text == dialog.text
    assert "Only on a: 1 image · 2.0 GiB\n  quay.io/org/api:1\t2.0 GiB" in text
    assert "Listed only on a, perhaps on both: 1 image · 5 Bytes" in text
    assert "On both: 1 image · ≥ 3.0 GiB\n  quay.io/org/web:2\t3.0 GiB" in text
    assert text.endswith("the kubelet lists only the largest images.")


def test_enter_closes_nothing_and_chooses_an_image(qtbot: QtBot, opened: Open) -> None:
    dialog, _ = opened(A, B)
    chosen: list[str] = []
    dialog.image_selected.connect(chosen.append)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    for view in (dialog.here, dialog.both, dialog.there):
        view.setCurrentIndex(view.lines.index(0))
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert chosen == [HERE.key, SHARED.key, THERE.key]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_hostile_names_are_plain_text(opened: Open) -> None:
    name = "<b>x</b>\u202e"
    dialog, _ = opened(node(name, (SHARED,)), B, names=(name, "b"))
    assert not dialog.problem, "the shown name stands for the real one"
    assert "\u202e" not in dialog.text
    assert "\u202e" not in dialog.here_box.currentText()


def test_both_themes_paint(opened: Open) -> None:
    dialog, _ = opened(A, B)
    light = dialog.grab().toImage()
    dialog.set_theme(DARK)
    assert dialog.grab().toImage() != light
