from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.live_node import LiveNode, PodOnNode
from kubeimg_gui.qt.delete_dialog import Burden, DeleteDialog, burden_words
from kubeimg_gui.qt.job import NodeRef
from kubeimg_gui.qt.theme import Theme

NODES = [NodeRef(name, f"uid-of-{name}") for name in ("a", "b", "c")]


def live(finalizers: tuple[str, ...] = (), owners: tuple[str, ...] = ()) -> LiveNode:
    return LiveNode("a", "u", "1", {}, finalizers, owners, terminating=False)


def pod(name: str, controller: str = "", mirror: bool = False) -> PodOnNode:
    return PodOnNode("default", name, controller, mirror)


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> Iterator[DeleteDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = DeleteDialog("prod", NODES, ["Careful."], theme, parent)
    dialog.show()
    yield dialog
    parent.deleteLater()


def test_pods_are_told_by_what_becomes_of_them() -> None:
    burden = Burden(1)
    burden.add(
        live(),
        [
            pod("w", "ReplicaSet/w"),
            pod("d", "DaemonSet/d"),
            pod("static", "Node/a", mirror=True),
            pod("bare"),
        ],
    )
    assert burden_words(burden)[0] == (
        "4: 1 of a DaemonSet, 1 static, 1 without a controller, gone for good,"
        " 1 to be made anew elsewhere"
    )


def test_what_is_not_known_is_called_unknown() -> None:
    burden = Burden(2)
    assert burden_words(burden) == ("asking …",) * 3
    burden.unknown["The server is silent"] = None
    assert burden_words(burden) == ("unknown",) * 3
    burden.add(live(owners=("Machine/m-1",)), None)
    assert burden_words(burden) == ("unknown: you may not list pods", "Machine/m-1", "none")


def test_finalizers_are_named_and_karpenter_is_told_apart() -> None:
    burden = Burden(1)
    burden.add(live(("example.org/hold",)), [])
    assert burden_words(burden)[2] == ("example.org/hold: the node terminates once they are done")
    burden.add(live(("karpenter.sh/termination",)), [])
    assert burden_words(burden)[2].endswith("Karpenter drains the node and terminates its machine")


def test_the_number_must_be_typed_and_enter_is_not_enough(dialog: DeleteDialog) -> None:
    assert dialog.verb.text() == "Delete 3 nodes in 10 s"
    for words, allowed in (("2", False), ("a", False), (" 3 ", True)):
        dialog.typed.setText(words)
        assert dialog.verb.isEnabled() is allowed
    assert not dialog.verb.isDefault()
    assert not dialog.verb.autoDefault()


def test_no_countdown_is_called_by_its_name(dialog: DeleteDialog) -> None:
    dialog.grace.setValue(0)
    assert dialog.verb.text() == "Delete 3 nodes now"


def test_fewer_nodes_are_confirmed_anew(dialog: DeleteDialog) -> None:
    dialog.typed.setText("3")
    dialog.narrow(NODES[:1], "b: no\nc: no")
    assert dialog.problem == "b: no\nc: no"
    assert not dialog.verb.isEnabled()
    dialog.typed.setText("a")
    assert dialog.verb.isEnabled()
    assert dialog.verb.text() == "Delete node in 10 s"


def test_nothing_is_cut_off_whatever_is_found(dialog: DeleteDialog) -> None:
    burden = Burden(3)
    burden.add(live(tuple(f"example.org/finalizer-{i}" for i in range(30))), [pod("x")] * 300)
    dialog.show_burden(burden)
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())
