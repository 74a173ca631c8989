"""The part below the lists of one image: the workloads that use it, and its other versions."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base.labels import heavier, plain_label, set_wrapped_text
from kubeimg_gui.qt.base.line_list import MARGIN, LineList
from kubeimg_gui.qt.base.lines import Item, Line, LineModel
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory.image_facts import OwnerLine
from kubeimg_gui.qt.inventory.image_lines import ImageLines

OWNERS, VERSIONS = 3, 2
"""Number of owners and of versions that are shown without scrolling."""


class ImageUsage(QWidget):
    """Who uses an image, its other versions, and what "not referenced" does not mean.

    GUI thread only.

    Signals:
        image_selected: the user wants to see another version; carries `ContainerImage.key`.
        menu_requested: the user wants the menu of another version; carries its key and the global
            position.

    Attributes:
        owners, versions: the lists.
    """

    image_selected = Signal(str)
    menu_requested = Signal(str, QPoint)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: ImageLines | None = None
        self._low = False
        self._sentence = ""
        self.owners: LineList[OwnerLine | WorkloadRecord] = self._list(lambda of: of.user, OWNERS)
        self.owners.setAccessibleName(self.tr("Workloads that use the image"))
        self.versions: LineList[ImageSummary] = self._list(
            lambda of: of.version, VERSIONS, details=True
        )
        self.versions.setAccessibleName(self.tr("Other versions of the image"))
        self._users = plain_label(self, "caption", wrap=True)
        self._warning = plain_label(self, "doubt", wrap=True)
        self._warning.setText(
            self.tr(
                "“Not referenced” is not “safe to delete”: other images may share its layers, new"
                " pods may need it, and cut lists hide images."
            )
        )
        self._rules: list[QFrame] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._users_title = self._add_title()
        self._users_title.setText(self.tr("Who uses it"))
        self._add_padded(self._users, below=2)
        self._column.addWidget(self.owners)
        self._versions_title = self._add_title()
        self._column.addWidget(self.versions)
        self._add_padded(self._warning, above=8)
        self.versions.chosen.connect(self._select)
        self.versions.menu_requested.connect(self._ask_for_menu)
        self.set_theme(theme)

    def _list(
        self,
        describe: Callable[[ImageLines], Callable[[Item], Line]],
        most: int,
        *,
        details: bool = False,
    ) -> LineList[Item]:
        def line(item: Item) -> Line:
            return Line("") if self._lines is None else describe(self._lines)(item)

        return LineList(LineModel(line, self), self._theme, self, details=details, most=most)

    def _add_title(self) -> QLabel:
        rule = QFrame(self)
        rule.setFixedHeight(1)
        self._rules.append(rule)
        self._column.addWidget(rule)
        title = plain_label(self)
        title.setFont(heavier(self.font()))
        self._add_padded(title, above=8, below=2)
        return title

    def _add_padded(self, part: QWidget, *, above: int = 0, below: int = 0) -> None:
        padded = QVBoxLayout()
        padded.setContentsMargins(MARGIN, above, MARGIN, below)
        padded.addWidget(part)
        self._column.addLayout(padded)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._theme = theme
        for view in (self.owners, self.versions):
            view.set_theme(theme)
        for rule in self._rules:
            rule.setStyleSheet(f"background: {theme.line}; border: 0;")

    def show_users(self, owners: Sequence[OwnerLine | WorkloadRecord], sentence: str) -> None:
        """Shows what uses an image below a sentence; nothing if both are empty."""
        self.owners.show_items(owners)
        self._sentence = sentence
        set_wrapped_text(self._users, sentence)
        self._update_visibility()

    def show_image(
        self, lines: ImageLines, versions: Sequence[ImageSummary], *, pods_known: bool
    ) -> None:
        """Shows the other versions of an image, and the warning where their states are known."""
        self._lines = lines
        self._warning.setVisible(pods_known)
        self.versions.show_items(versions)
        self._update_visibility()
        count = len(versions)
        self._versions_title.setText(
            self.tr("%Ln other version(s)", "", count) if count else self.tr("No other versions")
        )

    def set_low(self, low: bool) -> None:
        """Sets whether there is only room for the warning."""
        if low is not self._low:
            self._low = low
            self._update_visibility()

    def _update_visibility(self) -> None:
        owners, versions = self.owners.lines.rowCount(), self.versions.lines.rowCount()
        users = owners or self._sentence
        for part, shown in (
            (self._rules[0], users),
            (self._users_title, users),
            (self._users, self._sentence),
            (self.owners, owners),
            (self._rules[1], True),
            (self._versions_title, True),
            (self.versions, versions),
        ):
            part.setVisible(bool(shown) and not self._low)

    def _select(self, version: ImageSummary) -> None:
        self.image_selected.emit(version.key)

    def _ask_for_menu(self, version: ImageSummary, position: QPoint) -> None:
        self.menu_requested.emit(version.key, position)

    @property
    def sentence(self) -> str:
        """What is said of pods in place of their owners, or above them; may be empty."""
        return self._sentence
