"""Cuts text in its middle, by the columns that it takes in a font of fixed width.

Names of one kind differ at their ends more often than in their middle. Chinese, Japanese and
Korean characters take two columns, combining marks none.
"""

from collections.abc import Iterable
from itertools import accumulate, takewhile
from unicodedata import category, east_asian_width

ELLIPSIS = "…"


def columns(text: str) -> int:
    """Returns how many columns a text takes on one line."""
    return sum(map(_columns, text))


def elided(text: str, most: int) -> str:
    """Returns a text that takes more than `most` columns without its middle.

    Each end takes at most half of the columns. A mark stays with the character that it combines
    with.
    """
    if columns(text) <= most:
        return text
    head = text[: _fitting(text, most // 2)]
    tail = text[len(text) - _fitting(reversed(text), most // 2) :]
    while tail and not _columns(tail[0]):
        tail = tail[1:]
    return f"{head}{ELLIPSIS}{tail}"


def _fitting(characters: Iterable[str], most: int) -> int:
    """Returns the number of characters at the start that take at most so many columns."""
    ends = accumulate(map(_columns, characters))
    return sum(1 for _end in takewhile(lambda end: end <= most, ends))


def _columns(character: str) -> int:
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1
