"""A view of images that records what the window asks of it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QWidget

from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.view_state import LABEL, ViewState
from kubeimg_gui.qt.window.image_parts import ImageParts
from kubeimg_gui.qt.window.views import NODES, View

STATE = {"shape": "round"}
"""What it knows, and its state at first."""


class PlainImages(QWidget):
    """Attributes hold what the window set last; `settled` counts."""

    image_selected = Signal(str)
    filter_requested = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, parts: ImageParts, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme = parts.theme
        self.filter = self.image = ""
        self.settled = 0
        self.state: ViewState = STATE
        self.focused = True

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme

    def set_filter(self, text: str) -> None:
        self.filter = text

    def save_state(self) -> ViewState:
        return self.state

    def restore_state(self, state: ViewState) -> Sequence[str]:
        self.state = {key: text for key, text in state.items() if key in STATE}
        return [f"plain {key}" for key in state if key not in (*STATE, LABEL)]

    def settle(self) -> None:
        self.settled += 1

    def set_focused(self, focused: bool) -> None:
        self.focused = focused

    def show_new_day(self) -> None:
        pass

    def show_image(self, key: str) -> None:
        self.image = key


def create(parts: ImageParts, parent: QWidget) -> PlainImages:
    return PlainImages(parts, parent)


VIEWS = (
    NODES,
    View("plain", lambda: "Plain", "Ctrl+2", create),
    View("other", lambda: "Other & more", "Ctrl+3", create),
)
