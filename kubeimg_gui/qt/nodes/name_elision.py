"""Cuts long names of nodes where they are equal, so that the names on screen stay distinct.

Names of one cluster often differ in a few characters only, for example those of
`ip-10-0-12-34.eu-west-1.compute.internal`. Cut in the middle, all of them would look the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

MIDDLE, RIGHT = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight
ELLIPSIS = "…"
CACHE_SIZE = 1024
MOST_NAMES = 20_000
"""Maximum number of names that families are made of, beside those on screen."""

_ADDRESS = re.compile(r"[\d.]+")
_LAST_WORD = re.compile(r"\w*$")
_FIRST_WORD = re.compile(r"\w*")
_SERIES = re.compile(r"[^\W\d]*")


@dataclass(slots=True)
class _Family:
    """What the names of one family begin and end with, without their domain."""

    prefix: str
    suffix: str
    alone: bool = True


class NameFamilies:
    """What names have in common with others of their kind; GUI thread only.

    Names form a family if they begin with the same letters and have the same domain. A name of
    another kind, such as that of the only control plane, changes nothing for the others.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._first_of_host: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        self._families: dict[tuple[str, str], _Family] = {}

    def learn(self, names: Iterable[str]) -> None:
        """Adds the names on screen; names that were there before cost next to nothing."""
        if len(self._names) > MOST_NAMES:
            for known in (self._names, self._first_of_host, self._ambiguous, self._families):
                known.clear()
        for name in names:
            if name not in self._names:
                self._names.add(name)
                self._note_host(name)
                self._add(name)

    def equal_ends(self, name: str) -> tuple[int, int]:
        """Returns how many characters at the start and at the end are equal in the family.

        Equal parts end at a separator, so that no number is cut in two.
        """
        host, domain = self._split(name)
        rest = len(name) - len(host)
        family = self._families.get(_family_key(host, domain))
        if family is None or family.alone:
            return 0, rest
        start = _found(_LAST_WORD.search(family.prefix)).start()
        shared = len(family.suffix) - _found(_FIRST_WORD.match(family.suffix)).end()
        return start, rest + min(shared, len(host) - start)

    def _split(self, name: str) -> tuple[str, str]:
        """Splits a name into host and domain; an address, or a host of two domains, has none."""
        host, _dot, domain = name.partition(".")
        if host in self._ambiguous or _ADDRESS.fullmatch(name):
            return name, ""
        return host, domain

    def _note_host(self, name: str) -> None:
        host = name.partition(".")[0]
        first = self._first_of_host.setdefault(host, name)
        if first != name and host not in self._ambiguous:
            self._ambiguous.add(host)
            self._add(first)

    def _add(self, name: str) -> None:
        host, domain = self._split(name)
        key = _family_key(host, domain)
        family = self._families.get(key)
        if family is None:
            self._families[key] = _Family(host, host)
        else:
            family.alone = False
            family.prefix = _common_start(family.prefix, host)
            family.suffix = _common_start(family.suffix[::-1], host[::-1])[::-1]


class NameElision:
    """Cuts names to a width in one font; GUI thread only."""

    def __init__(self, metrics: QFontMetrics, families: NameFamilies) -> None:
        self._metrics = metrics
        self._families = families
        self._cached = lru_cache(CACHE_SIZE)(self._cut)

    def elided(self, name: str, room: int) -> str:
        """Returns a name cut to `room` pixels, first where it is equal to others."""
        return self._cached(name, *self._families.equal_ends(name), room)

    def _cut(self, name: str, start: int, end: int, room: int) -> str:
        advance, elided = self._metrics.horizontalAdvance, self._metrics.elidedText
        own = name[start : len(name) - end]
        if advance(name) <= room or not own:
            return elided(name, MIDDLE, room)
        head, tail = name[:start], name[len(name) - end :]
        left = room - advance(head + own)
        if tail and left >= advance(ELLIPSIS):
            return head + own + elided(tail, MIDDLE, left)
        mark = ELLIPSIS if tail else ""
        left = room - advance(own + mark)
        if head and left >= advance(ELLIPSIS):
            return elided(head, RIGHT, left) + own + mark
        return elided(own, MIDDLE, room)


def _family_key(host: str, domain: str) -> tuple[str, str]:
    return _found(_SERIES.match(host)).group(), domain


def _common_start(one: str, other: str) -> str:
    equal = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return one[: sum(1 for _pair in equal)]


def _found(match: re.Match[str] | None) -> re.Match[str]:
    assert match is not None, "these patterns match everywhere"
    return match
