"""All images of the cluster as rows, kept up to date while the table is shown."""

from collections.abc import Iterable, Sequence
from itertools import islice

from kubeimg_gui.domain import image_summary
from kubeimg_gui.domain.cut_lists import KnownSizes
from kubeimg_gui.domain.image import common_ends
from kubeimg_gui.domain.image_summary import ImageSummary, summarize
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base.clocks import Clocks
from kubeimg_gui.qt.inventory.cut_lists import HiddenSizes
from kubeimg_gui.qt.inventory.rows import Entry, Highlight, ImageRow
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.nodes.row import FADE_SECONDS
from kubeimg_gui.qt.pods import wording as pod_wording
from kubeimg_gui.qt.pods.pod_references import PodReferences

MOST_USES = 200
"""Maximum number of uses of an image that are searched for an owner that all have in common."""


class ImageCatalog:
    """The rows of all images, by key; confined to the GUI thread.

    It only notes which images changed: `update` brings rows up to date. A row stays until `forget`
    when no node holds its image any more, with 0 nodes.

    Attributes:
        rows: all rows, by key.
        dirty: keys of images that changed since their rows were updated.
        renamed: rows that got other names, until the model has placed them.
        version: increases with every update.
        fading_until: when the last tinted row has faded, on the steady clock.
    """

    def __init__(self, nodes: NodeTableModel, pods: PodReferences, clocks: Clocks) -> None:
        self._nodes = nodes
        self._pods = pods
        self._clocks = clocks
        self._hidden = HiddenSizes()
        self.rows: dict[str, ImageRow] = {}
        self.dirty: set[str] = set()
        self.renamed: set[ImageRow] = set()
        self.version = 0
        self.fading_until = float("-inf")

    def begin(self) -> None:
        """Starts to follow: every row may be out of date."""
        rows = self._nodes.rows if self._nodes.inventory.capped else ()
        self._hidden.read([row.record for row in rows])
        self.take_all()

    def take_all(self) -> None:
        """Notes that every row may have changed."""
        self.dirty.update(self.rows, self._nodes.inventory.index.keys)

    def take_records(self, pairs: Sequence[tuple[NodeRecord | None, NodeRecord | None]]) -> None:
        """Notes the images in which the lists of nodes differ."""
        self._hidden.take(pairs)
        for old, new in pairs:
            before = () if old is None else old.images
            after = () if new is None else new.images
            start, end = common_ends(before, after)
            for images in (before[start : len(before) - end], after[start : len(after) - end]):
                self.dirty.update([image.key for image in images])

    def update(self, keys: Iterable[str]) -> set[Entry]:
        """Brings the rows of some dirty images up to date; returns these rows and their groups."""
        is_first = not self.rows
        keys = list(keys)
        self.dirty.difference_update(keys)
        touched: set[Entry] = set()
        index = self._nodes.inventory.index
        for summary in summarize(index, keys):
            row = self.rows.get(summary.key)
            if row is None:
                row = self.rows[summary.key] = ImageRow(summary, self._pods.of_image(summary.image))
                self._take_times(row, is_first=is_first)
            else:
                self._take(row, summary)
            touched.add(row)
        for key in keys:
            if key not in index.keys and (row := self.rows.get(key)) is not None:
                self._take(row, row.summary._replace(nodes=0, total_bytes=0))
                touched.add(row)
        touched.update([row.group for row in touched if isinstance(row, ImageRow) and row.group])
        self.version += bool(touched)
        return touched

    def forget(self, rows: Iterable[ImageRow]) -> None:
        """Forgets rows of images that no node holds any more."""
        for row in rows:
            if not row.nodes and self.rows.get(row.key) is row:
                del self.rows[row.key]

    def is_bound(self, entry: Entry) -> bool:
        """Returns whether cut lists may hide further nodes of an entry."""
        return bool(self._hidden.largest) and any(map(self._may_be_hidden, entry.images))

    def _may_be_hidden(self, row: ImageRow) -> bool:
        inventory, hidden = self._nodes.inventory, self._hidden.largest
        if row.nodes >= inventory.nodes:
            return False
        if not inventory.mixed_meanings:  # most clusters: without looking for nodes
            return next(iter(row.summary.sizes), 0) <= max(hidden.values())
        entries = inventory.index.entries(row.key)
        held = ((each, self._meaning_on(inventory.index.any_name(each))) for each in entries)
        sizes = KnownSizes(held)
        return any(sizes.least(meaning) <= size for meaning, size in hidden.items())

    def meanings(self, entry: Entry) -> frozenset[SizeMeaning]:
        """Returns what the sizes of an entry mean; of many images only until they differ."""
        inventory = self._nodes.inventory
        if not inventory.mixed_meanings:
            return frozenset(inventory.meanings)
        found: frozenset[SizeMeaning] = frozenset()
        for row in entry.images:
            found |= image_summary.meanings(inventory.index, row.key, self._meaning_on)
            if len(found) > 1:
                break
        return found

    def owner(self, row: ImageRow) -> str:
        """Returns who owns all pods that refer to an image; empty for several owners."""
        if row.owner is None:
            row.owner = self._common_owner(row.key)
        return row.owner

    def scaled_to_zero(self, row: ImageRow) -> Sequence[WorkloadRecord]:
        """Returns the workloads scaled to 0 that use an image."""
        return self._pods.workloads.users(row.summary.entries)

    def _common_owner(self, key: str) -> str:
        owners: set[str] = set()
        uses = list(islice(self._pods.references.users(key), MOST_USES + 1))
        if len(uses) > MOST_USES:
            return ""
        for pod in {use.pod.key: use.pod for use in uses}.values():
            owners.add(pod_wording.owner_text(pod.namespace, pod.owner) if pod.owner else "")
            if len(owners) > 1:
                return ""
        return next(iter(owners), "")

    def _meaning_on(self, node: str) -> SizeMeaning:
        row = self._nodes.row_named(node)
        return SizeMeaning.UNKNOWN if row is None else size_meaning(row.record.runtime)

    def _take(self, row: ImageRow, summary: ImageSummary) -> None:
        if row.take(summary):
            self.renamed.add(row)
        row.reference = self._pods.of_image(summary.image)
        row.owner = None
        self._take_times(row, is_first=False)
        if row.group is not None:
            row.group.stale = True

    def _take_times(self, row: ImageRow, *, is_first: bool) -> None:
        """Highlights a change, but not those before the table was shown first."""
        times = self._nodes.times
        row.first_seen = times.first_seen(row.key)
        last = times.last_change(row.key)
        if last is None or last == row.changed:
            return
        row.changed = last
        if is_first:
            return
        at = self._clocks.steady() - max(0.0, self._clocks.wall() - last.at)
        row.highlight = Highlight(last, at, seen=False)
        self.fading_until = max(self.fading_until, at + FADE_SECONDS)
        if row.group is not None:
            row.group.show_change_of(row)
