"""Pictures of the dialogs and of a countdown, for the documentation: `make pictures` runs this.

The window and the demo cluster are real, and driven as a user would.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # it cannot raise windows

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from kubeimg_gui import resources_folder
from kubeimg_gui.cluster.actions.node_actions import NodeActions
from kubeimg_gui.cluster.config.kubeconfig import load_context
from kubeimg_gui.cluster.target import kubeconfig_target
from kubeimg_gui.cluster.watch.informers import NodeInformer
from kubeimg_gui.demo.child import DemoProcess
from kubeimg_gui.domain.node_labels import ZONE_LABEL
from kubeimg_gui.qt.app.crash_reporter import CrashReporter
from kubeimg_gui.qt.app.session import ClusterClient, Session
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.inventory.compare_dialog import CompareDialog
from kubeimg_gui.qt.inventory.rows import ImageRow
from kubeimg_gui.qt.nodes.columns import Column
from kubeimg_gui.qt.nodes.label_columns import LabelColumn
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.base_dialog import TextDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from tests.pictures.connections import photograph_with_nodes, photograph_without_nodes
from tests.qt.driver import Driver, event_loop, press, until, write
from tests.support.api import Api

NODES = 40
TEAM = "example.org/team"


class Photographer:
    """Takes pictures of one window in one theme."""

    def __init__(self, driver: Driver, api: Api, folder: Path, theme: str) -> None:
        self._driver = driver
        self._api = api
        self._folder = folder
        self._theme = theme
        model = driver.window.model
        self._nodes = [model.row_at(place).name for place in range(8)]

    async def take(self, widget: QWidget, name: str) -> None:
        """Save a picture of a widget after layout."""
        await asyncio.sleep(0.2)
        path = self._folder / f"{name}-{self._theme}.png"
        assert widget.grab().save(str(path)), path
        sys.stdout.write(f"{path}\n")

    async def all(self) -> None:
        """Take pictures of all dialogs."""
        await self._groups()
        await self._image()
        await self._compare()
        await self._annotate()
        await self._annotate_many()
        await self._yaml()
        await self._delete()
        await self._mistake()

    async def _groups(self) -> None:
        """Nodes grouped by pool, with the columns *Zone* and *Not referenced*."""
        window, columns = self._driver.window, self._driver.window.table.columns
        plain = columns.layout()
        order = (*plain.order[:2], LabelColumn(ZONE_LABEL), *plain.order[2:])
        hidden = plain.hidden - {Column.NOT_REFERENCED} | {Column.TREND, Column.RUNTIME}
        columns.restore(replace(plain, order=order, hidden=hidden, group="pool"))
        window.views.watch_pods()
        parts = window.views.images
        assert parts is not None
        await until(lambda: parts.watch.since is not None)
        window.settle()
        await asyncio.sleep(1.0)  # the figures of nodes follow at most four times a second
        await self.take(window, "groups")
        columns.restore(plain)
        window.settle()

    async def _image(self) -> None:
        """One image selected, in the group that is opened for it."""
        window, views = self._driver.window, self._driver.window.views
        views.watch_pods()
        views.show("images")
        parts = views.images
        assert parts is not None
        assert parts.table is not None
        await until(lambda: parts.watch.since is not None)
        model = parts.table.model
        row = model.entry_at(model.index(0, 0, model.index(1, 0)))
        assert isinstance(row, ImageRow)
        views.select_image(row.key)
        await asyncio.sleep(1.0)  # panel and figures follow at most four times a second
        await self.take(window, "one-image")
        views.show("nodes")

    async def _compare(self) -> None:
        window = self._driver.window
        theme = themes.choose_theme(self._theme)
        dialog = CompareDialog("demo", window.model, self._nodes[:2], theme, window)
        dialog.show_centred()
        await self.take(dialog, "compare")
        dialog.close()

    async def _annotate(self) -> None:
        node = self._nodes[3]
        self._set(node, {TEAM: "平台工程组", "example.org/ticket": "OPS-1203", "owner": "dana"})
        await self._driver.choose(node, "Annotate")
        dialog = await self._driver.dialog(AnnotateDialog)
        await until(lambda: dialog.model.rowCount() >= 3)
        keys = [dialog.model.row_at(place).key for place in range(dialog.model.rowCount())]
        dialog.table.selectRow(keys.index("owner"))
        press(dialog.remove)
        press(dialog.add)
        write(dialog.key, "example.org/reviewed")
        write(dialog.value, "2026-11-24")
        dialog.table.selectRow(keys.index(TEAM))
        write(dialog.value, "镜像存储监控")
        await self.take(dialog, "annotate")
        self._set(node, {TEAM: "storage"})
        press(dialog.verb_button)
        await until(lambda: dialog.note)
        await self.take(dialog, "conflict")
        press(dialog.verb_button)
        await self._driver.line("Annotated ")

    async def _annotate_many(self) -> None:
        self._set(self._nodes[5], {TEAM: "red"})
        self._driver.click(self._nodes[4])
        for node in self._nodes[5:8]:
            self._driver.click(node, more=True)
        await self._driver.choose(self._nodes[4], "Annotate")
        dialog = await self._driver.dialog(AnnotateDialog)
        press(dialog.add)
        write(dialog.key, TEAM)
        write(dialog.value, "blue")
        await self.take(dialog, "annotate-many")
        press(dialog.verb_button)
        line = await self._driver.line(" failed")
        press(line.details)
        details = await self._driver.dialog(TextDialog)
        await self.take(details, "failed")
        details.close()

    async def _yaml(self) -> None:
        await self._driver.choose(self._nodes[3], "View YAML")
        dialog = await self._driver.dialog(YamlDialog)
        await until(lambda: dialog.text.toPlainText())
        await self.take(dialog, "yaml")
        dialog.close()

    async def _delete(self) -> None:
        node = self._nodes[2]
        self._api.patch(node, {"metadata": {"finalizers": ["example.org/drain"]}})
        await self._driver.choose(node, "Delete")
        dialog = await self._driver.dialog(DeleteDialog)
        await until(lambda: "example.org" in dialog.dependents[2])
        write(dialog.typed, node)
        await self.take(dialog, "delete")
        press(dialog.verb_button)
        line = await self._driver.line("Deleting ")
        await self.take(self._driver.window, "countdown")
        press(line.stop)

    async def _mistake(self) -> None:
        errors = CrashReporter(self._driver.window)
        QTimer.singleShot(0, _example())
        await until(lambda: errors.dialog)
        assert errors.dialog is not None
        await self.take(errors.dialog, "mistake")
        errors.stop()

    def _set(self, node: str, annotations: dict[str, str]) -> None:
        code, answer = self._api.patch(node, {"metadata": {"annotations": annotations}})
        assert code == 200, answer


async def photograph(folder: Path, name: str) -> None:
    """Take all pictures in one theme, on one demo cluster."""
    theme = themes.choose_theme(name)
    QApplication.setPalette(themes.palette(theme))
    demo = DemoProcess(nodes=NODES, churn=0.5, seed=1)
    kubeconfig = await asyncio.to_thread(demo.start)
    target = kubeconfig_target(None, kubeconfig)
    api = Api(load_context(file=kubeconfig).server)
    target.context = target.cluster = target.user = "demo"
    client = ClusterClient(target, NodeInformer(target.connect), NodeActions(target.connect))
    session = Session(client, theme, None)
    session.window.resize(1440, 900)
    session.start()
    try:
        driver = Driver(session.window)
        await until(lambda: session.window.model.storage_changes >= 5)
        session.window.settle()
        await until(lambda: driver.window.table.names)
        await photograph_with_nodes(session.window, target, folder, name)
        await Photographer(driver, api, folder, name).all()
    finally:
        await session.stop()
        api.close()
        demo.stop()


def _example() -> Callable[[], None]:
    """Returns a function that fails with a traceback that names no local folder."""
    source = 'def refresh():\n    raise RuntimeError("an example, made for this picture")\n'
    names: dict[str, Any] = {}
    exec(compile(source, "kubeimg_gui/qt/example.py", "exec"), names)
    return names["refresh"]


def main() -> None:
    """Save all pictures in the folder given as argument."""
    logging.getLogger("kubeimg_gui").addHandler(logging.NullHandler())
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    with event_loop(application) as loop:
        for name in ("light", "dark"):
            application.setStyleSheet(themes.style_sheet(themes.choose_theme(name)))
            loop.run_until_complete(photograph(Path(sys.argv[1]), name))
            loop.run_until_complete(photograph_without_nodes(Path(sys.argv[1]), name))


if __name__ == "__main__":
    main()
