"""The side panel of one image of the cluster: its nodes, the other nodes, its pods."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from kubeimg_gui.domain.image import ContainerImage, common_ends
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label, set_wrapped_text
from kubeimg_gui.qt.base.line_list import MARGIN
from kubeimg_gui.qt.base.slices import Slices
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.inventory import image_facts, reference_wording
from kubeimg_gui.qt.inventory.image_facts import Family, Users
from kubeimg_gui.qt.inventory.image_lines import ImageLines
from kubeimg_gui.qt.inventory.image_tabs import ImageTabs, Tab
from kubeimg_gui.qt.inventory.image_usage import ImageUsage
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import workload_wording
from kubeimg_gui.qt.pods.pod_references import PodReferences

LEAST_WIDTH, LEAST_HEIGHT = 280, 200
"""Minimum size of the panel, in pixels."""
LOW = 480
"""Below this height there is no room for owners and versions."""
REFRESH_MS = 250
REST = 5
"""Minimum interval between two updates, and how many times longer it is than the last one took."""

Pairs = Sequence[tuple[NodeRecord | None, NodeRecord | None]]


class ClusterImagePanel(QFrame):
    """Shows one image of the cluster and follows its changes while it is visible.

    GUI thread only.

    Signals:
        node_requested: the user wants to see a node; carries its name.
        image_selected: the user wants to see another version; carries `ContainerImage.key`.
        menu_requested: the user wants the menu of another version; carries its key and the global
            position.
        filter_requested: the user wants to see the nodes of a list in the table; carries the text
            of a filter.

    Attributes:
        key: the image shown, "" for none.
        tabs: the lists of nodes and pods.
        usage: owners and other versions, below.
    """

    node_requested = Signal(str)
    image_selected = Signal(str)
    menu_requested = Signal(str, QPoint)
    filter_requested = Signal(str)

    def __init__(
        self,
        nodes: NodeTableModel,
        pods: PodReferences,
        theme: Theme,
        clocks: Clocks,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT)
        self._nodes = nodes
        self._pods = pods
        self._clocks = clocks
        self.key = ""
        self._lines: ImageLines | None = None
        self._family = Family()
        self._users = Users()
        self._users_stale = self._family_stale = self._stale = True
        self._title = ElidedLabel(self)
        self._title.setFont(heavier(self.font(), 1.2))
        self._origin = plain_label(self, "caption", wrap=True)
        self._times = plain_label(self, "caption", wrap=True)
        self.tabs = ImageTabs(nodes, theme, self)
        self.usage = ImageUsage(theme, self)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refresh_later)
        self._slices = Slices(self)
        self._connect()
        self._show_nothing()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 12, MARGIN, 10)
        head.setSpacing(4)
        for label in (self._title, self._origin, self._times):
            head.addWidget(label)
            # Without an image there is nothing below that takes the rest of the height.
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 10)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.usage)
        column.addStretch()  # below the sentence where no image is selected

    def _connect(self) -> None:
        self.tabs.node_requested.connect(self.node_requested)
        self.tabs.tab_changed.connect(self.refresh)
        self.tabs.filter_requested.connect(self.filter_requested)
        self.usage.image_selected.connect(self.image_selected)
        self.usage.menu_requested.connect(self.menu_requested)
        self._nodes.images_changed.connect(self._take_records)
        self._pods.changed.connect(self._take_references)
        self._pods.coverage_changed.connect(self._take_coverage)
        self._pods.workloads.changed.connect(self._ask)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self.tabs.set_theme(theme)
        self.usage.set_theme(theme)

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        self._ask()

    def show_image(self, key: str) -> None:
        """Shows an image, by `ContainerImage.key`; a sentence for "" and unknown ones."""
        if key == self.key:
            return
        entries = self._nodes.inventory.index.entries(key)
        self.key = key if entries else ""
        self._timer.stop()
        self._slices.stop()
        if not entries:
            self._lines, self._family = None, Family()
            self._show_nothing()
            return
        self._lines = ImageLines(self._nodes, self._pods, entries[0])
        self._users_stale = self._family_stale = True
        self.refresh()
        self.tabs.scroll_to_top()

    def _show_nothing(self) -> None:
        self._title.set_text(self.tr("No image selected"))
        set_wrapped_text(self._origin, self.tr("Select an image to see which nodes hold it."))
        for part in (self._times, self.tabs, self.usage):
            part.hide()

    def refresh(self) -> None:
        """Updates the panel; while it is hidden it does so when it is shown.

        What takes long is done in slices; until they are over the panel stays as it is.
        """
        lines = self._lines
        self._stale = not self.isVisible()
        if lines is None or self._stale:
            return
        if self._slices.running:
            self._users_stale = self._family_stale = True  # they may not have been found
        self._slices.start_now(self._update(lines))

    def _refresh_later(self) -> None:
        if self._slices.running:
            self._ask()
        else:
            self.refresh()

    def _update(self, lines: ImageLines) -> Iterator[None]:
        lines.update()
        names = self._nodes.inventory.index.names(lines.entries)
        if self._users_stale:
            self._users_stale = False
            self._users = yield from image_facts.users(self._pods.references, self.key)
        if self._family_stale:
            self._family_stale = False
            self._family = yield from image_facts.family(self._nodes.inventory.index, lines.image)
        coverage = self._pods.references.coverage
        missing = reference_wording.missing(coverage, self._clocks.wall())
        yield from self.tabs.show_image(lines, names, self._users.pods, missing)
        self._show_head(lines)
        pods_known = coverage.doubt is None
        self.usage.show_image(lines, self._family.versions, pods_known=pods_known)
        self._show_users(missing)
        for part in (self._times, self.tabs, self.usage):
            part.show()

    def _show_head(self, lines: ImageLines) -> None:
        self._title.set_text(lines.title)
        set_wrapped_text(self._origin, lines.origin)
        gone = "" if lines.entries else self.tr("No node lists it any more.")
        self._times.setText("\n".join(part for part in (gone, lines.times) if part))

    def _show_users(self, missing: str) -> None:
        """Shows who uses the image, unless the list of pods says why that is not known."""
        lines = self._lines
        if lines is None:
            return
        owners, workloads = self._users.owners, self._pods.workloads
        scaled = workloads.users(lines.entries)
        nothing = "" if owners else self.tr("No pod refers to it.")
        sentences = [
            "" if self.tabs.tab is Tab.PODS else missing or nothing,
            workload_wording.scaled_to_zero(scaled),
            workload_wording.missing(workloads.forbidden) if nothing else "",
        ]
        listed = scaled if len(scaled) > 1 else ()  # the sentence names a single one
        self.usage.show_users([*owners, *listed], " ".join(filter(None, sentences)))

    def _take_records(self, pairs: Pairs) -> None:
        lines = self._lines
        if lines is None:
            return
        if any(old is None or new is None for old, new in pairs):
            self._ask()  # the number of nodes differs, and with it the list of the others
        repository = image_facts.repository_of(lines.image)
        for image in _differing(pairs):
            same_repository = bool(repository) and image_facts.repository_of(image) == repository
            if image.key == self.key or same_repository:
                self._family_stale = True
                self._ask()
                break

    def _take_references(self, keys: set[str]) -> None:
        if self.key in keys:
            self._users_stale = True
        if not self._family.keys.isdisjoint(keys):
            self._ask()

    def _take_coverage(self) -> None:
        self._users_stale = True
        self._ask()

    def _ask(self) -> None:
        if not self.isVisible():
            self._stale = True
        elif not self._timer.isActive():
            self._timer.start(max(REFRESH_MS, round(1000 * REST * self._slices.seconds)))

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: leaves out owners and versions where the lists need the room."""
        super().resizeEvent(event)
        self.usage.set_low(self.height() < LOW)

    @guard(None)
    def showEvent(self, event: QShowEvent) -> None:
        """Override: shows what changed meanwhile."""
        super().showEvent(event)
        if self._stale:
            self.refresh()


def _differing(pairs: Pairs) -> Iterator[ContainerImage]:
    """Yields the images by which old and new lists differ, and a few more."""
    for old, new in pairs:
        before = () if old is None else old.images
        after = () if new is None else new.images
        start, end = common_ends(before, after)
        yield from before[start : len(before) - end]
        yield from after[start : len(after) - end]
