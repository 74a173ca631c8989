"""The part of a Node that kubeimg keeps, and the meaning of its sizes.

A Node object is 15 to 30 kB of JSON. A record keeps only what is shown, so that thousands fit in
memory and two records are equal exactly when nothing shown has changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter

from kubeimg_gui.domain.image import ContainerImage

STATUS_MAX_IMAGES = 50
"""Default `nodeStatusMaxImages` of the kubelet, which lists only the largest images."""


class SizeMeaning(StrEnum):
    """Whether a runtime reports compressed or unpacked image sizes."""

    COMPRESSED = "compressed"
    UNPACKED = "unpacked"
    UNKNOWN = "unknown"


def size_meaning(runtime: str) -> SizeMeaning:
    """Returns the meaning of `sizeBytes` for a runtime version such as `containerd://1.7.27`.

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
        name, uid: a name that returns with another uid is another node.
        created: seconds since the epoch, None if the server reports none.
        ready: the Ready condition; None for Unknown (the kubelet stopped reporting).
        unschedulable: whether the node is cordoned.
        terminating: deletion was requested, a finalizer delays it.
        pressures: the pressure conditions that are true, for example `DiskPressure`, sorted.
        runtime: `containerRuntimeVersion`, for example `containerd://1.7.27`.
        labels: as `key=value`, sorted.
        images: as listed by the kubelet.
        images_doubted: the server suddenly lists no images, which is not confirmed yet;
            `images` is the previous list.
        reported_bytes: the sum of the image sizes. It is not disk usage: a layer shared by
            several images counts once for each.
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
        """Whether the list was probably cut, which makes the total a lower bound.

        True for exactly the kubelet's default maximum of images; the API does not report whether
        images were left out. (`pkg/kubelet/nodestatus/setters.go`, `Images`)
        """
        return len(self.images) == STATUS_MAX_IMAGES

    @property
    def largest(self) -> ContainerImage | None:
        """The image with the largest reported size, None if there are no images."""
        return max(self.images, key=attrgetter("size_bytes"), default=None)
