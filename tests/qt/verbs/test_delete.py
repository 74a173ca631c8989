"""Deleting nodes in the real window; results are checked on the server."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kubeimg_gui.qt.base.clocks import Clocks, steady_time
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from tests.qt.driver import Driver, Play, confirm, press, until, write
from tests.support.api import NODES, Api
from tests.support.scripted_server import five_nodes


def exists(api: Api, node: str) -> bool:
    return api.get(f"{NODES}/{node}")[0] == 200


def test_a_node_is_deleted_after_its_countdown(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        assert dialog.verb_button.text() == "Delete node in 10 s"
        assert not dialog.verb_button.isEnabled()
        write(dialog.typed, "n2")
        assert not dialog.verb_button.isEnabled()
        await until(lambda: dialog.dependents == ("none", "none", "none"))
        await confirm(dialog, "n1", 3)
        await driver.line("Deleting n1 in prod-eu-1 in ")
        assert exists(api, "n1"), "nothing may be sent before the countdown is over"
        words = driver.window.model.index(driver.window.model.place_of("n1") or 0, Column.STATE)
        assert re.fullmatch(r"Deleting [123] s ✕", words.data())
        await driver.line("Deleted n1 in prod-eu-1.")
        assert not exists(api, "n1")
        await until(lambda: driver.window.model.row_named("n1").deleted)  # pyright: ignore
        assert not driver.window.model.counting

    play(scenario)


def test_a_node_recreated_during_the_countdown_is_not_deleted(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        await confirm(await driver.dialog(DeleteDialog), "n1", 3)
        await driver.line("Deleting n1 in prod-eu-1 in ")
        api.call("DELETE", f"{NODES}/n1")
        assert api.call("POST", NODES, five_nodes()[1])[0] == 201
        line = await driver.line("n1 failed: ")
        assert "was replaced by another node" in line.text

    play(scenario)
    assert exists(api, "n1")


def test_a_countdown_pauses_during_suspend(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        asleep = 0.0
        model = driver.window.model
        slept = Clocks(steady=lambda: steady_time() + asleep)
        model._clocks = slept  # pyright: ignore[reportPrivateUsage]
        await driver.choose("n1", "Delete")
        await confirm(await driver.dialog(DeleteDialog), "n1", 60)
        line = await driver.line("Deleting n1 in prod-eu-1 in ")
        asleep = 3600.0
        state = model.index(model.place_of("n1") or 0, Column.STATE)
        await until(lambda: re.fullmatch(r"Deleting [56]\d s ✕", state.data()))
        driver.click("n1", Column.STATE)
        await until(lambda: not model.counting)
        await until(lambda: "not changed" in line.text)

    play(scenario)
    assert exists(api, "n1")


def test_a_node_with_a_finalizer_is_reported_as_terminating(play: Play, api: Api) -> None:
    api.patch("n1", {"metadata": {"finalizers": ["example.org/hold"]}})

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        await until(lambda: dialog.dependents[2].startswith("example.org/hold: "))
        await confirm(dialog, "n1", 0)
        await driver.line("terminating until its finalizers are removed")
        await until(lambda: driver.window.model.row_named("n1").condition == "Ready,Terminating")  # pyright: ignore

    play(scenario)


def test_deleting_many_nodes_is_confirmed_by_their_number(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n2", more=True)
        driver.click("n3", more=True)
        await driver.key(Qt.Key.Key_Delete)
        dialog = await driver.dialog(DeleteDialog)
        await confirm(dialog, "3", 3)
        await driver.line("Deleting 3 nodes in prod-eu-1 in ")
        driver.click("n2", Column.STATE)
        await driver.line("Deleted 2 of 3 nodes in prod-eu-1; 1 node skipped.")

    play(scenario)
    assert [exists(api, node) for node in ("n1", "n2", "n3")] == [False, True, False]


def test_a_node_with_a_running_countdown_is_skipped(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        await confirm(await driver.dialog(DeleteDialog), "n1", 30)
        await driver.line("Deleting n1 in prod-eu-1 in 30 s")
        driver.click("n2", more=True)
        await driver.key(Qt.Key.Key_Delete)
        dialog = await driver.dialog(DeleteDialog)
        assert dialog.typed.placeholderText() == "n2"
        dialog.reject()

    play(scenario)


def test_many_nodes_are_listed_with_a_warning_about_hidden_ones(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        driver.click("n0")
        driver.click("n1", more=True)
        driver.window.toolbar.filter.setText("pool=gpu")
        await driver.key(Qt.Key.Key_Delete)
        dialog = await driver.dialog(DeleteDialog)
        assert dialog.names.toPlainText() == "n0\nn1"
        warnings = [label.text() for label in dialog.findChildren(QLabel, "doubt")]
        assert warnings == ["1 of these nodes is hidden by the filter."]
        dialog.reject()

    play(scenario)


@pytest.mark.parametrize("way", ["strip", "row", "menu"])
def test_a_countdown_can_be_cancelled(play: Play, api: Api, way: str) -> None:
    async def scenario(driver: Driver) -> None:
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
        await driver.line("Cancelled: n1 in prod-eu-1 not changed.")
        assert not driver.window.model.counting

    play(scenario)
    assert exists(api, "n1")


def test_two_dialogs_for_one_node_delete_it_once(play: Play, api: Api) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        first = await driver.dialog(DeleteDialog)
        await driver.key(Qt.Key.Key_Delete)
        await until(lambda: len(driver.window.findChildren(DeleteDialog)) == 2)
        (second,) = [d for d in driver.window.findChildren(DeleteDialog) if d is not first]
        await confirm(first, "n1", 30)
        line = await driver.line("Deleting n1 in prod-eu-1 in 30 s")
        await confirm(second, "n1", 30)
        await until(lambda: second not in driver.window.findChildren(DeleteDialog))
        assert driver.window.job_bar.lines == (line,)

    play(scenario)
    assert exists(api, "n1")
