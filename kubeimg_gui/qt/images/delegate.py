"""Paints the images of the selected nodes."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from kubeimg_gui.domain.references import ReferenceState
from kubeimg_gui.qt.base.cells import EDGE
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import smaller
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.images.model import HeldImage, ImageListModel
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.pods.wording import SHAPES

MARGIN = 14
BAR_HEIGHT = 3
LINE_GAP = 2

Index = QModelIndex | QPersistentModelIndex


class ImageDelegate(QStyledItemDelegate):
    """Paints an image: name and size, origin and first-seen time, references, a bar for its size.

    The line of references is there only while they are looked up.
    """

    def __init__(self, model: ImageListModel, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self.theme = theme

    @guard(QSize())
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Override: the height of two or three lines and a bar."""
        font = self._view.font()
        small = QFontMetrics(smaller(font)).height()
        lines = QFontMetrics(font).height() + small
        if self._model.has_references:
            lines += LINE_GAP + small
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
        bottom = self._paint_origin(painter, held, rect, bottom, smaller(font))
        if self._model.has_references:
            self._paint_reference(painter, held, rect, bottom, smaller(font))
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
    ) -> int:
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.muted))
        baseline = top + LINE_GAP + metrics.ascent()
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
        return top + LINE_GAP + metrics.height()

    def _paint_reference(
        self, painter: QPainter, held: HeldImage, rect: QRect, top: int, font: QFont
    ) -> None:
        """Paints a shape for the state, and the state in words."""
        theme, state = self.theme, self._model.reference(held).state
        colours = {
            ReferenceState.REFERENCED: (theme.accent, theme.text),
            ReferenceState.NOT_REFERENCED: (theme.grown, theme.grown),
            ReferenceState.UNKNOWN: (theme.muted, theme.muted),
        }
        metrics = QFontMetrics(font)
        baseline = top + LINE_GAP + metrics.ascent()
        # As wide for each state, so that the words of all rows align.
        left = max(metrics.horizontalAdvance(f"{shape} ") for shape in SHAPES.values())
        painter.setFont(font)
        of_shape, of_text = colours[state]
        painter.setPen(QColor(of_shape))
        painter.drawText(rect.left(), baseline, SHAPES[state])
        painter.setPen(QColor(of_text))
        text = self._model.reference_text(held)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width() - left)
        painter.drawText(rect.left() + left, baseline, shown)
