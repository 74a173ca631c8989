"""What kubeimg keeps of a Pod: where it runs, who owns it, which images it uses."""

from dataclasses import dataclass
from typing import NamedTuple

from kubeimg_gui.domain.change import ChangeKind


class PodImage(NamedTuple):
    """One container's image: as the pod asks for it and as the kubelet reports it.

    Attributes:
        container: the container's name; init and ephemeral containers count too.
        requested: the image of the pod's spec; "" where only the status names the container.
        image, image_id: `image` and `imageID` of the container's status; "" until the kubelet
            reports them. They may name another repository than `requested` (a mirror), and an
            imageID may be a config digest that no node lists.
    """

    container: str
    requested: str
    image: str
    image_id: str


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
        images: one entry a container: spec order first, then containers of the status alone.
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
