"""What happened to a node's image storage, in words for a list and as fields for a spreadsheet."""

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.change import ChangeKind, NodeChange
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.qt import node_words, text
from kubeimg_gui.qt.columns import reported

translate = QCoreApplication.translate

FORMULA_STARTS = ("=", "+", "-", "@")
"""What a spreadsheet takes for the beginning of a formula."""


def what(change: NodeChange) -> str:
    """Which images arrived, left, are no longer listed or were retagged; or that a node did."""
    if change.kind is ChangeKind.ADDED:
        words = translate("Activity", "node joined with {images}")
        return words.format(images=text.images(len(change.record.images)))
    if change.kind is ChangeKind.DELETED:
        return translate("Activity", "node deleted")
    diff = change.images
    parts = (
        _some(diff.arrived, translate("Activity", "{images} arrived")),
        _some(diff.left, translate("Activity", "{images} left")),
        _some(
            diff.no_longer_listed,
            translate("Activity", "{images} no longer listed (the list is capped)"),
        ),
        _some([each.new for each in diff.retagged], translate("Activity", "{images} retagged")),
    )
    return "; ".join(part for part in parts if part)


def sizes(change: NodeChange) -> str:
    """The reported size before and after."""
    old = reported(change.bytes_old, bool(change.old and change.old.capped))
    new = reported(change.bytes_new, bool(change.new and change.new.capped))
    return f"{old} → {new}"


def details(change: NodeChange) -> str:
    """Every image with its exact size, as far as a tooltip has room."""
    diff = change.images
    lines = [
        f"{word} {node_words.image_name(image)}  {text.exact_size(image.size_bytes)}"
        for word, images in (
            (translate("Activity", "arrived"), diff.arrived),
            (translate("Activity", "left"), diff.left),
            (translate("Activity", "no longer listed"), diff.no_longer_listed),
            (translate("Activity", "retagged"), [each.new for each in diff.retagged]),
        )
        for image in images
    ]
    return text.listed([text.moment(change.at), change.record.name, *lines])


def searched(change: NodeChange) -> str:
    """All that a filter looks at, casefolded: the node and the names of the images involved."""
    diff = change.images
    images = (*diff.arrived, *diff.left, *diff.no_longer_listed, *(r.new for r in diff.retagged))
    names = (name for image in images for name in image.names)
    return " ".join((change.record.name, what(change), *names)).casefold()


def fields(change: NodeChange) -> list[str]:
    """Time, node, bytes before, bytes after, change, what: exact, for a line of a table."""
    return [
        datetime.fromtimestamp(change.at, UTC).isoformat(timespec="seconds"),
        cell(change.record.name),
        str(change.bytes_old),
        str(change.bytes_new),
        str(change.bytes_new - change.bytes_old),
        cell(what(change)),
    ]


def cell(words: str) -> str:
    """Words from a cluster as one cell: on one line, and nothing that is calculated."""
    line = "".join(c if c.isprintable() else " " for c in words)
    return f"'{line}" if line.startswith(FORMULA_STARTS) else line


def _some(images: Sequence[ContainerImage], words: str) -> str:
    """The largest by name and the number of the others, in the place of `{images}`."""
    if not images:
        return ""
    largest = max(images, key=lambda image: image.size_bytes)
    named = node_words.image_name(largest)
    if len(images) > 1:
        more = translate("Activity", "{image} and {n} more")
        named = text.fill(more, image=named, n=f"{len(images) - 1:,}")
    return text.fill(words, images=named)
