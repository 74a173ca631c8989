"""The bar above a treemap: where the picture is, and what it nests and colours by."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Area, Hierarchy, Level
from kubeimg_gui.text.elision import elided

CRUMB_COLUMNS = 28
NARROW = 1000
"""Below this width the bar leaves out the captions of its choices."""
LABEL_CHARACTERS = 60


class ChoiceBar(QFrame):
    """Breadcrumb, totals and choices; GUI thread only.

    Signals:
        level_chosen: carries how many levels below the root to show, 0 for the root.
        changed: the user chose another hierarchy, colour or label.
        picture_requested: the user wants to save the picture.
    """

    level_chosen = Signal(int)
    changed = Signal()
    picture_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("treemapChoices")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(6)
        self._trail = QHBoxLayout()
        self._trail.setSpacing(2)
        row.addLayout(self._trail)
        self._totals = plain_label(self, "caption")
        row.addWidget(self._totals)
        row.addStretch(1)
        self._captions: list[QLabel] = []
        self._hierarchies = self._combo(row, self.tr("Hierarchy"))
        self._labels = self._combo(row, self.tr("Pool"))
        self._colours = self._combo(row, self.tr("Colour"))
        self._save = QPushButton(self.tr("Save picture…"), self)
        self._save.setObjectName("crumb")
        self._save.clicked.connect(self.picture_requested)
        row.addWidget(self._save)
        self._fill()
        self.set_theme(theme)

    @property
    def hierarchy(self) -> Hierarchy:
        """Which levels to nest."""
        return Hierarchy(self._hierarchies.currentData())

    @property
    def colour_by(self) -> ColourBy:
        """What the colour says."""
        return ColourBy(self._colours.currentData())

    @property
    def label(self) -> str:
        """The label whose values are the pools; "" for none."""
        return self._labels.currentData() or ""

    def choose(
        self,
        *,
        hierarchy: Hierarchy | None = None,
        colour_by: ColourBy | None = None,
        label: str | None = None,
    ) -> None:
        """Chooses as a user does."""
        for combo, value in (
            (self._hierarchies, hierarchy),
            (self._colours, colour_by),
            (self._labels, label),
        ):
            place = -1 if value is None else combo.findData(value)
            if place >= 0:
                combo.setCurrentIndex(place)

    def show_labels(self, labels: Sequence[str], best: str) -> None:
        """Offers labels of nodes; keeps the choice, and chooses `best` the first time."""
        present = [self._labels.itemData(place) for place in range(self._labels.count())]
        if present == ["", *labels]:
            return
        chosen = self.label if present else best
        self._labels.blockSignals(True)
        self._labels.clear()
        self._labels.addItem(self.tr("no pools"), "")
        for label in labels:
            self._labels.addItem(formatting.shortened(label, LABEL_CHARACTERS), label)
        self._labels.setCurrentIndex(max(0, self._labels.findData(chosen)))
        self._labels.blockSignals(False)

    def show_trail(self, areas: Sequence[Area], context: str) -> None:
        """Shows the areas from the root to the one shown, and the totals of that."""
        while (item := self._trail.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for level, area in enumerate(areas):
            if level:
                arrow = plain_label(self, "caption")
                arrow.setText("›")
                self._trail.addWidget(arrow)
            self._trail.addWidget(self._crumb(level, area, context, last=area is areas[-1]))
        self._totals.setText(wording.totals(areas[-1]))
        self._labels.setEnabled(self.hierarchy is Hierarchy.POOLS)

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self.setStyleSheet(
            f"#treemapChoices {{ background: {theme.surface}; border: 0;"
            f" border-bottom: 1px solid {theme.line}; }}"
            f"QPushButton#crumb {{ color: {theme.accent}; background: transparent;"
            " border: 1px solid transparent; padding: 2px 4px; }"
            f"QPushButton#crumb:hover, QPushButton#crumb:focus {{ border-color: {theme.accent}; }}"
            f"QPushButton#crumb:disabled {{ color: {theme.text}; }}"
        )

    def _crumb(self, level: int, area: Area, context: str, *, last: bool) -> QPushButton:
        name = wording.name(area) if level or not context else formatting.line(context)
        if area.level is Level.POOL:
            name = self.tr("pool {name}").replace("{name}", name)
        button = QPushButton(elided(name, CRUMB_COLUMNS).replace("&", "&&"), self)
        button.setObjectName("crumb")
        if last:
            button.setEnabled(False)
            button.setFont(heavier(self.font()))
        button.setAccessibleName(name)
        button.clicked.connect(partial(self.level_chosen.emit, level))
        return button

    def _combo(self, row: QHBoxLayout, caption: str) -> QComboBox:
        label = plain_label(self, "caption")
        label.setText(caption)
        self._captions.append(label)
        row.addWidget(label)
        combo = QComboBox(self)
        combo.setAccessibleName(caption)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        row.addWidget(combo)
        return combo

    def _fill(self) -> None:
        for text, hierarchy in (
            (self.tr("pool › node › repository › image"), Hierarchy.POOLS),
            (self.tr("registry › repository › image › node"), Hierarchy.REGISTRIES),
        ):
            self._hierarchies.addItem(text, hierarchy)
        for text, colour in (
            (self.tr("references"), ColourBy.REFERENCES),
            (self.tr("registry"), ColourBy.REGISTRY),
            (self.tr("change"), ColourBy.CHANGE),
            (self.tr("age"), ColourBy.AGE),
            (self.tr("number of nodes"), ColourBy.NODES),
        ):
            self._colours.addItem(text, colour)
        for combo in (self._hierarchies, self._colours, self._labels):
            combo.currentIndexChanged.connect(self._on_choice)

    def _on_choice(self, _place: int) -> None:
        self.changed.emit()

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: leaves out the captions where there is little room."""
        super().resizeEvent(event)
        wide = self.width() >= NARROW
        for caption in self._captions:
            caption.setVisible(wide)
        self._hierarchies.setMinimumContentsLength(24 if wide else 10)
        self._totals.setVisible(self.width() >= NARROW - 150)
