"""Pictures of whole windows on small and scaled screens: `python -m tests.pictures.screens FOLDER`.

Each scale is a process of its own, because Qt reads QT_SCALE_FACTOR once. The platform is Qt's
offscreen one with a screen of 1366×768 pixels. The records are made up, their images are real.
"""

import argparse
import csv
import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.errors import ConnectionLostError
from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.cluster.target import Badge, BadgeKind, Target
from kubeimg_gui.cluster.transport.connection import Connection
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.window.main_window import MainWindow
from kubeimg_gui.qt.window.source import Source
from tests.support.builders import change, known, node

SCREEN = 1366, 768
SCALES = "1", "1.25", "2"
BADGES = (
    Badge(BadgeKind.INSECURE),
    Badge(BadgeKind.ACTING_AS, "breakglass"),
    Badge(BadgeKind.PROXY, "http://proxy.example:3128"),
)
LONG = "ip-10-0-{}-{}.eu-west-1.compute.internal.example"
REFUSED = (
    'nodes is forbidden: User "dana" cannot list resource "nodes" in API group "" at the cluster'
    " scope (403)"
)
LOST = "The server did not answer within 10 s (https://10.20.0.4:6443)"


def never_connected() -> Connection:
    """Fails: these pictures need no server."""
    raise ConnectionLostError("The server is not there")


def fleet(name: Callable[[int], str], count: int = 40) -> list[NodeRecord]:
    """Nodes with images of real names and sizes, the same in every run."""
    chance = random.Random(3)
    with (resources_folder() / "image_sizes.csv").open() as file:
        images = [
            ContainerImage((row["reference"],), int(row["size_bytes"]))
            for row in csv.DictReader(file)
        ]
    return [
        node(
            name(number),
            sorted(
                (chance.choice(images) for _ in range(chance.choice((9, 23, 38, 45, 50)))),
                key=lambda image: -image.size_bytes,
            ),
            created=time.time() - chance.randrange(90, 9_000_000),
            ready=number % 17 != 4,
            unschedulable=number % 11 == 6,
            pressures=("DiskPressure",) if number % 19 == 3 else (),
            runtime="cri-o://1.31.2" if number % 9 == 5 else "containerd://2.1.4",
        )
        for number in range(count)
    ]


def long_name(number: int) -> str:
    """A name as of a cloud, whose end says nothing."""
    return LONG.format(number // 7, 17 + 7 * number)


def chinese_name(number: int) -> str:
    """A name as wide characters make it; Kubernetes allows none, a forged server may."""
    return f"生产集群-节点-{number:03}-华东区-机房二"


class Photographer:
    """Takes pictures of windows in one theme and one scale."""

    def __init__(self, application: QApplication, folder: Path, theme: str, scale: str) -> None:
        self._application = application
        self._folder = folder
        self._name = f"{theme}-{scale}"
        self._theme = themes.choose_theme(theme)
        application.setPalette(themes.palette(self._theme))
        application.setStyleSheet(themes.style_sheet(self._theme))

    def take(
        self,
        picture: str,
        records: Sequence[NodeRecord],
        *,
        size: QSize | None = None,
        context: str = "prod-eu-1",
        badges: Sequence[Badge] = (),
        state: ConnectionState | None = None,
        act: Callable[[MainWindow], None] = lambda _window: None,
    ) -> None:
        """Saves a picture of a window with these nodes; `act` is what happened in it."""
        target = Target(context, context, "dana", never_connected)
        target.badges = tuple(badges)
        source = Source(
            target,
            last_heard=lambda: time.time() - 0.4,
            retry_now=lambda: None,
            reconnect=lambda: None,
            cancel_login=lambda: None,
            actions=NodeActions(never_connected),
        )
        window = MainWindow(source, self._theme, None, Clocks())
        if size is not None:
            window.resize(size)
        window.show()
        live = ConnectionState(Phase.LIVE, time.time())
        if records or state is None:
            window.take_changes(known(*records))
            window.take_state(live)
        window.settle()
        self._wait()
        act(window)
        if state is not None:
            window.take_state(state)
        self._wait()
        window.tick()
        self._wait()
        path = self._folder / f"{picture}-{self._name}.png"
        assert window.grab().save(str(path)), path
        sys.stdout.write(f"{path} {window.width()}x{window.height()}\n")
        window.close_now()
        window.deleteLater()

    def all(self) -> None:
        """Takes all pictures."""
        nodes = fleet(long_name)
        self.take("screen", nodes, act=_changes(nodes))
        self.take("small", nodes, size=QSize(820, 480), act=_changes(nodes))
        self.take("narrow", nodes, size=QSize(900, 700), act=_changes(nodes))
        self.take("filtered", nodes, act=_filtered(nodes))
        self.take("empty", ())
        states = {
            "refused": ConnectionState(Phase.FORBIDDEN, time.time(), reason=REFUSED),
            "dead": ConnectionState(
                Phase.RECONNECTING, time.time(), reason=LOST, next_try=time.time() + 24.4
            ),
        }
        for picture, state in states.items():
            self.take(picture, (), state=state)
        self.take("lost", nodes, size=QSize(820, 480), state=states["dead"])
        self.take(
            "crowded",
            nodes,
            size=QSize(820, 480),
            context="arn:aws:eks:eu-central-1:123456789012:cluster/prod-platform",
            badges=BADGES,
            state=states["dead"],
            act=_paused(nodes),
        )
        self.take("crowded-screen", nodes, badges=BADGES, state=states["dead"], act=_paused(nodes))
        strange = fleet(chinese_name)
        size = QSize(900, 600)
        self.take("chinese", strange, size=size, context="生产环境-华东一区", act=_changes(strange))

    def _wait(self) -> None:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            self._application.processEvents()


def _changes(nodes: Sequence[NodeRecord]) -> Callable[[MainWindow], None]:
    """Some nodes grow and shrink, one joins, two leave."""

    def act(window: MainWindow) -> None:
        now = time.time()
        news = [change(nodes[0], None, now), change(nodes[7], None, now)]
        news.append(change(None, node("ip-10-0-9-1.eu-west-1.compute.internal.example"), now))
        for place, source in ((3, 4), (9, 12), (15, 18), (21, 2), (28, 11)):
            old = nodes[place]
            new = node(old.name, nodes[source].images, runtime=old.runtime, created=old.created)
            news.append(change(old, new, now))
        window.take_changes(news)

    return act


def _paused(nodes: Sequence[NodeRecord]) -> Callable[[MainWindow], None]:
    """A filter is off for a jump to a hidden node; then the table is paused."""

    def act(window: MainWindow) -> None:
        window.toolbar.filter.setText("pytorch")
        hidden = next(each.name for each in nodes if window.model.place_of(each.name) is None)
        window.filter.show_node(hidden)
        window.toolbar.pause.click()
        _changes(nodes)(window)

    return act


def _filtered(nodes: Sequence[NodeRecord]) -> Callable[[MainWindow], None]:
    def act(window: MainWindow) -> None:
        _changes(nodes)(window)
        window.toolbar.filter.setText("pytorch")

    return act


def environment(folder: Path, scale: str) -> Mapping[str, str]:
    """The environment of a process with a screen of 1366×768 pixels at a scale."""
    screen = {"name": "laptop", "x": 0, "y": 0, "width": SCREEN[0], "height": SCREEN[1]}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    file = folder / "screen.json"
    file.write_text(json.dumps({"screens": [screen]}))
    return {
        **os.environ,
        "QT_QPA_PLATFORM": f"offscreen:configfile={file}",
        "QT_SCALE_FACTOR": scale,
        "QT_LOGGING_RULES": "default.warning=false",
    }


def main() -> None:
    """Takes the pictures of one scale, or starts a process for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=SCALES)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.scale is None:
        command = [sys.executable, "-m", __spec__.name, str(options.folder), "--scale"]
        with tempfile.TemporaryDirectory() as folder:
            for scale in SCALES:
                subprocess.run([*command, scale], env=environment(Path(folder), scale), check=True)
        return
    gc.disable()  # it would destroy closed windows while another is created
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    for theme in ("light", "dark") if options.scale == "1" else ("light",):
        Photographer(application, options.folder, theme, options.scale).all()


if __name__ == "__main__":
    main()
