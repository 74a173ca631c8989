"""What kubeimg keeps of a Node, and what the sizes on it mean.

A Node object is 15 to 30 kB of JSON; the record keeps only what is shown, so that thousands fit
in memory and two records are equal exactly when nothing shown has changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from kubeimg_gui.domain.image import ContainerImage

STATUS_MAX_IMAGES = 50
"""The kubelet's default `nodeStatusMaxImages`: it lists only this many, the largest ones."""


class SizeMeaning(StrEnum):
    """What a runtime means by the size of an image."""

    COMPRESSED = "compressed"
    UNPACKED = "unpacked"
    UNKNOWN = "unknown"


def size_meaning(runtime: str) -> SizeMeaning:
    """What `sizeBytes` means under a `containerRuntimeVersion` such as `containerd://1.7.27`.

    containerd reports the compressed transfer size (its `core/images/usage`), CRI-O and Docker
    the sum of unpacked layers (cri-o's `internal/storage/image.go`).
    """
    name = runtime.partition("://")[0]
    if name == "containerd":
        return SizeMeaning.COMPRESSED
    if name in ("cri-o", "docker"):
        return SizeMeaning.UNPACKED
    return SizeMeaning.UNKNOWN


@dataclass(frozen=True, slots=True)
class NodeRecord:
    """One node as kubeimg shows it; immutable, so any thread may read it.

    Attributes:
        name, uid: a name may return with another uid; then it is another node.
        created: seconds since the epoch, None where the server gives none.
        ready: the Ready condition; None is Unknown (the kubelet has not been heard of).
        unschedulable: cordoned.
        terminating: deletion was asked for, a finalizer holds the node.
        pressures: the pressure conditions that are true, for example `DiskPressure`, sorted.
        runtime: `containerRuntimeVersion`, for example `containerd://1.7.27`.
        labels: as `key=value`, sorted.
        images: as listed by the kubelet.
        images_doubted: the server lists no image any more, and that has not yet stood long
            enough to be believed; `images` is the list from before.
        reported_bytes: the sum of the images' sizes: "reported image size", never disk used,
            since layers shared by images count once for each.
    """

    name: str
    uid: str
    created: float | None
    ready: bool | None
    unschedulable: bool
    terminating: bool
    pressures: tuple[str, ...]
    runtime: str
    labels: tuple[str, ...]
    images: tuple[ContainerImage, ...]
    images_doubted: bool = False
    reported_bytes: int = field(init=False, compare=False)

    @property
    def key(self) -> str:
        """The name: unique among the nodes of a cluster at one time."""
        return self.name

    def __post_init__(self) -> None:
        object.__setattr__(self, "reported_bytes", sum([i.size_bytes for i in self.images]))

    @property
    def capped(self) -> bool:
        """Whether the list was probably cut, so that the total is a lower bound.

        Exactly as many images as the kubelet's default maximum; the API does not say whether any
        were left out. (`pkg/kubelet/nodestatus/setters.go`, `Images`)
        """
        return len(self.images) == STATUS_MAX_IMAGES

    @property
    def largest(self) -> ContainerImage | None:
        """The image with the largest reported size, None where none is listed."""
        return max(self.images, key=attrgetter("size_bytes"), default=None)
