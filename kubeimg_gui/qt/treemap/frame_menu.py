"""The menu of a frame of a treemap: a pool, a node, a registry, a repository, smaller tiles."""

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.domain.query import label_term, registry_term, repository_term
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area, Level
from kubeimg_gui.qt.treemap.hierarchy import pool_value
from kubeimg_gui.qt.treemap.scene import Path
from kubeimg_gui.text.sanitize import plain


class FrameMenu(QObject):
    """Opens the menu of an area that is no single image; GUI thread only.

    The order of the areas is held while it is open.

    Signals:
        opened: carries the path of the area, to zoom into it.
        filter_requested: carries the text of a filter for the nodes of the area.
        node_requested: carries the name of a node to show in its table.

    Attributes:
        menu: its first line names the area.
        zoom_in, show_nodes, copy_name: its actions.
    """

    opened = Signal(object)
    filter_requested = Signal(str)
    node_requested = Signal(str)

    def __init__(self, hold: OrderHold, parent: QWidget) -> None:
        super().__init__(parent)
        self._hold = hold
        self._area: Area | None = None
        self._path: Path = ()
        self._filter = ""
        self.menu = QMenu(parent)
        self._heading = self.menu.addAction("")
        self._heading.setEnabled(False)
        self._heading.setFont(heavier(self.menu.font()))
        self.menu.addSeparator()
        self.zoom_in = self.menu.addAction(self.tr("Zoom in"))
        self.show_nodes = self.menu.addAction("")
        self.menu.addSeparator()
        self.copy_name = self.menu.addAction(self.tr("Copy name"))
        self.menu.aboutToShow.connect(self._hold_order)
        self.menu.aboutToHide.connect(self._release_order)
        self.zoom_in.triggered.connect(self._open)
        self.show_nodes.triggered.connect(self._ask_for_nodes)
        self.copy_name.triggered.connect(self._copy)

    def popup(self, area: Area, path: Path, label: str, position: QPoint) -> None:
        """Opens the menu of an area, by its path from the area that is shown.

        `label` is the one whose values are the pools.
        """
        if self.menu.isVisible():
            return
        self._area, self._path = area, path
        self._filter = node_filter(area, label)
        self._heading.setText(formatting.menu_entry(wording.name(area)))
        self.zoom_in.setEnabled(area.has_children)
        self.show_nodes.setText(self._show_text(area))
        self.show_nodes.setEnabled(area.level is Level.NODE or bool(self._filter))
        self.copy_name.setEnabled(bool(area.name))
        self.menu.popup(position)

    def _show_text(self, area: Area) -> str:
        match area.level:
            case Level.NODE:
                return self.tr("Show this node in the table")
            case Level.POOL:
                return self.tr("Show the nodes of this pool")
            case Level.REGISTRY:
                return self.tr("Show nodes with images of this registry")
            case Level.REPOSITORY:
                return self.tr("Show nodes with images of this repository")
            case _:
                return self.tr("Show these nodes")

    def _hold_order(self) -> None:
        self._hold.begin(self)

    def _release_order(self) -> None:
        self._hold.end(self)

    def _open(self) -> None:
        self.opened.emit(self._path)

    def _ask_for_nodes(self) -> None:
        area = self._area
        if area is not None and area.level is Level.NODE:
            self.node_requested.emit(area.node)
        elif self._filter:
            self.filter_requested.emit(self._filter)

    def _copy(self) -> None:
        if self._area is not None:
            QGuiApplication.clipboard().setText(plain(self._area.name))


def node_filter(area: Area, label: str) -> str:
    """Returns the filter of the nodes of a pool, or with images of a registry or repository.

    It is empty for other areas, and for images without a name. `label` is the one whose values
    are the pools.
    """
    match area.level:
        case Level.POOL:
            return label_term(label, pool_value(area, label))
        case Level.REGISTRY:
            return registry_term(area.name)
        case Level.REPOSITORY:
            return repository_term(next(area.entries()).image)
        case _:
            return ""
