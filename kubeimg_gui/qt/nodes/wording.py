"""A node's condition in words, and how much it matters.

The words carry the meaning and the colour repeats it, so that the table reads in grey.
"""

import re
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.image import ContainerImage, short_digest
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.qt.base import formatting

translate = QCoreApplication.translate


class Severity(IntEnum):
    """How much a node's condition asks for a person, least first."""

    FINE = 0
    GONE = 1
    UNCERTAIN = 2
    CRITICAL = 3


def condition(record: NodeRecord, *, deleted: bool = False) -> tuple[Severity, str]:
    """The worst severity and all words of a node's condition, worst word first.

    "Ready" is said only where there is nothing else to say: no word that it is not ready means
    that it is.
    """
    if deleted:
        return Severity.GONE, translate("Node", "Deleted")
    found: list[tuple[Severity, str]] = []
    if record.ready is False:
        found.append((Severity.CRITICAL, translate("Node", "Not ready")))
    found += [(Severity.CRITICAL, _pressure(name)) for name in record.pressures]
    if record.ready is None:
        found.append((Severity.UNCERTAIN, translate("Node", "Unknown")))
    if record.terminating:
        found.append((Severity.UNCERTAIN, translate("Node", "Terminating")))
    if record.unschedulable:
        found.append((Severity.UNCERTAIN, translate("Node", "Cordoned")))
    if not found:
        return Severity.FINE, translate("Node", "Ready")
    first, *others = [words for _severity, words in found]
    words = ", ".join((first, *(word[:1].lower() + word[1:] for word in others)))
    return max(severity for severity, _words in found), formatting.line(words)


def runtime(record: NodeRecord) -> str:
    """The runtime and its version: `containerd 1.7.27`."""
    return formatting.line(record.runtime.replace("://", " ", 1))


def meaning(record: NodeRecord) -> str:
    """What the node's runtime means by an image's size, as a sentence."""
    name = record.runtime.partition("://")[0]
    match size_meaning(record.runtime):
        case SizeMeaning.COMPRESSED:
            words = translate("Node", "Compressed sizes, as {runtime} reports them.")
        case SizeMeaning.UNPACKED:
            words = translate("Node", "Unpacked sizes, as {runtime} reports them.")
        case SizeMeaning.UNKNOWN:
            words = translate("Node", "Whether sizes are compressed is not known of this runtime.")
    return formatting.fill(words, runtime=name)


def image_name(image: ContainerImage) -> str:
    """The short name of an image with its tag, or words for one that has no name."""
    if image.reference is None:
        return translate("Node", "image without a name")
    return formatting.line(image.reference.short)


def image_digest(image: ContainerImage) -> str:
    """The start of the image's first digest; empty where none is known."""
    return formatting.line(short_digest(image.digests[0])) if image.digests else ""


def _pressure(name: str) -> str:
    match name:
        case "DiskPressure":
            return translate("Node", "Disk pressure")
        case "MemoryPressure":
            return translate("Node", "Memory pressure")
        case "PIDPressure":
            return translate("Node", "PID pressure")
        case _:
            return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
