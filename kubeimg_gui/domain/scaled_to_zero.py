"""Which images are used by workloads that are scaled to 0, and would be pulled again.

No pod refers to such an image, and none has to: the next scale-up needs it.
"""

from collections.abc import Iterable

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_join import asked_names
from kubeimg_gui.domain.workload import WorkloadRecord


class ScaledToZero:
    """The workloads scaled to 0, by the images that they ask for; confined to one thread.

    The join goes by the names that a node lists, as for a pod that has not started.

    Attributes:
        unknown: the kinds of workloads that are not all known, as in `WorkloadRecord.kind`; the
            owner sets it.
    """

    def __init__(self, unknown: Iterable[str] = ()) -> None:
        self.unknown = frozenset(unknown)
        self._by_name: dict[str, dict[str, WorkloadRecord]] = {}

    def update(self, old: WorkloadRecord | None, new: WorkloadRecord | None) -> bool:
        """Adds, removes or replaces a workload; returns whether that may change an answer."""
        gone = old is not None and old.scaled_to_zero
        came = new is not None and new.scaled_to_zero
        if old is not None and gone:
            for name in _names(old):
                known = self._by_name[name]
                del known[old.uid]
                if not known:
                    del self._by_name[name]
        if new is not None and came:
            for name in _names(new):
                self._by_name.setdefault(name, {})[new.uid] = new
        return gone or came

    def users(self, images: Iterable[ContainerImage]) -> list[WorkloadRecord]:
        """Returns the workloads that ask for one of these images, by namespace, name and kind."""
        found: dict[str, WorkloadRecord] = {}
        for image in images if self._by_name else ():
            for name in (*image.names, *image.digests):
                found |= self._by_name.get(name, {})
        return sorted(found.values(), key=lambda each: (each.namespace, each.name, each.kind))


def _names(workload: WorkloadRecord) -> set[str]:
    return {name for requested in workload.images for name in asked_names(requested)}
