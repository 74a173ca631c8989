"""Builds records from the fields that a decoder has read, the same for every encoding."""

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kubeimg_gui.cluster.wire.codec import DecodeError
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord, Taint

SHARED_IMAGES_MAX = 1000
"""Decoded images in the table of shared ones, or twice those that nodes hold if that is more."""
IMAGE_BYTES_MAX = 2**44
"""16 TiB, the largest file of ext4. Layers are files and no image comes near it: a larger number is
damage. With this bound the total of 5,000 nodes with 50 images fits 63 bits."""
CONDITIONS_MAX = 1000
"""Distinct combinations of conditions that are kept; a fleet has a few dozen."""
RAW_SIZE_LENGTH = 64
"""Maximum characters kept of what stands in place of a size."""

_READY = {"True": True, "False": False}


class Conditions(NamedTuple):
    """The conditions of a node: all as pairs of type and status, and what they say."""

    pairs: tuple[tuple[str, str], ...]
    ready: bool | None
    pressures: tuple[str, ...]


def read_conditions(texts: tuple[str, ...]) -> Conditions:
    """Reads the type and the status of each condition; of several Ready ones the last counts."""
    pairs = tuple(zip(texts[::2], texts[1::2], strict=True))
    ready: bool | None = None
    pressures: set[str] = set()
    for kind, status in pairs:
        if kind == "Ready":
            ready = _READY.get(status)
        elif status == "True" and kind.endswith("Pressure"):
            pressures.add(kind)
    return Conditions(pairs, ready, tuple(sorted(pressures)))


def node_record(
    *,
    name: str,
    uid: str,
    created: float | None,
    terminating: bool,
    unschedulable: bool,
    conditions: Conditions,
    taints: Sequence[tuple[str, str, str]],
    runtime: str,
    labels: Iterable[str],
    images: tuple[ContainerImage, ...],
) -> NodeRecord:
    """Builds the record of a node; `taints` are key, value and effect.

    Raises DecodeError where the node has no name or no uid.
    """
    if not name or not uid:
        raise DecodeError("a node needs a name and a uid")
    return NodeRecord(
        name=name,
        uid=uid,
        created=created,
        ready=conditions.ready,
        unschedulable=unschedulable,
        terminating=terminating,
        pressures=conditions.pressures,
        runtime=sys.intern(runtime),
        labels=tuple(sorted(labels)),
        images=images,
        conditions=conditions.pairs,
        taints=tuple([Taint(*map(sys.intern, taint)) for taint in taints]) if taints else (),
    )


def container_image(names: Iterable[str | None], size: int | str) -> ContainerImage:
    """Builds an image entry, without empty names.

    A size that is not a number, negative, or above IMAGE_BYTES_MAX is not believable: the entry
    keeps it as text, and its size does not count.
    """
    kept = tuple(sys.intern(name) for name in names if name)
    if isinstance(size, int) and 0 <= size <= IMAGE_BYTES_MAX:
        return ContainerImage(kept, size)
    return ContainerImage(kept, 0, str(size)[:RAW_SIZE_LENGTH] or "empty")
