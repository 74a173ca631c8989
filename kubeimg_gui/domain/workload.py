"""What kubeimg keeps of a workload: whether it is scaled to 0, and which images it would pull."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class WorkloadRecord:
    """One Deployment or StatefulSet; immutable, so any thread may read it.

    Attributes:
        kind: `Deployment` or `StatefulSet`.
        scaled_to_zero: whether it asks for no pods at all.
        images: what its next pods would ask for, each image once, sorted. Kept only of a workload
            that is scaled to 0: pods name the images of the others. Equal ones may be shared.
    """

    kind: str
    namespace: str
    name: str
    uid: str
    scaled_to_zero: bool
    images: tuple[str, ...]

    @property
    def key(self) -> str:
        """`namespace/name`, unique among the workloads of one kind at one time."""
        return f"{self.namespace}/{self.name}"


class WorkloadChange(NamedTuple):
    """One workload added, changed or deleted; None on the side where it does not exist."""

    old: WorkloadRecord | None
    new: WorkloadRecord | None


def compare_workloads(
    old: WorkloadRecord | None, new: WorkloadRecord | None, *, at: float, initial: bool = False
) -> WorkloadChange | None:
    """Returns the change from one record of a workload to the next; None where they are equal."""
    del at, initial  # only what is scaled to 0 now is shown
    return None if old == new else WorkloadChange(old, new)
