"""Text for a node's condition, its runtime and its images.

The text carries the meaning and colour only repeats it, so that the table reads without colour.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.condition import Severity, condition_severity, condition_text
from kubeimg_gui.domain.image import ContainerImage, short_digest
from kubeimg_gui.domain.image_list import ListState
from kubeimg_gui.domain.node import NodeRecord, SizeMeaning, size_meaning
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Node = TranslationContext("Node")


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


def list_limits(record: NodeRecord) -> list[str]:
    """Returns sentences about what the image list and the total of a node lack; may be empty."""
    sentences: list[str] = []
    if record.capped:
        if record.list_state is ListState.CUT:
            text = translate("Node", "The list is cut: the kubelet lists only the largest images.")
        else:
            text = translate("Node", "The list may be cut: it may hold only the largest images.")
        sentences.append(text)
    if record.unbelievable_sizes:
        sentences.append(unbelievable_sizes(record.unbelievable_sizes))
    return sentences


def unbelievable_sizes(count: int) -> str:
    """Returns a sentence about sizes that are not part of a total."""
    return Node.tr("%Ln size(s) is/are not believable and left out.", "", count)


def image_size(image: ContainerImage, size: Callable[[int], str] = units.size) -> str:
    """Returns the reported size of an image as `size` formats it, or that it is not believable."""
    if image.size_is_believable:
        return size(image.size_bytes)
    return translate("Node", "size not believable")


def exact_image_size(image: ContainerImage) -> str:
    """Returns the exact size of an image, or what is reported instead of a believable one."""
    if image.size_is_believable:
        return formatting.exact_size(image.size_bytes)
    return formatting.fill(translate("Node", "size not believable: {value}"), value=image.raw_size)


def image_name(image: ContainerImage) -> str:
    """Returns the short name of an image with its tag; "unnamed image" where it has none."""
    return formatting.line(image.short_name) or unnamed_image()


def unnamed_image() -> str:
    """Returns the text that stands for an image without a name."""
    return translate("Node", "unnamed image")


def image_digest(image: ContainerImage) -> str:
    """Returns the start of the first digest; empty if the image has none."""
    return formatting.line(short_digest(image.digests[0])) if image.digests else ""
