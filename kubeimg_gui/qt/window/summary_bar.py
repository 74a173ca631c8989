"""Summary bar: five figures about all nodes of the cluster, and what of them a filter shows."""

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.shown_totals import ShownTotals, shown_totals
from kubeimg_gui.qt.window import figure_wording
from kubeimg_gui.qt.window.figure import Figure, fit_captions
from kubeimg_gui.text import units

MARGIN = 14
LEAST_GAP, USUAL_GAP = 22, 44
REFRESH_MS = 250
"""Minimum interval between two updates of the figures."""
FILTER_MS = 150
"""How long after a key the figures follow the filter: the rows come first."""


class SummaryBar(QFrame):
    """Five figures; in a narrow window with shorter captions, then without the least important.

    Attributes:
        figures: all of them, from left to right, and by name.
    """

    def __init__(self, model: NodeTableModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self._model = model
        self._theme = theme
        self.figures = [Figure(self) for _ in range(5)]
        self.nodes, self.reported, self.images, self.change, self.pressure = self.figures
        self._importance = (1, 4, 0, 3, 2)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(MARGIN, 8, MARGIN, 9)
        for figure in self.figures:
            self._row.addWidget(figure)
        self._row.addStretch(1)
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        model.applied.connect(self._throttle.ask)
        self._filter_timer = QTimer(self)
        self._filter_timer.setSingleShot(True)
        self._filter_timer.setInterval(FILTER_MS)
        self._filter_timer.timeout.connect(self.refresh)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self.refresh()

    def follow_filter(self) -> None:
        """Shows what the filter shows, once the user pauses typing."""
        self._filter_timer.start()

    def refresh(self) -> None:
        """Shows the inventory; dashes until nodes are known."""
        if self._model.known:
            self._show_known(shown_totals(self._model))
        else:
            self._show_unknown()
        self._fit()

    def _show_known(self, shown: ShownTotals | None) -> None:
        theme, inventory, tally = self._theme, self._model.inventory, self._model.tally
        captions = figure_wording.nodes(inventory, shown)
        self.nodes.show_figure(f"{inventory.nodes:,}", captions, theme.text)
        self.reported.show_figure(
            units.reported_size(inventory.reported_bytes, inventory.is_lower_bound),
            figure_wording.reported(inventory, shown),
            theme.text,
            tip=formatting.exact_size(inventory.reported_bytes),
        )
        captions = figure_wording.images(inventory, shown)
        self.images.show_figure(f"{inventory.distinct_images:,}", captions, theme.text)
        moment, net = self._model.moment, tally.net_bytes
        self.change.show_figure(
            formatting.signed_size(net) if net else "±0",
            figure_wording.change(
                tally,
                shown,
                formatting.clock(moment.opened, moment.now),
                images_changed=self._model.storage_changes > 0,
            ),
            theme.grown if net > 0 else theme.shrunk if net else theme.text,
            tip=figure_wording.change_tip(tally),
        )
        self.pressure.show_figure(
            f"{inventory.under_pressure:,}",
            figure_wording.pressure(inventory, shown),
            theme.critical if inventory.under_pressure else theme.text,
        )

    def _show_unknown(self) -> None:
        for figure, caption in (
            (self.nodes, self.tr("nodes")),
            (self.reported, self.tr("reported image size")),
            (self.images, self.tr("distinct images")),
            (self.change, self.tr("change since opened")),
            (self.pressure, self.tr("nodes under pressure")),
        ):
            figure.show_figure("—", (caption,), self._theme.muted)

    def _fit(self) -> None:
        room = self.width() - 2 * MARGIN
        widths = [figure.widths for figure in self.figures]
        chosen = fit_captions(room, widths, self._importance, LEAST_GAP)
        shown: list[int] = []
        for figure, each, choice in zip(self.figures, widths, chosen, strict=True):
            figure.setVisible(choice is not None)
            if choice is not None:
                figure.choose_caption(choice)
                shown.append(each[choice])
        gap = (room - sum(shown)) // max(1, len(shown) - 1)
        self._row.setSpacing(max(LEAST_GAP, min(gap, USUAL_GAP)))

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the figures to the new width."""
        super().resizeEvent(event)
        self._fit()

    @guard(None)
    def changeEvent(self, event: QEvent) -> None:
        """Override: fits the figures to another font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
