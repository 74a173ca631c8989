"""A person at the real window, on a cluster spoken to over HTTP: what they do, the server shows."""

import time
from collections.abc import Callable, Iterator

import pytest
from api import NODES, Api, JsonObject
from driver import Driver, Person, entry, event_loop, perform, press, until, write
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from recorder import connection_to
from scripted_server import Request, ScriptedServer, five_nodes, status_json

from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt import theme as themes
from kubeimg_gui.qt.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.columns import Column
from kubeimg_gui.qt.delete_dialog import DeleteDialog
from kubeimg_gui.qt.yaml_dialog import YamlDialog

Play = Callable[..., None]


@pytest.fixture
def play(qapp: QApplication, theme: themes.Theme, cluster: DemoCluster) -> Iterator[Play]:
    """Lets a person at a window on the cluster."""
    with event_loop(qapp) as loop:

        def run(person: Person, *, act_on: str = "", read_only: bool = False) -> None:
            loop.run_until_complete(
                perform(
                    person,
                    theme,
                    lambda: connection_to(cluster.url),
                    act_through=lambda: connection_to(act_on or cluster.url),
                    read_only=read_only,
                )
            )

        yield run


def annotations(api: Api, node: str) -> JsonObject:
    return api.get(f"{NODES}/{node}")[1]["metadata"].get("annotations", {})


def annotate(api: Api, node: str, **values: str | None) -> None:
    assert api.patch(node, {"metadata": {"annotations": values}})[0] == 200


def exists(api: Api, node: str) -> bool:
    return api.get(f"{NODES}/{node}")[0] == 200


async def add_annotation(dialog: AnnotateDialog, key: str, value: str) -> None:
    await until(lambda: dialog.add.isEnabled(), "a dialog that takes input")
    press(dialog.add)
    write(dialog.key, key)
    write(dialog.value, value)


async def confirm(dialog: DeleteDialog, words: str, seconds: int) -> None:
    dialog.grace.setValue(seconds)
    write(dialog.typed, words)
    press(dialog.verb)


def test_an_annotation_is_added_and_undone(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "example.org/team", "blue 平台")
        assert dialog.verb.text() == "Save 1 change"
        press(dialog.verb)
        line = await driver.line("Annotated n1 in prod-eu-1.")
        assert annotations(api, "n1") == {"example.org/team": "blue 平台"}
        await until(lambda: not driver.window.findChildren(AnnotateDialog))
        press(line.undo)
        await driver.line("Undid the annotations of n1 in prod-eu-1.")
        assert annotations(api, "n1") == {}
        entries = driver.window.activity.model
        assert entries.entry_at(0).words == "annotations set back by you: example.org/team"

    play(person)


def test_several_annotations_change_at_once(play: Play, api: Api) -> None:
    annotate(api, "n1", a="1", b="2", c="3")

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 3)
        write(dialog.value, "eins")
        dialog.table.selectRow(1)
        press(dialog.remove)
        await add_annotation(dialog, "d", "4")
        assert dialog.verb.text() == "Save 3 changes"
        press(dialog.verb)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(person)
    assert annotations(api, "n1") == {"a": "eins", "c": "3", "d": "4"}


def test_what_the_server_would_refuse_is_told_while_typing(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "-team", "x")
        assert "begins and ends with a letter or digit" in dialog.problem
        assert not dialog.verb.isEnabled()
        write(dialog.key, "node.kubernetes.io/x")
        assert not dialog.problem
        assert "A controller or the kubelet owns this key" in dialog.remark
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible(), "what was typed must not be lost to one key"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not driver.window.findChildren(AnnotateDialog))

    play(person)
    assert annotations(api, "n1") == {}


def test_both_values_are_shown_where_somebody_was_faster(play: Play, api: Api) -> None:
    annotate(api, "n1", team="red", other="x")

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 2)
        dialog.table.selectRow(1)
        write(dialog.value, "blue")
        annotate(api, "n1", team="green", other=None)
        press(dialog.verb)
        await until(lambda: "Somebody changed annotations" in dialog.problem)
        assert annotations(api, "n1") == {"team": "green"}
        assert "from “red” to “green”" in dialog.remark
        assert dialog.value.toPlainText() == "blue"
        assert dialog.model.rowCount() == 1
        press(dialog.verb)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(person)
    assert annotations(api, "n1") == {"team": "blue"}


def test_a_heartbeat_meanwhile_is_no_conflict(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        beat = {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}
        api.patch("n1/status", {"status": {"conditions": [beat]}})
        press(dialog.verb)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(person)
    assert annotations(api, "n1") == {"team": "blue"}


def test_many_nodes_are_annotated_and_one_that_differs_hides_no_other(play: Play, api: Api) -> None:
    annotate(api, "n2", team="red")

    async def person(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        driver.click("n3", more=True)
        await driver.choose("n2", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb)
        line = await driver.line("Annotated 2 of 3 nodes in prod-eu-1; n2 failed: Somebody changed")
        assert line.details.isVisible()
        press(line.undo)
        await driver.line("Undid the annotations of 2 nodes in prod-eu-1.")

    play(person)
    assert [annotations(api, node) for node in ("n1", "n2", "n3")] == [{}, {"team": "red"}, {}]


def test_other_values_are_replaced_only_where_that_is_asked_for(play: Play, api: Api) -> None:
    annotate(api, "n2", team="red", old="x")

    async def person(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.add_removal)
        write(dialog.key, "old")
        dialog.overwrite.setChecked(True)
        press(dialog.verb)
        await driver.line("Annotated 2 nodes in prod-eu-1.")

    play(person)
    assert annotations(api, "n1") == annotations(api, "n2") == {"team": "blue"}


def test_a_node_is_deleted_after_its_countdown(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        assert dialog.verb.text() == "Delete node in 10 s"
        assert not dialog.verb.isEnabled()
        write(dialog.typed, "n2")
        assert not dialog.verb.isEnabled()
        await until(lambda: dialog.burden == ("none", "none", "none"))
        await confirm(dialog, "n1", 1)
        await driver.line("Deleting n1 in prod-eu-1 in 1 s")
        assert exists(api, "n1"), "nothing may be sent before the countdown is over"
        words = driver.window.model.index(driver.window.model.place_of("n1") or 0, Column.STATE)
        assert words.data() == "Deleting 1 s ✕"
        await driver.line("Deleted n1 in prod-eu-1.")
        assert not exists(api, "n1")
        await until(lambda: driver.window.model.row_named("n1").deleted)  # pyright: ignore
        assert not driver.window.model.counting

    play(person)


@pytest.mark.parametrize("way", ["strip", "row", "menu"])
def test_a_countdown_can_be_cancelled(play: Play, api: Api, way: str) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        await confirm(await driver.dialog(DeleteDialog), "n1", 30)
        line = await driver.line("Deleting n1 in prod-eu-1 in 30 s")
        match way:
            case "strip":
                press(line.stop)
            case "row":
                driver.click("n1", Column.STATE)
            case _:
                await driver.choose("n1", "Cancel deletion")
        await driver.line("Called off: nothing was done to n1 in prod-eu-1.")
        assert not driver.window.model.counting

    play(person)
    assert exists(api, "n1")


def test_a_node_made_anew_during_the_countdown_is_spared(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        await confirm(await driver.dialog(DeleteDialog), "n1", 1)
        await driver.line("Deleting n1 in prod-eu-1 in 1 s")
        api.call("DELETE", f"{NODES}/n1")
        assert api.call("POST", NODES, five_nodes()[1])[0] == 201
        line = await driver.line("n1 failed: ")
        assert "no longer the one that was meant" in line.words

    play(person)
    assert exists(api, "n1")


def test_a_held_node_is_said_to_terminate(play: Play, api: Api) -> None:
    api.patch("n1", {"metadata": {"finalizers": ["example.org/hold"]}})

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        await until(lambda: dialog.burden[2].startswith("example.org/hold: "))
        await confirm(dialog, "n1", 0)
        await driver.line("terminating until its finalizers are done")
        await until(lambda: driver.window.model.row_named("n1").condition == "Terminating")  # pyright: ignore

    play(person)


def test_many_nodes_are_deleted_by_their_number(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        driver.click("n3", more=True)
        QTest.keyClick(driver.window.table, Qt.Key.Key_Delete)
        dialog = await driver.dialog(DeleteDialog)
        await confirm(dialog, "3", 1)
        await driver.line("Deleting 3 nodes in prod-eu-1 in 1 s")
        driver.click("n2", Column.STATE)
        await driver.line("Deleted 2 of 3 nodes in prod-eu-1; 1 node left alone.")

    play(person)
    assert [exists(api, node) for node in ("n1", "n2", "n3")] == [False, True, False]


def test_the_yaml_is_shown_and_searched(play: Play, api: Api) -> None:
    annotate(api, "n1", team="<b>blue</b>")

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "View YAML")
        dialog = await driver.dialog(YamlDialog)
        await until(lambda: "team: <b>blue</b>" in dialog.text.toPlainText())
        assert "managedFields:" not in dialog.text.toPlainText().replace("# managedFields", "")
        write(dialog.search, "team")
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)
        assert dialog.text.textCursor().selectedText() == "team"
        dialog.managed.click()
        await until(lambda: "\n  managedFields:\n" in dialog.text.toPlainText())
        dialog.close()

    play(person)


def test_names_are_copied(play: Play) -> None:
    async def person(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n3", more=True)
        QTest.keyClick(driver.window.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        assert QApplication.clipboard().text() == "n1\nn3"

    play(person)


def test_a_read_only_window_offers_nothing_that_changes_a_node(play: Play) -> None:
    async def person(driver: Driver) -> None:
        menu = await driver.right_click("n1")
        shown = [action.text() for action in menu.actions() if action.isVisible()]
        assert [words for words in shown if words] == ["Copy name", "View YAML"]
        assert entry(menu, "View YAML").isEnabled()
        menu.close()
        QTest.keyClick(driver.window.table, Qt.Key.Key_Delete)
        assert not driver.window.findChildren(DeleteDialog)

    play(person, read_only=True)


# A server that is no help.


def test_a_server_that_does_not_answer_leaves_the_window_alive_and_lets_it_close(
    play: Play, cluster: DemoCluster, api: Api
) -> None:
    closing: list[float] = []

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        assert dialog.progress == "Reading the annotations …"
        await until(lambda: stalled.requests, "a request that is not answered")
        api.set_images("n3", [])
        api.call("DELETE", f"{NODES}/n4")
        await until(lambda: driver.window.model.row_named("n4").deleted)  # pyright: ignore
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not dialog.isVisible())
        await driver.choose("n1", "Delete")
        deletion = await driver.dialog(DeleteDialog)
        await confirm(deletion, "n1", 1)
        await until(lambda: deletion.progress.startswith("Asking the server whether it would"))
        closing.append(time.monotonic())

    with ScriptedServer(Request.hang) as stalled:
        play(person, act_on=stalled.url)
        assert time.monotonic() - closing[0] < 1.0
    assert exists(api, "n1")


def test_what_the_server_refuses_is_told_in_its_words_and_nothing_is_lost(play: Play) -> None:
    def refuse(request: Request) -> None:
        request.answer(status_json(403, "Forbidden", "nodes is forbidden: no <b>way</b>"), 403)

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: "no <b>way</b> (403)" in dialog.problem)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb)
        await until(lambda: "no <b>way</b> (403)" in dialog.problem)
        assert dialog.value.toPlainText() == "blue"
        dialog.reject()
        dialog.reject()
        await driver.choose("n1", "Delete")
        deletion = await driver.dialog(DeleteDialog)
        await until(lambda: deletion.burden[0] == "unknown")
        await confirm(deletion, "n1", 1)
        await until(lambda: "no <b>way</b> (403)" in deletion.problem)
        deletion.reject()

    with ScriptedServer(refuse) as refusing:
        play(person, act_on=refusing.url)
