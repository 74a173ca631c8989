"""Squarified treemap layout: rectangles with areas proportional to weights, as square as possible.

After Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000), for weights in any order: sorted by
size they give the squarest tiles, in a kept order tiles stay near their places. No Qt.
"""

from collections.abc import Iterable, Mapping, Sequence

Box = tuple[float, float, float, float]
"""Left, top, width and height."""


def squarify(weights: Sequence[float], box: Box) -> list[Box]:
    """Returns one box for each weight, in the same order, that together fill `box`.

    All weights must be positive. An empty box or no weights give boxes without area.
    """
    left, top, width, height = box
    total = float(sum(weights))
    if total <= 0 or width <= 0 or height <= 0:
        return [(left, top, 0.0, 0.0)] * len(weights)
    scale = width * height / total
    areas = [weight * scale for weight in weights]
    result: list[Box] = []
    start, count = 0, len(areas)
    while start < count:
        side = min(width, height)
        end, covered = _row(areas, start, side)
        # The last row takes what is left, so that rounding leaves no gap.
        thickness = max(width, height) if end == count else covered / side
        if width >= height:
            _stack(result, areas[start:end], covered, (left, top, thickness, height), across=False)
            left, width = left + thickness, max(0.0, width - thickness)
        else:
            _stack(result, areas[start:end], covered, (left, top, width, thickness), across=True)
            top, height = top + thickness, max(0.0, height - thickness)
        start = end
    return result


def stable_order(weights: Mapping[str, float], before: Iterable[str] | None) -> list[str]:
    """Returns the keys in the order to lay them out.

    Those in `before` keep their order and new ones follow, largest first; None sorts all by size.
    """
    kept = [key for key in before or () if key in weights]
    known = set(kept)
    fresh = [key for key in weights if key not in known]
    fresh.sort(key=lambda key: (-weights[key], key))
    return kept + fresh


def _row(areas: Sequence[float], start: int, side: float) -> tuple[int, float]:
    """Returns the end of the row that begins at `start` and its area.

    The row grows while its worst aspect ratio improves; `side` is the length that it fills.
    """
    square = side * side
    covered = least = most = areas[start]
    worst = max(square / covered, covered / square) if covered and square else float("inf")
    end = start + 1
    for area in areas[end:]:
        whole = covered + area
        least = area if area < least else least
        most = area if area > most else most
        thick = whole * whole
        ratio = max(square * most / thick, thick / (square * least)) if square * least else worst
        if ratio > worst:
            break
        covered, worst = whole, ratio
        end += 1
    return end, covered


def _stack(
    result: list[Box], areas: Sequence[float], covered: float, row: Box, *, across: bool
) -> None:
    """Appends the boxes of a row, side by side (`across`) or one below the other."""
    left, top, width, height = row
    length = (width if across else height) / covered if covered else 0.0
    for area in areas:
        share = area * length
        if across:
            result.append((left, top, share, height))
            left += share
        else:
            result.append((left, top, width, share))
            top += share
