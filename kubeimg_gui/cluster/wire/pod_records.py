"""Builds records of pods from the fields that a decoder has read, the same for every encoding."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.domain.pod import ImageUse, PodImage, PodRecord

SHARED_PODS_MAX = 5000
"""Combinations of images that are kept. Lists come in the order of names, so that pods of one
workload, which have the same images, follow each other."""

CONTAINER, INIT, EPHEMERAL, VOLUME = (use.value for use in ImageUse)

Texts = tuple[str, ...]
Images = tuple[PodImage, ...]


def pod_images() -> Callable[[Iterable[str], Iterable[str]], Images]:
    """Returns a function that builds `PodRecord.images`; equal ones are built once and shared.

    Its arguments are what the pod asks for, as use, name and requested image in turn, and what the
    kubelet reports, as use, name, image and imageID in turn. Uses are values of `ImageUse`. The
    function is confined to one thread.
    """
    build = lru_cache(SHARED_PODS_MAX)(_build)

    def images(asked: Iterable[str], reported: Iterable[str]) -> Images:
        return build(tuple(map(sys.intern, asked)), tuple(map(sys.intern, reported)))

    return images


def pod_record(
    *,
    namespace: str,
    name: str,
    uid: str,
    created: float | None,
    terminating: bool,
    owner: tuple[str, str],
    node: str,
    phase: str,
    images: Images,
) -> PodRecord:
    """Builds the record of a pod; `owner` is the kind and name of the controlling owner.

    Raises DecodeError where the pod has no namespace, name or uid.
    """
    if not namespace or not name or not uid:
        raise DecodeError("a pod needs a namespace, a name and a uid")
    kind, owner_name = owner
    return PodRecord(
        namespace=sys.intern(namespace),
        name=name,
        uid=uid,
        created=created,
        terminating=terminating,
        owner=sys.intern(f"{kind}/{owner_name}") if kind else "",
        node=sys.intern(node),
        phase=sys.intern(phase),
        images=images,
    )


def _build(asked: Texts, reported: Texts) -> Images:
    """A status that the spec does not name counts too, and each status counts once."""
    statuses = {
        (use == VOLUME, name): (use, image, image_id)
        for use, name, image, image_id in _chunks(reported, 4)
    }
    images: list[PodImage] = []
    for use, name, requested in _chunks(asked, 3):
        _, image, image_id = statuses.pop((use == VOLUME, name), ("", "", ""))
        images.append(PodImage(name, requested, image, image_id, ImageUse(use)))
    for (_, name), (use, image, image_id) in statuses.items():
        images.append(PodImage(name, "", image, image_id, ImageUse(use)))
    return tuple(images)


def _chunks(texts: Texts, size: int) -> Iterator[Texts]:
    return zip(*[iter(texts)] * size, strict=True)
