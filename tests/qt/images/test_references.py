"""References in the panel of the selected nodes: read on demand, watched, aged, refused."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.domain.references import PodUse, Reference, ReferenceState
from kubeimg_gui.domain.workload import WorkloadChange
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import DARK, Theme
from kubeimg_gui.qt.images.model import ImageListModel
from kubeimg_gui.qt.images.panel import ImagePanel
from kubeimg_gui.qt.images.view import ImageList
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.pods.node_checks import MOST_NODES
from kubeimg_gui.qt.pods.pod_references import PodReferences
from tests.qt.driver import RunAsync, until
from tests.support.builders import GIB, change, image, known, node
from tests.support.clock import Clock
from tests.support.pods import pod_json, pod_list_json
from tests.support.recorder import connection_to
from tests.support.scripted_server import Request, ScriptedServer, status_json
from tests.support.workloads import scaled_to_zero

ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
NGINX = image("docker.io/library/nginx:1", size=4 * GIB)
REDIS = image("docker.io/library/redis:7", size=3 * GIB)
FRESH = image("docker.io/library/fresh:1", size=5 * GIB)
PAUSE = image("registry.k8s.io/pause:3.10", size=1)
USED = Reference(ReferenceState.REFERENCED, None, 1, 0, 1, 4 * GIB)
NOT_REFERENCED = Reference(ReferenceState.NOT_REFERENCED)

Show = Callable[[Callable[[Request], None]], "Scene"]


class Scene:
    """A panel of the node n1, whose pods a server has; beside it n2 and more nodes."""

    def __init__(self, theme: Theme, server: ScriptedServer) -> None:
        self.server = server
        self.clock = Clock()
        self.clocks = Clocks(self.clock, self.clock)
        self.nodes = NodeTableModel(self.clocks)
        self.n1, self.n2 = node("n1", [NGINX, REDIS, PAUSE]), node("n2", [NGINX])
        self.more = [node(f"m{number}", [NGINX]) for number in range(MOST_NODES)]
        self.nodes.apply(known(self.n1, self.n2, *self.more))
        self.panel = ImagePanel(self.nodes, partial(PodReader, self.connect), theme)
        self.nodes.setParent(self.panel)
        self.panel.resize(320, 600)
        self.panel.show_nodes(["n1"])
        self.panel.show()
        self.bar = self.panel.reference_bar

    @property
    def tips(self) -> list[str]:
        """The tooltips of the images."""
        view = self.panel.findChild(ImageList)
        assert view is not None
        model = view.model()
        indexes = [model.index(place, 0) for place in range(model.rowCount())]
        return [str(index.data(TOOLTIP)) for index in indexes]

    def connect(self) -> Connection:
        return connection_to(self.server.url)

    @property
    def text(self) -> str:
        labels = self.panel.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    @property
    def rows(self) -> list[str]:
        """What assistive technology reads of each image after the time when it was first seen."""
        view = self.panel.findChild(ImageList)
        assert view is not None
        self.panel.grab()
        texts: list[str] = []
        for place in range(view.model().rowCount()):
            text = view.model().index(place, 0).data(ACCESSIBLE)
            texts.append(text.partition("first seen ")[2].partition(", ")[2])
        return texts

    def press(self) -> None:
        assert self.bar.button.isVisible()
        QTest.mouseClick(self.bar.button, Qt.MouseButton.LeftButton)

    async def check(self) -> None:
        self.press()
        await until(lambda: self.bar.button.text() == "Check again", "the end of a check")

    def watch(self) -> PodReferences:
        """Watches pods: one of n1 uses nginx."""
        pods = PodReferences(self.nodes, self.clocks, self.panel)
        self.panel.follow_pods(pods)
        pods.begin()
        pods.take_state(ConnectionState(Phase.LIVE, self.clock.now))
        pods.take_changes([PodChange(ChangeKind.ADDED, self.clock.now, None, pod("web"))])
        self.panel.refresh()
        return pods


def pod(name: str, *, asked: str = "nginx:1", owner: str = "") -> PodRecord:
    uses = (PodImage("main", asked, "", ""),)
    return PodRecord("shop", name, f"uid-{name}", 0.0, False, owner, "n1", "Running", uses)


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Iterator[Show]:
    with ExitStack() as stack:

        def show_scene(script: Callable[[Request], None]) -> Scene:
            scene = Scene(theme, stack.enter_context(ScriptedServer(script)))
            qtbot.addWidget(scene.panel)
            stack.callback(scene.panel.stop)
            return scene

        yield show_scene


def answer(request: Request) -> None:
    """One pod on n1, none elsewhere."""
    on_n1 = request.query["fieldSelector"] == "spec.nodeName=n1"
    request.answer(pod_list_json(*([pod_json("web")] if on_n1 else [])))


def refuse(request: Request) -> None:
    request.answer(status_json(403, "Forbidden", "pods is forbidden"), 403)


def test_without_a_check_nothing_is_said_and_nothing_is_asked(show: Show) -> None:
    scene = show(answer)
    assert scene.rows == ["", "", ""]
    assert "referenced" not in scene.text
    assert scene.bar.button.text() == "Check references"
    assert "list on pods" in scene.bar.button.accessibleDescription()
    assert not scene.server.requests
    scene.panel.show_nodes([])
    assert not scene.bar.isVisible()


def test_a_check_shows_who_uses_each_image(show: Show, run_async: RunAsync) -> None:
    async def scenario() -> None:
        scene = show(answer)
        await scene.check()
        assert scene.rows[0].endswith("pod(s) · ReplicaSet shop/web") or "1 pod" in scene.rows[0]
        assert scene.rows[1:] == ["not referenced", "unknown: used by the runtime itself"]
        assert "At most 3.0 GiB not referenced" in scene.text
        assert "unknown" not in scene.text, "the image of the runtime is not worth a word"
        view = scene.panel.findChild(ImageList)
        assert view is not None
        tip = view.model().index(0, 0).data(TOOLTIP)
        assert "shop/web · ReplicaSet shop/web" in tip
        scene.panel.set_theme(DARK)
        scene.panel.grab()

    run_async(scenario())


def test_the_result_ages_and_is_kept_for_its_node(show: Show, run_async: RunAsync) -> None:
    async def scenario() -> None:
        scene = show(answer)
        await scene.check()
        assert ", 0 s ago." in scene.text
        scene.clock.now += 150
        scene.panel.show_age()
        assert ", 2 min ago." in scene.text
        scene.panel.show_nodes(["n2"])
        assert scene.rows == [""]
        assert scene.bar.button.text() == "Check references"
        scene.panel.show_nodes(["n1"])
        assert scene.rows[1] == "not referenced"
        assert ", 2 min ago." in scene.text
        assert len(scene.server.requests) == 1

    run_async(scenario())


def test_an_image_that_came_later_is_unknown_until_pods_are_read_again(
    show: Show, run_async: RunAsync
) -> None:
    async def scenario() -> None:
        scene = show(answer)
        await scene.check()
        later = node("n1", [FRESH, NGINX, REDIS, PAUSE])
        scene.nodes.apply([change(scene.n1, later, at=scene.clock.now)])
        await until(lambda: len(scene.rows) == 4)
        assert scene.rows[0] == "unknown: newer than the list of pods"
        assert "came later" in scene.text
        assert "At most 3.0 GiB not referenced · 1 image" in scene.text
        await scene.check()
        assert scene.rows[0] == "not referenced"
        assert "came later" not in scene.text
        assert "At most 8.0 GiB not referenced" in scene.text

    run_async(scenario())


def test_several_nodes_are_checked_together(show: Show, run_async: RunAsync) -> None:
    async def scenario() -> None:
        scene = show(answer)
        await scene.check()
        scene.panel.show_nodes(["n1", "n2"])
        assert "At most 3.0 GiB not referenced on 1 of 2 nodes" in scene.text
        await scene.check()
        assert "At most 7.0 GiB not referenced" in scene.text
        assert "of 2 nodes" not in scene.text
        assert scene.rows[0].endswith(", on 1 of 2 nodes")

    run_async(scenario())


def test_there_is_a_bound(show: Show) -> None:
    scene = show(answer)
    names = [each.name for each in scene.more]
    scene.panel.show_nodes(names)
    assert scene.bar.button.isVisible()
    scene.panel.show_nodes([*names, "n1"])
    assert not scene.bar.button.isVisible()
    assert f"Select at most {MOST_NODES}" in scene.text
    scene.watch()
    assert f"Select at most {MOST_NODES}" in scene.text
    assert scene.rows[0] == ""


def test_a_refusal_names_the_permission(show: Show, run_async: RunAsync) -> None:
    async def scenario() -> None:
        scene = show(refuse)
        await scene.check()
        assert "verb list on pods" in scene.text
        assert "3 images" in scene.text
        assert scene.rows[:2] == ["unknown: pods may not be listed"] * 2
        assert "At most" not in scene.text
        scene.panel.show_nodes(["n2"])
        assert "verb list on pods" not in scene.text

    run_async(scenario())


def test_another_failure_shows_what_the_server_said(show: Show, run_async: RunAsync) -> None:
    def fail(request: Request) -> None:
        request.answer(status_json(500, "InternalError", "<b>no etcd</b>"), 500)

    async def scenario() -> None:
        scene = show(fail)
        await scene.check()
        assert "Pods were not read: " in scene.text
        assert "<b>no etcd</b>" in scene.text
        assert scene.rows[0] == "unknown: pods not read"

    run_async(scenario())


def test_pods_that_do_not_decode_leave_the_rest_unknown(show: Show, run_async: RunAsync) -> None:
    def odd(request: Request) -> None:
        request.answer(pod_list_json(pod_json("web"), {"metadata": {"name": "odd"}, "spec": 7}))

    async def scenario() -> None:
        scene = show(odd)
        await scene.check()
        assert "cannot be read; any image may be theirs." in scene.text
        assert "At most" not in scene.text
        assert scene.rows[1] == "unknown: pods not read"

    run_async(scenario())


def test_a_slow_server_can_be_left(show: Show, run_async: RunAsync) -> None:
    asked = threading.Event()

    def hang(request: Request) -> None:
        asked.set()
        request.hang()

    async def scenario() -> None:
        scene = show(hang)
        scene.press()
        await until(asked.is_set)
        assert "Reading pods: 0 of 1 node" in scene.text
        assert scene.rows[0] == "unknown: reading pods"
        assert scene.bar.button.text() == "Cancel"
        scene.press()
        assert scene.bar.button.text() == "Check references"
        assert scene.rows[0] == ""
        asked.clear()
        scene.press()
        await until(asked.is_set)
        scene.panel.show_nodes(["n1"])
        assert scene.bar.button.text() == "Cancel", "the selection is the same"
        scene.panel.show_nodes(["n2"])
        assert scene.bar.button.text() == "Check references", "another selection ends the check"

    run_async(scenario())


def test_watched_pods_are_shown_live_without_a_button(qtbot: QtBot, show: Show) -> None:
    scene = show(answer)
    pods = scene.watch()
    assert not scene.bar.button.isVisible()
    assert "Pods are watched." in scene.text
    assert "At most 3.0 GiB not referenced" in scene.text
    assert scene.rows[1] == "not referenced"
    other = pod("db", asked="redis:7", owner="StatefulSet/db")
    pods.take_changes([PodChange(ChangeKind.ADDED, scene.clock.now, None, other)])
    qtbot.waitUntil(lambda: scene.rows[1].endswith(" · StatefulSet shop/db"))
    assert "At most 0 Bytes not referenced" in scene.text
    pods.take_state(ConnectionState(Phase.RECONNECTING, scene.clock.now))
    qtbot.waitUntil(lambda: "they are not up to date" in scene.text)
    pods.end()
    qtbot.waitUntil(lambda: scene.bar.button.isVisible())
    assert scene.rows[0] == ""
    assert not scene.server.requests


def test_the_tooltip_names_a_workload_scaled_to_0_while_pods_are_watched(show: Show) -> None:
    scene = show(answer)
    pods = scene.watch()
    pods.workloads.begin()
    store = scaled_to_zero("商店", "redis:7")
    pods.workloads.take_changes([WorkloadChange(None, store)])
    sentence = "Deployment shop/商店 is scaled to 0 and uses it."
    assert [sentence in tip for tip in scene.tips] == [False, True, False]
    assert scene.rows[1] == "not referenced", "the state keeps its name"
    pods.take_state(ConnectionState(Phase.FORBIDDEN, scene.clock.now))
    assert sentence not in scene.tips[1], "pods are not known any more"
    pods.take_state(ConnectionState(Phase.LIVE, scene.clock.now))
    pods.workloads.end()
    scene.panel.refresh()
    assert sentence not in scene.tips[1]


def test_a_watch_that_may_not_list_pods_leaves_the_button(show: Show) -> None:
    scene = show(answer)
    scene.watch().take_state(ConnectionState(Phase.FORBIDDEN, scene.clock.now))
    scene.panel.refresh()
    assert scene.bar.button.isVisible()
    assert scene.rows[0] == ""


def test_the_list_of_references_is_a_proper_model(
    qapp: QApplication, qtmodeltester: ModelTester
) -> None:
    model = ImageListModel(0.0, Clock())
    qtmodeltester.check(model)  # pyright: ignore[reportUnknownMemberType]
    row = NodeRow(node("a", [NGINX, REDIS]))
    references = {NGINX.key: USED, REDIS.key: NOT_REFERENCED}
    assert model.show([row])
    assert model.show([row], references), "rows are higher now"
    changed = QSignalSpy(model.dataChanged)
    assert not model.show([row], dict(references))
    assert changed.count() == 0
    assert not model.show([row], {**references, REDIS.key: USED})
    assert changed.count() == 1
    assert model.show([row])


def test_hostile_names_of_pods_are_shown_literally(qapp: QApplication) -> None:
    model = ImageListModel(0.0, Clock())
    hostile = pod("<b>x</b>\u202e", owner="Kind/<i>y</i>\n")
    model.users = lambda _key: [PodUse(hostile, hostile.images[0])]
    model.show([NodeRow(node("a", [NGINX]))], {NGINX.key: USED})
    tip = model.index(0).data(TOOLTIP)
    assert "&lt;b&gt;x&lt;/b&gt;" in tip
    assert "<b>" not in tip
    assert "<i>" not in tip
    assert "\u202e" not in tip
    text = model.reference_text(model.image_at(0))
    assert "\n" not in text


def test_many_pods_are_named_in_part(qapp: QApplication) -> None:
    model = ImageListModel(0.0, Clock())
    pods = [pod(f"web-{number:03}") for number in range(200)]
    model.users = lambda _key: [PodUse(each, each.images[0]) for each in pods]
    many = Reference(ReferenceState.REFERENCED, None, 200, 0, 1, 4 * GIB)
    model.show([NodeRow(node("a", [NGINX]))], {NGINX.key: many})
    tip = model.index(0).data(TOOLTIP)
    assert "shop/web-009" in tip
    assert "shop/web-010" not in tip
    assert "and 190 more" in tip
