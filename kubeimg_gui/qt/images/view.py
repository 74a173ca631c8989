"""The view of the image list: selection, keyboard, and menus of one and of several images."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QListView, QMenu, QWidget

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.references import Reference
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier
from kubeimg_gui.qt.images.model import ImageListModel
from kubeimg_gui.qt.images.references import NO_REFERENCES
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.text.sanitize import plain

Texts = Callable[[ContainerImage], Iterable[str]]


class ImageList(QListView):
    """Shows an ImageListModel; the selection is kept by image while the list changes.

    GUI thread only.

    Signals:
        menu_requested: the user wants the menu of one image; carries `ContainerImage.key` and the
            global position (QPoint).
        image_selected: a single image is selected now; carries its key.

    Attributes:
        menu: the menu of several selected images; its first line says how many.
        copy_name, copy_digest, copy_all_names: its actions, on the images selected when it opened.
    """

    menu_requested = Signal(str, QPoint)
    image_selected = Signal(str)

    def __init__(self, model: ImageListModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._images = model
        self._chosen: tuple[ContainerImage, ...] = ()
        self.setModel(model)
        self.setAccessibleName(self.tr("Images of the selected nodes"))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.menu = QMenu(self)
        self._heading = self.menu.addAction("")
        self._heading.setEnabled(False)
        self._heading.setFont(heavier(self.menu.font()))
        self.menu.addSeparator()
        self.copy_name = self._add(
            self.tr("Copy name"), lambda image: [image_wording.reported_name(image)]
        )
        self.copy_digest = self._add(self.tr("Copy digest"), lambda image: image.digests)
        self.copy_all_names = self._add(self.tr("Copy all names"), lambda image: image.names)
        self.copy_name.setShortcut(QKeySequence.StandardKey.Copy)
        self.copy_name.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.menu.aboutToShow.connect(self._choose)
        self.selectionModel().selectionChanged.connect(self._choose)
        self.selectionModel().currentChanged.connect(self._choose)
        self.selectionModel().selectionChanged.connect(self._report)
        self._choose()

    @property
    def selected(self) -> tuple[ContainerImage, ...]:
        """The selected images, in the order of the list."""
        places = sorted(index.row() for index in self.selectedIndexes())
        return tuple(self._images.image_at(place).image for place in places)

    def select_image(self, key: str) -> None:
        """Selects an image and scrolls to it, if it is in the list."""
        if [image.key for image in self.selected] == [key]:
            return
        for place in range(self._images.rowCount()):
            if self._images.image_at(place).image.key == key:
                self.setCurrentIndex(self._images.index(place))

    def show_images_of(
        self, rows: Sequence[NodeRow], references: Mapping[str, Reference] = NO_REFERENCES
    ) -> None:
        """Lists the images of these nodes; keeps selection, current image and scroll position.

        `references` as in `ImageListModel.show`.
        """
        keys = {image.key for image in self.selected}
        current = self.currentIndex()
        current_key = self._images.image_at(current.row()).image.key if current.isValid() else ""
        scrolled = self.verticalScrollBar().value()
        if not self._images.show(rows, references):
            return
        flags = QItemSelectionModel.SelectionFlag
        for place in range(self._images.rowCount()):
            key, index = self._images.image_at(place).image.key, self._images.index(place)
            if key in keys:
                self.selectionModel().select(index, flags.Select)
            if key == current_key:
                self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
        self.doItemsLayout()
        self.verticalScrollBar().setValue(scrolled)

    def _add(self, text: str, texts: Texts) -> QAction:
        action = self.menu.addAction(text)
        action.triggered.connect(partial(self._copy, texts))
        self.addAction(action)
        return action

    def _copy(self, texts: Texts) -> None:
        lines = [plain(text) for image in self._chosen for text in texts(image) if text]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _report(self) -> None:
        if len(selected := self.selected) == 1:
            self.image_selected.emit(selected[0].key)

    def _choose(self) -> None:
        """Sets what the actions are about: the selected images, without any the current one.

        A list that changes does not change an open menu.
        """
        if self.menu.isVisible():
            return
        current = self.currentIndex()
        chosen = self.selected
        if not chosen and current.isValid():
            chosen = (self._images.image_at(current.row()).image,)
        self._chosen = chosen
        heading = self.tr("No image selected")
        if chosen:
            single = len(chosen) == 1
            heading = (
                image_wording.long_name(chosen[0]) if single else formatting.images(len(chosen))
            )
        self._heading.setText(formatting.menu_entry(heading))
        self.copy_name.setEnabled(any(map(image_wording.reported_name, chosen)))
        self.copy_digest.setEnabled(any(image.digests for image in chosen))
        self.copy_all_names.setEnabled(any(image.names for image in chosen))

    @guard(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Override: opens or requests the menu; with the keyboard, at the current image."""
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            if self.indexAt(event.pos()).isValid():
                self._open_menu(event.globalPos())
        elif self.currentIndex().isValid():
            below = self.visualRect(self.currentIndex()).bottomLeft()
            self._open_menu(self.viewport().mapToGlobal(below))

    def _open_menu(self, position: QPoint) -> None:
        if len(self._chosen) == 1:
            self.menu_requested.emit(self._chosen[0].key, position)
        elif self._chosen:
            self.menu.popup(position)
