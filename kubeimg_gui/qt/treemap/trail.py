"""The breadcrumb of a treemap: the areas from the cluster to the one shown, and its totals."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import SEPARATOR, heavier, plain_label
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area, Level
from kubeimg_gui.text.elision import elided

COLUMNS = (40, 28, 20, 14, 10, 6)
"""How long a name may be, from a wide window to a narrow one."""
LONG = 3
"""The first of these lengths; names are not cut to shorter ones for the totals."""
BESIDE = 12
"""Pixels that a button takes beside its text."""
ARROW = "›"


class Trail(QWidget):
    """Names as buttons; shortened, and without the totals, where there is little room.

    Signals:
        level_chosen: carries how many levels below the root to show, 0 for the root.
    """

    level_chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._figures: Sequence[str] = ()
        self._shown: tuple[object, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)

    def show_areas(self, areas: Sequence[Area], context: str, note: str = "") -> None:
        """Shows the areas from the root to the one shown, and a note before its totals.

        The cluster has the name of the context.
        """
        self._names = [wording.name(area) for area in areas]
        if context and areas[0].level is Level.CLUSTER:
            self._names[0] = formatting.line(context)
        for place, area in enumerate(areas):
            if area.level is Level.POOL:
                pool = self.tr("pool {name}")
                self._names[place] = formatting.fill(pool, name=self._names[place])
        # Nodes without an image are no part of an area: "0 nodes" would be wrong.
        totals = wording.totals(areas[-1]) if areas[-1].bytes else ""
        self._figures = (SEPARATOR.join(part for part in (note, totals) if part), note)
        self._fit()

    def _fit(self) -> None:
        """Chooses the longest names with which all of them fit, and what fits beside them."""
        metrics = QFontMetrics(heavier(self.font()))
        gaps = (metrics.horizontalAdvance(ARROW) + 8) * (len(self._names) - 1)
        room = self.width() - gaps
        texts: list[str] = []
        for figures in (*self._figures, ""):
            beside = metrics.horizontalAdvance(figures) + BESIDE if figures else 0
            for most in COLUMNS[:LONG] if figures else COLUMNS:
                texts = [elided(name, most) for name in self._names]
                taken = sum(metrics.horizontalAdvance(text) + BESIDE for text in texts)
                if taken + beside <= room:
                    self._show(texts, figures)
                    return
        self._show(texts, "")

    def _show(self, texts: Sequence[str], totals: str) -> None:
        if self._shown == (*self._names, *texts, totals):
            return
        self._shown = (*self._names, *texts, totals)
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for level, text in enumerate(texts):
            if level:
                self._add_text(ARROW)
            self._row.addWidget(self._crumb(level, text))
        self._add_text(totals)
        self._row.addStretch(1)

    def _add_text(self, text: str) -> None:
        label = plain_label(self, "caption")
        label.setText(text)
        self._row.addWidget(label)

    def _crumb(self, level: int, text: str) -> QPushButton:
        button = QPushButton(text.replace("&", "&&"), self)
        button.setObjectName("crumb")
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if level == len(self._names) - 1:
            button.setEnabled(False)
            button.setFont(heavier(self.font()))
        set_tip(button, self._names[level])
        button.setAccessibleName(self._names[level])
        button.clicked.connect(partial(self.level_chosen.emit, level))
        return button

    @guard(QSize())
    def minimumSizeHint(self) -> QSize:
        """Override: any width will do."""
        return QSize(40, super().minimumSizeHint().height())

    @guard(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Override: fits the names to the new width."""
        super().resizeEvent(event)
        if self._names:
            self._fit()
