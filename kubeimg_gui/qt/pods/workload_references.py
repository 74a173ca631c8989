"""Follows workloads, and finds which images those scaled to 0 use."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal, Slot

from kubeimg_gui.cluster.state import ConnectionState, Phase
from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.scaled_to_zero import ScaledToZero
from kubeimg_gui.domain.workload import WorkloadChange, WorkloadRecord


class WorkloadReferences(QObject):
    """The workloads scaled to 0 that use images; confined to the GUI thread.

    Signals:
        changed: what `users` returns may have changed.

    Attributes:
        forbidden: the kinds of workloads that may not be listed, sorted.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._following = False
        self._known = ScaledToZero()
        self.forbidden: Sequence[str] = ()

    def begin(self) -> None:
        """Follows workloads from now on."""
        self._following = True

    def end(self) -> None:
        """Forgets all workloads."""
        self._following = False
        self._known = ScaledToZero()
        self.forbidden = ()
        self.changed.emit()

    def users(self, images: Iterable[ContainerImage]) -> Sequence[WorkloadRecord]:
        """Returns the workloads scaled to 0 that use an image; `images` are its entries."""
        return self._known.users(images)

    @Slot(object)
    def take_changes(self, changes: Sequence[WorkloadChange]) -> None:
        """Applies changes of workloads, in order; ignores those that arrive after `end`."""
        if not self._following:
            return
        differs = [self._known.update(old, new) for old, new in changes]
        if any(differs):
            self.changed.emit()

    def take_state(self, kind: str, state: ConnectionState) -> None:
        """Applies the state of a kind's informer; ignores those that arrive after `end`.

        What was known of a kind that may not be listed any more is forgotten.
        """
        if not self._following or state.phase is not Phase.FORBIDDEN or kind in self.forbidden:
            return
        self._known.forget(kind)
        self.forbidden = tuple(sorted((*self.forbidden, kind)))
        self.changed.emit()
