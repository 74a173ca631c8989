"""What the user arranged in a view, as texts that an INI file can hold."""

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import TypeVar

from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext

ViewStates = TranslationContext("ViewStates")

ViewState = Mapping[str, str]
"""Texts by name. Only the view itself interprets them, and takes none of them for granted: they may
come from a damaged file, or from another version of kubeimg."""

MAX_PIXELS = 4000

ColumnT = TypeVar("ColumnT", bound=IntEnum)


def columns_text(columns: Iterable[IntEnum]) -> str:
    """Returns the names of columns, separated by spaces."""
    return " ".join(column.name.lower() for column in columns)


def read_columns(text: str, kind: type[ColumnT]) -> tuple[ColumnT, ...]:
    """Returns the columns of a text of `columns_text`, without repeated and unknown ones."""
    known = _by_name(kind)
    return tuple(dict.fromkeys(known[name] for name in text.split() if name in known))


def missing_columns(state: ViewState, keys: Iterable[str], kind: type[ColumnT]) -> tuple[str, ...]:
    """Returns in words the columns that a state names under these keys, and that are none."""
    names = (name for key in keys for name in state.get(key, "").split())
    missing = dict.fromkeys(name for name in names if name not in _by_name(kind))
    return tuple(formatting.fill(ViewStates.tr("column {name}"), name=name) for name in missing)


def widths_text(widths: Mapping[ColumnT, int]) -> str:
    """Returns the widths of columns in pixels: `node=222 age=60`."""
    return " ".join(f"{column.name.lower()}={widths[column]}" for column in sorted(widths))


def read_widths(text: str, kind: type[ColumnT]) -> dict[ColumnT, int]:
    """Returns the widths of a text of `widths_text`, without those that are none."""
    known = _by_name(kind)
    pairs = (each.partition("=") for each in text.split())
    widths = {known[name]: pixels(width) for name, _, width in pairs if name in known}
    return {column: width for column, width in widths.items() if width}


def pixels(value: object) -> int:
    """Returns a length in pixels from a file; 0 where it is none, or not believable."""
    text = str(value)
    # The length first: Python refuses to convert thousands of digits.
    number = int(text) if len(text) <= len(str(MAX_PIXELS)) and text.isdecimal() else 0
    return number if number <= MAX_PIXELS else 0


def _by_name(kind: type[ColumnT]) -> dict[str, ColumnT]:
    return {column.name.lower(): column for column in kind}
