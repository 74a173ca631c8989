"""Keeps rows at their places on the screen while others arrive, leave and move."""

from collections.abc import Generator
from contextlib import contextmanager

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QTableView

from kubeimg_gui.qt.nodes.group_row import Row
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import NodeRow


class ScrollAnchor:
    """Scrolls a view so that a row stays where it is; GUI thread only."""

    def __init__(self, view: QTableView, model: NodeTableModel) -> None:
        self._view = view
        self._nodes = model
        self._top = 0
        self._pushed = 0

    def follow_view(self, *, held: bool) -> None:
        """Call it when the view was laid out: a banner above it may have pushed it down.

        Rows that are `held` stay where they are in the window.
        """
        before, self._top = (
            self._top,
            self._view.viewport().mapTo(self._view.window(), QPoint()).y(),
        )
        if held:
            self._scroll_by(self._top - before)
            self._pushed += self._top - before

    @contextmanager
    def kept(self) -> Generator[None]:
        """Within the block the model may reorder; afterwards the anchor is where it was.

        The anchor is the current row if it is visible, else the first visible row. A row that
        itself moves or leaves is no anchor: following it would scroll away from all others. A
        table that shows its top keeps showing its top.
        """
        at_top = self._view.verticalScrollBar().value() <= max(0, self._pushed)
        self._pushed = 0
        tops = self._anchors()
        yield
        if at_top:
            self._view.scrollToTop()
            return
        places = self._nodes.places_of(tops)
        anchor = next((row for row in tops if row in places), None)
        if anchor is not None:
            self._scroll_by(self._view.rowViewportPosition(places[anchor]) - tops[anchor])

    def _anchors(self) -> dict[Row, int]:
        """Visible rows that keep their order among each other, the best anchor first.

        Of the groups, which move with their subtotals, only the current one is an anchor.
        """
        view, nodes = self._view, self._nodes
        first, last = view.rowAt(0), view.rowAt(view.viewport().height() - 1)
        visible = range(max(first, 0), last + 1 if last >= 0 else nodes.rowCount())
        current = view.currentIndex().row()
        places = sorted(visible, key=lambda place: place != current)
        return {
            row: view.rowViewportPosition(place)
            for place, row in zip(places, map(nodes.row_at, places), strict=True)
            if (place == current or isinstance(row, NodeRow)) and not nodes.is_waiting(row)
        }

    def _scroll_by(self, pixels: int) -> None:
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + pixels)
