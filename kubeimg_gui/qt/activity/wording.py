"""One entry of the activity, and how it is worded in its row, its tooltip and on the clipboard.

Entries come by the thousand and few are ever read, so nothing is worded before somebody looks.
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
"""Of a tooltip, in characters."""
FORMULA_STARTS = tuple('=+-@＝＋－＠"')
"""What a spreadsheet takes for the start of a formula, or of a cell that goes on over lines."""


@dataclass(eq=False)
class Entry:
    """One thing that happened; confined to the GUI thread.

    Attributes:
        number: how many entries came before it.
        at: when, seconds since the epoch.
        change: what a node's image storage did; None for what this window did to the node.
        note, severity: what this window did, and how much it asks for a person.
    """

    number: int
    at: float
    node: str
    change: NodeChange | None = None
    note: str = ""
    severity: Severity = Severity.FINE

    @property
    def growth(self) -> int | None:
        """Reported bytes gained; None where this is not about sizes."""
        return self.change.bytes_new - self.change.bytes_old if self.change else None

    @cached_property
    def words(self) -> str:
        """What happened."""
        return _happened(self.change) if self.change else formatting.line(self.note)

    @cached_property
    def haystack(self) -> str:
        """Node and words as the filter searches them."""
        return f"{self.node} {self.words}".casefold()

    @property
    def images(self) -> Sequence[ContainerImage]:
        """The images it is about, under old names and new."""
        if self.change is None:
            return ()
        if self.change.kind is not ChangeKind.CHANGED:
            return self.change.record.images
        diff = self.change.images
        renamed = [image for retag in diff.retagged for image in (retag.old, retag.new)]
        return (*diff.arrived, *diff.left, *diff.no_longer_listed, *renamed)


def sizes(change: NodeChange) -> str:
    """The reported size before and after; a dash where the node does not exist."""
    old, new = (
        units.reported_size(record.reported_bytes, record.capped) if record else "—"
        for record in (change.old, change.new)
    )
    return from_to(old, new)


def from_to(old: str, new: str) -> str:
    """Returns the text of a step from one size to the next."""
    return f"{old} → {new}"


def tip(entry: Entry) -> str:
    """The whole truth in plain text: date and time, exact bytes, every image there is room for."""
    lines = [formatting.moment(entry.at), entry.node]
    change = entry.change
    if change is None or change.kind is not ChangeKind.CHANGED:
        lines.append(entry.words)
    if change is not None:
        growth = change.bytes_new - change.bytes_old
        sign = "+" if growth > 0 else "\N{MINUS SIGN}" if growth < 0 else "±"
        lines.append(sign + formatting.exact_size(abs(growth)))
        whole = change.kind is not ChangeKind.CHANGED
        lines += map(_exact, change.record.images) if whole else _listing(change)
    return formatting.listed([_clipped(plain(line)) for line in lines])


def fields(entry: Entry) -> list[str]:
    """Time, node, bytes before, bytes after, change in bytes, what happened: cells of a table.

    All images of a change are named; of a node that came or went as a whole, their number.
    """
    change = entry.change
    numbers = ["", "", ""]
    happened = entry.words
    if change is not None:
        growth = change.bytes_new - change.bytes_old
        numbers = [str(change.bytes_old), str(change.bytes_new), str(growth)]
        if change.kind is ChangeKind.CHANGED:
            happened = "; ".join(_listing(change))
    at = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="milliseconds")
    return [at, cell(entry.node), *numbers, cell(happened)]


def cell(words: str) -> str:
    """Words from a cluster as one cell: on one line, and nothing that a spreadsheet calculates."""
    line = plain(words)
    return f"'{line}" if line.lstrip().startswith(FORMULA_STARTS) else line


def _happened(change: NodeChange) -> str:
    if change.kind is ChangeKind.ADDED:
        words = translate("Activity", "node joined with {images}")
        return formatting.fill(words, images=formatting.images(len(change.record.images)))
    if change.kind is ChangeKind.DELETED:
        return translate("Activity", "node deleted")
    diff = change.images
    parts: list[str] = []
    if diff.arrived:
        parts.append(_some(diff.arrived, translate("Activity", "{images} arrived")))
    if diff.left:
        parts.append(_some(diff.left, translate("Activity", "{images} left")))
    if diff.no_longer_listed:
        count = len(diff.no_longer_listed)
        parts.append(Activity.tr("%Ln image(s) no longer listed (list is capped)", "", count))
    renamed = [retag.new for retag in diff.retagged if retag.old.names != retag.new.names]
    if renamed:
        parts.append(_some(renamed, translate("Activity", "{images} retagged")))
    resized = [retag.new for retag in diff.retagged if retag.old.names == retag.new.names]
    if resized:
        parts.append(_some(resized, translate("Activity", "{images} of another size than before")))
    return "; ".join(parts)


def _some(images: Sequence[ContainerImage], words: str) -> str:
    """The largest by name and the number of the others, in the place of `{images}`.

    The name is put in last, and plainly: a filter words thousands of entries under a keystroke.
    """
    named = "{image}"
    if len(images) > 1:
        named = Activity.tr("{image} and %Ln more", "", len(images) - 1)
    name = _name(max(images, key=lambda image: image.size_bytes))
    return words.replace("{images}", named).replace("{image}", name)


def _name(image: ContainerImage) -> str:
    """The short name below the one it belongs to: `vllm/vllm-openai:latest`."""
    owner, slash, _last = image.reference.name.rpartition("/") if image.reference else ("", "", "")
    return formatting.line(f"{owner}{slash}{node_wording.image_name(image)}")


def _listing(change: NodeChange) -> list[str]:
    """A line for each image, with all its bytes."""
    diff = change.images
    lines = [
        f"{word} {_exact(image)}"
        for word, images in (
            (translate("Activity", "arrived"), diff.arrived),
            (translate("Activity", "left"), diff.left),
            (translate("Activity", "no longer listed"), diff.no_longer_listed),
        )
        for image in images
    ]
    same = translate("Activity", "{old} is now {new}")
    return lines + [
        formatting.fill(same, old=_exact(retag.old), new=_exact(retag.new))
        for retag in diff.retagged
    ]


def _exact(image: ContainerImage) -> str:
    """The whole name, a tagged one before a pinned one, the digest and the exact size."""
    names = (*(name for name in image.names if "@" not in name), *image.names)
    name = names[0] if names else node_wording.image_name(image)
    if "@" not in name and image.digests:
        name = f"{name} {node_wording.image_digest(image)}"
    return f"{name} ({formatting.exact_size(image.size_bytes)})"


def _clipped(line: str) -> str:
    half = LONGEST_LINE // 2
    return line if len(line) <= LONGEST_LINE else f"{line[:half]}…{line[-half:]}"
