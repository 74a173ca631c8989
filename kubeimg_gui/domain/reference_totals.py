"""Reported bytes by what is known about references: referenced, not referenced, unknown."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.references import Reference, References, ReferenceState, UnknownReason


@dataclass(slots=True)
class ReferenceTotals:
    """Pairs of an image and a node that lists it, by the state of their reference.

    Attributes:
        pods_known: whether all pods are known. If not, nothing counts as not referenced, and what
            is referenced is a lower bound.
        counts: number of pairs.
        sizes: the sums of their reported sizes in bytes.
        reasons: number of unknown pairs for each reason.
    """

    pods_known: bool
    counts: Counter[ReferenceState] = field(default_factory=Counter[ReferenceState])
    sizes: Counter[ReferenceState] = field(default_factory=Counter[ReferenceState])
    reasons: Counter[UnknownReason] = field(default_factory=Counter[UnknownReason])

    def add(self, reference: Reference, image: ContainerImage) -> None:
        """Adds an image of one node."""
        self.counts[reference.state] += 1
        self.sizes[reference.state] += image.size_bytes
        if reference.reason is not None:
            self.reasons[reference.reason] += 1

    def merge(self, other: "ReferenceTotals") -> None:
        """Adds the pairs of another object."""
        self.counts.update(other.counts)
        self.sizes.update(other.sizes)
        self.reasons.update(other.reasons)

    def bytes_of(self, state: ReferenceState) -> int | None:
        """Returns the reported size of the images in a state; None where nothing is known of it."""
        return self.sizes[state] if self.is_known(state) else None

    def is_known(self, state: ReferenceState) -> bool:
        """Returns whether the figures of a state say something: 0 of unknown pods does not."""
        return self.pods_known or state is ReferenceState.UNKNOWN or self.counts[state] > 0


def totals_of(
    references: References, pairs: Iterable[tuple[str, ContainerImage]]
) -> ReferenceTotals:
    """Returns the totals of pairs of a node and an image that it lists."""
    totals = ReferenceTotals(references.coverage.reason is None)
    for node, image in pairs:
        totals.add(references.on_node(node, image), image)
    return totals
