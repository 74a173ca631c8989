"""What kubeimg keeps of a Pod: where it runs, who owns it, which images it uses."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kubeimg_gui.domain.change import ChangeKind

_FINISHED = frozenset({"Succeeded", "Failed"})


class ImageUse(StrEnum):
    """What a pod uses an image for; INIT includes sidecars that are declared as init containers."""

    CONTAINER = "container"
    INIT = "init"
    EPHEMERAL = "ephemeral"
    VOLUME = "volume"


class PodImage(NamedTuple):
    """One use of an image by a pod: as the pod asks for it and as the kubelet reports it.

    Attributes:
        container: name of the container, or of the volume that an image is mounted as.
        requested: the image of the pod's spec; "" where only the status names the container.
        image, image_id: `image` and `imageID` of the container's status; "" until the kubelet
            reports them. They may name another repository than `requested` (a mirror), and an
            imageID may be a config digest that no node lists. A volume has the `imageRef` of its
            status as `image_id`, where the runtime reports it, and no `image`.
        kind: what the image is used for.
    """

    container: str
    requested: str
    image: str
    image_id: str
    kind: ImageUse = ImageUse.CONTAINER


@dataclass(frozen=True, slots=True)
class PodRecord:
    """One pod; immutable, so any thread may read it.

    Attributes:
        created: seconds since the epoch, None where the server gives none.
        terminating: deletion was requested; the pod may still run.
        owner: the controlling owner as `Kind/name`, for example `ReplicaSet/web-5d9c7`, or "".
        node: the node it is bound to, "" while it is not scheduled.
        phase: Pending, Running, Succeeded, Failed or Unknown. A finished pod still holds its
            images until its containers are removed.
        images: one entry for each use: init containers, containers, ephemeral containers and
            volumes in spec order, then those that only the status names. Pods with equal entries
            may share one tuple.
    """

    namespace: str
    name: str
    uid: str
    created: float | None
    terminating: bool
    owner: str
    node: str
    phase: str
    images: tuple[PodImage, ...]

    @property
    def key(self) -> str:
        """`namespace/name`, unique among the pods of a cluster at one time."""
        return f"{self.namespace}/{self.name}"

    @property
    def finished(self) -> bool:
        """Whether the pod succeeded or failed; its exited containers still hold their images."""
        return self.phase in _FINISHED


@dataclass(frozen=True, slots=True)
class PodChange:
    """One pod added, changed or deleted.

    Attributes:
        at: when kubeimg learned of it, seconds since the epoch.
        old, new: None on the side where the pod does not exist.
        initial: the pod was there when watching began.
    """

    kind: ChangeKind
    at: float
    old: PodRecord | None
    new: PodRecord | None
    initial: bool = False


def compare_pods(
    old: PodRecord | None, new: PodRecord | None, *, at: float, initial: bool = False
) -> PodChange | None:
    """Returns the change from one record of a pod to the next; None where they are equal."""
    if old == new:
        return None
    if old is None:
        return PodChange(ChangeKind.ADDED, at, None, new, initial)
    kind = ChangeKind.DELETED if new is None else ChangeKind.CHANGED
    return PodChange(kind, at, old, new)
