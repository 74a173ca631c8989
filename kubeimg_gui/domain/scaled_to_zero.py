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
        self._by_name: dict[str, dict[_Id, WorkloadRecord]] = {}

    def update(self, old: WorkloadRecord | None, new: WorkloadRecord | None) -> bool:
        """Adds, removes or replaces a workload; returns whether that may change an answer."""
        gone = old is not None and old.scaled_to_zero
        came = new is not None and new.scaled_to_zero
        if old is not None and gone:
            self._remove(old)
        if new is not None and came:
            for name in _names(new):
                self._by_name.setdefault(name, {})[_id(new)] = new
        return gone or came

    def forget(self, kind: str) -> None:
        """Forgets all workloads of a kind, as in `WorkloadRecord.kind`."""
        known = {each for named in self._by_name.values() for each in named.values()}
        for workload in known:
            if workload.kind == kind:
                self._remove(workload)

    def users(self, images: Iterable[ContainerImage]) -> list[WorkloadRecord]:
        """Returns the workloads that ask for one of these images, by namespace, name and kind."""
        found: dict[_Id, WorkloadRecord] = {}
        for image in images if self._by_name else ():
            for name in (*image.names, *image.digests):
                found |= self._by_name.get(name, {})
        return sorted(found.values(), key=lambda each: (each.namespace, each.name, each.kind))

    def _remove(self, workload: WorkloadRecord) -> None:
        """Removes a workload unless another of its name took its place."""
        for name in _names(workload):
            known = self._by_name.get(name, {})
            if known.get(_id(workload)) == workload:
                del known[_id(workload)]
                if not known:
                    del self._by_name[name]


_Id = tuple[str, str, str]
"""Kind, namespace and name. A uid is no key: no rule keeps a server from giving one twice."""


def _id(workload: WorkloadRecord) -> _Id:
    return workload.kind, workload.namespace, workload.name


def _names(workload: WorkloadRecord) -> set[str]:
    return {name for requested in workload.images for name in asked_names(requested)}
