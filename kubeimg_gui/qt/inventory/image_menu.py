"""The menu of one image: which nodes have it, how it is copied."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.domain.query import image_term
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.text.sanitize import plain

_FORMULA = ("=", "+", "-", "@")
"""With one of these a spreadsheet takes a text for a formula."""


class ImageMenu(QObject):
    """Opens the menu of an image; GUI thread only. An open menu stays as it is.

    Signals:
        filter_requested: carries the text of a filter for the nodes with or without the image.
        compare_requested: carries a tuple of the names of a node that holds the image and of one
            that does not, as a proposal; fewer where there are none.

    Attributes:
        menu: its first line names the image.
        show_with, show_without, compare: what looks at nodes.
        copy_name, copy_all_names, copy_digest, copy_row, copy_crictl: what copies text.
    """

    filter_requested = Signal(str)
    compare_requested = Signal(object)

    def __init__(self, nodes: NodeTableModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._nodes = nodes
        self._summary: ImageSummary | None = None
        self.menu = QMenu(parent)
        self._heading = self.menu.addAction("")
        self._heading.setEnabled(False)
        self._heading.setFont(heavier(self.menu.font()))
        self.menu.addSeparator()
        self.show_with = self.menu.addAction(self.tr("Show nodes with this image"))
        self.show_without = self.menu.addAction(self.tr("Show nodes without it"))
        self.compare = self.menu.addAction(self.tr("Compare nodes…"))
        self.menu.addSeparator()
        self.copy_name = self.menu.addAction(self.tr("Copy name"))
        self.copy_all_names = self.menu.addAction(self.tr("Copy all names"))
        self.copy_digest = self.menu.addAction(self.tr("Copy digest"))
        self.copy_row = self.menu.addAction(self.tr("Copy row"))
        self.copy_crictl = self.menu.addAction(self.tr("Copy crictl reference"))
        self.show_with.triggered.connect(self._ask_for_nodes_with)
        self.show_without.triggered.connect(self._ask_for_nodes_without)
        self.compare.triggered.connect(self._propose_nodes)
        self._texts: dict[QAction, str] = {}
        for action in self._copying:
            action.triggered.connect(partial(self._copy, action))

    @property
    def _copying(self) -> tuple[QAction, ...]:
        return (
            self.copy_name,
            self.copy_all_names,
            self.copy_digest,
            self.copy_row,
            self.copy_crictl,
        )

    def popup(self, key: str, position: QPoint) -> None:
        """Opens the menu of an image, by `ContainerImage.key`; none for one that no node lists."""
        summary = next(iter(summarize(self._nodes.inventory.index, (key,))), None)
        if summary is None or self.menu.isVisible():
            return
        self._summary = summary
        image = summary.image
        self._heading.setText(formatting.menu_entry(image_wording.long_name(image)))
        texts = (
            plain(image_wording.reported_name(image)),
            "\n".join(map(plain, image.names)),
            "\n".join(image.digests),
            row_text(summary),
            crictl_reference(image),
        )
        self._texts = dict(zip(self._copying, texts, strict=True))
        for action, text in self._texts.items():
            action.setEnabled(bool(text))
        for action in (self.show_with, self.show_without):
            action.setEnabled(bool(image_term(image)))
        self.menu.popup(position)

    def _copy(self, action: QAction) -> None:
        QGuiApplication.clipboard().setText(self._texts[action])

    def _ask_for_nodes_with(self) -> None:
        self._ask_for_nodes(without=False)

    def _ask_for_nodes_without(self) -> None:
        self._ask_for_nodes(without=True)

    def _ask_for_nodes(self, *, without: bool) -> None:
        if self._summary is not None:
            self.filter_requested.emit(image_term(self._summary.image, without=without))

    def _propose_nodes(self) -> None:
        if self._summary is not None:
            self.compare_requested.emit(proposed_nodes(self._nodes, self._summary.key))


def crictl_reference(image: ContainerImage) -> str:
    """Returns the name by which `crictl inspecti` and `crictl rmi` find an image on its node.

    A name with its digest where there is one, because a tag may mean another image on another
    node; else a name with a tag; empty for an image without a name. `crictl rmi` removes the image
    with all its names, whichever name it is given.
    """
    named = [
        (reference.digest is None, reference.tag is None, name)
        for name, reference in zip(image.names, image.parsed_names(), strict=True)
        if reference.repository
    ]
    return plain(min(named)[-1]) if named else ""


def row_text(summary: ImageSummary) -> str:
    """Returns an image as tab-separated text.

    Name, digest, reported size in bytes (empty where it is not believable), nodes, total in bytes.
    """
    image = summary.image
    name = plain(image_wording.reported_name(image))
    size = str(image.size_bytes) if image.size_is_believable else ""
    digest = next(iter(image.digests), "")
    disarmed = f"'{name}" if name.startswith(_FORMULA) else name
    return "\t".join((disarmed, digest, size, str(summary.nodes), str(summary.total_bytes)))


def proposed_nodes(nodes: NodeTableModel, key: str) -> tuple[str, ...]:
    """Returns a node that holds an image and one that does not, each the first by name."""
    index = nodes.inventory.index
    names = index.names(index.entries(key))
    others = (record.name for record in nodes.records if record.name not in names)
    found = (min(names, default=None), min(others, default=None))
    return tuple(name for name in found if name is not None)
