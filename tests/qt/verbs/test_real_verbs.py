"""Verbs on a real API server; results are checked with kubectl."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from PySide6.QtWidgets import QApplication

from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from tests.controlplane.control_plane import ControlPlane
from tests.controlplane.users import ADMIN, VIEWER
from tests.qt.driver import Driver, Scenario, event_loop, perform, press, until, write
from tests.support.api import NODES
from tests.support.fixtures import Kubectl
from tests.support.scripted_server import five_nodes

pytestmark = pytest.mark.control_plane

Play = Callable[..., None]


@pytest.fixture
def play(
    qapp: QApplication, theme: themes.Theme, real: ControlPlane, tmp_path: Path
) -> Iterator[Play]:
    """Runs a scenario in a window on the real server, logged in as some user."""
    with event_loop(qapp) as loop:

        def run(scenario: Scenario, user: str = ADMIN) -> None:
            target = kubeconfig_target(None, real.write_kubeconfig(tmp_path / user, user))
            loop.run_until_complete(perform(scenario, theme, target.connect))

        yield run


def test_annotations_are_shown_by_kubectl(play: Play, kubectl: Kubectl) -> None:
    kubectl("annotate", "node", "n1", "team=red")

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Annotate")
        dialog = await driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() == 1)
        write(dialog.value, "蓝 blue")
        kubectl("annotate", "node", "n1", "team=green", "--overwrite")
        press(dialog.verb_button)
        await until(lambda: "from “red” to “green”" in dialog.note)
        press(dialog.verb_button)
        await driver.line("Annotated n1 in prod-eu-1.")

    play(scenario)
    node = json.loads(kubectl("get", "node", "n1", "-o", "json", "--show-managed-fields"))
    assert node["metadata"]["annotations"] == {"team": "蓝 blue"}
    assert "kubeimg" in [entry["manager"] for entry in node["metadata"]["managedFields"]]


def test_deleted_nodes_are_not_found_by_kubectl(play: Play, kubectl: Kubectl) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        await until(lambda: dialog.dependents == ("none", "none", "none"))
        dialog.countdown.setValue(3)
        write(dialog.typed, "n1")
        press(dialog.verb_button)
        await driver.line("Deleting n1 in prod-eu-1 in ")
        assert "n1 " in kubectl("get", "nodes")
        await driver.line("Deleted n1 in prod-eu-1.")

    play(scenario)
    assert "n1 " not in kubectl("get", "nodes")


def test_a_recreated_node_is_not_deleted(play: Play, kubectl: Kubectl, real: ControlPlane) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        dialog.countdown.setValue(3)
        write(dialog.typed, "n1")
        press(dialog.verb_button)
        await driver.line("Deleting n1 in prod-eu-1 in ")
        kubectl("delete", "node", "n1")
        api = real.api()
        assert api.call("POST", NODES, five_nodes()[1])[0] == 201
        api.close()
        line = await driver.line("n1 failed: ")
        assert "was replaced by another node" in line.text

    play(scenario)
    assert "n1 " in kubectl("get", "nodes")


def test_a_node_with_a_finalizer_is_reported_as_terminating(play: Play, kubectl: Kubectl) -> None:
    kubectl("patch", "node", "n1", "-p", '{"metadata":{"finalizers":["example.org/hold"]}}')

    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        await until(lambda: dialog.dependents[2].startswith("example.org/hold"))
        dialog.countdown.setValue(0)
        write(dialog.typed, "n1")
        press(dialog.verb_button)
        await driver.line("terminating until its finalizers are removed")

    play(scenario)
    assert json.loads(kubectl("get", "node", "n1", "-o", "json"))["metadata"]["deletionTimestamp"]


def test_the_yaml_equals_that_of_kubectl(play: Play, kubectl: Kubectl) -> None:
    async def scenario(driver: Driver) -> None:
        await driver.choose("n1", "View YAML")
        dialog = await driver.dialog(YamlDialog)
        await until(lambda: dialog.text.toPlainText())
        shown = dialog.text.toPlainText()
        assert "\n  # managedFields: " in shown
        assert yaml.safe_load(shown) == yaml.safe_load(kubectl("get", "node", "n1", "-o", "yaml"))
        dialog.close()

    play(scenario)


def test_missing_permissions_disable_verbs_for_a_viewer(play: Play) -> None:
    async def scenario(driver: Driver) -> None:
        actions = driver.window.menu.actions
        await until(lambda: not actions["annotate"].isEnabled(), "disabled verbs")
        assert actions["annotate"].text() == "Annotate… (you may not patch nodes)"
        assert actions["delete"].text() == "Delete… (you may not delete nodes)"
        assert not actions["delete"].isEnabled()
        assert actions["view-yaml"].isEnabled()

    play(scenario, VIEWER)
