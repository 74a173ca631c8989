"""The figures of the view of nodes: about all of them, and what of that a filter shows."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.shown_totals import ShownTotals, shown_totals
from kubeimg_gui.qt.window import figure_wording
from kubeimg_gui.qt.window.figure import Figure
from kubeimg_gui.text import units

translate = QCoreApplication.translate


class NodeFigures:
    """Nodes, reported size, distinct images, change, nodes under pressure."""

    importance = (1, 4, 0, 3, 2)

    def __init__(self, model: NodeTableModel) -> None:
        self._model = model

    def show(self, figures: Sequence[Figure], theme: Theme) -> None:
        """Shows the inventory; dashes until nodes are known."""
        if self._model.known:
            self._show_known(figures, theme, shown_totals(self._model))
        else:
            self._show_unknown(figures, theme)

    def _show_known(
        self, figures: Sequence[Figure], theme: Theme, shown: ShownTotals | None
    ) -> None:
        inventory = self._model.inventory
        nodes, reported, images, change, pressure = figures
        captions = figure_wording.nodes(inventory, shown)
        nodes.show_figure(f"{inventory.nodes:,}", captions, theme.text)
        reported.show_figure(
            units.reported_size(inventory.reported_bytes, inventory.is_lower_bound),
            figure_wording.reported(inventory, shown),
            theme.text,
            tip=formatting.exact_size(inventory.reported_bytes),
        )
        captions = figure_wording.images(inventory, shown)
        images.show_figure(f"{inventory.distinct_images:,}", captions, theme.text)
        self._show_change(change, theme, shown)
        pressure.show_figure(
            f"{inventory.under_pressure:,}",
            figure_wording.pressure(inventory, shown),
            theme.critical if inventory.under_pressure else theme.text,
        )

    def _show_change(self, figure: Figure, theme: Theme, shown: ShownTotals | None) -> None:
        moment, tally = self._model.moment, self._model.tally
        net = tally.net_bytes
        figure.show_figure(
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

    def _show_unknown(self, figures: Sequence[Figure], theme: Theme) -> None:
        captions = (
            translate("Figures", "nodes"),
            translate("Figures", "reported image size"),
            translate("Figures", "distinct images"),
            translate("Figures", "change since opened"),
            translate("Figures", "nodes under pressure"),
        )
        for figure, caption in zip(figures, captions, strict=True):
            figure.show_figure("—", (caption,), theme.muted)
