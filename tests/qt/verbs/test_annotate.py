"""Annotating nodes in the real window; results are checked on the server."""

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
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "example.org/team", "blue 平台")
        assert dialog.verb_button.text() == "Save 1 change"
        press(dialog.verb_button)
        line = await driver.line("Annotated n1 in prod-eu-1.")
        assert annotations(api, "n1") == {"example.org/team": "blue 平台"}
        await until(lambda: not driver.window.findChildren(AnnotateDialog))
        press(line.undo)
        await driver.line("Restored the annotations of n1 in prod-eu-1.")
        assert annotations(api, "n1") == {}
        entries = driver.window.activity.model
        assert entries.entry_at(0).text == "annotations restored by you: example.org/team"

    play(scenario)


def test_several_annotations_change_at_once(play: Play, api: Api) -> None:
    annotate(api, "n1", a="1", b="2", c="3")

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 3)
        write(dialog.value, "eins")
        dialog.table.selectRow(1)
        press(dialog.remove)
        await add_annotation(dialog, "d", "4")
        assert dialog.verb_button.text() == "Save 3 changes"
        press(dialog.verb_button)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(scenario)
    assert annotations(api, "n1") == {"a": "eins", "c": "3", "d": "4"}


def test_invalid_input_is_reported_while_typing(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "-team", "x")
        assert "begin and end with a letter or digit" in dialog.problem
        assert not dialog.verb_button.isEnabled()
        write(dialog.key, "node.kubernetes.io/x")
        assert not dialog.problem
        assert "This key belongs to a controller or the kubelet" in dialog.note
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible(), "what was typed must not be lost to one key"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await until(lambda: not driver.window.findChildren(AnnotateDialog))

    play(scenario)
    assert annotations(api, "n1") == {}


def test_a_conflict_shows_both_values(play: Play, api: Api) -> None:
    annotate(api, "n1", team="red", other="x")

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 2)
        dialog.table.selectRow(1)
        write(dialog.value, "blue")
        annotate(api, "n1", team="green", other=None)
        press(dialog.verb_button)
        await until(lambda: "someone else changed" in dialog.problem)
        assert annotations(api, "n1") == {"team": "green"}
        assert "from “red” to “green”" in dialog.note
        assert dialog.value.toPlainText() == "blue"
        assert dialog.model.rowCount() == 1
        press(dialog.verb_button)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(scenario)
    assert annotations(api, "n1") == {"team": "blue"}


def test_a_heartbeat_is_no_conflict(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        beat = {"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-01-01T00:00:00Z"}
        api.patch("n1/status", {"status": {"conditions": [beat]}})
        press(dialog.verb_button)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(scenario)
    assert annotations(api, "n1") == {"team": "blue"}


def test_a_conflict_on_one_node_does_not_stop_the_others(play: Play, api: Api) -> None:
    annotate(api, "n2", team="red")

    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        driver.click("n3", more=True)
        await driver.choose("n2", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb_button)
        line = await driver.line(
            "Annotated 2 of 3 nodes in prod-eu-1; n2 failed: The node 'n2' was not"
        )
        assert line.details.isVisible()
        press(line.undo)
        await driver.line("Restored the annotations of 2 nodes in prod-eu-1.")

    play(scenario)
    assert [annotations(api, node) for node in ("n1", "n2", "n3")] == [{}, {"team": "red"}, {}]


def test_existing_values_are_overwritten_only_on_request(play: Play, api: Api) -> None:
    annotate(api, "n2", team="red", old="x")

    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.add_removal)
        write(dialog.key, "old")
        dialog.overwrite.setChecked(True)
        press(dialog.verb_button)
        await driver.line("Annotated 2 nodes in prod-eu-1.")

    play(scenario)
    assert annotations(api, "n1") == annotations(api, "n2") == {"team": "blue"}


def test_the_window_stays_usable_beside_a_dialog(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        assert not dialog.isModal()
        driver.click("n3")
        assert driver.window.table.names == ("n3",)

    play(scenario)


def test_characters_that_the_field_normalizes_are_kept(play: Play, api: Api) -> None:
    odd = "a\u00a0b\r\nc"
    annotate(api, "n1", odd=odd, other="x")

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 2)
        QTest.keyClick(dialog.value, Qt.Key.Key_X)
        assert len(dialog.edits) == 1
        assert "\u00a0" in str(dialog.edits[0].new)
        QTest.keyClick(dialog.value, Qt.Key.Key_Backspace)
        assert dialog.edits == ()
        dialog.reject()

    play(scenario)
    assert annotations(api, "n1")["odd"] == odd


def test_a_failed_undo_can_be_retried(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb_button)
        await driver.line("Annotated n1 in prod-eu-1.")
        annotate(api, "n1", team="other")
        driver.click("n1")
        await driver.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        line = await driver.line(
            "n1 failed: The node 'n1' was not annotated, because its values have changed: "
            "team is 'other'"
        )
        annotate(api, "n1", team="blue")
        press(line.retry)
        await driver.line("Restored the annotations of n1 in prod-eu-1.")

    play(scenario)
    assert annotations(api, "n1") == {}
