"""Text for a node's condition, its runtime and its images.

The text carries the meaning and colour only repeats it, so that the table reads without colour.
"""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.condition import Severity, condition_severity, condition_text
from kubeimg_gui.domain.image import ContainerImage, short_digest
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.qt.base import formatting

translate = QCoreApplication.translate


def condition(record: NodeRecord, *, deleted: bool = False) -> tuple[Severity, str]:
    """Returns the severity and the text of a node's condition, see `domain.condition`."""
    if deleted:
        return Severity.GONE, translate("Node", "Deleted")
    return condition_severity(record), formatting.line(condition_text(record))


def runtime(record: NodeRecord) -> str:
    """Returns the runtime and its version: `containerd 1.7.27`."""
    return formatting.line(record.runtime.replace("://", " ", 1))


def meaning(record: NodeRecord) -> str:
    """Returns a sentence about the meaning of sizes under the runtime of a node."""
    name = record.runtime.partition("://")[0]
    match size_meaning(record.runtime):
        case SizeMeaning.COMPRESSED:
            text = translate("Node", "Compressed sizes, as {runtime} reports them.")
        case SizeMeaning.UNPACKED:
            text = translate("Node", "Unpacked sizes, as {runtime} reports them.")
        case SizeMeaning.UNKNOWN:
            text = translate("Node", "Unknown whether this runtime reports compressed sizes.")
    return formatting.fill(text, runtime=name)


def image_name(image: ContainerImage) -> str:
    """Returns the short name of an image with its tag; "unnamed image" where it has none."""
    return formatting.line(image.short_name) or unnamed_image()


def unnamed_image() -> str:
    """Returns the text that stands for an image without a name."""
    return translate("Node", "unnamed image")


def image_digest(image: ContainerImage) -> str:
    """Returns the start of the first digest; empty if the image has none."""
    return formatting.line(short_digest(image.digests[0])) if image.digests else ""
