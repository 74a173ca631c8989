"""A person annotates nodes at the real window: what they do, the server shows."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from tests.qt.driver import Driver, Play, add_annotation, press, until, write
from tests.support.api import NODES, Api, JsonObject


def annotations(api: Api, node: str) -> JsonObject:
    return api.get(f"{NODES}/{node}")[1]["metadata"].get("annotations", {})


def annotate(api: Api, node: str, **values: str | None) -> None:
    assert api.patch(node, {"metadata": {"annotations": values}})[0] == 200


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
        assert entries.entry_at(0).text == "annotations set back by you: example.org/team"

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
        await until(lambda: "Somebody changed the annotations" in dialog.problem)
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
        line = await driver.line(
            "Annotated 2 of 3 nodes in prod-eu-1; n2 failed: The node 'n2' has"
        )
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


def test_the_window_is_alive_beside_a_dialog(play: Play) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        assert not dialog.isModal()
        driver.click("n3")
        assert driver.window.table.names == ("n3",)

    play(person)


def test_what_the_field_cannot_hold_stays_as_it_is(play: Play, api: Api) -> None:
    odd = "a\u00a0b\r\nc"
    annotate(api, "n1", odd=odd, other="x")

    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 2)
        QTest.keyClick(dialog.value, Qt.Key.Key_X)
        assert len(dialog.edits) == 1
        assert "\u00a0" in str(dialog.edits[0].new)
        QTest.keyClick(dialog.value, Qt.Key.Key_Backspace)
        assert dialog.edits == ()
        dialog.reject()

    play(person)
    assert annotations(api, "n1")["odd"] == odd


def test_an_undo_that_fails_can_be_tried_again(play: Play, api: Api) -> None:
    async def person(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb)
        await driver.line("Annotated n1 in prod-eu-1.")
        annotate(api, "n1", team="theirs")
        driver.click("n1")
        await driver.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        line = await driver.line("n1 failed: The node 'n1' has other values: team is 'theirs'")
        annotate(api, "n1", team="blue")
        press(line.again)
        await driver.line("Undid the annotations of n1 in prod-eu-1.")

    play(person)
    assert annotations(api, "n1") == {}
