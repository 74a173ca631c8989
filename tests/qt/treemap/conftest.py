"""Fixtures: a treemap of a small fleet, with pods."""

from collections.abc import Callable, Iterable

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, SignalInstance
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap.scene import Tile
from kubeimg_gui.qt.treemap.view import TreemapView
from tests.support.builders import GIB, image, known, node
from tests.support.mouse import move_pointer

VLLM = tuple(image(f"docker.io/vllm/vllm-openai:v0.{n}", size=(9 - n) * GIB) for n in range(3))
TORCH = image("nvcr.io/nvidia/pytorch:25.02", size=5 * GIB)
WEB = image("quay.io/shop/web:v1", size=2 * GIB)
TINY = tuple(image(f"quay.io/tiny/t{n}:v1", size=64 * 1024) for n in range(12))


def fleet() -> list[NodeRecord]:
    """Two pools; `gpu-1` and `gpu-2` share images, and small images are only on `web-1`."""
    return [
        node("gpu-1.example", (*VLLM, TORCH), labels=("pool=gpu",)),
        node("gpu-2.example", (VLLM[0], TORCH, WEB), labels=("pool=gpu",)),
        node("web-1.example", (WEB, *TINY), labels=("pool=web",)),
    ]


def pod(node_name: str, held: ContainerImage) -> PodChange:
    name = f"{node_name}-{held.short_name}"
    use = PodImage("main", held.names[0], held.names[0], "")
    record = PodRecord("shop", name, name, 0.0, False, "", node_name, "Running", (use,))
    return PodChange(ChangeKind.ADDED, 0.0, None, record, initial=True)


def heard(signal: SignalInstance) -> list[object]:
    """What a signal with one argument carries from now on."""
    values: list[object] = []
    signal.connect(values.append)
    return values


def heard_pairs(signal: SignalInstance) -> list[tuple[object, object]]:
    """The same of a signal with two."""
    values: list[tuple[object, object]] = []

    def take(one: object, other: object) -> None:
        values.append((one, other))

    signal.connect(take)
    return values


class Shown:
    """A treemap in a window, and what a test asks of it."""

    def __init__(self, qtbot: QtBot, theme: Theme, clocks: Clocks) -> None:
        self.qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.resize(1000, 640)
        self.nodes = NodeTableModel(clocks, self.window)
        self.pods = PodReferences(self.nodes, clocks, self.window)
        self.view = TreemapView(self.nodes, self.pods, theme, clocks, self.window)
        self.view.resize(1000, 640)

    def know(self, records: Iterable[NodeRecord]) -> None:
        self.nodes.apply(known(*records))

    def read_pods(self, *pods: PodChange) -> None:
        self.pods.begin()
        self.pods.take_changes(pods)
        self.pods.take_state(ConnectionState(Phase.LIVE, since=0.0))

    def show(self) -> None:
        self.window.show()
        self.window.activateWindow()
        self.wait()

    def wait(self) -> None:
        """Until the picture is complete, and the bar above it is laid out."""
        self.wait_for_picture()
        QCoreApplication.sendPostedEvents()
        self.wait_for_picture()  # a bar of another height changes its size

    def wait_for_picture(self) -> None:
        self.qtbot.waitUntil(lambda: not self.view.navigator.composer.running)

    def point_at(self, place: QPoint) -> None:
        """Moves the pointer over the picture, which holds its order."""
        move_pointer(self.view.canvas, place)
        self.qtbot.waitUntil(lambda: self.view.canvas.hold.held)

    def tiles(self) -> list[Tile]:
        assert self.view.scene is not None
        return self.view.scene.tiles

    def tile(self, key: str) -> Tile:
        """The first tile whose area has this key or name."""
        return next(t for t in self.tiles() if key in (t.area.key, t.area.name))

    def open(self, key: str) -> None:
        self.view.canvas.opened.emit(self.tile(key).path)
        self.wait()


@pytest.fixture
def make_view(qtbot: QtBot, theme: Theme, clocks: Clocks) -> Callable[[], Shown]:
    return lambda: Shown(qtbot, theme, clocks)


@pytest.fixture
def shown(make_view: Callable[[], Shown]) -> Shown:
    """The fleet; a pod uses the torch image on `gpu-1`."""
    result = make_view()
    result.know(fleet())
    result.read_pods(pod("gpu-1.example", TORCH))
    result.show()
    return result
