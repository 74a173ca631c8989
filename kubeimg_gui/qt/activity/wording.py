"""One entry of the activity list, and its text in the row, in the tooltip and on the clipboard.

Entries arrive by the thousand and few are read, so texts are made on demand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.condition import Severity
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Activity = TranslationContext("Activity")

LONGEST_LINE = 160
"""Maximum characters of a line in a tooltip."""
FORMULA_STARTS = tuple('=+-@＝＋－＠"')
"""Characters that start a formula in a spreadsheet, or a cell of several lines."""


@dataclass(eq=False)
class Entry:
    """One entry; confined to the GUI thread.

    Attributes:
        number: number of entries added before it.
        at: time, seconds since the epoch.
        change: change of image storage; None for an action of this window.
        note, severity: text of the action, and its severity.
    """

    number: int
    at: float
    node: str
    change: NodeChange | None = None
    note: str = ""
    severity: Severity = Severity.FINE

    @property
    def growth(self) -> int | None:
        """Reported bytes gained; None for an action."""
        return self.change.bytes_new - self.change.bytes_old if self.change else None

    @cached_property
    def text(self) -> str:
        """What happened, in one line."""
        return _happened(self.change) if self.change else formatting.line(self.note)

    @cached_property
    def haystack(self) -> str:
        """Node and text for the filter, casefolded."""
        return f"{self.node} {self.text}".casefold()

    @property
    def images(self) -> Sequence[ContainerImage]:
        """The images concerned, under old and new names."""
        if self.change is None:
            return ()
        if self.change.kind is not ChangeKind.CHANGED:
            return self.change.record.images
        diff = self.change.images
        renamed = [image for retag in diff.retagged for image in (retag.old, retag.new)]
        certain = (*diff.arrived, *diff.left)
        return (*certain, *diff.no_longer_listed, *diff.listed_now, *renamed)


def sizes(change: NodeChange) -> str:
    """Returns the reported size before and after; a dash where the node does not exist."""
    old, new = (
        units.reported_size(record.reported_bytes, record.is_lower_bound) if record else "—"
        for record in (change.old, change.new)
    )
    return from_to(old, new)


def from_to(old: str, new: str) -> str:
    """Returns the text of a step from one size to the next."""
    return f"{old} → {new}"


def tip(entry: Entry) -> str:
    """Returns the details for a tooltip: date and time, exact bytes, and images."""
    lines = [formatting.moment(entry.at), entry.node]
    change = entry.change
    if change is None or change.kind is not ChangeKind.CHANGED:
        lines.append(entry.text)
    if change is not None:
        growth = change.bytes_new - change.bytes_old
        sign = "+" if growth > 0 else "\N{MINUS SIGN}" if growth < 0 else "±"
        lines.append(sign + formatting.exact_size(abs(growth)))
        whole = change.kind is not ChangeKind.CHANGED
        lines += map(_exact, change.record.images) if whole else _listing(change)
    return formatting.listed([_clipped(plain(line)) for line in lines])


def fields(entry: Entry) -> list[str]:
    """Returns the cells for the clipboard: time, node, bytes before, after and gained, text.

    The text names all images of a change; for a node that joined or left, it counts them.
    """
    change = entry.change
    numbers = ["", "", ""]
    happened = entry.text
    if change is not None:
        growth = change.bytes_new - change.bytes_old
        numbers = [str(change.bytes_old), str(change.bytes_new), str(growth)]
        if change.kind is ChangeKind.CHANGED:
            happened = "; ".join(_listing(change))
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
    return [at, cell(entry.node), *numbers, cell(happened)]


def cell(text: str) -> str:
    """Returns untrusted text as one cell: on one line, and never a formula."""
    line = plain(text)
    return f"'{line}" if line.lstrip().startswith(FORMULA_STARTS) else line


def _happened(change: NodeChange) -> str:
    if change.kind is ChangeKind.ADDED:
        text = translate("Activity", "node joined with {images}")
        return formatting.fill(text, images=formatting.images(len(change.record.images)))
    if change.kind is ChangeKind.DELETED:
        return translate("Activity", "node deleted")
    diff = change.images
    renamed = [retag.new for retag in diff.retagged if retag.old.names != retag.new.names]
    resized = [retag.new for retag in diff.retagged if retag.old.names == retag.new.names]
    parts = (
        (diff.arrived, translate("Activity", "{images} arrived")),
        (diff.left, translate("Activity", "{images} left")),
        (diff.no_longer_listed, translate("Activity", "{images} no longer listed")),
        (diff.listed_now, translate("Activity", "{images} listed now")),
        (renamed, translate("Activity", "{images} retagged")),
        (resized, translate("Activity", "{images} with a new size")),
    )
    return "; ".join(_some(images, template) for images, template in parts if images)


def _some(images: Sequence[ContainerImage], template: str) -> str:
    """Replaces `{images}` by the name of the largest image and the number of the others.

    Uses plain `str.replace`, name last: a filter may need thousands of texts per keystroke.
    """
    named = "{image}"
    if len(images) > 1:
        named = Activity.tr("{image} and %Ln more", "", len(images) - 1)
    name = _name(max(images, key=lambda image: image.size_bytes))
    return template.replace("{images}", named).replace("{image}", name)


def _name(image: ContainerImage) -> str:
    """Returns the short name with its owner: `vllm/vllm-openai:latest`."""
    owner, slash, _last = image.reference.name.rpartition("/") if image.reference else ("", "", "")
    return formatting.line(f"{owner}{slash}{node_wording.image_name(image)}")


def _listing(change: NodeChange) -> list[str]:
    """Returns a line for each image, with its exact size."""
    diff = change.images
    lines = [
        f"{verb} {_exact(image)}"
        for verb, images in (
            (translate("Activity", "arrived"), diff.arrived),
            (translate("Activity", "left"), diff.left),
            (translate("Activity", "no longer listed"), diff.no_longer_listed),
            (translate("Activity", "listed now"), diff.listed_now),
        )
        for image in images
    ]
    template = translate("Activity", "{old} is now {new}")
    return lines + [
        formatting.fill(template, old=_exact(retag.old), new=_exact(retag.new))
        for retag in diff.retagged
    ]


def _exact(image: ContainerImage) -> str:
    """Returns the full name (preferably a tagged one), the digest and the exact size."""
    names = (*(name for name in image.names if "@" not in name), *image.names)
    name = names[0] if names else node_wording.image_name(image)
    if "@" not in name and image.digests:
        name = f"{name} {node_wording.image_digest(image)}"
    return f"{name} ({node_wording.exact_image_size(image)})"


def _clipped(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]}…{line[-half:]}"
