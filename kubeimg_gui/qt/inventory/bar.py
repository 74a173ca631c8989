"""The thin bar above the table of images, with the choices of this view."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QWidget

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme


class ImagesBar(QFrame):
    """Offers what images are grouped by, and a place at the right for further controls.

    Signals:
        grouping_chosen: the user groups by something else; carries a Grouping.
    """

    grouping_chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("imagesBar")
        caption = plain_label(self, "caption")
        caption.setText(self.tr("Group by"))
        self.choice = QComboBox(self)
        self.choice.setAccessibleName(self.tr("Group by"))
        for grouping, text in (
            (Grouping.NONE, self.tr("Nothing")),
            (Grouping.REPOSITORY, self.tr("Repository")),
            (Grouping.REGISTRY, self.tr("Registry")),
        ):
            self.choice.addItem(text, grouping)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 3, 12, 4)
        self._row.setSpacing(8)
        self._row.addWidget(caption)
        self._row.addWidget(self.choice)
        self._row.addStretch(1)
        self.choice.activated.connect(self._choose)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Shows the bar in another theme."""
        self.setStyleSheet(
            f"#imagesBar {{ background: {theme.surface}; border: 0;"
            f" border-bottom: 1px solid {theme.line}; }}"
            f" QLabel#caption {{ color: {theme.muted}; }}"
        )

    def add_right(self, widget: QWidget) -> None:
        """Adds a widget at the right."""
        self._row.addWidget(widget)

    def show_grouping(self, grouping: Grouping) -> None:
        """Shows what images are grouped by."""
        self.choice.setCurrentIndex(self.choice.findData(grouping))

    def _choose(self, place: int) -> None:
        self.grouping_chosen.emit(Grouping(self.choice.itemData(place)))
