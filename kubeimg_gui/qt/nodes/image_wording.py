"""Names of images, as panels show and copy them."""

from kubeimg_gui.domain.image import ContainerImage, parse_reference, short_digest
from kubeimg_gui.qt.base import formatting
from kubeimg_gui.qt.nodes import wording as node_wording


def long_name(image: ContainerImage) -> str:
    """Returns the repository with its tag, else with the start of the digest."""
    reference = image.reference
    if reference is None or not reference.repository:
        return node_wording.image_name(image)
    if reference.tag:
        return formatting.line(f"{reference.name}:{reference.tag}")
    digest = reference.digest or next(iter(image.digests), "")
    shown = f"{reference.name}@{short_digest(digest)}" if digest else reference.name
    return formatting.line(shown)


def registry(image: ContainerImage) -> str:
    """Returns the registry of an image; empty if its name has none."""
    reference = image.reference
    return formatting.line(reference.registry) if reference and reference.repository else ""


def origin(image: ContainerImage) -> str:
    """Returns the registry, and the start of the digest unless the name shows it."""
    digest = node_wording.image_digest(image)
    shown = "" if digest in long_name(image) else digest.partition(":")[2]
    return " · ".join(part for part in (registry(image), shown) if part)


def reported_name(image: ContainerImage) -> str:
    """Returns the name to copy, as the kubelet reports it: a tagged one if there is one."""
    matching = (name for name in image.names if parse_reference(name) == image.reference)
    return next(matching, "")
