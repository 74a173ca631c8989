"""`kubeimg-gui nodes`: prints the cluster's image storage once, as a table, JSON or CSV."""

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TextIO

import msgspec

from kubeimg_gui.domain.condition import condition_text
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord, size_meaning
from kubeimg_gui.headless.escaping import csv_cell, json_text
from kubeimg_gui.headless.json_schema import node_object
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

NAMES_LISTED = 10
"""Maximum number of names in a sentence about nodes."""
_HEADINGS = ("NAME", "STATE", "RUNTIME", "IMAGES", "REPORTED", "MEANING", "LARGEST")
_CSV_FIELDS = (
    "name",
    "uid",
    "ready",
    "unschedulable",
    "runtime",
    "image_count",
    "reported_bytes",
    "capped",
    "list_state",
    "unbelievable_sizes",
)


def write_json(nodes: Iterable[NodeRecord], out: TextIO) -> None:
    """Writes a JSON list of node objects."""
    text = json_text([node_object(node) for node in nodes])
    with suppress(msgspec.DecodeError):  # msgspec does not format half of a surrogate pair
        text = msgspec.json.format(text, indent=2)
    out.write(text + "\n")


def write_csv(nodes: Iterable[NodeRecord], out: TextIO) -> None:
    """Writes a header and one row per node, without its images."""
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(_CSV_FIELDS)
    for node in nodes:
        values = node_object(node)
        rows.writerow([_cell(values[field]) for field in _CSV_FIELDS])


def write_table(nodes: Sequence[NodeRecord], out: TextIO) -> None:
    """Writes aligned columns, largest node first, then the totals and what they mean."""
    if not nodes:
        out.write("No nodes match.\n")
        return
    inventory = Inventory()
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for node in sorted(nodes, key=lambda n: -n.reported_bytes):
        inventory.add(node)
        rows.append(_row(node))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        out.write("  ".join(map(str.ljust, row, widths)).rstrip() + "\n")
    out.write(
        f"\n{units.counted(inventory.nodes, 'node')}, {inventory.ready} ready, "
        f"{units.counted(inventory.distinct_images, 'distinct image')}, reported image size "
        f"{units.reported_size(inventory.reported_bytes, inventory.is_lower_bound)}\n"
    )
    out.write("".join(f"{sentence}\n" for sentence in _what_totals_lack(nodes)))
    if inventory.mixed_meanings:
        out.write("Compressed and unpacked sizes are added up: compare within one runtime only.\n")


WRITERS: dict[str, Callable[[list[NodeRecord], TextIO], None]] = {
    "table": write_table,
    "json": write_json,
    "csv": write_csv,
}


def describe_unreadable(names: Sequence[str]) -> str:
    """Returns how many nodes are unreadable, and their first names, as part of a sentence."""
    verb = "is" if len(names) == 1 else "are"
    return f"{units.counted(len(names), 'node')} {verb} unreadable: {_first(names)}"


def _what_totals_lack(nodes: Sequence[NodeRecord]) -> list[str]:
    """Returns sentences about images that are not in the totals."""
    sentences: list[str] = []
    cut = sum(node.list_state is ListState.CUT for node in nodes)
    doubtful = sum(node.capped for node in nodes) - cut
    parts = [f"{units.counted(cut, 'list')} {'is' if cut == 1 else 'are'} cut"] if cut else []
    parts += [f"{units.counted(doubtful, 'list')} may be cut"] if doubtful else []
    if parts:
        bounds = "its total is a lower bound" if cut + doubtful == 1 else "totals are lower bounds"
        sentences.append(f"{' and '.join(parts)}: {bounds}.")
    odd = [node.name for node in nodes if node.unbelievable_sizes]
    if odd:
        count = sum(node.unbelievable_sizes for node in nodes)
        sizes = f"{units.counted(count, 'image size')} {'is' if count == 1 else 'are'}"
        sentences.append(plain(f"{sizes} not believable and left out of the totals: {_first(odd)}"))
    return sentences


def _first(names: Sequence[str]) -> str:
    listed = ", ".join(name or "(no name)" for name in names[:NAMES_LISTED])
    return f"{listed}{', …' if len(names) > NAMES_LISTED else ''}"


def _cell(value: object) -> object:
    return csv_cell(plain(value)) if isinstance(value, str) else value


def _row(node: NodeRecord) -> tuple[str, ...]:
    largest = node.largest
    reference = largest.reference if largest else None
    cells = (
        node.name,
        condition_text(node),
        node.runtime.replace("://", " "),
        f"{len(node.images)}{'+' if node.capped else ''}",
        units.reported_size(node.reported_bytes, node.is_lower_bound),
        size_meaning(node.runtime).value,
        f"{reference.short} {units.size(largest.size_bytes)}" if largest and reference else "",
    )
    return tuple(map(plain, cells))
