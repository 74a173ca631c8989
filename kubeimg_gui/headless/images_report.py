"""`kubeimg-gui images`: prints each image of the cluster once, as a table, JSON or CSV.

`resources/docs/json.md` documents the JSON. Fields may be added, but never renamed or removed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from kubeimg_gui.domain.cut_lists import CutLists
from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import DEFAULT_REGISTRY, short_digest
from kubeimg_gui.domain.image_summary import ImageGroup, ImageSummary, group, summarize
from kubeimg_gui.domain.inventory import Inventory
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.reference_totals import ReferenceTotals, totals_of
from kubeimg_gui.domain.references import Reference, References, ReferenceState
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.headless.json_schema import JsonObject
from kubeimg_gui.headless.reference_schema import (
    SIZES,
    cluster_reference,
    count_fields,
    counts_object,
    describe_workloads,
    reference_cells,
    reference_object,
    sizes_object,
    user_objects,
    workload_objects,
)
from kubeimg_gui.headless.report import write_caveats
from kubeimg_gui.headless.writing import write_columns, write_csv_rows, write_json_list
from kubeimg_gui.text import units

TAGS_LISTED = 3
"""Maximum number of tags in a cell of the table."""
NO_NAME = "(no name)"
_HEADINGS = ("TOTAL", "NODES", "SIZE", "MEANING", "DIGEST")
_REFERENCE_HEADINGS = ("REFERENCED", "PODS")
_CSV_FIELDS = (
    "registry",
    "repository",
    "tags",
    "digests",
    "size_bytes",
    "meanings",
    "node_count",
    "total_bytes",
    "is_lower_bound",
    "unbelievable_sizes",
)
_REFERENCE_FIELDS = (
    "state",
    "reason",
    "running_pods",
    "finished_pods",
    *SIZES,
    *count_fields("nodes"),
)


@dataclass(frozen=True, slots=True)
class _Use:
    """What is known about the references to one image.

    Attributes:
        reference: in the cluster.
        totals: of the nodes that list it.
    """

    reference: Reference
    totals: ReferenceTotals


class ImagesReport:
    """The images of some nodes, and with `references` what pods refer to; writes them once.

    `workloads` are needed for JSON and tables with references.
    """

    def __init__(
        self,
        nodes: Sequence[NodeRecord],
        references: References | None = None,
        grouping: Grouping = Grouping.NONE,
        workloads: ScaledToZero | None = None,
    ) -> None:
        self._nodes = nodes
        self._references = references
        self._workloads = ScaledToZero() if workloads is None else workloads
        self._grouping = grouping
        self._inventory = Inventory()
        for node in nodes:
            self._inventory.add(node)
        self._cut = CutLists(nodes)
        found = summarize(self._inventory.index, cut=self._cut)
        self._images = sorted(found, key=lambda each: (-each.total_bytes, each.key))
        self._uses = {each.key: self._use(each, references) for each in found if references}

    def write_json(self, out: TextIO) -> None:
        """Writes a JSON list of image objects, or of group objects that hold them."""
        if self._grouping is Grouping.NONE:
            write_json_list([self._image_object(each) for each in self._images], out)
        else:
            write_json_list([self._group_object(each) for each in self._groups()], out)

    def write_csv(self, out: TextIO) -> None:
        """Writes a header and one row per image; if grouped, the group comes first."""
        fields = _CSV_FIELDS if self._references is None else (*_CSV_FIELDS, *_REFERENCE_FIELDS)
        if self._grouping is Grouping.NONE:
            write_csv_rows(fields, map(self._csv_object, self._images), out)
            return
        rows = (
            {"group": found.name, **self._csv_object(each)}
            for found in self._groups()
            for each in found.members
        )
        write_csv_rows(("group", *fields), rows, out)

    def write_table(self, out: TextIO) -> None:
        """Writes aligned columns, largest total first, then the totals and what they mean."""
        if not self._nodes:
            out.write("No nodes match.\n")
            return
        headings = () if self._references is None else _REFERENCE_HEADINGS
        # Names are of any length, so they come last.
        write_columns([(*_HEADINGS, *headings, "IMAGE"), *self._rows()], out)
        inventory = self._inventory
        out.write(
            f"\n{units.counted(len(self._images), 'image')} on "
            f"{units.counted(inventory.nodes, 'node')}, reported image size "
            f"{units.reported_size(inventory.reported_bytes, inventory.is_lower_bound)}\n"
        )
        totals = None if self._references is None else self._totals(self._images)
        write_caveats(self._nodes, inventory, totals, out)
        if totals is not None and totals.pods_known:
            sentences = describe_workloads(self._workloads, self._sizes_kept())
            out.write("".join(f"{sentence}\n" for sentence in sentences))

    # Images and groups.

    def _groups(self) -> list[ImageGroup]:
        return group(self._inventory.index, self._images, self._grouping)

    def _use(self, summary: ImageSummary, references: References) -> _Use:
        index = self._inventory.index
        totals = totals_of(
            references,
            ((node, image) for image in summary.entries for node in index.names((image,))),
        )
        return _Use(cluster_reference(references, summary.image, totals), totals)

    def _totals(self, images: Iterable[ImageSummary]) -> ReferenceTotals:
        totals = ReferenceTotals(
            self._references is not None and self._references.coverage.reason is None
        )
        for each in images:
            totals.merge(self._uses[each.key].totals)
        return totals

    def _sizes_kept(self) -> list[int]:
        """Returns the bytes not referenced of each image that a workload scaled to 0 uses."""
        used = [each for each in self._images if self._workloads.users(each.entries)]
        sizes = [self._uses[each.key].totals.sizes[ReferenceState.NOT_REFERENCED] for each in used]
        return [size for size in sizes if size]

    def _states(self, images: Iterable[ImageSummary]) -> Counter[ReferenceState]:
        return Counter(self._uses[each.key].reference.state for each in images)

    # JSON and CSV.

    def _image_object(self, summary: ImageSummary) -> JsonObject:
        nodes = sorted(self._inventory.index.names(summary.entries))
        fields: JsonObject = {
            "names": list(summary.names),
            **self._common_fields(summary),
            "node_count": len(nodes),
            "nodes": nodes,
            "sizes": self._size_objects(summary),
        }
        if self._references is not None:
            use = self._uses[summary.key]
            fields["references"] = {
                **_use_fields(use),
                "pods": user_objects(self._references.users(summary.key)),
                "scaled_to_zero": workload_objects(self._workloads, summary.entries),
            }
        return fields

    def _csv_object(self, summary: ImageSummary) -> JsonObject:
        fields = {
            **self._common_fields(summary),
            "meanings": list(dict.fromkeys(e["meaning"] for e in self._size_objects(summary))),
            "node_count": len(self._inventory.index.names(summary.entries)),
        }
        return fields if self._references is None else fields | _use_fields(self._uses[summary.key])

    def _common_fields(self, summary: ImageSummary) -> JsonObject:
        odd = [each for each in summary.entries if not each.size_is_believable]
        return {
            "registry": summary.registry,
            "repository": summary.repository,
            "tags": list(summary.tags),
            "digests": list(summary.digests),
            "size_bytes": summary.image.size_bytes,
            "total_bytes": summary.total_bytes,
            "is_lower_bound": summary.is_lower_bound,
            "unbelievable_sizes": self._inventory.index.count(odd),
        }

    def _size_objects(self, summary: ImageSummary) -> list[JsonObject]:
        """Returns each size, ascending, with what it means and how many nodes report it."""
        index = self._inventory.index
        counts: Counter[tuple[int, str]] = Counter()
        for each in summary.entries:
            if each.size_is_believable:
                meaning = self._cut.meaning_of(index.any_name(each)).value
                counts[each.size_bytes, meaning] += index.count((each,))
        return [
            {"size_bytes": size, "meaning": meaning, "node_count": count}
            for (size, meaning), count in sorted(counts.items())
        ]

    def _group_object(self, found: ImageGroup) -> JsonObject:
        fields: JsonObject = {
            "group": found.name,
            "image_count": len(found.members),
            "node_count": found.nodes,
            "total_bytes": found.total_bytes,
            "is_lower_bound": found.is_lower_bound,
            "images": [self._image_object(each) for each in found.members],
        }
        if self._references is not None:
            states = replace(self._totals(()), counts=self._states(found.members))
            fields["references"] = {
                **sizes_object(self._totals(found.members)),
                **counts_object(states, "images"),
            }
        return fields

    # The table.

    def _rows(self) -> Iterator[tuple[str, ...]]:
        if self._grouping is Grouping.NONE:
            for each in self._images:
                yield self._row(each, "")
            return
        for found in self._groups():
            yield self._group_row(found)
            for each in found.members:
                yield self._row(each, "  ")

    def _row(self, summary: ImageSummary, mark: str) -> tuple[str, ...]:
        sizes = self._size_objects(summary)
        return (
            units.reported_size(summary.total_bytes, summary.is_lower_bound),
            str(len(self._inventory.index.names(summary.entries))),
            " / ".join(units.size(each["size_bytes"]) for each in sizes) or "not believable",
            " / ".join(dict.fromkeys(each["meaning"] for each in sizes)),
            short_digest(summary.digests[0]) if summary.digests else "",
            *self._reference_cells(summary),
            f"{mark}{_image_name(summary)}",
        )

    def _reference_cells(self, summary: ImageSummary) -> tuple[str, ...]:
        if self._references is None:
            return ()
        return reference_cells(self._uses[summary.key].reference)

    def _group_row(self, found: ImageGroup) -> tuple[str, ...]:
        noun = "version" if self._grouping is Grouping.REPOSITORY else "image"
        return (
            units.reported_size(found.total_bytes, found.is_lower_bound),
            str(found.nodes),
            *("", "", ""),
            *self._group_reference_cells(found, noun),
            f"{_familiar(found.name)}: {units.counted(len(found.members), noun)}",
        )

    def _group_reference_cells(self, found: ImageGroup, noun: str) -> tuple[str, ...]:
        if self._references is None:
            return ()
        states = self._states(found.members)
        parts = [f"{units.counted(states[ReferenceState.REFERENCED], noun)} referenced"]
        if unknown := states[ReferenceState.UNKNOWN]:
            parts = parts if states[ReferenceState.REFERENCED] else []
            parts.append(f"{unknown} unknown")
        return ", ".join(parts), ""


WRITERS: dict[str, Callable[[ImagesReport, TextIO], None]] = {
    "table": ImagesReport.write_table,
    "json": ImagesReport.write_json,
    "csv": ImagesReport.write_csv,
}


def _use_fields(use: _Use) -> JsonObject:
    return {
        **reference_object(use.reference),
        **sizes_object(use.totals),
        **counts_object(use.totals, "nodes"),
    }


def _familiar(name: str) -> str:
    """Returns a repository or registry as images are usually written."""
    return name.removeprefix(f"{DEFAULT_REGISTRY}/").removeprefix("library/") or NO_NAME


def _image_name(summary: ImageSummary) -> str:
    tags = summary.tags
    more = f" +{len(tags) - TAGS_LISTED}" if len(tags) > TAGS_LISTED else ""
    colon = ":" if tags else ""
    return f"{_familiar(summary.repository)}{colon}{','.join(tags[:TAGS_LISTED])}{more}"
