"""What the tests of the node table look at and do to it."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kubeimg_gui.domain.change import NodeChange
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.view import NodeView
from tests.support.builders import image, node
from tests.support.mouse import move_pointer

Show = Callable[..., NodeView]


def sized(name: str, size: int, uid: str = "") -> NodeRecord:
    return node(name, (image(f"{name}:1", size=size),), uid=uid or f"uid-of-{name}")


def nodes(view: NodeView) -> NodeTableModel:
    model = view.model()
    assert isinstance(model, NodeTableModel)
    return model


def order(view: NodeView) -> list[str]:
    return [row.name for row in nodes(view).shown_nodes]


def apply(view: NodeView, *changes: NodeChange) -> None:
    nodes(view).apply(changes)


def point_at_rows(view: NodeView) -> None:
    move_pointer(view.viewport(), QPoint(50, 11))


def click(view: NodeView, place: int) -> None:
    middle = view.visualRect(nodes(view).index(place, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=middle)
