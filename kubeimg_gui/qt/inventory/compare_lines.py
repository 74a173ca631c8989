"""The images of two compared nodes, as lines and as text."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from kubeimg_gui.domain.comparison import ImageComparison, SharedImage
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.base.labels import SEPARATOR
from kubeimg_gui.qt.base.lines import Line
from kubeimg_gui.qt.base.tone import Tone
from kubeimg_gui.qt.base.translations import TranslationContext
from kubeimg_gui.qt.nodes import image_wording
from kubeimg_gui.qt.nodes import wording as node_wording
from kubeimg_gui.text import units
from kubeimg_gui.text.sanitize import plain

translate = QCoreApplication.translate
Compare = TranslationContext("Compare")


class SideImage(NamedTuple):
    """An image that one of the nodes lists alone; `perhaps`: the other one may hide it."""

    image: ContainerImage
    perhaps: bool = False


Item = SideImage | SharedImage


def side(only: Iterable[ContainerImage], perhaps: Iterable[ContainerImage]) -> list[SideImage]:
    """Returns what one node lists alone: first what is certain."""
    return [*map(SideImage, only), *(SideImage(image, perhaps=True) for image in perhaps)]


def side_line(item: SideImage) -> Line:
    """Describes an image that one node lists alone."""
    tone = Tone.UNKNOWN if item.perhaps else Tone.MUTED
    size = node_wording.image_size(item.image)
    text = translate("Compare", "perhaps · {size}").format(size=size) if item.perhaps else size
    return Line(image_wording.long_name(item.image), text, tone, tip=_tip(item.image))


def shared_line(item: SharedImage) -> Line:
    """Describes an image that both nodes list; with both sizes where they differ."""
    here, there = map(node_wording.image_size, item)
    text = here if here == there else f"{here} / {there}"
    tip = _tip(item.here)
    if item.here != item.there:
        tip = f"{tip}\n\n{_tip(item.there)}"
    return Line(image_wording.long_name(item.here), text, Tone.MUTED, tip=tip)


def side_sum(
    only: Sequence[ContainerImage], perhaps: Sequence[ContainerImage], record: NodeRecord
) -> str:
    """Returns number and sum of what one node lists alone, and of what perhaps is on both."""
    text = _sum(only, is_lower_bound=record.is_lower_bound)
    if not perhaps:
        return text
    doubted = translate("Compare", "perhaps also {images}").format(
        images=_sum(perhaps, is_lower_bound=record.is_lower_bound)
    )
    return f"{text}\n{doubted}"


def shared_sum(both: Sequence[SharedImage], one: NodeRecord, other: NodeRecord) -> str:
    """Returns number and sum of what both nodes list: one sum for both where it is the same."""
    here, there = [pair.here for pair in both], [pair.there for pair in both]
    bound = one.capped or other.capped
    sums = [
        _size(images, is_lower_bound=bound or any(image.raw_size for image in images))
        for images in (here, there)
    ]
    return SEPARATOR.join((formatting.images(len(both)), " / ".join(dict.fromkeys(sums))))


def badges(one: NodeRecord, other: NodeRecord, found: ImageComparison) -> list[str]:
    """Returns sentences about what makes the comparison uncertain; may be empty."""
    sentences: list[str] = []
    if not found.same_meaning:
        sentences = [
            f"{formatting.line(record.name)}: {node_wording.meaning(record)}"
            for record in (one, other)
        ]
        sentences.append(translate("Compare", "Sizes of the two nodes cannot be compared."))
    for record in (one, other):
        for sentence in node_wording.list_limits(record):
            sentences.append(f"{formatting.line(record.name)}: {sentence}")
        if record.images_doubted or not record.images:
            text = translate("Compare", "{node}: The node lists no images at the moment.")
            sentences.append(formatting.fill(text, node=record.name))
    return sentences


def comparison_text(one: NodeRecord, other: NodeRecord, found: ImageComparison) -> str:
    """Returns the comparison as plain text, one image a line with its size after a tab."""
    only = translate("Compare", "Only on {node}: {images}")
    perhaps = translate("Compare", "Listed only on {node}, perhaps on both: {images}")
    blocks = [
        _block(only, one, found.only_here),
        _block(perhaps, one, found.perhaps_here),
        _block(only, other, found.only_there),
        _block(perhaps, other, found.perhaps_there),
        "\n".join(
            (
                translate("Compare", "On both: {images}").format(
                    images=shared_sum(found.both, one, other)
                ),
                *(f"  {_name(p.here)}\t{shared_line(p).state}" for p in found.both),
            )
        ),
        "\n".join(badges(one, other, found)),
    ]
    return "\n\n".join(block for block in blocks if block)


def _block(title: str, record: NodeRecord, images: Sequence[ContainerImage]) -> str:
    if not images:
        return ""
    total = _sum(images, is_lower_bound=record.is_lower_bound)
    head = formatting.fill(title, node=record.name, images=total)
    return "\n".join((head, *(f"  {_name(i)}\t{node_wording.image_size(i)}" for i in images)))


def _name(image: ContainerImage) -> str:
    return plain(image_wording.reported_name(image)) or image_wording.long_name(image)


def _sum(images: Sequence[ContainerImage], *, is_lower_bound: bool) -> str:
    size = _size(images, is_lower_bound=is_lower_bound)
    return SEPARATOR.join((formatting.images(len(images)), size))


def _size(images: Iterable[ContainerImage], *, is_lower_bound: bool) -> str:
    return units.reported_size(sum(image.size_bytes for image in images), is_lower_bound)


def _tip(image: ContainerImage) -> str:
    return "\n".join((*map(formatting.line, image.names), node_wording.exact_image_size(image)))
