"""Pictures of the treemap alone, of the demo's fleet without its server.

Run it as `python -m tests.pictures.treemap FOLDER`. Which pods there are is made up: each node runs
a part of the images that it holds, as the demo's pods do.
"""

import os
import random
import sys
from collections.abc import Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.demo.catalog import Catalog
from kubeimg_gui.demo.fleet import Fleet
from kubeimg_gui.domain.change import ChangeKind
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodChange, PodImage, PodRecord
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.view import TreemapView
from tests.support.builders import known

NODES, IMAGES = 40, 34
RUNNING = 0.45
UNREAD = 0.06
"""Shares of the images that pods run, and of those that only another form of a name might match."""


def records() -> list[NodeRecord]:
    """The nodes of the demo's fleet as kubeimg keeps them."""
    catalog = Catalog(resources_folder() / "image_sizes.csv", 1)
    fleet = Fleet(catalog, random.Random(1), NODES, IMAGES)
    shared: dict[tuple[object, ...], ContainerImage] = {}
    found: list[NodeRecord] = []
    for node in fleet.nodes:
        held: list[ContainerImage] = []
        for entry in node.listed():
            key = (*entry["names"], entry["sizeBytes"])
            image = ContainerImage(tuple(entry["names"]), entry["sizeBytes"])
            held.append(shared.setdefault(key, image))
        labels = node.template["metadata"]["labels"]
        found.append(
            NodeRecord(
                name=node.name,
                uid=f"uid-of-{node.name}",
                created=1_790_000_000.0,
                ready=True,
                unschedulable=False,
                terminating=False,
                pressures=(),
                runtime=node.runtime,
                labels=tuple(sorted(f"{name}={value}" for name, value in labels.items())),
                images=tuple(held),
            )
        )
    return found


def pods(nodes: Iterable[NodeRecord]) -> list[PodChange]:
    """A pod for a part of the images of each node."""
    chance = random.Random(3)
    changes: list[PodChange] = []
    for node in nodes:
        for number, image in enumerate(node.images):
            if chance.random() < RUNNING:
                name = f"{node.name}-{number}"
                use = PodImage("main", image.names[-1], image.names[-1], image.names[0])
                pod = PodRecord(
                    "shop", name, name, 0.0, False, "ReplicaSet/x", node.name, "Running", (use,)
                )
                changes.append(PodChange(ChangeKind.ADDED, 0.0, None, pod, initial=True))
    return changes


def view_of(theme: themes.Theme, width: int, height: int) -> tuple[QWidget, TreemapView]:
    """A window with the fleet, and the view in it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setPalette(themes.palette(theme))
    application.setStyleSheet(themes.style_sheet(theme))
    parent = QWidget()
    nodes = NodeTableModel(Clocks(), parent)
    references = PodReferences(nodes, Clocks(), parent)
    fleet = records()
    nodes.apply(known(*fleet))
    references.begin()
    references.take_changes(pods(fleet))
    references.take_state(ConnectionState(Phase.LIVE, since=0.0))
    view = TreemapView(nodes, references, theme, Clocks(), parent)
    view.set_context("prod-eu-1")
    parent.resize(width, height)
    view.resize(width, height)
    parent.show()
    QTest.qWait(300)
    return parent, view


def take(folder: Path) -> None:
    """Take all pictures."""
    for name, theme in (("light", themes.LIGHT), ("dark", themes.DARK)):
        for width, height in ((1440, 700), (900, 600)):
            window, view = view_of(theme, width, height)
            shown = f"{name}-{width}.png"
            view.grab().save(str(folder / f"treemap-pools-{shown}"))
            view.choices.choose(colour_by=ColourBy.REGISTRY)
            QTest.qWait(200)
            view.grab().save(str(folder / f"treemap-registry-{shown}"))
            view.choices.choose(colour_by=ColourBy.REFERENCES)
            scene = view.scene
            assert scene is not None
            gpu = next(t for t in scene.inside(()) if t.area.name == "gpu")
            view.canvas.opened.emit(gpu.path)
            QTest.qWait(200)
            scene = view.scene
            assert scene is not None
            tile = max((t for t in scene.tiles if t.category >= 0), key=lambda t: t.area.bytes)
            QTest.mouseMove(view.canvas, QPoint(2, 2))
            QTest.mouseMove(view.canvas, QPoint(tile.x + 20, tile.y + 20))
            QTest.qWait(50)
            view.grab().save(str(folder / f"treemap-references-{shown}"))
            view.pictures.save(folder / f"treemap-saved-{name}-{width}.png")
            view.pictures.save(folder / f"treemap-saved-{name}-{width}.svg")
            view.navigator.go_home()
            view.choices.choose(hierarchy=Hierarchy.REGISTRIES, colour_by=ColourBy.NODES)
            QTest.qWait(200)
            view.grab().save(str(folder / f"treemap-nodes-{shown}"))
            view.set_selected_nodes([tile.area.node, gpu.area.children[-1].name])
            view.choices.choose(hierarchy=Hierarchy.NODE, colour_by=ColourBy.REFERENCES)
            QTest.qWait(200)
            view.grab().save(str(folder / f"treemap-node-{shown}"))
            window.close()


def main() -> None:
    """Take them into the folder of the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    application.setStyle("Fusion")
    install_translations(application, resources_folder() / "translations")
    take(folder)


if __name__ == "__main__":
    main()
