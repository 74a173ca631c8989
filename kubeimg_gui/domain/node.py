"""The part of a Node that kubeimg keeps, and the meaning of its sizes.

A Node object is 15 to 30 kB of JSON. A record keeps only what is shown, so that thousands fit in
memory and two records are equal exactly when nothing shown has changed.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_list import NOTHING_LISTED, Listing, ListState


class SizeMeaning(StrEnum):
    """Whether a runtime reports compressed or unpacked image sizes."""

    COMPRESSED = "compressed"
    UNPACKED = "unpacked"
    UNKNOWN = "unknown"


@lru_cache(1024)
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


class Taint(NamedTuple):
    """A taint of a node; `value` may be empty."""

    key: str
    value: str
    effect: str


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
        conditions: all conditions as pairs of type and status, in the order of the server.
        taints: in the order of the server.
        reported_bytes: the sum of the believable image sizes. It is not disk usage: a layer
            shared by several images counts once for each.
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
    conditions: tuple[tuple[str, str], ...] = ()
    taints: tuple[Taint, ...] = ()
    reported_bytes: int = field(init=False, compare=False)
    _listing: Listing = field(init=False, compare=False, repr=False)

    @property
    def key(self) -> str:
        """The name: unique among the nodes of a cluster at one time."""
        return self.name

    def __post_init__(self) -> None:
        object.__setattr__(self, "reported_bytes", sum([i.size_bytes for i in self.images]))

    def after(self, old: "NodeRecord") -> "NodeRecord":
        """Adds what the lists of the node have shown before, and returns this record.

        `old` is the record before this one, of the same uid. For the thread that has just created
        this record: others take it for immutable.
        """
        same = self.images == old.images
        listing = old.listing if same else old.listing.after(self.images)
        object.__setattr__(self, "_listing", listing)
        return self

    @property
    def listing(self) -> Listing:
        """What the lists of the node have shown: this one and, see `after`, those before."""
        # Computed when first needed: most records are heartbeats that are dropped at once.
        try:
            return self._listing
        except AttributeError:
            listing = NOTHING_LISTED.after(self.images)
            object.__setattr__(self, "_listing", listing)
            return listing

    @property
    def list_state(self) -> ListState:
        """Whether `images` are all images of the node."""
        return self.listing.state

    @property
    def capped(self) -> bool:
        """Whether there is a list that may lack images of the node."""
        return self.listing.state is not ListState.COMPLETE and bool(self.images)

    @property
    def is_lower_bound(self) -> bool:
        """Whether `reported_bytes` may lack images of the node."""
        return self.capped or self.unbelievable_sizes > 0

    @property
    def unbelievable_sizes(self) -> int:
        """The number of images whose size is not believable and not part of the total."""
        return len([image for image in self.images if image.raw_size])

    @property
    def largest(self) -> ContainerImage | None:
        """The image with the largest reported size, None if there are no images."""
        return max(self.images, key=attrgetter("size_bytes"), default=None)
