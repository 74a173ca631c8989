"""The bar above a treemap: its breadcrumb, and what it nests and colours by."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.view_state import LABEL, ViewState
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area
from kubeimg_gui.qt.treemap.categories import ColourBy
from kubeimg_gui.qt.treemap.hierarchy import Hierarchy
from kubeimg_gui.qt.treemap.trail import Trail

CAPTIONED, WIDE = 1200, 1040
"""From these widths on the choices have captions, and long names."""
LABEL_CHARACTERS = 60
OFFERED_NODES = 50
"""Maximum number of selected nodes that are offered."""


class ChoiceBar(QFrame):
    """Breadcrumb, totals and choices; GUI thread only.

    Signals:
        level_chosen: carries how many levels below the root to show, 0 for the root.
        changed: the user chose another hierarchy, colour, label or node.
        picture_requested: the user wants to save the picture.
        ranking_wanted: carries whether the user wants to see the ranking.
    """

    level_chosen = Signal(int)
    changed = Signal()
    picture_requested = Signal()
    ranking_wanted = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("treemapChoices")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 10, 4)
        row.setSpacing(6)
        self._trail = Trail(self)
        self._trail.level_chosen.connect(self.level_chosen)
        row.addWidget(self._trail, 1)
        self._label_is_chosen = False
        self._offered: Sequence[str] = ()
        self._best = ""
        self._selected = 0
        self._captions: dict[QComboBox, QLabel] = {}
        self._hierarchies = self._combo(row, self.tr("Hierarchy"))
        self._labels = self._combo(row, self.tr("Pool"))
        self._nodes = self._combo(row, self.tr("Node"))
        self._colours = self._combo(row, self.tr("Colour"))
        self._ranking = self._button(row, self.tr("Ranking"))
        self._ranking.setCheckable(True)
        self._ranking.clicked.connect(self.ranking_wanted)
        set_tip(self._ranking, self.tr("The largest parts of what is shown, as a list"))
        self._save = self._button(row, self.tr("Save picture"))
        self._save.clicked.connect(self.picture_requested)
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

    @property
    def node(self) -> str:
        """The node that is shown alone; "" for none."""
        return self._nodes.currentData() or ""

    def choose(
        self,
        *,
        hierarchy: Hierarchy | None = None,
        colour_by: ColourBy | None = None,
        label: str | None = None,
        node: str | None = None,
    ) -> None:
        """Chooses as a user does."""
        for combo, value in (
            (self._hierarchies, hierarchy),
            (self._colours, colour_by),
            (self._labels, label),
            (self._nodes, node),
        ):
            place = -1 if value is None else combo.findData(value)
            if place >= 0:
                combo.setCurrentIndex(place)

    def show_labels(self, labels: Sequence[str], best: str) -> None:
        """Offers labels of nodes; keeps the user's choice, and chooses `best` before there is one.

        A chosen label that no node has any more is offered on.
        """
        self._offered, self._best = labels, best
        self._offer(self.label if self._label_is_chosen or self.label else best)

    def save_state(self) -> ViewState:
        """Returns what the user chose; without a label as long as the user chose none."""
        state = {"hierarchy": self.hierarchy.value, "colour": self.colour_by.value}
        return {**state, LABEL: self.label} if self._label_is_chosen else state

    def restore_state(self, state: ViewState) -> Sequence[str]:
        """Chooses what was saved, without `changed`; returns in words what is not known.

        A label that no node has is offered all the same.
        """
        missing: list[str] = []
        for combo, key, text in (
            (self._hierarchies, "hierarchy", self.tr("hierarchy {name}")),
            (self._colours, "colour", self.tr("colour {name}")),
        ):
            name = state.get(key, "")
            place = combo.findData(name)
            if name and place < 0:
                missing.append(formatting.fill(text, name=name))
            with QSignalBlocker(combo):
                combo.setCurrentIndex(max(0, place))
        label = state.get(LABEL)
        self._label_is_chosen = label is not None
        self._offer(self._best if label is None else label)
        self._fit()
        return missing

    def show_nodes(self, selected: Sequence[str]) -> None:
        """Offers the selected nodes; the one that is shown stays if it is among them.

        It also stays where none is selected.
        """
        self._selected = len(selected)
        shown = self.node
        offered = list(selected[:OFFERED_NODES])
        if shown and shown not in offered and (not selected or shown in selected):
            offered.insert(0, shown)
        if offered != [self._nodes.itemData(place) for place in range(self._nodes.count())]:
            _offer(self._nodes, {name: name for name in offered}, shown)
        self._nodes.setEnabled(len(offered) > 1)
        set_tip(self._nodes, wording.selected_nodes(len(selected), len(offered)))

    def show_trail(self, areas: Sequence[Area], context: str) -> None:
        """Shows the areas from the root to the one shown, and the totals of that."""
        of_node = self.hierarchy is Hierarchy.NODE
        note = wording.chosen_of(self._selected) if of_node else ""
        self._trail.show_areas(areas, context, note)

    def show_ranking_wanted(self, shown: bool) -> None:
        """Shows whether the ranking is shown."""
        self._ranking.setChecked(shown)

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self.setStyleSheet(
            f"#treemapChoices {{ background: {theme.surface}; border: 0;"
            f" border-bottom: 1px solid {theme.line}; }}"
            f"QPushButton#crumb {{ color: {theme.accent}; background: transparent;"
            " border: 1px solid transparent; padding: 2px 4px; }"
            f"QPushButton#crumb:hover, QPushButton#crumb:focus {{ border-color: {theme.accent}; }}"
            f"QPushButton#crumb:checked {{ background: {theme.accent_ground}; }}"
            f"QPushButton#crumb:disabled {{ color: {theme.text}; }}"
        )

    def _button(self, row: QHBoxLayout, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setAccessibleName(name)
        button.setObjectName("crumb")
        row.addWidget(button)
        return button

    def _combo(self, row: QHBoxLayout, caption: str) -> QComboBox:
        label = plain_label(self, "caption")
        label.setText(caption)
        row.addWidget(label)
        combo = QComboBox(self)
        self._captions[combo] = label
        combo.setAccessibleName(caption)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        row.addWidget(combo)
        return combo

    def _fill(self) -> None:
        for hierarchy in Hierarchy:
            self._hierarchies.addItem("", hierarchy)
        self._name_hierarchies(wide=True)
        for text, colour in (
            (self.tr("references"), ColourBy.REFERENCES),
            (self.tr("registry"), ColourBy.REGISTRY),
            (self.tr("change"), ColourBy.CHANGE),
            (self.tr("age"), ColourBy.AGE),
            (self.tr("number of nodes"), ColourBy.NODES),
        ):
            self._colours.addItem(text, colour)
        for combo in (self._colours, self._nodes):
            combo.currentIndexChanged.connect(self._on_choice)
        self._hierarchies.currentIndexChanged.connect(self._on_hierarchy)
        self._labels.currentIndexChanged.connect(self._on_label)

    def _name_hierarchies(self, *, wide: bool) -> None:
        long = (
            self.tr("pool › node › repository › image"),
            self.tr("registry › repository › image › node"),
            self.tr("one node › repository › image"),
        )
        short = (self.tr("by pool"), self.tr("by registry"), self.tr("one node"))
        for place, text in enumerate(long if wide else short):
            self._hierarchies.setItemText(place, text)

    def _offer(self, chosen: str) -> None:
        """Offers the labels and `chosen`, and chooses that."""
        labels = [*self._offered, *({chosen} - {"", *self._offered})]
        present = [self._labels.itemData(place) for place in range(self._labels.count())]
        if present == ["", *labels] and chosen == self.label:
            return
        names = {"": self.tr("no pools"), **{label: label for label in labels}}
        _offer(self._labels, names, chosen)

    def _on_hierarchy(self, place: int) -> None:
        self._fit()
        self._on_choice(place)

    def _on_label(self, place: int) -> None:
        self._label_is_chosen = True
        self._on_choice(place)

    def _on_choice(self, _place: int) -> None:
        self.changed.emit()

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: leaves out captions and shortens names where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows the choices of the hierarchy, with captions where there is room."""
        of_node = self.hierarchy is Hierarchy.NODE
        self._nodes.setVisible(of_node)
        self._labels.setVisible(not of_node)
        self._labels.setEnabled(self.hierarchy is Hierarchy.POOLS)
        for combo, caption in self._captions.items():
            caption.setVisible(self.width() >= CAPTIONED and not combo.isHidden())
        wide = self.width() >= WIDE
        self._name_hierarchies(wide=wide)
        self._ranking.setText(self.tr("Ranking") if wide else self.tr("List"))
        self._save.setText(self.tr("Save picture…") if wide else self.tr("Save…"))
        self._hierarchies.setMinimumContentsLength(24 if wide else 8)
        self._labels.setMinimumContentsLength(12 if wide else 7)
        self._nodes.setMinimumContentsLength(16 if wide else 9)
        self._colours.setMinimumContentsLength(12 if wide else 10)


def _offer(combo: QComboBox, names: Mapping[str, str], chosen: str) -> None:
    """Offers texts by their names, shortened, and chooses one; the first one if it is missing."""
    with QSignalBlocker(combo):
        combo.clear()
        for name, text in names.items():
            combo.addItem(formatting.shortened(text, LABEL_CHARACTERS), name)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
