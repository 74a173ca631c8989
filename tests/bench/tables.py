"""The tables that `make bench` prints: text that reads well, and Markdown as it is."""

import statistics
from collections.abc import Iterable, Sequence

from contest import Figures

ABSENT = "–"


def medians(rounds: Iterable[Figures]) -> Figures:
    """Of every figure over the rounds; what is no number is as in the last one."""
    last: Figures = {}
    values: dict[str, list[float]] = {}
    for figures in rounds:
        last = figures
        for key, value in figures.items():
            values.setdefault(key, []).append(value)
    return {
        key: statistics.median(values[key])
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for key, value in last.items()
    }


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A title and a table whose first column is text and whose others are figures."""
    cells = [list(heads), *map(list, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [
        " | ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
        for row in [cells[0], rule, *cells[1:]]
    ]
    return "\n".join([title, "", *(f"| {line} |" for line in lines), ""])


def number(value: float | None, form: str = ".2f") -> str:
    """A figure, or a dash where there is none."""
    return ABSENT if value is None else format(value, form)


def times(value: float | None, other: float | None, form: str = ".2f") -> str:
    """How many times another figure the first one is."""
    return ABSENT if value is None or not other else f"{value / other:{form}}x"
