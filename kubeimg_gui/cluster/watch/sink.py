"""What a reflector asks of the place it tells its news to.

The store is one; a face that keeps nothing could be another, and the reflector would not know.
"""

from typing import Protocol

from kubeimg_gui.cluster.state import Phase
from kubeimg_gui.domain.node import NodeRecord


class Sink(Protocol):
    """Where a reflector tells what it sees; called in its thread only."""

    def list_started(self) -> None:
        """A list begins; what `listed` tells until `list_ended` is the whole truth."""

    def listed(self, record: NodeRecord) -> None:
        """One node of the list."""

    def list_ended(self) -> None:
        """The list is complete: nodes not in it are gone."""

    @property
    def list_is_doubtful(self) -> bool:
        """Whether the list, now complete, is suddenly empty."""
        ...

    def applied(self, record: NodeRecord) -> None:
        """A node was added or modified."""

    def removed(self, name: str) -> None:
        """A node was deleted; while a list is told: it is not in it any more."""

    def skipped(self, name: str) -> None:
        """What was told of a node, in the list or after it, cannot be read; "" for which one?"""

    def progressed(
        self,
        phase: Phase,
        *,
        remaining: int | None = None,
        reason: str = "",
        wait: float | None = None,
        poll_seconds: float | None = None,
    ) -> None:
        """The phase, what is still to come of a list, why, seconds to the next try or list."""
