"""`kubeimg-gui nodes`: prints the cluster's image storage once, as a table, JSON or CSV."""

from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from kubeimg_gui.domain.condition import condition_text
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord, size_meaning
from kubeimg_gui.domain.reference_totals import ReferenceTotals, totals_of
from kubeimg_gui.domain.references import References
from kubeimg_gui.headless.json_schema import JsonObject, node_object
from kubeimg_gui.headless.reference_schema import (
    SIZES,
    count_fields,
    counts_object,
    describe_totals,
    sizes_object,
    state_object,
    totals_cells,
)
from kubeimg_gui.headless.writing import (
    first_names,
    write_columns,
    write_csv_rows,
    write_json_list,
)
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

_HEADINGS = ("NAME", "STATE", "RUNTIME", "IMAGES", "REPORTED", "MEANING")
_REFERENCE_HEADINGS = ("REFERENCED", "AT MOST NOT REFERENCED", "UNKNOWN")
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


Writer = Callable[[Sequence[NodeRecord], TextIO, References | None], None]


def write_json(
    nodes: Iterable[NodeRecord], out: TextIO, references: References | None = None
) -> None:
    """Writes a JSON list of node objects."""
    write_json_list([_object(node, references) for node in nodes], out)


def write_csv(
    nodes: Iterable[NodeRecord], out: TextIO, references: References | None = None
) -> None:
    """Writes a header and one row per node, without its images."""
    more = () if references is None else (*SIZES, *count_fields("images"))
    rows = (
        {**each, **each.get("references", {})}
        for each in (_object(node, references) for node in nodes)
    )
    write_csv_rows((*_CSV_FIELDS, *more), rows, out)


def write_table(
    nodes: Sequence[NodeRecord], out: TextIO, references: References | None = None
) -> None:
    """Writes aligned columns, largest node first, then the totals and what they mean.

    With `references`, the columns say what pods refer to.
    """
    if not nodes:
        out.write("No nodes match.\n")
        return
    inventory = Inventory()
    totals = None if references is None else totals_of(references, ())
    headings = () if totals is None else _REFERENCE_HEADINGS
    rows: list[tuple[str, ...]] = [(*_HEADINGS, *headings, "LARGEST")]
    for node in sorted(nodes, key=lambda n: -n.reported_bytes):
        inventory.add(node)
        more: tuple[str, ...] = ()
        if references is not None and totals is not None:
            of_node = totals_of(references, ((node.name, image) for image in node.images))
            totals.merge(of_node)
            more = totals_cells(of_node)
        rows.append((*_cells(node), *more, _largest(node)))
    write_columns(rows, out)
    out.write(
        f"\n{units.counted(inventory.nodes, 'node')}, {inventory.ready} ready, "
        f"{units.counted(inventory.distinct_images, 'distinct image')}, reported image size "
        f"{units.reported_size(inventory.reported_bytes, inventory.is_lower_bound)}\n"
    )
    write_caveats(nodes, inventory, totals, out)


WRITERS: dict[str, Writer] = {"table": write_table, "json": write_json, "csv": write_csv}


def write_caveats(
    nodes: Sequence[NodeRecord],
    inventory: Inventory,
    totals: ReferenceTotals | None,
    out: TextIO,
) -> None:
    """Writes what the figures of these nodes lack and mean, a sentence on a line.

    `totals` are those of all images of the nodes, None where no pods were asked for.
    """
    out.write("".join(f"{sentence}\n" for sentence in _what_totals_lack(nodes)))
    if inventory.mixed_meanings:
        out.write("Compressed and unpacked sizes are added up: compare within one runtime only.\n")
    if totals is not None:
        out.write("".join(f"{sentence}\n" for sentence in describe_totals(totals)))


def describe_unreadable(names: Sequence[str], noun: str = "node") -> str:
    """Returns how many objects are unreadable, and their first names, as part of a sentence."""
    verb = "is" if len(names) == 1 else "are"
    return f"{units.counted(len(names), noun)} {verb} unreadable: {first_names(names)}"


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
        sentences.append(
            plain(f"{sizes} not believable and left out of the totals: {first_names(odd)}")
        )
    return sentences


def _object(node: NodeRecord, references: References | None) -> JsonObject:
    if references is None:
        return node_object(node)
    totals = ReferenceTotals(references.coverage.reason is None)
    fields = node_object(node)
    for image, listed in zip(node.images, fields["images"], strict=True):
        reference = references.on_node(node.name, image)
        totals.add(reference, image)
        listed |= state_object(reference)
    return fields | {"references": sizes_object(totals) | counts_object(totals, "images")}


def _cells(node: NodeRecord) -> tuple[str, ...]:
    return (
        node.name,
        condition_text(node),
        node.runtime.replace("://", " "),
        f"{len(node.images)}{'+' if node.capped else ''}",
        units.reported_size(node.reported_bytes, node.is_lower_bound),
        size_meaning(node.runtime).value,
    )


def _largest(node: NodeRecord) -> str:
    largest = node.largest
    reference = largest.reference if largest else None
    return f"{reference.short} {units.size(largest.size_bytes)}" if largest and reference else ""
