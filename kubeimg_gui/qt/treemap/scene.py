"""Lays out an area and what is in it: boxes with a heading, tiles, and what is too small for one.

A scene is made of plain tuples in whole pixels. It is laid out level by level in small steps, so
that it can be drawn at any time: boxes whose inside is not laid out yet are tiles until it is.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from kubeimg_gui.qt.treemap.areas import Area, Level
from kubeimg_gui.qt.treemap.colouring import Colouring, Mix
from kubeimg_gui.qt.treemap.hierarchy import smaller
from kubeimg_gui.qt.treemap.squarify import Box, squarify, stable_order

HEADING = 19
"""Height of the heading of a box, in pixels."""
CAPTION = 15
"""Height of the caption of a repository."""
PADDING = 3
SMALL_AREA = 22.0
"""Tiles with fewer square pixels are drawn together: a little more than 4 by 4."""
OPEN_WIDTH, OPEN_HEIGHT = 46, 42
"""The least box in which a node, a pool or a registry shows what is inside."""
CAPTION_WIDTH, CAPTION_HEIGHT = 110, 64
"""The least box in which a repository has a caption."""
STRIP, STRIP_FROM = 7, 60
"""The least strip for a group of smaller areas, in boxes from a length of their sides on."""
CAP_HEIGHT = 5
"""Height of the marker of a list that may be cut."""

Path = tuple[str, ...]


class Kind(IntEnum):
    """How a tile is drawn."""

    BOX = 0
    CAPTION = 1
    PLAIN_BOX = 2
    TILE = 3
    MIXED = 4
    SMALLER = 5
    CAP = 6


class Tile(NamedTuple):
    """A rectangle of a scene in whole pixels.

    Attributes:
        path: the keys from the area that the scene shows to this one.
        category: of a TILE; -1 otherwise.
    """

    x: int
    y: int
    width: int
    height: int
    kind: Kind
    area: Area
    path: Path
    category: int = -1

    def contains(self, x: float, y: float) -> bool:
        """Returns whether a point is inside."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


@dataclass(slots=True)
class Scene:
    """What a treemap shows.

    Attributes:
        area: what fills it.
        base: the keys from the root of the tree to that area.
        tiles: boxes come before what is inside of them.
        order: the keys of the children of each laid out box in their order, by its path.
        by_image: the tiles of each image, by `ContainerImage.key`.
        mixes: bytes by category in the tiles that are MIXED, by path, as far as known.
        merged: the keys of the areas in each group of smaller ones, by the key of the group.
    """

    area: Area
    base: Path
    width: int
    height: int
    tiles: list[Tile] = field(default_factory=list[Tile])
    order: dict[Path, list[str]] = field(default_factory=dict[Path, list[str]])
    by_image: dict[str, list[Tile]] = field(default_factory=dict[str, list[Tile]])
    mixes: dict[Path, Mix] = field(default_factory=dict[Path, Mix])
    merged: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    def at(self, x: float, y: float) -> Tile | None:
        """Returns the innermost tile at a point."""
        found = None
        for tile in self.tiles:
            if tile[0] <= x < tile[0] + tile[2] and tile[1] <= y < tile[1] + tile[3]:
                found = tile
        return found

    def find(self, path: Path) -> Tile | None:
        """Returns the tile of a path; None where it is not drawn."""
        return next((tile for tile in self.tiles if tile.path == path), None)

    def inside(self, path: Path) -> list[Tile]:
        """Returns the tiles directly inside of a box, without markers."""
        depth = len(path) + 1
        return [
            tile
            for tile in self.tiles
            if len(tile.path) == depth and tile.path[:-1] == path and tile.kind is not Kind.CAP
        ]


def lay_out(
    scene: Scene, colouring: Colouring, before: Mapping[Path, Sequence[str]]
) -> Iterator[None]:
    """Fills a scene, the upper levels first; yields after each box.

    `before` holds the orders to keep, by path; it may be empty.
    """
    whole: Box = (0.0, 0.0, float(scene.width), float(scene.height))
    if not scene.area.has_children:
        _place(scene, colouring, scene.area, (), whole)
        return
    if _is_cut(scene.area):
        whole = _without_marker(scene, scene.area, (), (0, 0, scene.width, scene.height))
    queue: deque[tuple[Area, Path, Box]] = deque([(scene.area, (), whole)])
    while queue:
        area, path, box = queue.popleft()
        for child, keys, inner in _children(scene, colouring, area, path, box, before.get(path)):
            queue.append((child, keys, inner))
        yield


def _children(
    scene: Scene,
    colouring: Colouring,
    area: Area,
    path: Path,
    box: Box,
    before: Sequence[str] | None,
) -> list[tuple[Area, Path, Box]]:
    """Places the children of a box; returns those that open, each with the box of its inside."""
    opened: list[tuple[Area, Path, Box]] = []
    shown = _drawable(area, "\n".join(("smaller", *scene.base, *path)), box)
    if before is None:
        order = list(shown)
    else:
        order = stable_order({key: child.bytes for key, child in shown.items()}, before)
        order.sort(key=lambda key: shown[key].level is Level.SMALLER)
    scene.order[path] = order
    boxes = _boxes([shown[key] for key in order], box)
    for key, place in zip(order, boxes, strict=True):
        child = shown[key]
        if child.level is Level.SMALLER:
            scene.merged[key] = frozenset(each.key for each in child.children)
        inner = _place(scene, colouring, child, (*path, key), place)
        if inner is not None:
            opened.append((child, (*path, key), inner))
    return opened


def _boxes(areas: Sequence[Area], box: Box) -> list[Box]:
    """Returns the boxes of areas; a group of smaller ones, the last, is at least a strip."""
    weights = [area.bytes for area in areas]
    left, top, width, height = box
    grouped = bool(areas) and areas[-1].level is Level.SMALLER
    if not grouped or min(width, height) < STRIP_FROM:
        return squarify(weights, box)
    share = weights[-1] / sum(weights)
    if width >= height:
        strip = max(float(STRIP), width * share)
        main = (left, top, width - strip, height)
        last = (left + width - strip, top, strip, height)
    else:
        strip = max(float(STRIP), height * share)
        main = (left, top, width, height - strip)
        last = (left, top + height - strip, width, strip)
    return [*squarify(weights[:-1], main), last]


def _drawable(area: Area, small_key: str, box: Box) -> dict[str, Area]:
    """Returns the children by key, largest first; those that are too small as one, last."""
    total = area.bytes
    children = [child for child in area.children if child.bytes > 0]
    if not total:
        return {}
    least = SMALL_AREA * total / max(1.0, box[2] * box[3])
    large = [child for child in children if child.bytes >= least]
    if len(large) + 1 >= len(children):
        return {child.key: child for child in children}
    shown = {child.key: child for child in large}
    small = children[len(large) :]
    shown[small_key] = smaller(small, small_key)
    return shown


def _place(scene: Scene, colouring: Colouring, area: Area, path: Path, box: Box) -> Box | None:
    """Adds the tile of an area; returns the box of its inside if that is to be laid out."""
    left, top = round(box[0]), round(box[1])
    width, height = round(box[0] + box[2]) - left, round(box[1] + box[3]) - top
    if width <= 0 or height <= 0:
        return None
    kind = _kind(area, width, height)
    category = -1
    if kind is Kind.TILE and area.image is not None:
        category = colouring.category(area.node, area.image)
    tile = Tile(left, top, width, height, kind, area, path, category)
    scene.tiles.append(tile)
    if area.image is not None:
        scene.by_image.setdefault(area.image.key, []).append(tile)
    if kind is Kind.BOX:
        return _inside(scene, tile)
    if kind is Kind.CAPTION:
        return (left + 1, top + CAPTION, width - 2, height - CAPTION - 1)
    if kind is Kind.PLAIN_BOX:
        return (left, top, width, height)
    return None


def _inside(scene: Scene, tile: Tile) -> Box:
    """Returns the inside of a box, without its heading and the marker of a cut list."""
    left, top = tile.x + PADDING, tile.y + HEADING
    width, height = tile.width - 2 * PADDING - 1, tile.height - HEADING - PADDING - 1
    if _is_cut(tile.area):
        return _without_marker(scene, tile.area, tile.path, (left, top, width, height))
    return (left, top, width, height)


def _is_cut(area: Area) -> bool:
    return area.level is Level.NODE and area.lower_bound and area.bytes > 0


def _without_marker(
    scene: Scene, area: Area, path: Path, box: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    """Adds the marker of a cut list at the bottom of a box; returns what is left of the box."""
    left, top, width, height = box
    height -= CAP_HEIGHT
    place = (left, top + height, width, CAP_HEIGHT)
    scene.tiles.append(Tile(*place, Kind.CAP, area, (*path, "")))
    return (left, top, width, height)


def _kind(area: Area, width: int, height: int) -> Kind:
    if area.level is Level.SMALLER:
        return Kind.SMALLER
    if not area.has_children:
        return Kind.TILE
    if area.level is Level.REPOSITORY and area.node:
        captioned = width >= CAPTION_WIDTH and height >= CAPTION_HEIGHT
        return Kind.CAPTION if captioned else Kind.PLAIN_BOX
    if width < OPEN_WIDTH or height < OPEN_HEIGHT:
        return Kind.MIXED
    return Kind.BOX
