"""Summary bar: five figures about all nodes of the cluster."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import plain_label
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.base.throttle import Throttle
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.text import units

GAP = 44
REFRESH_MS = 250
"""Minimum interval between two updates of the figures."""


class Figure(QWidget):
    """A figure and its caption."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = ""
        self._value = plain_label(self)
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.65)
        font.setWeight(QFont.Weight.Bold)
        self._value.setFont(font)
        self._caption = plain_label(self, "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self._value)
        column.addWidget(self._caption)

    @property
    def texts(self) -> tuple[str, str]:
        """The figure and its caption as shown."""
        return self._value.text(), self._caption.text()

    def show_unknown(self, caption: str, colour: str) -> None:
        """Shows a dash: the figure is unknown."""
        self.show_figure("—", caption, colour)

    def show_figure(self, value: str, caption: str, colour: str, *, tip: str = "") -> None:
        """Shows a figure; the caption carries the meaning and the colour repeats it."""
        self._value.setText(value)
        if colour != self._colour:
            self._colour = colour
            self._value.setStyleSheet(f"color: {colour}")
        self._caption.setText(caption)
        self.setAccessibleName(f"{value} {caption}")
        self.setToolTip(formatting.tooltip(tip) if tip else "")


class SummaryBar(QFrame):
    """Five figures about all nodes of the cluster, regardless of the filter."""

    def __init__(self, model: NodeTableModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("figures")
        self._model = model
        self._theme = theme
        self.nodes, self.reported, self.images, self.change, self.pressure = (
            Figure(self) for _ in range(5)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 14, 9)
        row.setSpacing(0)
        for figure in (self.nodes, self.reported, self.images, self.change, self.pressure):
            row.addWidget(figure)
            row.addSpacerItem(QSpacerItem(GAP, 0, QSizePolicy.Policy.Maximum))
        row.addStretch(1)
        self._throttle = Throttle(self.refresh, REFRESH_MS, self)
        model.applied.connect(self._throttle.ask)
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Applies a theme."""
        self._theme = theme
        self.refresh()

    def refresh(self) -> None:
        """Shows the inventory; dashes until nodes are known."""
        theme, inventory = self._theme, self._model.inventory
        if not self._model.known:
            self._show_unknown()
            return
        self.nodes.show_figure(
            f"{inventory.nodes:,}",
            self._plural(
                inventory.nodes,
                self.tr("node · {ready} ready"),
                self.tr("nodes · {ready} ready"),
            ).format(ready=f"{inventory.ready:,}"),
            theme.text,
        )
        self._show_reported()
        self.images.show_figure(
            f"{inventory.distinct_images:,}",
            self._plural(
                inventory.distinct_images, self.tr("distinct image"), self.tr("distinct images")
            ),
            theme.text,
        )
        self._show_change()
        self.pressure.show_figure(
            f"{inventory.under_pressure:,}",
            self._plural(
                inventory.under_pressure,
                self.tr("node under pressure"),
                self.tr("nodes under pressure"),
            ),
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
            figure.show_unknown(caption, self._theme.muted)

    def _show_reported(self) -> None:
        inventory = self._model.inventory
        captions = [self.tr("reported image size")]
        if inventory.capped:
            captions.append(
                self._plural(
                    inventory.capped, self.tr("{n} list capped"), self.tr("{n} lists capped")
                ).format(n=f"{inventory.capped:,}")
            )
        if inventory.mixed_meanings:
            captions.append(self.tr("compressed and unpacked mixed"))
        self.reported.show_figure(
            units.reported_size(inventory.reported_bytes, inventory.capped > 0),
            " · ".join(captions),
            self._theme.text,
            tip=formatting.exact_size(inventory.reported_bytes),
        )

    def _show_change(self) -> None:
        model, theme = self._model, self._theme
        colour = theme.grown if model.change > 0 else theme.shrunk if model.change else theme.text
        since = formatting.clock(model.opened)
        if model.changed_nodes:
            caption = self.tr("on {nodes} since {time}").format(
                nodes=formatting.nodes(len(model.changed_nodes)), time=since
            )
        else:
            caption = self.tr("no change since {time}").format(time=since)
        self.change.show_figure(
            formatting.signed_size(model.change) if model.change else "±0",
            caption,
            colour,
            tip=formatting.exact_size(abs(model.change)),
        )

    def _plural(self, count: int, one: str, many: str) -> str:
        return one if count == 1 else many
