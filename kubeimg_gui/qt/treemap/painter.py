"""Draws a scene in steps of a few milliseconds: on a pixmap, or into a file.

Rectangles of one brush are drawn together: that is several times faster than one by one.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen

from kubeimg_gui.qt.base.labels import heavier, smaller
from kubeimg_gui.qt.base.theme import Theme, mix
from kubeimg_gui.qt.treemap import wording
from kubeimg_gui.qt.treemap.categories import Category, Pattern, ink
from kubeimg_gui.qt.treemap.scene import CAPTION, HEADING, Kind, Scene, Tile

LABEL_WIDTH, LABEL_HEIGHT = 46, 18
"""The least tile with a label."""
MARGIN, GAP = 5, 6
LEAST_CHARACTERS = 6
"""A name that is cut to fewer says nothing."""
RECTANGLES, LABELS, SORTED = 1500, 60, 500
"""How many are drawn, or sorted, in one step."""
MARK = 4
"""Side of the mark on a small box whose total is a lower bound."""

T = TypeVar("T")
Step = Callable[[QPainter], None]


@dataclass(slots=True)
class _Groups:
    """The rectangles of a scene by what is drawn in them."""

    by_category: list[list[QRect]]
    others: dict[Kind, list[QRect]] = field(
        default_factory=lambda: {Kind.SMALLER: [], Kind.CAP: [], Kind.MIXED: []}
    )
    smaller: list[QRect] = field(default_factory=list[QRect])
    marks: list[QRect] = field(default_factory=list[QRect])


class ScenePainter:
    """Draws scenes in a theme and a font."""

    def __init__(self, theme: Theme, font: QFont, categories: Sequence[Category]) -> None:
        self._theme = theme
        self._categories = categories
        self._font = smaller(font)
        self._bold = heavier(self._font)
        self._caption = smaller(self._font)
        self._metrics = {id(each): QFontMetrics(each) for each in self._fonts}
        self._ink = QColor(ink(theme))

    @property
    def _fonts(self) -> tuple[QFont, ...]:
        return (self._font, self._bold, self._caption)

    def steps(self, scene: Scene) -> Iterator[Step]:
        """Yields what to call, in order, to draw a scene."""
        yield lambda painter: self._ground(painter, scene)
        boxes = [tile for tile in scene.tiles if tile.kind is Kind.BOX]
        for some in _in_parts(boxes, RECTANGLES):
            yield lambda painter, some=some: self._boxes(painter, some)
        groups = _Groups([[] for _ in self._categories])
        yield from self._sort(scene, groups)
        for brush, rectangles in self._filled(groups):
            for part in _in_parts(rectangles, RECTANGLES):
                yield lambda painter, brush=brush, part=part: _fill(painter, brush, part)
        labelled = [tile for tile in scene.tiles if tile.kind is not Kind.PLAIN_BOX]
        labelled = [tile for tile in labelled if tile[2] >= LABEL_WIDTH and tile[3] >= LABEL_HEIGHT]
        captioned = {tile.path for tile in labelled if tile.kind is Kind.CAPTION}
        for some in _in_parts(labelled, LABELS):
            yield lambda painter, some=some: self._texts(painter, some, captioned)

    def _ground(self, painter: QPainter, scene: Scene) -> None:
        painter.fillRect(QRect(0, 0, scene.width, scene.height), QColor(self._theme.page))

    def _boxes(self, painter: QPainter, tiles: Sequence[Tile]) -> None:
        theme = self._theme
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(QColor(theme.surface))
        painter.drawRects([_rectangle(tile, border=2) for tile in tiles])

    def _sort(self, scene: Scene, groups: "_Groups") -> Iterator[Step]:
        """Sorts the tiles by what to draw; yields now and then, with nothing to draw."""
        for place, tile in enumerate(scene.tiles):
            if tile.category >= 0:
                groups.by_category[tile.category].append(_rectangle(tile))
            elif tile.path in scene.mixes:
                _stripes(groups.by_category, tile, scene.mixes[tile.path])
            elif tile.kind in groups.others:
                groups.others[tile.kind].append(_rectangle(tile))
            if tile.kind is Kind.SMALLER:
                groups.smaller.append(_rectangle(tile))
            elif _is_marked(tile):
                groups.marks.append(_mark(tile))
            if place % SORTED == 0:
                yield _nothing

    def _filled(self, groups: "_Groups") -> Iterator[tuple[QBrush, Sequence[QRect]]]:
        """Yields the rectangles of each brush, in the order to draw them."""
        theme, others = self._theme, groups.others
        yield QBrush(QColor(theme.track)), others[Kind.MIXED]
        for category, rectangles in zip(self._categories, groups.by_category, strict=True):
            yield category.ground, rectangles
            if category.pattern is not Pattern.PLAIN:
                yield category.hatch, rectangles
        yield QBrush(QColor(theme.track)), others[Kind.SMALLER]
        lattice = mix(theme.page, theme.muted, 0.6)
        yield QBrush(lattice, Qt.BrushStyle.DiagCrossPattern), groups.smaller
        yield QBrush(QColor(theme.warn_ground)), others[Kind.CAP]
        yield QBrush(QColor(theme.warn), Qt.BrushStyle.BDiagPattern), others[Kind.CAP]
        yield QBrush(QColor(theme.warn)), groups.marks

    def _texts(
        self, painter: QPainter, tiles: Sequence[Tile], captioned: set[tuple[str, ...]]
    ) -> None:
        for tile in tiles:
            match tile.kind:
                case Kind.BOX:
                    self._heading(painter, tile)
                case Kind.CAPTION:
                    self._repository(painter, tile)
                case Kind.TILE | Kind.MIXED | Kind.SMALLER:
                    self._label(painter, tile, captioned=tile.path[:-1] in captioned)
                case _:
                    pass

    def _heading(self, painter: QPainter, tile: Tile) -> None:
        """Draws the best name that fits, and the total beside it unless it costs the name."""
        theme = self._theme
        baseline = tile.y + (HEADING + self._metric(self._bold).ascent()) // 2
        room = tile.width - 2 * MARGIN - 2
        total = wording.size(tile.area)
        wide = self._metric(self._font).horizontalAdvance(total)
        choices = wording.headings(tile.area)
        name = self._fitting(choices, room - wide - GAP)
        if name:
            painter.setFont(self._font)
            painter.setPen(QColor(theme.warn if tile.area.lower_bound else theme.muted))
            painter.drawText(QPointF(tile.x + MARGIN + room - wide, baseline), total)
        else:
            name = self._fitting(choices, room) or self._elided(choices[-1], room, self._bold)
        painter.setFont(self._bold)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(tile.x + MARGIN, baseline), name)

    def _repository(self, painter: QPainter, tile: Tile) -> None:
        painter.setFont(self._caption)
        painter.setPen(QColor(self._theme.muted))
        text = self._elided(wording.headings(tile.area)[0], tile.width - 8, self._caption)
        baseline = tile.y + CAPTION - 4
        painter.drawText(QPointF(tile.x + 3, baseline), text)

    def _label(self, painter: QPainter, tile: Tile, *, captioned: bool) -> None:
        """Draws the best name that fits and, where there is room, the size below it."""
        room = tile.width - 2 * MARGIN
        bold, regular = self._metric(self._bold), self._metric(self._font)
        choices = wording.labels(tile.area, captioned=captioned)
        text = self._fitting(choices, room) or self._elided(choices[-1], room, self._bold)
        lines: list[tuple[QFont, str, int]] = []
        if text in choices or len(text) >= LEAST_CHARACTERS:
            lines.append((self._bold, text, bold.horizontalAdvance(text)))
        total = wording.size(tile.area)
        wide = regular.horizontalAdvance(total)
        if tile.height >= 2 * bold.height() + MARGIN and wide <= room:
            lines.append((self._font, total, wide))
        if not lines:
            return
        widest = max(width for _, _, width in lines)
        self._text_ground(painter, tile, widest, len(lines) * bold.height())
        painter.setPen(self._ink)
        for number, (font, words, _width) in enumerate(lines):
            painter.setFont(font)
            baseline = tile.y + 3 + bold.ascent() + number * bold.height()
            painter.drawText(QPointF(tile.x + MARGIN, baseline), words)

    def _text_ground(self, painter: QPainter, tile: Tile, width: int, height: int) -> None:
        """Draws plain ground under a text, so that no pattern crosses it."""
        if tile.kind is Kind.TILE and tile.category >= 0:
            category = self._categories[tile.category]
            if category.pattern is Pattern.PLAIN:
                return
            ground = QColor(category.colour)
        else:
            ground = QColor(self._theme.surface)
        high = min(height + 2, tile.height - 4)
        painter.fillRect(QRect(tile.x + 2, tile.y + 2, width + MARGIN + 1, high), ground)

    def _fitting(self, choices: Sequence[str], room: int) -> str:
        """Returns the first of these texts that fits whole; "" where none does."""
        metric = self._metric(self._bold)
        return next((text for text in choices if metric.horizontalAdvance(text) <= room), "")

    def _elided(self, text: str, room: int, font: QFont) -> str:
        return self._metric(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room)

    def _metric(self, font: QFont) -> QFontMetrics:
        return self._metrics[id(font)]


def _nothing(_painter: QPainter) -> None:
    pass


def _fill(painter: QPainter, brush: QBrush, rectangles: Sequence[QRect]) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRects(list(rectangles))


def _rectangle(tile: Tile, border: int = 1) -> QRect:
    """Returns the drawn part of a tile: a line between it and the next stays free."""
    return QRect(tile[0], tile[1], max(1, tile[2] - border), max(1, tile[3] - border))


def _is_marked(tile: Tile) -> bool:
    large = min(tile.width, tile.height) > 2 * MARK
    return tile.kind is Kind.MIXED and large and tile.area.lower_bound


def _mark(tile: Tile) -> QRect:
    return QRect(tile.x + tile.width - MARK - 2, tile.y + 1, MARK, MARK)


def _stripes(by_category: Sequence[list[QRect]], tile: Tile, mix: Sequence[int]) -> None:
    """Adds a small box as one stripe for each category, as long as its share."""
    total = sum(mix)
    width, height = max(1, tile.width - 1), max(1, tile.height - 1)
    covered, start = 0, 0
    for rectangles, size in zip(by_category, mix, strict=True):
        covered += size
        end = round((width if width >= height else height) * covered / total) if total else 0
        if end > start:
            if width >= height:
                rectangles.append(QRect(tile.x + start, tile.y, end - start, height))
            else:
                rectangles.append(QRect(tile.x, tile.y + start, width, end - start))
        start = end


def _in_parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    return (items[start : start + most] for start in range(0, len(items), most))
