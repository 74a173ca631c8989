"""Verbs in the real window: copying, YAML, read-only mode, servers that hang or refuse."""

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from tests.qt.driver import Driver, Play, add_annotation, confirm, entry, press, until, write
from tests.support.api import NODES, Api
from tests.support.scripted_server import Request, ScriptedServer, five_nodes, status_json


@pytest.fixture
def cluster() -> Iterator[DemoCluster]:
    """Nodes `n0` to `n4`; `n1` has an annotation and managed fields."""
    nodes = five_nodes()
    nodes[1]["metadata"] |= {
        "annotations": {"team": "<b>blue</b>"},
        "managedFields": [{"manager": "kubectl-annotate", "operation": "Update"}],
    }
    with DemoCluster(nodes, bookmark_seconds=0.2) as cluster:
        yield cluster


def exists(api: Api, node: str) -> bool:
    return api.get(f"{NODES}/{node}")[0] == 200


def annotate(api: Api, node: str, **values: str | None) -> None:
    assert api.patch(node, {"metadata": {"annotations": values}})[0] == 200


def test_the_yaml_is_shown_and_searched(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "View YAML")
        dialog = await driver.dialog(YamlDialog)
        await until(lambda: "team: <b>blue</b>" in dialog.text.toPlainText())
        assert "managedFields:" not in dialog.text.toPlainText().replace("# managedFields", "")
        write(dialog.search, "team")
        QTest.keyClick(dialog.search, Qt.Key.Key_Return)
        assert dialog.text.textCursor().selectedText() == "team"
        dialog.managed_fields.click()
        await until(lambda: "\n  managedFields:\n" in dialog.text.toPlainText())
        dialog.close()

    play(scenario)


def test_names_are_copied(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        driver.click("n3", more=True)
        await driver.key(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: QApplication.clipboard().text() == "n1\nn3", "copied names")

    play(scenario)


def test_a_read_only_window_offers_nothing_that_changes_a_node(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        menu = await driver.right_click("n1")
        shown = [action.text() for action in menu.actions() if action.isVisible()]
        assert [words for words in shown if words] == ["n1", "Copy name", "View YAML"]
        assert entry(menu, "View YAML").isEnabled()
        menu.close()
        await driver.key(Qt.Key.Key_Delete)
        assert not driver.window.findChildren(DeleteDialog)

    play(scenario, read_only=True)


def test_a_hanging_server_blocks_neither_the_window_nor_closing_it(
    play: Play, cluster: DemoCluster, api: Api
) -> None:
    closing: list[float] = []

    async def scenario(driver: Driver) -> None:
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
        await until(lambda: deletion.progress.startswith("Dry run on the API server"))
        closing.append(time.monotonic())

    with ScriptedServer(Request.hang) as stalled:
        play(scenario, act_on=stalled.url)
        assert time.monotonic() - closing[0] < 1.0
    assert exists(api, "n1")


def test_a_refusal_is_shown_as_sent_and_loses_no_input(play: Play) -> None:
    def refuse(request: Request) -> None:
        request.answer(status_json(403, "Forbidden", "nodes is forbidden: no <b>way</b>"), 403)

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: "no <b>way</b> (403)" in dialog.problem)
        await add_annotation(dialog, "team", "blue")
        press(dialog.verb_button)
        await until(lambda: "no <b>way</b> (403)" in dialog.problem)
        assert dialog.value.toPlainText() == "blue"
        dialog.reject()
        dialog.reject()
        await driver.choose("n1", "Delete")
        deletion = await driver.dialog(DeleteDialog)
        await until(lambda: deletion.dependents[0] == "unknown")
        await confirm(deletion, "n1", 1)
        await until(lambda: "no <b>way</b> (403)" in deletion.problem)
        deletion.reject()

    with ScriptedServer(refuse) as refusing:
        play(scenario, act_on=refusing.url)
