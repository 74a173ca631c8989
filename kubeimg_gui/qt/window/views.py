"""The views of a window: one descriptor each. Tabs, shortcuts, settings and `--view` iterate them.

A view's module is imported when the view is first shown, so that the first window appears sooner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.view_state import ViewState

if TYPE_CHECKING:
    from kubeimg_gui.qt.window.image_parts import ImageParts

translate = QCoreApplication.translate


class ImageViewing(Protocol):
    """What the window needs of a widget that shows images; GUI thread only.

    The widget computes nothing while it is hidden, and follows nodes and pods while it is visible.

    Signals (which no protocol can declare):
        image_selected: carries `ContainerImage.key`, "" for none.
        filter_requested: carries the text of a filter to set before the nodes are shown.
        menu_requested: carries the key of an image and a global position.
    """

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""

    def set_filter(self, text: str) -> None:
        """Shows what matches a filter, given as typed."""

    def save_state(self) -> ViewState:
        """Returns what the user arranged."""
        ...

    def restore_state(self, state: ViewState) -> Sequence[str]:
        """Arranges the view as it was saved, and returns in words what it does not know.

        What is missing or invalid becomes as in a new window.
        """
        ...

    def settle(self) -> None:
        """Brings order and texts up to date unless the user holds them."""

    def set_focused(self, focused: bool) -> None:
        """Sets whether the window, or one of its dialogs and menus, has the focus."""

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""

    def show_image(self, key: str) -> None:
        """Selects an image if it is shown."""


CreateView = Callable[["ImageParts", QWidget], ImageViewing]


@dataclass(frozen=True, slots=True)
class View:
    """One view of the window.

    Attributes:
        name: its name in settings and on the command line.
        title: returns its title in the language of the user.
        shortcut: the keys that show it.
        create: creates its widget, a QWidget; None for the table of nodes, which always exists.
    """

    name: str
    title: Callable[[], str]
    shortcut: str
    create: CreateView | None = None

    @property
    def of_images(self) -> bool:
        """Whether it shows images, which pods may refer to."""
        return self.create is not None


def _create_images(parts: "ImageParts", parent: QWidget) -> ImageViewing:
    from kubeimg_gui.qt.window.image_views import create_images

    return create_images(parts, parent)


def _create_treemap(parts: "ImageParts", parent: QWidget) -> ImageViewing:
    from kubeimg_gui.qt.window.image_views import create_treemap

    return create_treemap(parts, parent)


NODES = View("nodes", lambda: translate("Views", "Nodes"), "Ctrl+1")
IMAGES = View("images", lambda: translate("Views", "Images"), "Ctrl+2", _create_images)
TREEMAP = View("treemap", lambda: translate("Views", "Treemap"), "Ctrl+3", _create_treemap)
VIEWS: Sequence[View] = (NODES, IMAGES, TREEMAP)


def view_named(name: str, views: Sequence[View] = VIEWS) -> View:
    """Returns the view of that name, the nodes if there is none."""
    return next((view for view in views if view.name == name), views[0])
