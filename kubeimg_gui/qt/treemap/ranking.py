"""The ranking beside a treemap: the largest parts of what it shows, as a list to read and open."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kubeimg_gui.qt.base.accessibility import set_tip
from kubeimg_gui.qt.base.guard import guard
from kubeimg_gui.qt.base.labels import ElidedLabel, heavier, plain_label
from kubeimg_gui.qt.base.line_list import MARGIN, LineList
from kubeimg_gui.qt.base.lines import Line, LineModel
from kubeimg_gui.qt.base.theme import Theme
from kubeimg_gui.qt.nodes.order_hold import OrderHold
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.areas import Area
from kubeimg_gui.qt.treemap.scene import Path
from kubeimg_gui.qt.treemap.squarify import stable_order
from kubeimg_gui.text import units

LISTED = 200
"""Maximum number of parts that are listed; the others are one line."""
REST: Path = ("\n",)
"""Stands for all further parts; no area has this key."""
LEAST_WIDTH = 170


class RankedList(LineList[Path]):
    """Lists areas by their paths from the area that is shown; GUI thread only.

    Signals:
        moved: the user made another line the current one; carries its path.
        left_up: the user wants the level above.
    """

    moved = Signal(object)
    left_up = Signal()

    def __init__(
        self,
        lines: LineModel[Path],
        hold: OrderHold,
        theme: Theme,
        parent: QWidget,
        most: int | None = None,
    ) -> None:
        super().__init__(lines, theme, parent, details=True, most=most)
        self._hold = hold
        self._filling = False
        self.setMouseTracking(True)
        self.selectionModel().currentChanged.connect(self._report)

    def show_items(self, items: Sequence[Path]) -> None:
        """Replaces the items; that is no move of the user."""
        self._filling = True
        super().show_items(items)
        self._filling = False

    def make_current(self, path: Path) -> None:
        """Makes a line the current one, if it is listed; that is no move of the user."""
        if path in self.lines.items:
            self._filling = True
            self.setCurrentIndex(self.lines.index(self.lines.items.index(path)))
            self._filling = False

    def _report(self) -> None:
        current = self.current
        if not self._filling and current is not None:
            self.moved.emit(current)

    @guard(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Override: Backspace goes to the level above; any key holds the order."""
        self._hold.press_key()
        if event.key() == Qt.Key.Key_Backspace:
            self.left_up.emit()
        else:
            super().keyPressEvent(event)

    @guard(None)
    def enterEvent(self, event: QEnterEvent) -> None:
        """Override: holds the order."""
        super().enterEvent(event)
        self._hold.enter_pointer()

    @guard(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Override: holds the order."""
        super().mouseMoveEvent(event)
        self._hold.move_pointer()

    @guard(None)
    def leaveEvent(self, event: QEvent) -> None:
        """Override: releases the order."""
        super().leaveEvent(event)
        self._hold.leave_pointer()


class Ranking(QWidget):
    """The largest parts of an area, and below them its largest node; GUI thread only.

    Signals:
        moved: the user made a part the current one; carries its Area and its path from the area
            that is shown.
        chosen: a double click or Enter on a part; carries the same.
        menu_requested: carries the Area of a part, its path and a global position.
        left_up: the user wants the level above.

    Attributes:
        parts, largest_node: the lists; the second has one line or none.
    """

    moved = Signal(object, object)
    chosen = Signal(object, object)
    menu_requested = Signal(object, object, QPoint)
    left_up = Signal()

    def __init__(self, hold: OrderHold, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._hold = hold
        self._base: Path = ()
        self._shown = ("", self._base)
        self._areas: dict[Path, Area] = {}
        self._total = self._largest = self._rest = self._rest_bytes = 0
        self._heading = ElidedLabel(self)
        self._heading.setFont(heavier(self.font()))
        self._node_heading = plain_label(self)
        self._node_heading.setFont(heavier(self.font()))
        self.parts = self._list(theme)
        self.largest_node = self._list(theme, most=1)
        self._name_largest_node()
        self._arrange()

    def _list(self, theme: Theme, most: int | None = None) -> RankedList:
        ranked = RankedList(LineModel(self._line, self), self._hold, theme, self, most)
        ranked.moved.connect(self._report_move)
        ranked.chosen.connect(self._report_choice)
        ranked.menu_requested.connect(self._ask_for_menu)
        ranked.left_up.connect(self.left_up)
        return ranked

    def _name_largest_node(self) -> None:
        self._node_heading.setText(self.tr("Largest node"))
        self.largest_node.setAccessibleName(self.tr("Largest node"))
        tip = self.tr("The node with the largest reported size, not the one with the fullest disk")
        for part in (self._node_heading, self.largest_node):
            set_tip(part, tip)

    def _arrange(self) -> None:
        self.setMinimumWidth(LEAST_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(4)
        for heading, ranked in (
            (self._heading, self.parts),
            (self._node_heading, self.largest_node),
        ):
            indented = QVBoxLayout()
            indented.setContentsMargins(MARGIN, 0, MARGIN, 0)
            indented.addWidget(heading)
            column.addLayout(indented)
            column.addWidget(ranked, 1 if ranked is self.parts else 0)

    def set_theme(self, theme: Theme) -> None:
        """Repaints in another theme."""
        self.parts.set_theme(theme)
        self.largest_node.set_theme(theme)

    def show_area(self, area: Area, base: Path) -> None:
        """Shows the parts of an area, by its path from the root; they keep their order if held."""
        heading = wording.ranking(area) if area.children else self.tr("Nothing to rank")
        self._heading.set_text(heading)
        self.parts.setAccessibleName(heading)
        left, self._base = self._base, base
        same, self._shown = self._shown == (area.key, base), (area.key, base)
        children = {child.key: child for child in area.children[:LISTED]}
        sizes = {key: child.bytes for key, child in children.items()}
        keeps = same and self._hold.held
        before = [path[0] for path in self.parts.lines.items] if keeps else ()
        self._areas = {(key,): children[key] for key in stable_order(sizes, before)}
        self._total, self._largest = area.bytes, max(sizes.values(), default=0)
        self._rest = len(area.children) - len(children)
        self._rest_bytes = area.bytes - sum(sizes.values())
        self.parts.show_items([*self._areas, *([REST] if self._rest else [])])
        self._show_largest_node(area)
        if left != base and self.parts.hasFocus():
            self._follow_zoom(left, base)

    def show_current(self, path: Path) -> None:
        """Makes a part the current one, by its path from the area that is shown."""
        self.parts.make_current(path)

    def _show_largest_node(self, area: Area) -> None:
        way = area.way_to_largest_node()
        known = len(way) > 1  # else it is the first of the parts
        path = tuple(each.key for each in way)
        if known:
            self._areas[path] = way[-1]
        self.largest_node.show_items([path] if known else [])
        for part in (self._node_heading, self.largest_node):
            part.setVisible(known)

    def _follow_zoom(self, left: Path, base: Path) -> None:
        """Makes the part current that a zoom out has left, else the first."""
        if len(left) > len(base) and left[: len(base)] == base:
            self.parts.make_current((left[len(base)],))
        if self.parts.current is None and self.parts.lines.items:
            self.parts.make_current(self.parts.lines.items[0])

    def _line(self, path: Path) -> Line:
        if path == REST:
            count = self._rest_bytes
            return Line(
                wording.smaller(self._rest),
                units.size(count),
                note=wording.share(count, self._total),
            )
        area = self._areas[path]
        return Line(
            wording.headings(area)[0],
            wording.size(area),
            note=wording.share(area.bytes, self._total),
            bar=area.bytes / self._largest if self._largest else 0.0,
            tip=wording.name(area),
        )

    def _report_move(self, path: Path) -> None:
        if path in self._areas:
            self.moved.emit(self._areas[path], path)

    def _report_choice(self, path: Path) -> None:
        if path in self._areas:
            self.chosen.emit(self._areas[path], path)

    def _ask_for_menu(self, path: Path, position: QPoint) -> None:
        if path in self._areas:
            self.menu_requested.emit(self._areas[path], path, position)
