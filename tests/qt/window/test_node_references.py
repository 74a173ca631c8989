"""References in the view of nodes, in a whole window: over HTTP, refused, closed, watched."""

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kubeimg_gui.demo.faults import Rule, Status
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt.window.main_window import MainWindow
from tests.qt.driver import Driver, Play, press, until
from tests.qt.window.conftest import OpenViews
from tests.qt.window.windows import sync
from tests.support.api import Api
from tests.support.builders import GIB, image, node
from tests.support.pods import pod_json, pod_list_json
from tests.support.scripted_server import Request, ScriptedServer

PODS = "/api/v1/pods"


def said(window: MainWindow) -> str:
    labels = window.panel.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_a_check_of_a_node_in_a_demo_cluster(play: Play, cluster: DemoCluster, api: Api) -> None:
    main = {"name": "main", "image": "redis:7"}
    body = {"metadata": {"name": "web"}, "spec": {"nodeName": "n1", "containers": [main]}}
    assert api.call("POST", "/api/v1/namespaces/default/pods", body)[0] == 201

    async def scenario(driver: Driver) -> None:
        panel = driver.window.panel
        for name, size in (("n1", "0 Bytes"), ("n2", "5 Bytes")):
            driver.click(name)
            press(panel.reference_bar.button)
            await until(lambda: "At most" in said(driver.window))
            assert f"At most {size} not referenced" in said(driver.window)
        driver.click("n1", more=True)
        assert "At most 5 Bytes not referenced" in said(driver.window)

    play(scenario)
    assert len([r for r in cluster.requests if r.path == PODS]) == 2


def test_without_the_permission_the_rest_of_the_window_works(
    play: Play, cluster: DemoCluster, api: Api
) -> None:
    cluster.set_faults(Rule(at="pods", status=Status(403, "Forbidden", "pods is forbidden")))

    async def scenario(driver: Driver) -> None:
        driver.click("n1")
        press(driver.window.panel.reference_bar.button)
        await until(lambda: "verb list on pods" in said(driver.window))
        api.set_images("n1", [{"names": ["nginx:1"], "sizeBytes": 7}])
        await until(lambda: "7 Bytes reported" in said(driver.window))
        assert driver.window.toolbar.state_text.startswith("Live")

    play(scenario)


def test_a_window_closes_while_pods_do_not_come(play: Play, cluster: DemoCluster) -> None:
    cluster.set_faults(Rule(at="pods", delay=60))
    closed_from: list[float] = []

    async def scenario(driver: Driver) -> None:
        press(driver.window.panel.reference_bar.button)
        await until(lambda: any(r.path == PODS for r in cluster.requests))
        closed_from.append(time.monotonic())

    play(scenario)
    assert time.monotonic() - closed_from[0] < 2
    for thread in [each for each in threading.enumerate() if each.name == "call-read"]:
        thread.join(5)
        assert not thread.is_alive(), "it goes on reading"


def test_pods_that_are_still_watched_show_in_the_view_of_nodes(
    qtbot: QtBot,
    open_views: OpenViews,
    serve_pods: Callable[[Callable[[Request], None]], ScriptedServer],
) -> None:
    def answer(request: Request) -> None:
        if request.is_watch:
            request.start_stream()
            request.hang()
        else:
            request.answer(pod_list_json(pod_json("web")))

    window = open_views(serve_pods(answer).url)
    images = image("docker.io/library/nginx:1"), image("docker.io/library/redis:7", size=GIB)
    sync(window, node("n1", images))
    window.table.select_names(["n1"])
    assert window.panel.reference_bar.button.isVisible()
    window.views.show("plain")
    assert window.views.images is not None
    QTest.mouseClick(window.views.images.switch.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.views.settled)
    window.views.show("nodes")
    qtbot.waitUntil(lambda: "Pods are watched." in said(window))
    assert "At most 1.0 GiB not referenced" in said(window)
    assert not window.panel.reference_bar.button.isVisible()
    window.views.images.watch.set_wanted(False)
    qtbot.waitUntil(lambda: window.panel.reference_bar.button.isVisible())
