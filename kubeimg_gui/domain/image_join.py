"""Finds the image in a node's list that a pod uses.

The API names no image of a node by an id that pods share, so the join goes by names. The kubelet
reports `imageID` and `image` of the first digest and tag of an image, which may be of another
repository than the one that the pod asks for. (`pkg/kubelet/kubelet_pods.go`;
containerd's `internal/cri/server/container_status.go`)
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from kubeimg_gui.domain.image import DEFAULT_REGISTRY, ContainerImage, parse_reference
from kubeimg_gui.domain.pod import PodImage

LISTED_NAMES_MAX = 5
"""A kubelet lists no more names of an image than this (`MaxNamesPerImageInNodeStatus`)."""

_PULLABLE = "docker-pullable://"
_CACHED = 4096


def find_image(images: Sequence[ContainerImage], use: PodImage) -> ContainerImage | None:
    """Returns the image in a node's list that a pod uses.

    The keys are tried in this order: the imageID, its digest in any name, the image of the status,
    the requested reference as a runtime lists it. A digest comes before a tag, because the tag of
    the image that a container runs may have moved since.
    """
    image_id = use.image_id.removeprefix(_PULLABLE)
    found = None
    if image_id:
        found = _named(images, image_id) or _with_digest(images, image_id.rpartition("@")[2])
    if found is None and use.image:
        found = _named(images, use.image)
    return found or _requested(images, use.requested)


def is_exact(image: ContainerImage | None, use: PodImage) -> bool:
    """Returns whether an image has the imageID of a use; then no other image takes its place."""
    return image is not None and use.image_id.removeprefix(_PULLABLE) in image.names


def possible_images(
    images: Iterable[ContainerImage], unmatched: int, without_digest: int
) -> tuple[ContainerImage, ...]:
    """Returns the images that unmatched uses of the same node might be.

    `unmatched` is the number of uses that match no image of the node, `without_digest` is how many
    of these have an imageID that is no digest of a repository. The names of an image are all in the
    list, unless there are more than the kubelet lists. So another image cannot be what a use means,
    except that an image without digest may have any id.
    """
    if not unmatched:
        return ()
    return tuple(
        [
            image
            for image in images
            if (
                len(image.names) >= LISTED_NAMES_MAX
                or (without_digest and not image.digests and image.reference is not None)
            )
            and not image.is_pause
        ]
    )


def has_id_without_digest(use: PodImage) -> bool:
    """Returns whether the imageID is the id of an image that has no digest of a repository."""
    return bool(use.image_id) and "@" not in use.image_id


def listed_names(requested: str) -> Sequence[str]:
    """Returns the names under which runtimes may list a requested image; Docker's are short."""
    full = full_reference(requested)
    official = full.removeprefix(f"{DEFAULT_REGISTRY}/library/")
    familiar = full.removeprefix(f"{DEFAULT_REGISTRY}/")
    return tuple(dict.fromkeys(name for name in (full, familiar, official) if name))


def asked_names(requested: str) -> Sequence[str]:
    """Returns the names, and the digest if it has one, under which nodes list a requested image."""
    digest = full_reference(requested).partition("@")[2]
    return (*listed_names(requested), *((digest,) if digest else ()))


@lru_cache(maxsize=_CACHED)
def full_reference(text: str) -> str:
    """Returns a requested image as containerd and CRI-O list it.

    The registry and `library/` are added where they are missing; of a tag beside a digest the
    digest stays; `latest` is the tag where there is neither. "" for text without a repository.
    """
    reference = parse_reference(text)
    if not reference.repository:
        return ""
    located = f"{reference.registry}/{reference.repository}"
    if reference.digest:
        return f"{located}@{reference.digest}"
    return f"{located}:{reference.tag or 'latest'}"


def _requested(images: Sequence[ContainerImage], requested: str) -> ContainerImage | None:
    if not requested:
        return None
    for name in listed_names(requested):
        found = _named(images, name)
        if found is not None:
            return found
    _, pinned, digest = full_reference(requested).partition("@")
    return _with_digest(images, digest) if pinned else None


def _named(images: Iterable[ContainerImage], name: str) -> ContainerImage | None:
    for image in images:
        if name in image.names:
            return image
    return None


def _with_digest(images: Iterable[ContainerImage], digest: str) -> ContainerImage | None:
    for image in images:
        if digest in image.digests:
            return image
    return None
