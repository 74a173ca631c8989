"""Text for the images of a cluster: their names, versions and references.

The text carries the meaning; shape and colour only repeat it.
"""

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.grouping import Grouping
from kubeimg_gui.domain.image import ContainerImage, short_digest
from kubeimg_gui.domain.image_summary import ImageSummary
from kubeimg_gui.domain.node import SizeMeaning
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.inventory.rows import GroupRow
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.qt.pods import wording as pod_wording
from kubeimg_gui.text import units

translate = QCoreApplication.translate
Inventory = TranslationContext("Inventory")


def digest_text(image: ContainerImage) -> str:
    """Returns the start of the first digest, and the number of further ones; may be empty."""
    if not image.digests:
        return ""
    first = formatting.line(short_digest(image.digests[0]))
    more = len(image.digests) - 1
    return f"{first} +{more}" if more else first


def tags_text(summary: ImageSummary) -> str:
    """Returns the tags of an image, or "(no tag)" with the start of its digest."""
    tags = summary.tags
    if tags:
        return formatting.line(", ".join(tags))
    digest = node_wording.image_digest(summary.image).partition(":")[2]
    if not digest:
        return translate("Inventory", "(no tag)")
    return translate("Inventory", "(no tag) {digest}").format(digest=digest)


def image_title(summary: ImageSummary, grouping: Grouping) -> str:
    """Returns the name of an image as its row shows it, within a group without the group's name."""
    repository = summary.repository
    if not repository:
        reference = summary.image.reference
        if reference is None or not reference.digest:
            return node_wording.unnamed_image()
        return formatting.line(short_digest(reference.digest))
    if grouping is Grouping.NONE:
        return formatting.line(repository)
    if grouping is Grouping.REPOSITORY:
        return tags_text(summary)
    name = repository.removeprefix(f"{summary.registry}/")
    tags = tags_text(summary)
    return formatting.line(f"{name}:{tags}" if summary.tags else f"{name} {tags}")


def group_title(group: GroupRow) -> str:
    """Returns the name of a repository or registry."""
    return formatting.line(group.name) or translate("Inventory", "Images without a name")


def versions(count: int) -> str:
    """Returns a number of images of one repository: `23 versions`."""
    return Inventory.tr("%Ln version(s)", "", count)


def meaning_text(meanings: frozenset[SizeMeaning]) -> str:
    """Returns what the sizes of an image mean."""
    if len(meanings) > 1:
        return mixed()
    texts = {
        SizeMeaning.COMPRESSED: translate("Inventory", "compressed"),
        SizeMeaning.UNPACKED: translate("Inventory", "unpacked"),
        SizeMeaning.UNKNOWN: translate("Inventory", "unknown"),
    }
    return texts[next(iter(meanings), SizeMeaning.UNKNOWN)]


def mixed() -> str:
    """Returns the badge of sizes that mean different things."""
    return translate("Inventory", "mixed")


def group_reference_text(group: GroupRow) -> str:
    """Returns how many versions of a group pods refer to, and the bytes of the others."""
    count = len(group.members)
    if group.unknown == count:
        return pod_wording.unknown_text(group.reason)
    parts: list[str] = []
    if not group.referenced:
        parts.append(translate("Inventory", "none referenced"))
    else:
        parts.append(
            translate("Inventory", "{count} of {all} referenced").format(
                count=group.referenced, all=count
            )
        )
    if group.unreferenced:
        size = units.size(group.unreferenced)
        parts.append(
            translate("Inventory", "≤ {size} not").format(size=size)
            if group.referenced
            else translate("Inventory", "≤ {size}").format(size=size)
        )
    if group.held:
        parts.append(Inventory.tr("%Ln held by finished pods", "", group.held))
    if group.unknown:
        parts.append(Inventory.tr("%Ln unknown", "", group.unknown))
    return ", ".join(parts)
