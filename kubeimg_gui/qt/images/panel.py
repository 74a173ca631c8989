"""The side panel: the images of the selected nodes, and the limits of the list."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label, smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.model import HeldImage, ImageListModel
from kubeimg_gui.qt.images.view import ImageList
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.cell_painter import EDGE
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow
from kubeimg_gui.text import units

LEAST_WIDTH = 280
USUAL_WIDTH = 320
"""Minimum and initial width of the panel, in pixels."""
SETTLE_MS = 250
MARGIN = 14
BAR_HEIGHT = 3

Index = QModelIndex | QPersistentModelIndex


class ImageDelegate(QStyledItemDelegate):
    """Paints an image: name and size, origin and first-seen time, and a bar for its size."""

    def __init__(self, model: ImageListModel, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self.theme = theme

    @guard(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Override: the height of two lines and a bar."""
        font = self._view.font()
        lines = QFontMetrics(font).height() + QFontMetrics(smaller(font)).height()
        return QSize(0, lines + BAR_HEIGHT + 17)

    @guard(None)
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Override: paints without querying the model for each role."""
        held = self._model.image_at(index.row())
        self._paint_ground(painter, option.rect, index)  # pyright: ignore
        # The scroll bar is in the margin, so that rows align with the text above.
        right = MARGIN - (self._view.width() - self._view.viewport().width())
        rect: QRect = option.rect.adjusted(MARGIN, 5, -right, -5)  # pyright: ignore
        font = self._view.font()
        bottom = self._paint_name(painter, held, rect, font)
        self._paint_origin(painter, held, rect, bottom, smaller(font))
        bar = QRect(rect.left(), rect.bottom() - BAR_HEIGHT, rect.width(), BAR_HEIGHT)
        painter.fillRect(bar, QColor(self.theme.track))
        share = held.image.size_bytes / self._model.largest
        bar.setWidth(max(2, round(rect.width() * share)))
        painter.fillRect(bar, QColor(self.theme.grown if held.arrived else self.theme.accent))

    def _paint_ground(self, painter: QPainter, row: QRect, index: Index) -> None:
        """Tints an image that the filter looks for, or a selected one, and frames the current one.

        The frame shows while the list has the focus.
        """
        marked = self._model.is_marked(self._model.image_at(index.row()))
        if self._view.selectionModel().isSelected(self._model.index(index.row())):
            painter.fillRect(row, QColor(self.theme.selection))
        elif marked:
            painter.fillRect(row, QColor(self.theme.accent_ground))
        if marked:
            painter.fillRect(row.left(), row.top(), EDGE, row.height(), QColor(self.theme.accent))
        if self._view.hasFocus() and index == self._view.currentIndex():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.drawRect(row.adjusted(0, 0, -1, -1))

    def _paint_name(self, painter: QPainter, held: HeldImage, rect: QRect, font: QFont) -> int:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        size = node_wording.image_size(held.image)
        baseline = rect.top() + metrics.ascent()
        width = metrics.horizontalAdvance(size)
        painter.setPen(QColor(self.theme.muted))
        painter.drawText(rect.right() + 1 - width, baseline, size)
        left = rect.left()
        if held.arrived:
            painter.setPen(QColor(self.theme.grown))
            painter.drawText(left, baseline, "▲")
            left += metrics.horizontalAdvance("▲ ")
        room = rect.right() - width - 10 - left
        name = metrics.elidedText(
            image_wording.long_name(held.image), Qt.TextElideMode.ElideMiddle, room
        )
        painter.setPen(QColor(self.theme.text))
        painter.drawText(left, baseline, name)
        return rect.top() + metrics.height()

    def _paint_origin(
        self, painter: QPainter, held: HeldImage, rect: QRect, top: int, font: QFont
    ) -> None:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        baseline = top + 2 + metrics.ascent()
        when = self._model.first_seen(held)
        if self._model.of > 1:
            spread = self.tr("on {count} of {all}").format(count=held.nodes, all=self._model.of)
            when = f"{spread} · {when}"
        width = metrics.horizontalAdvance(when)
        painter.drawText(rect.right() + 1 - width, baseline, when)
        room = rect.width() - width - 10
        shown = metrics.elidedText(
            image_wording.origin(held.image), Qt.TextElideMode.ElideRight, room
        )
        painter.drawText(rect.left(), baseline, shown)


class ImagePanel(QFrame):
    """Shows the images of the given nodes, and follows their changes.

    Signals:
        menu_requested, image_selected: see `ImageList`.
    """

    menu_requested = Signal(str, QPoint)
    image_selected = Signal(str)

    def __init__(self, nodes: NodeTableModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.setMinimumWidth(LEAST_WIDTH)
        self._nodes = nodes
        self._names: tuple[str, ...] = ()
        self._title = ElidedLabel(self)
        self._title.setFont(heavier(self.font(), 1.2))
        self._sum = plain_label(self, "caption")
        self._meaning = plain_label(self, "caption", wrap=True)
        self._matching = plain_label(self, "match", wrap=True)
        self._limits = plain_label(self, "doubt", wrap=True)
        self._doubted = plain_label(self, "doubt", wrap=True)
        self._images = ImageListModel(nodes.opened, lambda: nodes.moment.now, self)
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
        self.refresh()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, 12, MARGIN, 8)
        head.setSpacing(4)
        for label in (self._title, self._sum, self._meaning, self._matching):
            head.addWidget(label)
        for label in (self._limits, self._doubted):
            head.addWidget(label)
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

    def show_nodes(self, names: Iterable[str]) -> None:
        """Shows the images of these nodes at once."""
        self._names = tuple(names)
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
        self._list.show_images_of(rows)
        self._show_head(rows)
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
        if not self._timer.isActive() and not touched.isdisjoint(self._names):
            self._timer.start()

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the rows to the width of the list."""
        super().resizeEvent(event)
        self._list.doItemsLayout()
