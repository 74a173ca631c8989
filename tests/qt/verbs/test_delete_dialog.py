from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.actions.node_detail import LiveNode, PodOnNode
from kubeimg_gui.domain.dependents import NodeDependents, PodCounts
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog, dependents_text, pods_text
from kubeimg_gui.qt.verbs.job import NodeRef

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


def test_pods_are_counted_by_what_becomes_of_them() -> None:
    dependents = NodeDependents(1)
    dependents.add_pods(
        [
            pod("w", "ReplicaSet/w"),
            pod("d", "DaemonSet/d"),
            pod("static", "Node/a", mirror=True),
            pod("bare"),
        ]
    )
    assert dependents_text(dependents)[0] == (
        "4 pods: 1 from DaemonSets, 1 static, 1 without a controller, deleted permanently,"
        " 1 rescheduled elsewhere"
    )


def test_unknown_dependents_are_reported_as_unknown() -> None:
    dependents = NodeDependents(2)
    assert dependents_text(dependents) == ("reading …",) * 3
    dependents.add_error("The server did not respond in time")
    assert dependents_text(dependents) == ("unknown",) * 3
    dependents.add_node(live(("example.org/hold",), ("Machine/m-1",)))
    assert dependents_text(dependents) == (
        "unknown",
        "Machine/m-1 (on 1 of 2 nodes)",
        "example.org/hold: the node stays terminating until they are removed (on 1 of 2 nodes)",
    )
    dependents.may_not_list_pods = True
    assert dependents_text(dependents)[0] == "unknown: no permission to list pods"


def test_karpenter_finalizers_have_a_text_of_their_own() -> None:
    dependents = NodeDependents(1)
    dependents.add_node(live(("karpenter.sh/termination",)))
    assert dependents_text(dependents)[2].endswith(
        "Karpenter drains the node and terminates its machine"
    )


def test_the_number_must_be_typed_and_enter_confirms_nothing(dialog: DeleteDialog) -> None:
    assert dialog.verb_button.text() == "Delete 3 nodes in 10 s"
    for words, allowed in (("2", False), ("a", False), (" 3 ", True)):
        dialog.typed.setText(words)
        assert dialog.verb_button.isEnabled() is allowed
    assert not dialog.verb_button.isDefault()
    assert not dialog.verb_button.autoDefault()


def test_many_nodes_are_named(dialog: DeleteDialog) -> None:
    assert dialog.names.toPlainText() == "a\nb\nc"
    assert dialog.names.isVisible()
    dialog.narrow(NODES[:1], "no")
    assert not dialog.names.isVisible()


def test_without_countdown_the_button_says_now(dialog: DeleteDialog) -> None:
    dialog.countdown.setValue(0)
    assert dialog.verb_button.text() == "Delete 3 nodes now"


def test_fewer_nodes_must_be_confirmed_again(dialog: DeleteDialog) -> None:
    dialog.typed.setText("3")
    dialog.narrow(NODES[:1], "b: no\nc: no")
    assert dialog.problem == "b: no\nc: no"
    assert not dialog.verb_button.isEnabled()
    dialog.typed.setText("a")
    assert dialog.verb_button.isEnabled()
    assert dialog.verb_button.text() == "Delete node in 10 s"


def test_the_dialog_grows_with_its_texts(dialog: DeleteDialog) -> None:
    dependents = NodeDependents(3)
    dependents.add_node(live(tuple(f"example.org/finalizer-{i}" for i in range(30))))
    dependents.add_pods([pod("x")] * 300)
    dialog.show_dependents(dependents)
    layout = dialog.layout()
    assert layout is not None
    assert dialog.height() >= layout.totalHeightForWidth(dialog.width())


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (PodCounts(), "none"),
        (PodCounts(rescheduled=5), "5 pods, all rescheduled elsewhere"),
        (PodCounts(rescheduled=1), "1 pod, rescheduled elsewhere"),
        (PodCounts(daemon_set=1200), "1,200 pods, all from DaemonSets"),
    ],
)
def test_pods_of_one_kind(counts: PodCounts, text: str) -> None:
    assert pods_text(counts) == text
