"""Shows one part of the window after the other, and walks through what a screen reader sees.

It prints one JSON object a line: the name of each part with the objects found in it, and at the
end the announcements. Menus are not among the windows of a program, so it lists their objects
without AT-SPI.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget

from kubeimg_gui import resources_folder
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt.app.crash_reporter import CrashDialog
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.images.view import ImageList
from kubeimg_gui.qt.verbs.annotate_dialog import AnnotateDialog
from kubeimg_gui.qt.verbs.base_dialog import TextDialog
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from kubeimg_gui.qt.verbs.yaml_dialog import YamlDialog
from tests.qt.driver import Driver, event_loop, perform, press, until
from tests.support.api import NODES, Api
from tests.support.recorder import connection_to
from tests.support.scripted_server import five_nodes

COUNTDOWN_SECONDS = 8
READER = ("/usr/bin/python3", str(Path(__file__).with_name("accessible_objects.py")))


def show(**facts: Any) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def read_objects() -> list[Any]:
    """What a screen reader finds in the windows of this program."""
    found = subprocess.run(READER, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in found.stdout.splitlines()]


def objects(found: QAccessibleInterface, path: str = "") -> Iterator[dict[str, Any]]:
    path = f"{path}/{found.role().name}"
    yield {
        "path": path,
        "role": found.role().name,
        "name": found.text(QAccessible.Text.Name),
        "description": found.text(QAccessible.Text.Description),
        "focusable": bool(found.state().focusable),
        "showing": not found.state().invisible,
    }
    for place in range(found.childCount()):
        yield from objects(found.child(place), path)


class Tour:
    """Goes through the parts of a window; every part waits until it has been looked at."""

    def __init__(self, driver: Driver, api: Api, stop_server: Callable[[], None]) -> None:
        self._driver = driver
        self._window = driver.window
        self._api = api
        self._stop_server = stop_server

    async def look(self, part: str) -> None:
        loop = asyncio.get_running_loop()
        found: list[Any] = []
        while not found:  # the program may not yet be on the bus
            found = await loop.run_in_executor(None, read_objects)
        show(part=part, objects=found)

    def look_at_menu(self, part: str, menu: QWidget) -> None:
        show(part=part, objects=list(objects(QAccessible.queryAccessibleInterface(menu))))

    async def all(self) -> None:
        """Shows everything, and ends without a server."""
        self._api.patch("n1", {"metadata": {"annotations": {"team": "blue", "empty": ""}}})
        await self.look("live window")
        await self._menus()
        await self._dialogs()
        await self._countdown()
        await self._notices()

    async def _menus(self) -> None:
        window = self._window
        menu = await self._driver.right_click("n1")
        self.look_at_menu("menu of a node", menu)
        menu.close()
        images = window.panel.findChild(ImageList)
        assert images is not None
        for part, other in (
            ("menu of an image", images.menu),
            ("menu of the columns", window.table.header.column_menu()),
            ("menu Help", window.help.menu),
        ):
            other.popup(window.mapToGlobal(QPoint(200, 200)))
            self.look_at_menu(part, other)
            other.close()
        for part, count in (("menu of the contexts", 3), ("list of the contexts", 60)):
            contexts = [*(f"context-{number}" for number in range(count)), "<b>x</b>"]
            offered = window.toolbar.offer_contexts(contexts, "A note")
            self.look_at_menu(part, offered)
            offered.close()

    async def _dialogs(self) -> None:
        window = self._window
        await self._driver.choose("n1", "Annotate")
        annotate = await self._driver.dialog(AnnotateDialog)
        await until(lambda: annotate.model.rowCount() == 2)
        press(annotate.add)
        await self.look("dialog Annotate")
        annotate.reject()
        annotate.reject()
        await self._driver.choose("n1", "View YAML")
        yaml = await self._driver.dialog(YamlDialog)
        await until(yaml.text.toPlainText)
        await self.look("dialog YAML")
        yaml.reject()
        window.help.open()
        await self.look("window Help")
        assert window.help.window is not None
        window.help.window.close()
        window.help.open_about()
        await self.look("dialog About")
        assert window.help.dialog is not None
        window.help.dialog.close()
        crash = CrashDialog()
        crash.add("Boom", "Traceback")
        crash.show()
        await self.look("dialog Unexpected error")
        crash.close()

    async def _countdown(self) -> None:
        await self._driver.choose("n1", "Delete")
        delete = await self._driver.dialog(DeleteDialog)
        await until(lambda: "reading" not in "".join(delete.dependents))
        await self.look("dialog Delete")
        delete.countdown.setValue(COUNTDOWN_SECONDS)
        delete.typed.setText("n1")
        press(delete.verb_button)
        await self.look("countdown")
        self._api.call("DELETE", f"{NODES}/n1")
        self._api.call("POST", NODES, five_nodes()[1])
        line = await self._driver.line("n1 failed: ")
        await self.look("job that failed")
        press(line.details)
        details = await self._driver.dialog(TextDialog)
        await self.look("dialog Failures")
        details.reject()

    async def _notices(self) -> None:
        window = self._window
        window.toolbar.pause.click()
        await self.look("paused window")
        window.toolbar.pause.click()
        window.toolbar.filter.setText("no such node")
        await self.look("no match")
        window.activity.node_requested.emit("n2")
        await self.look("filter to restore")
        for node in five_nodes():
            self._api.call("DELETE", f"{NODES}/{node['metadata']['name']}")
        await until(window.notice_page.isVisible, "an empty cluster")
        await self.look("empty cluster")
        self._stop_server()
        await until(lambda: not window.toolbar.state_text.startswith("Live"), "a lost server")
        await self.look("lost connection")


def main() -> None:
    application = QApplication(sys.argv[:1])
    application.setApplicationName("kubeimg")
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    application.setStyleSheet(themes.style_sheet(themes.LIGHT))
    listener = subprocess.Popen(
        (*READER, "listen"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with listener, ExitStack() as server, event_loop(application) as loop:
        cluster = server.enter_context(DemoCluster(five_nodes()))
        assert listener.stdout is not None
        listener.stdout.readline()

        async def scenario(driver: Driver) -> None:
            await Tour(driver, Api(cluster.url), server.close).all()

        loop.run_until_complete(perform(scenario, themes.LIGHT, lambda: connection_to(cluster.url)))
        heard, _ = listener.communicate()
        show(announced=[json.loads(line)["said"] for line in heard.splitlines()])


if __name__ == "__main__":
    main()
