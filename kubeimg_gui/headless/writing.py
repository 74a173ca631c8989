"""Writes what the one-shot commands print: aligned columns, JSON and CSV."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TextIO, cast

import msgspec

from kubeimg_gui.headless.json_schema import JsonObject
from kubeimg_gui.text.escaping import csv_cell, json_text
from kubeimg_gui.text.sanitize import plain

NAMES_LISTED = 10
"""Maximum number of names in a sentence."""


def write_json_list(objects: list[JsonObject], out: TextIO) -> None:
    """Writes an indented JSON list in printable ASCII."""
    text = json_text(objects)
    with suppress(msgspec.DecodeError):  # msgspec does not format half of a surrogate pair
        text = msgspec.json.format(text, indent=2)
    out.write(text + "\n")


def write_csv_rows(
    fields: Sequence[str], objects: Iterable[Mapping[str, object]], out: TextIO
) -> None:
    """Writes a header and one row per object; formulas are disarmed.

    A value may be a list of strings, which share a cell.
    """
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(fields)
    for values in objects:
        rows.writerow([_cell(values[field]) for field in fields])


def write_columns(rows: Sequence[tuple[str, ...]], out: TextIO) -> None:
    """Writes aligned columns; all rows have the same number of cells."""
    shown = [tuple(map(plain, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")


def first_names(names: Sequence[str]) -> str:
    """Returns the first of some names, for a sentence."""
    listed = ", ".join(name or "(no name)" for name in names[:NAMES_LISTED])
    return f"{listed}{', …' if len(names) > NAMES_LISTED else ''}"


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = " ".join(cast("list[str]", value))
    return csv_cell(plain(value)) if isinstance(value, str) else value
