"""Nothing moves under a person who aims at a row, and the window says what waits."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.order_hold import AIM_SECONDS
from kubeimg_gui.qt.nodes.row import DEPARTED_SECONDS
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.verb import Verb
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.nodes.tables import point_at_rows, sized
from tests.qt.window.windows import order
from tests.support.builders import change, known, node
from tests.support.clock import Clock
from tests.support.mouse import move_pointer

NODES = tuple(sized(f"node-{number}", 100 - number) for number in range(1, 10))


@pytest.fixture
def live(qtbot: QtBot, window: MainWindow) -> MainWindow:
    window.take_state(ConnectionState(Phase.SYNCING, since=0.0))
    window.take_changes(known(*NODES))
    window.take_state(ConnectionState(Phase.LIVE, since=0.0))
    window.settle()
    qtbot.waitUntil(lambda: bool(window.table.names))
    return window


@pytest.fixture
def ran(live: MainWindow) -> list[tuple[str, Sequence[NodeRef]]]:
    """The verbs that the menu triggers; they are not run."""
    triggered: list[tuple[str, Sequence[NodeRef]]] = []
    live.menu.triggered.disconnect(live.verbs.run)

    def note(verb: Verb, nodes: Sequence[NodeRef]) -> None:
        triggered.append((verb.name, nodes))

    live.menu.triggered.connect(note)
    return triggered


def swap(*records: NodeRecord) -> list[NodeChange]:
    """Changes that turn the order of these nodes round."""
    return [change(each, sized(each.name, 1000 - i)) for i, each in enumerate(reversed(records))]


def open_menu(window: MainWindow, *names: str) -> QMenu:
    window.table.select_names(names)
    window.menu.popup(window.mapToGlobal(QPoint(300, 200)))
    return window.menu.menu


def choose(window: MainWindow, verb: str) -> None:
    menu, action = window.menu.menu, window.menu.actions[verb]
    at = menu.actionGeometry(action).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


@pytest.mark.parametrize(("count", "words"), [(1, "1 change"), (4, "4 changes"), (9, "9 changes")])
def test_the_status_bar_says_what_waits(
    live: MainWindow, clock: Clock, count: int, words: str
) -> None:
    point_at_rows(live.table)
    live.take_changes([change(each, sized(each.name, i)) for i, each in enumerate(NODES[:count])])
    before = order(live)
    for _ in range(20):
        clock.now += 1
        live.tick()
    assert order(live) == before
    assert f" · order held, {words} waiting · " in live.status.text
    move_pointer(live.toolbar.filter, QPoint(5, 5))
    assert order(live) != before, "at once"
    live.tick()
    assert "held" not in live.status.text


def test_nothing_is_said_while_nothing_waits(live: MainWindow) -> None:
    point_at_rows(live.table)
    live.tick()
    assert "held" not in live.status.text


def test_a_reconnect_does_not_move_held_rows(qtbot: QtBot, live: MainWindow) -> None:
    live.table.hold.move_pointer()
    before = order(live)
    live.take_state(ConnectionState(Phase.RECONNECTING, since=0.0, reason="Gone."))
    live.take_changes(swap(*NODES))
    live.take_state(ConnectionState(Phase.LIVE, since=0.0))
    live.settle()
    assert order(live) == before


def test_a_paused_table_stays_as_it_is_when_the_pointer_leaves(live: MainWindow) -> None:
    live.table.hold.move_pointer()
    live.take_changes(swap(*NODES))
    before = order(live)
    live.toolbar.pause.click()
    live.table.hold.leave_pointer()
    assert order(live) == before
    live.toolbar.pause.click()
    live.tick()
    assert order(live) != before


def test_another_application_in_front_releases_the_rows(live: MainWindow) -> None:
    live.table.hold.move_pointer()
    live.take_changes(swap(*NODES))
    before = order(live)
    QApplication.instance().focusWindowChanged.emit(None)  # pyright: ignore
    assert order(live) != before


def test_an_open_menu_holds_the_rows_and_names_its_node(live: MainWindow, clock: Clock) -> None:
    menu = open_menu(live, "node-7")
    assert menu.actions()[0].text() == "node-7"
    assert not menu.actions()[0].isEnabled()
    live.take_changes(swap(*NODES))
    before = order(live)
    for _ in range(10):
        clock.now += 1
        live.tick()
    assert order(live) == before
    menu.close()
    clock.now += AIM_SECONDS
    live.tick()
    assert order(live) != before


def test_the_first_line_counts_several_nodes(live: MainWindow) -> None:
    menu = open_menu(live, *(each.name for each in NODES[:4]))
    assert menu.actions()[0].text() == "4 nodes"
    menu.close()
    live.table.select_names([])
    menu.popup(QPoint(100, 100))
    assert menu.actions()[0].text() == "No node selected"
    menu.close()


@pytest.mark.parametrize("name", ["<b>bold</b>", "a&b", "nul\x00", "x" * 300, "&", "{node}"])
def test_a_name_in_the_first_line_is_plain_text(live: MainWindow, name: str) -> None:
    live.take_changes([change(None, sized(name, 3))])
    menu = open_menu(live, name)
    shown = menu.actions()[0].text()
    assert "&" not in shown.replace("&&", "")
    assert "\x00" not in shown
    assert len(shown) <= 170
    live.take_changes([change(sized(name, 3), None)])
    assert live.menu.heading.endswith(" has left the cluster")
    menu.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_node_that_departs_under_its_menu_is_named_and_safe(
    live: MainWindow, ran: list[object], replaced: bool
) -> None:
    menu = open_menu(live, "node-7")
    tops = [menu.actionGeometry(action).top() for action in menu.actions()]
    live.take_changes([change(NODES[6], None)])
    if replaced:
        live.take_changes([change(None, sized("node-7", 5, uid="another"))])
    assert menu.actions()[0].text() == "node-7 has left the cluster"
    assert [menu.actionGeometry(action).top() for action in menu.actions()] == tops
    assert not any(action.isEnabled() for action in live.menu.actions.values())
    assert all("has left" in action.toolTip() for action in live.menu.actions.values())
    live.menu.actions["delete"].setEnabled(True)  # as if chosen at the same moment
    choose(live, "delete")
    assert not ran
    entry = live.activity.model.entry_at(0)
    assert (entry.node, entry.text) == ("node-7", "Delete: not done, the node has left the cluster")
    assert entry.severity is Severity.UNCERTAIN


def test_verbs_act_on_those_of_several_nodes_that_are_left(
    qtbot: QtBot, live: MainWindow, ran: list[tuple[str, Sequence[NodeRef]]]
) -> None:
    menu = open_menu(live, "node-1", "node-2", "node-3")
    live.take_changes([change(NODES[0], None), change(NODES[1], None)])
    live.take_changes([change(None, sized("node-2", 5, uid="another"))])
    assert menu.actions()[0].text() == "3 nodes, 2 of them have left the cluster"
    choose(live, "annotate")
    assert ran == [("annotate", (NodeRef("node-3", "uid-of-node-3"),))]
    qtbot.waitUntil(lambda: {ref.uid for ref in live.menu.nodes} == {"uid-of-node-3", "another"})
    again = open_menu(live, "node-2")
    assert again.actions()[0].text() == "node-2", "a menu opened now is about the new node"
    again.close()


def test_a_shortcut_on_a_node_that_has_left_says_so(live: MainWindow, ran: list[object]) -> None:
    live.table.select_names(["node-7"])
    live.take_changes([change(NODES[6], None)])
    live.menu.actions["annotate"].trigger()
    assert not ran
    assert live.activity.model.entry_at(0).text.startswith("Annotate: not done")


def test_entries_of_an_open_menu_keep_their_places(live: MainWindow, clock: Clock) -> None:
    menu = open_menu(live, "node-7")
    tops = [menu.actionGeometry(action).top() for action in menu.actions()]
    live.model.count_down({"node-7"}, clock() + 10)
    live.menu.refresh()
    assert not live.menu.actions["cancel-deletion"].isVisible()
    assert [menu.actionGeometry(action).top() for action in menu.actions()] == tops
    menu.close()
    menu = open_menu(live, "node-7")
    assert live.menu.actions["cancel-deletion"].isVisible()
    menu.close()


def test_departed_rows_of_a_held_table_go_when_it_is_released(
    live: MainWindow, clock: Clock
) -> None:
    menu = open_menu(live, "node-1")
    live.take_changes([change(NODES[4], None), change(None, node("fresh"))])
    clock.now += DEPARTED_SECONDS
    live.tick()
    assert order(live) == [*(each.name for each in NODES), "fresh"]
    menu.close()
    clock.now += AIM_SECONDS
    live.tick()
    assert order(live) == [*(each.name for each in NODES if each is not NODES[4]), "fresh"]
