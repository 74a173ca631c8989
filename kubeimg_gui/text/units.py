"""Sizes and ages as short text, the same in the window and in the commands.

Units are not translated: `GiB`, `12s` and `min` read the same in every language of kubectl.
"""

import humanize

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365 * DAY


def size(count: int) -> str:
    """Returns a number of bytes in IEC units with about three digits: `6.6 GiB`, `753 MiB`."""
    text = humanize.naturalsize(count, binary=True)
    if count < 1024 or float(text.split()[0]) < 100:
        return text
    return humanize.naturalsize(count, binary=True, format="%.0f")


def counted(count: int, noun: str) -> str:
    """Returns a number with its noun: `1 node`, `2 nodes`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def at_least(text: str) -> str:
    """Returns the text of a number that is a lower bound: `≥ 6.6 GiB`."""
    return f"≥ {text}"


def reported_size(count: int, is_lower_bound: bool) -> str:
    """Returns a reported image size, marked where images may be missing in it."""
    return at_least(size(count)) if is_lower_bound else size(count)


def age(seconds: float) -> str:
    """Returns an age in one unit, as kubectl shows it: `12s`, `5m`, `3h`, `72d`, `3y`."""
    seconds = max(0.0, seconds)
    for limit, unit, letter in (
        (2 * MINUTE, 1, "s"),
        (2 * HOUR, MINUTE, "m"),
        (2 * DAY, HOUR, "h"),
        (3 * YEAR, DAY, "d"),
    ):
        if seconds < limit:
            return f"{int(seconds // unit)}{letter}"
    return f"{int(seconds // YEAR)}y"


def elapsed(seconds: float, *, tenths: bool = True) -> str:
    """Returns how much time passed: `42 s`, `5 min`, `2 h`; `0.4 s` below 10 s with `tenths`."""
    if tenths and seconds < 10:
        return f"{max(0.0, seconds):.1f} s"
    if seconds < 2 * MINUTE:
        return f"{int(max(0.0, seconds))} s"
    if seconds < 2 * HOUR:
        return f"{int(seconds // MINUTE)} min"
    return f"{int(seconds // HOUR)} h"
