"""Which images of one node its pods refer to, as of one list of these pods."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodRecord
from kubeimg_gui.domain.references import (
    Coverage,
    PodUse,
    Reference,
    References,
    ReferenceState,
    UnknownReason,
)


@dataclass(frozen=True, slots=True)
class PodList:
    """The pods of one node.

    Attributes:
        pods: those that decode.
        unreadable: number of those that do not.
    """

    pods: tuple[PodRecord, ...]
    unreadable: int = 0


class NodeReferences:
    """The references of the pods of one node; confined to one thread.

    It follows the image list of the node, not its pods. An image that the node did not list when
    the pods were read is unknown: pods that came with it are not in the list.

    Attributes:
        read_at: when the pods were requested, seconds since the epoch.
        pods: number of pods read.
        unreadable: number of pods that do not decode. While there are any, no image counts as not
            referenced.
    """

    def __init__(
        self, before: NodeRecord, record: NodeRecord, listed: PodList, read_at: float
    ) -> None:
        """`before` is the node when its pods were requested, `record` the node now."""
        self.read_at = read_at
        self.unreadable = listed.unreadable
        self._record = before
        self._references = References()
        reason = UnknownReason.NOT_READ if listed.unreadable else None
        self._references.coverage = Coverage(read_at, reason, frozenset((before.name,)))
        self._references.update_node(None, before)
        for pod in listed.pods:
            self._references.update_pod(None, pod)
        self.pods = len(self._references.pods_on(before.name))
        self._references.note_newer()
        self.follow(record)

    @property
    def uid(self) -> str:
        """The uid of the node: another node of the same name has other pods."""
        return self._record.uid

    @property
    def newer(self) -> int:
        """Number of listed images that the node did not list when its pods were read."""
        return len(self._references.newer_on(self._record.name))

    def follow(self, record: NodeRecord) -> None:
        """Takes the node's current record."""
        self._references.update_node(self._record, record)
        self._record = record

    def of(self, image: ContainerImage) -> Reference:
        """Returns the reference of an image that the node lists."""
        return self._references.on_node(self._record.name, image)

    def users(self, key: str) -> Iterator[PodUse]:
        """Yields the uses of an image by the pods, by `ContainerImage.key`."""
        return self._references.users(key, self._record.name)


def summed(references: Iterable[Reference]) -> Reference:
    """Returns one reference for an image on several nodes that list it.

    It is referenced where one node has a pod for it, and not referenced where that is known of
    each node.
    """
    found = list(references)
    used = [each for each in found if each.state is ReferenceState.REFERENCED]
    if used:
        return Reference(
            ReferenceState.REFERENCED,
            None,
            sum(each.running for each in used),
            sum(each.finished for each in used),
            len(used),
            sum(each.bytes for each in used),
        )
    unknown = (each for each in found if each.state is ReferenceState.UNKNOWN)
    return next(unknown, Reference(ReferenceState.NOT_REFERENCED))
