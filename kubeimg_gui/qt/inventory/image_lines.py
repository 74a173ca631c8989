"""The lines of the panel of one image: its nodes, pods, owners and other versions."""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.cut_lists import KnownSizes
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.node import SizeMeaning, size_meaning
from kubeimg_gui.domain.workload import WorkloadRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import SEPARATOR
from kubeimg_gui.qt.base.lines import Line
from kubeimg_gui.qt.base.tone import Tone
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.inventory import reference_wording, wording
from kubeimg_gui.qt.inventory.image_facts import OwnerLine, PodLine
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.nodes.model import NodeTableModel
from kubeimg_gui.qt.pods import wording as pod_wording
from kubeimg_gui.qt.pods import workload_wording
from kubeimg_gui.qt.pods.pod_references import PodReferences
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Image = TranslationContext("Image")


class ImageLines:
    """Describes what concerns one image; confined to the GUI thread.

    Attributes:
        image: the entry to show.
        entries: the image as nodes list it; empty after the last node has dropped it.
        sizes: say which nodes may hold it unlisted.
    """

    def __init__(self, nodes: NodeTableModel, pods: PodReferences, image: ContainerImage) -> None:
        self._nodes = nodes
        self._pods = pods
        self.image = image
        self.update()

    def update(self) -> None:
        """Takes the current entries of the image."""
        index = self._nodes.inventory.index
        self.entries = index.entries(self.image.key)
        if self.entries:
            self.image = max(self.entries, key=lambda each: (each.size_bytes, len(each.names)))
        self._meaning_of_entry = [
            (entry, self._meaning(index.any_name(entry))) for entry in self.entries
        ]
        self.sizes = KnownSizes(self._meaning_of_entry)

    def _meaning(self, name: str) -> SizeMeaning:
        row = self._nodes.row_named(name)
        return SizeMeaning.UNKNOWN if row is None else size_meaning(row.record.runtime)

    @property
    def title(self) -> str:
        """The repository with tag or digest."""
        return image_wording.long_name(self.image)

    @property
    def origin(self) -> str:
        """Registry, digest and sizes with their meanings."""
        digest = node_wording.image_digest(self.image)
        parts = (image_wording.registry(self.image), digest, self._sizes)
        return SEPARATOR.join(part for part in parts if part)

    @property
    def _sizes(self) -> str:
        texts = [_size(entry, meaning) for entry, meaning in self._meaning_of_entry]
        return ", ".join(dict.fromkeys(texts)) or node_wording.image_size(self.image)

    @property
    def times(self) -> str:
        """When the image appeared, and its last arrival or departure."""
        moment = self._nodes.moment
        first = self._nodes.times.first_seen(self.image.key)
        if first is None:
            text = translate("Image", "First seen before {time}")
            first = moment.opened
        else:
            text = translate("Image", "First seen {time}")
        parts = [text.format(time=formatting.clock(first, moment.now))]
        last = self._nodes.times.last_change(self.image.key)
        if last is not None:
            if last.direction.value == "arrived":
                text = translate("Image", "last arrived on a node {time}")
            else:
                text = translate("Image", "last left a node {time}")
            parts.append(text.format(time=formatting.time_of_day(last.at, moment.now)))
        return ", ".join(parts)

    def holder(self, name: str) -> Line:
        """Describes a node that holds the image: since when, and whether pods refer to it."""
        reference = self._pods.on_node(name, self._entry_on(name))
        return Line(
            formatting.line(name),
            reference_wording.state(reference),
            reference_wording.tone(reference),
            self._since(name),
            reference_wording.reason(reference),
        )

    def _entry_on(self, name: str) -> ContainerImage:
        row = self._nodes.row_named(name)
        if row is not None and len(self.entries) > 1:
            held = (each for each in row.record.images if each.key == self.image.key)
            return next(held, self.image)
        return self.image

    def _since(self, name: str) -> str:
        row, moment, key = self._nodes.row_named(name), self._nodes.moment, self.image.key
        if row is not None and (at := row.first_seen.get(key)) is not None:
            text = translate("Image", "since {time}")
        elif row is not None and (at := row.first_listed.get(key)) is not None:
            text = translate("Image", "in the list since {time}")
        else:
            text = translate("Image", "before {time}")
            return text.format(time=formatting.clock(moment.opened, moment.now))
        return text.format(time=formatting.time_of_day(at, moment.now))

    def other(self, name: str) -> Line:
        """Describes a node that does not list the image, which its cut list may hide."""
        row, title = self._nodes.row_named(name), formatting.line(name)
        if row is None or not self.sizes.may_be_on(row.record):
            return Line(title, translate("Image", "not there"), Tone.MUTED)
        if not row.record.images:
            return Line(title, translate("Image", "no list"), Tone.UNKNOWN)
        return Line(title, translate("Image", "list is cut"), Tone.UNKNOWN)

    def pod(self, line: PodLine) -> Line:
        """Describes a pod that uses the image."""
        pod, uses = line
        title = formatting.line(pod.key)
        phase = reference_wording.phase(pod)
        owner = reference_wording.owner(pod)
        use = ", ".join(map(reference_wording.use, uses))
        node = formatting.fill(translate("Image", "on {node}"), node=pod.node)
        return Line(title, phase, Tone.PLAIN, owner, use, "\n".join((title, owner, node, use)))

    def user(self, line: OwnerLine | WorkloadRecord) -> Line:
        """Describes an owner with its numbers of pods, or a workload that is scaled to 0."""
        if isinstance(line, WorkloadRecord):
            scaled = translate("Image", "scaled to 0")
            return Line(workload_wording.title(line), scaled, Tone.MUTED)
        if line.owner:
            title = pod_wording.owner_text(line.namespace, line.owner)
        else:
            title = formatting.fill(
                translate("Image", "{namespace}, without an owner"), namespace=line.namespace
            )
        counts = [
            (line.running, Image.tr("%Ln running", "", line.running)),
            (line.pending, Image.tr("%Ln pending", "", line.pending)),
            (line.finished, Image.tr("%Ln finished", "", line.finished)),
        ]
        return Line(title, ", ".join(text for count, text in counts if count), Tone.MUTED)

    def version(self, summary: ImageSummary) -> Line:
        """Describes another image of the repository: its nodes, its total and its state."""
        reference = self._pods.of_image(summary.image)
        spread = SEPARATOR.join((formatting.nodes(summary.nodes), units.size(summary.total_bytes)))
        reason = reference_wording.reason(reference)
        state = reference_wording.state(reference)
        tip = [
            *map(formatting.line, summary.image.names),
            f"{state}: {reason}" if reason else state,
        ]
        tone = reference_wording.tone(reference)
        title = wording.tags_text(summary)
        return Line(title, state, tone, spread, reason, tip="\n".join(tip))


def _size(image: ContainerImage, meaning: SizeMeaning) -> str:
    size = node_wording.image_size(image)
    match meaning:
        case SizeMeaning.COMPRESSED:
            return translate("Image", "{size} compressed").format(size=size)
        case SizeMeaning.UNPACKED:
            return translate("Image", "{size} unpacked").format(size=size)
        case SizeMeaning.UNKNOWN:
            return translate("Image", "{size} reported").format(size=size)
