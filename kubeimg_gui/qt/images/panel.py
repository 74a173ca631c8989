"""The side panel: the images of the selected nodes, and the limits of the list."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from kubeimg_gui.cluster.watch.pod_reader import PodReader
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.delegate import MARGIN, ImageDelegate
from kubeimg_gui.qt.images.model import ImageListModel
from kubeimg_gui.qt.images.reference_bar import ReferenceBar
from kubeimg_gui.qt.images.references import SelectedReferences
from kubeimg_gui.qt.images.view import ImageList
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.qt.pods.node_checks import NodeChecks
from kubeimg_gui.text import units

if TYPE_CHECKING:
    from kubeimg_gui.qt.pods.pod_references import PodReferences

LEAST_WIDTH = 280
USUAL_WIDTH = 320
"""Minimum and initial width of the panel, in pixels."""
SETTLE_MS = 250


class ImagePanel(QFrame):
    """Shows the images of the given nodes and what pods refer to, and follows their changes.

    `make_reader` returns a new reader when the user wants the pods of these nodes to be read.

    Signals:
        menu_requested, image_selected: see `ImageList`.

    Attributes:
        reference_bar: what is known of references, and the button for more.
    """

    menu_requested = Signal(str, QPoint)
    image_selected = Signal(str)

    def __init__(
        self,
        nodes: NodeTableModel,
        make_reader: Callable[[], PodReader],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(LEAST_WIDTH)
        self._nodes = nodes
        self._checks = NodeChecks(nodes, make_reader, self)
        self._references = SelectedReferences(self._checks)
        self._names: tuple[str, ...] = ()
        self._title = ElidedLabel(self)
        self._title.setFont(heavier(self.font(), 1.2))
        self._sum = plain_label(self, "caption")
        self._meaning = plain_label(self, "caption", wrap=True)
        self._matching = plain_label(self, "match", wrap=True)
        self._limits = plain_label(self, "doubt", wrap=True)
        self._doubted = plain_label(self, "doubt", wrap=True)
        self.reference_bar = ReferenceBar(self)
        self._images = ImageListModel(nodes.opened, lambda: nodes.moment.now, self)
        self._images.users = self._references.users
        self._images.scaled_to_zero = self._references.scaled_to_zero
        self._list = ImageList(self._images, self)
        self._delegate = ImageDelegate(self._images, theme, self._list)
        self._list.setItemDelegate(self._delegate)
        self._list.menu_requested.connect(self.menu_requested)
        self._list.image_selected.connect(self.image_selected)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.refresh)
        nodes.applied.connect(self._follow)
        self._checks.changed.connect(self.refresh)
        self.reference_bar.check_requested.connect(self._check)
        self.reference_bar.cancel_requested.connect(self._checks.cancel)
        self.refresh()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 12, MARGIN, 8)
        head.setSpacing(4)
        for label in (self._title, self._sum, self._meaning, self._matching):
            head.addWidget(label)
        for label in (self._limits, self._doubted):
            head.addWidget(label)
        head.addWidget(self.reference_bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._list, 1)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self._delegate.theme = theme
        self._list.viewport().update()

    def show_new_day(self) -> None:
        """Updates the times shown: those of the past carry their date now."""
        self._list.viewport().update()
        self.show_age()

    def stop(self) -> None:
        """Ends the reading of pods under way, without waiting for its thread."""
        self._checks.cancel()

    def show_age(self) -> None:
        """Brings the age of what is known of pods up to date."""
        self.reference_bar.show_time(self._nodes.moment)

    def follow_pods(self, pods: "PodReferences") -> None:
        """Shows what is known of the pods of all nodes, while they are watched."""
        self._references.watched = pods
        pods.changed.connect(self._take_references)
        pods.coverage_changed.connect(self._ask)
        self._ask()

    def show_nodes(self, names: Iterable[str]) -> None:
        """Shows the images of these nodes at once; ends a check of others."""
        before, self._names = self._names, tuple(names)
        if set(before) != set(self._names):
            self._checks.cancel()
        self._list.clearSelection()
        self.refresh()
        self._list.scrollToTop()

    def show_image(self, key: str) -> None:
        """Selects an image if the nodes hold it."""
        self._list.select_image(key)

    def focus_list(self) -> None:
        """Gives the list the focus, and makes its first image current if none is."""
        if not self._list.currentIndex().isValid():
            self._list.setCurrentIndex(self._images.index(0))
        self._list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def mark(self, words: Sequence[str]) -> None:
        """Marks the images that the words of the nodes' filter look for, and shows the first."""
        self._images.mark(words)
        if marked := self._show_marked():
            self._list.scrollTo(self._images.index(marked[0]))

    def _show_marked(self) -> Sequence[int]:
        """Says how many images are marked, and returns their places."""
        marked = self._images.marked
        count = len(marked)
        sentence = self.tr("%Ln image(s) match(es) the filter", "", count) if count else ""
        self._set_sentence(self._matching, sentence)
        return marked

    def refresh(self) -> None:
        """Updates the panel from the model."""
        named = (self._nodes.row_named(name) for name in self._names)
        rows = [row for row in named if row is not None and not row.deleted]
        self._references.update(rows)
        self._list.show_images_of(rows, self._references.by_key)
        self._show_head(rows)
        self.reference_bar.show_summary(self._references.summary, self._nodes.moment)
        self._show_marked()

    def _show_head(self, rows: Sequence[NodeRow]) -> None:
        is_lower_bound = any(row.record.is_lower_bound for row in rows)
        doubted = sum(row.record.images_doubted for row in rows)
        if not rows:
            self._title.set_text(self.tr("No node selected"))
            self._sum.setText(self.tr("Select nodes to see the images they hold."))
        else:
            self._title.set_text(rows[0].name if len(rows) == 1 else formatting.nodes(len(rows)))
            reported = sum(row.record.reported_bytes for row in rows)
            self._sum.setText(
                self.tr("{images} · {size} reported").format(
                    images=formatting.images(self._images.rowCount()),
                    size=units.reported_size(reported, is_lower_bound),
                )
            )
        meanings = sorted({node_wording.meaning(row.record) for row in rows})
        self._set_sentence(self._meaning, "\n".join(meanings))
        self._set_sentence(self._limits, "\n".join(self._limit_sentences(rows)))
        self._set_sentence(
            self._doubted, self._doubted_sentence(doubted, len(rows)) if doubted else ""
        )

    def _limit_sentences(self, rows: Sequence[NodeRow]) -> list[str]:
        """Returns what the lists and the total lack."""
        if len(rows) == 1:
            return node_wording.list_limits(rows[0].record)
        sentences: list[str] = []
        capped = sum(row.record.capped for row in rows)
        if capped:
            text = self.tr("%Ln of {of} lists may hold only the largest images.", "", capped)
            sentences.append(text.format(of=f"{len(rows):,}"))
        odd = sum(row.record.unbelievable_sizes for row in rows)
        if odd:
            sentences.append(node_wording.unbelievable_sizes(odd))
        return sentences

    def _doubted_sentence(self, doubted: int, of: int) -> str:
        if of == 1:
            return self.tr(
                "The node lists no images at the moment. Until this is confirmed, the previous"
                " list is shown."
            )
        return self.tr(
            "%Ln of {of} nodes list(s) no images at the moment. Until this is confirmed, the"
            " previous lists are shown.",
            "",
            doubted,
        ).format(of=f"{of:,}")

    def _set_sentence(self, label: QLabel, sentence: str) -> None:
        label.setText(sentence)
        label.setVisible(bool(sentence))

    def _follow(self, touched: set[str]) -> None:
        if not touched.isdisjoint(self._names):
            self._ask()

    def _take_references(self, keys: set[str]) -> None:
        if not keys.isdisjoint(self._references.by_key):
            self._ask()

    def _ask(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _check(self) -> None:
        self._checks.check(self._names)

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the rows to the width of the list."""
        super().resizeEvent(event)
        self._list.doItemsLayout()
