"""Opens the dialog that deletes a node six times, each time in another place of the screen.

It prints one JSON object a line: where window and dialog are, with their frames.
"""

import json
import sys

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication

from kubeimg_gui import resources_folder
from kubeimg_gui.demo.serve import DemoCluster
from kubeimg_gui.qt.base import theme as themes
from kubeimg_gui.qt.base.translations import install_translations
from kubeimg_gui.qt.verbs.delete_dialog import DeleteDialog
from tests.qt.driver import Driver, event_loop, perform, until
from tests.support.recorder import connection_to
from tests.support.scripted_server import five_nodes

PLACES = [QPoint(x, y) for x, y in ((40, 30), (300, 60), (550, 250), (10, 300), (400, 0), (90, 90))]
STILL_LOOKS = 30
"""How many looks in a row must see the same place."""


def corners(place: QRect) -> list[int]:
    return [place.left(), place.top(), place.width(), place.height()]


async def still(driver: Driver, dialog: DeleteDialog) -> tuple[QRect, QRect]:
    """The frames of window and dialog once the window manager has placed both."""
    seen: list[tuple[QRect, QRect]] = []

    def same() -> bool:
        seen.append((driver.window.frameGeometry(), dialog.frameGeometry()))
        return seen[-STILL_LOOKS:] == seen[-1:] * STILL_LOOKS

    await until(lambda: dialog.frameGeometry() != dialog.geometry(), "a frame of the dialog")
    await until(same, "a dialog that stays where it is")
    return seen[-1]


async def scenario(driver: Driver) -> None:
    window = driver.window
    window.resize(900, 640)
    await until(lambda: window.frameGeometry() != window.geometry(), "a window manager")
    for place in PLACES:
        window.move(place)
        await until(lambda place=place: window.frameGeometry().topLeft() == place, f"{place}")
        await driver.choose("n1", "Delete")
        dialog = await driver.dialog(DeleteDialog)
        await until(lambda dialog=dialog: "reading" not in "".join(dialog.dependents))
        around, found = await still(driver, dialog)
        placed = {"window": corners(around), "dialog": corners(found)}
        sys.stdout.write(json.dumps({**placed, "title": dialog.windowTitle()}) + "\n")
        dialog.reject()
        await until(lambda: not window.findChildren(DeleteDialog))


def main() -> None:
    application = QApplication(sys.argv[:1])
    install_translations(application, resources_folder() / "translations")
    application.setStyle("Fusion")
    application.setStyleSheet(themes.style_sheet(themes.LIGHT))
    with DemoCluster(five_nodes()) as cluster, event_loop(application) as loop:
        loop.run_until_complete(
            perform(scenario, themes.LIGHT, lambda: connection_to(cluster.url), nodes=5)
        )


if __name__ == "__main__":
    main()
