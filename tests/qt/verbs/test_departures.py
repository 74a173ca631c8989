"""Dialogs name their verb and nodes, and say which of these the filter hides or have left."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import LIGHT
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.base_dialog import BaseDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.departures import Departures
from kubeimg_gui.qt.verbs.job import NodeRef
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import Driver, Play, add_annotation, entry, press, press_entry, until, write
from tests.support.api import NODES, Api
from tests.support.builders import change, known, node
from tests.support.clock import Clock
from tests.support.scripted_server import five_nodes

ONE = (NodeRef("a", "uid-of-a"),)
TWO = (*ONE, NodeRef("b", "uid-of-b"))


@pytest.fixture
def model(window: MainWindow) -> NodeTableModel:
    window.model.apply(known(node("a"), node("b"), node("c")))
    return window.model


def annotating(window: MainWindow, nodes: Sequence[NodeRef]) -> AnnotateDialog:
    dialog = AnnotateDialog("prod", nodes, LIGHT, window)
    dialog.follow(window.model)
    dialog.set_busy("")
    dialog.show_annotations({})
    dialog.model.add()
    dialog.model.set_key(0, "team")
    dialog.update_state()
    return dialog


def deleting(window: MainWindow, nodes: Sequence[NodeRef]) -> DeleteDialog:
    dialog = DeleteDialog("prod", nodes, (), LIGHT, window)
    dialog.follow(window.model)
    dialog.typed.setText(nodes[0].name if len(nodes) == 1 else str(len(nodes)))
    return dialog


DIALOGS = pytest.mark.parametrize("opened", [annotating, deleting])


@DIALOGS
@pytest.mark.parametrize("successor", [None, node("a", uid="another")])
def test_nothing_can_be_saved_on_a_node_that_has_left(
    window: MainWindow, model: NodeTableModel, opened: type, successor: NodeRecord | None
) -> None:
    dialog = opened(window, ONE)
    assert dialog.verb_button.isEnabled()
    assert not dialog.departed
    model.apply([change(node("a"), node("a", ready=False)), change(node("c"), None)])
    assert dialog.verb_button.isEnabled()
    model.apply([change(node("a"), None)])
    if successor:
        model.apply([change(None, successor)])
    assert dialog.departed == "a has left the cluster."
    assert not dialog.verb_button.isEnabled()
    dialog.set_busy("")
    assert not dialog.verb_button.isEnabled(), "still"


@DIALOGS
def test_many_nodes_can_be_saved_until_the_last_has_left(
    window: MainWindow, model: NodeTableModel, opened: type
) -> None:
    dialog = opened(window, TWO)
    model.apply([change(node("b"), None)])
    assert dialog.departed == "1 of these nodes has left the cluster."
    assert dialog.verb_button.isEnabled()
    model.apply([change(node("a"), None)])
    assert dialog.departed == "2 of these nodes have left the cluster."
    assert not dialog.verb_button.isEnabled()


@DIALOGS
def test_a_node_that_left_before_its_dialog_opened_has_left(
    window: MainWindow, model: NodeTableModel, clock: Clock, opened: type
) -> None:
    model.apply([change(node("a"), None)])
    clock.now += 60
    model.drop_departed()
    assert not opened(window, ONE).verb_button.isEnabled()


def test_the_yaml_of_a_node_that_has_left_stays_readable(
    window: MainWindow, model: NodeTableModel
) -> None:
    dialog = YamlDialog("prod", ONE[0], LIGHT, window)
    dialog.follow(model)
    dialog.show_yaml("kind: Node\n")
    model.apply([change(node("a"), None)])
    assert dialog.text.toPlainText() == "kind: Node\n"
    assert not dialog.reload.isEnabled()
    assert not dialog.managed_fields.isEnabled()
    assert dialog.verb_button.isEnabled(), "it can be copied"


def test_following_many_nodes_looks_only_at_what_changes(
    window: MainWindow, model: NodeTableModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.apply(known(*(node(f"n{number}") for number in range(2000))))
    uids = {row.name: row.record.uid for row in model.shown_nodes}
    departures = Departures(model, uids, window)
    asked: list[str] = []
    row_named = model.row_named

    def note(name: str) -> NodeRow | None:
        asked.append(name)
        return row_named(name)

    monkeypatch.setattr(model, "row_named", note)
    model.apply([change(node("n7"), None)])
    assert departures.left == {"n7"}
    assert set(asked) == {"n7"}


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("node-7", "Annotate node-7"),
        ("a[*]b", "Annotate a[*][*]b"),
        ("{nodes}", "Annotate {nodes}"),
    ],
)
def test_a_title_names_verb_and_node(window: MainWindow, name: str, title: str) -> None:
    dialog = AnnotateDialog("prod", (NodeRef(name, "uid"),), LIGHT, window)
    assert dialog.windowTitle() == title


def test_a_title_counts_many_nodes_and_follows_them(window: MainWindow) -> None:
    dialog = DeleteDialog("prod", TWO, (), LIGHT, window)
    assert dialog.windowTitle() == "Delete 2 nodes"
    dialog.narrow(ONE, "b: refused")
    assert dialog.windowTitle() == "Delete a"
    assert YamlDialog("prod", ONE[0], LIGHT, window).windowTitle() == "YAML of a"


@pytest.mark.parametrize("corner", [QPoint(0, 0), QPoint(300, 200), QPoint(5000, 5000)])
def test_a_dialog_is_centred_but_stays_on_the_screen(
    qtbot: QtBot, window: MainWindow, corner: QPoint
) -> None:
    window.resize(820, 480)
    window.move(corner)
    dialog = BaseDialog("{nodes}", "prod", ONE, LIGHT, window)
    dialog.show_centred()
    room = window.screen().availableGeometry()
    frame = dialog.frameGeometry()
    assert room.contains(frame)
    if room.contains(window.frameGeometry()):
        away = frame.center() - window.frameGeometry().center()
        assert away.manhattanLength() <= 2


def test_annotate_and_delete_warn_of_nodes_that_the_filter_hides(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        window = driver.window
        driver.click("n1")
        driver.click("n3", more=True)
        window.toolbar.filter.setText("hostname=n1")
        await until(lambda: window.model.rowCount() < 5)
        for words, kind in (("Annotate", AnnotateDialog), ("Delete", DeleteDialog)):
            window.toolbar.filter.setText("no such node" if kind is DeleteDialog else "n1")
            window.menu.popup(window.mapToGlobal(QPoint(300, 200)))
            await until(window.menu.menu.isVisible)
            press_entry(window.menu.menu, entry(window.menu.menu, words))
            dialog = await driver.dialog(kind)
            hidden = 2 if kind is DeleteDialog else 1
            verb = "are" if hidden == 2 else "is"
            said = f"{hidden} of these nodes {verb} hidden by the filter."
            assert dialog.warnings == said
            dialog.reject()
            await until(lambda kind=kind: not window.findChildren(kind))

    play(scenario)


def test_annotations_of_a_successor_are_not_offered(play: Play, api: Api) -> None:
    """The dialog was opened for another node than the one that is read."""

    async def scenario(driver: Driver) -> None:
        menu = await driver.right_click("n1")
        driver.window.pause_buffer.set_paused(True)
        api.call("DELETE", f"{NODES}/n1")
        assert api.call("POST", NODES, five_nodes()[1])[0] == 201
        press_entry(menu, entry(menu, "Annotate"))
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: "was replaced by another node" in dialog.problem)
        driver.window.pause_buffer.set_paused(False)
        await until(lambda: dialog.departed == "n1 has left the cluster.")
        await add_annotation(dialog, "team", "blue")
        assert not dialog.verb_button.isEnabled()
        dialog.reject()
        press(dialog.close_button)

    play(scenario)


def test_save_is_off_as_soon_as_the_server_has_deleted_the_node(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        write(dialog.typed, "n1")
        assert dialog.verb_button.isEnabled()
        api.call("DELETE", f"{NODES}/n1")
        await until(lambda: not dialog.verb_button.isEnabled())
        assert dialog.departed == "n1 has left the cluster."
        dialog.reject()

    play(scenario)


@pytest.mark.parametrize("clocks", [Clocks()])
def test_departures_know_what_left_before(clocks: Clocks) -> None:
    model = NodeTableModel(clocks)
    model.apply(known(node("a"), node("b")))
    uids = {"a": "uid-of-a", "b": "an earlier one", "never": "there"}
    departures = Departures(model, uids, model)
    assert departures.left == {"b", "never"}
    assert not departures.complete
    assert [ref.name for ref in departures.selection.nodes] == ["a"]
