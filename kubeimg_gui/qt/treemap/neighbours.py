"""Which tile an arrow key leads to."""

from collections.abc import Iterable

from kubeimg_gui.qt.treemap.scene import Tile


def neighbour(current: Tile, tiles: Iterable[Tile], across: int, down: int) -> Tile | None:
    """Returns the nearest of some tiles in a direction: -1, 0 or 1 to the right, and downwards.

    None where no tile lies that way.
    """
    ahead = [tile for tile in tiles if _is_ahead(current, tile, across, down)]
    return min(ahead, key=lambda tile: _distance(current, tile, across, down), default=None)


def _is_ahead(current: Tile, tile: Tile, across: int, down: int) -> bool:
    """Returns whether a tile begins beyond the current one in a direction."""
    if across > 0:
        return tile.x >= current.x + current.width - 1
    if across < 0:
        return tile.x + tile.width - 1 <= current.x
    if down > 0:
        return tile.y >= current.y + current.height - 1
    return tile.y + tile.height - 1 <= current.y


def _distance(current: Tile, tile: Tile, across: int, down: int) -> float:
    """Returns how far a tile is, where one beside the direction is farther."""
    x, y = _centre(current)
    other_x, other_y = _centre(tile)
    along = abs(other_x - x) if across else abs(other_y - y)
    beside = abs(other_y - y) if across else abs(other_x - x)
    return along + 2 * beside


def _centre(tile: Tile) -> tuple[float, float]:
    return tile.x + tile.width / 2, tile.y + tile.height / 2
