"""Which images of which nodes pods refer to: the join of pods and image lists, kept up to date."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from math import inf
from types import MappingProxyType
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_times import ImageTimes
from kubeimg_gui.domain.image_users import ImageUsers
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord

_NO_TIMES: Mapping[str, float] = MappingProxyType({})


class ReferenceState(StrEnum):
    """Whether pods refer to an image; there is no fourth word, and none of them means unused."""

    REFERENCED = "referenced"
    NOT_REFERENCED = "not-referenced"
    UNKNOWN = "unknown"


class UnknownReason(StrEnum):
    """Why it is not known whether pods refer to an image.

    NAMES_DIFFER: a pod of a node uses an image that is not in the node's list under any name that
    the pod gives, and it might be this one, whose names are not all known.
    """

    NOT_READ = "pods-not-read"
    READING = "reading-pods"
    FORBIDDEN = "pods-forbidden"
    PODS_STALE = "arrived-after-pods-were-read"
    SANDBOX = "sandbox-image"
    NO_NAME = "no-name"
    NAMES_DIFFER = "names-differ"


class Coverage(NamedTuple):
    """What is known about pods.

    Attributes:
        known_at: the time as of which pods are known, epoch seconds; None before the first sync.
            While they are watched it is infinite.
        reason: why pods are not known, None where they are.
        nodes: the nodes whose pods are known; None for all.
    """

    known_at: float | None = None
    reason: UnknownReason | None = UnknownReason.NOT_READ
    nodes: frozenset[str] | None = None

    def doubt(self, since: float | None) -> UnknownReason | None:
        """Returns why pods of an image that is there `since` are not known; None if they are."""
        if self.reason is not None or self.known_at is None:
            return self.reason or UnknownReason.READING
        if since is not None and since > self.known_at:
            return UnknownReason.PODS_STALE
        return None


class Reference(NamedTuple):
    """Whether pods refer to an image, on one node or in the cluster.

    Attributes:
        state: of the image; in a cluster it is referenced where one node has a pod for it.
        reason: why the state is unknown, else None.
        running: pods that refer to it and have not finished, pending ones too.
        finished: Succeeded or Failed pods, whose exited containers still hold the image.
        nodes: number of nodes on which it is referenced.
        bytes: its reported size, summed over these nodes.
    """

    state: ReferenceState
    reason: UnknownReason | None = None
    running: int = 0
    finished: int = 0
    nodes: int = 0
    bytes: int = 0


class PodUse(NamedTuple):
    """One use of an image by a pod."""

    pod: PodRecord
    use: PodImage


class References:
    """The references of all known pods to the images of all known nodes; confined to one thread.

    A pod counts once for an image, however many of its containers use it.

    Attributes:
        coverage: what is known about pods; the owner sets it.
    """

    def __init__(self) -> None:
        self.coverage = Coverage()
        self._users = ImageUsers()

    @property
    def referenced_bytes(self) -> int:
        """The reported size of the images that are referenced, on their nodes."""
        return self._users.referenced_bytes

    @property
    def unlisted(self) -> int:
        """Number of uses, of pods on known nodes, that match no image in the node's list."""
        return self._users.unlisted

    def update_node(self, old: NodeRecord | None, new: NodeRecord | None) -> set[str]:
        """Adds, removes or replaces a node; returns the keys of images whose references changed."""
        if new is not None:
            return self._users.set_list(new.name, new.images)
        return self._users.set_list(old.name, None) if old is not None else set()

    def update_pod(self, old: PodRecord | None, new: PodRecord | None) -> set[str]:
        """Adds, removes or replaces a pod; returns the keys of images whose references changed."""
        changed: set[str] = set()
        if old is not None and (new is None or (new.node, new.key) != (old.node, old.key)):
            changed |= self._users.remove_pod(old)
        if new is not None and new.node:
            changed |= self._users.set_pod(new)
        return changed

    def on_node(
        self, node: str, image: ContainerImage, arrived_at: float | None = None
    ) -> Reference:
        """Returns the reference of an image on one node that lists it.

        `arrived_at` is when it arrived on the node, None where it was there from the start.
        """
        users = self._users.by_key.get(image.key)
        local = users.nodes.get(node) if users is not None else None
        if local is not None:
            finished = sum([joined.pod.finished for joined in local.pods])
            running = len(local.pods) - finished
            return Reference(ReferenceState.REFERENCED, None, running, finished, 1, local.bytes)
        covered = self.coverage.nodes
        if covered is not None and node not in covered:
            reason = UnknownReason.NOT_READ
        else:
            reason = self._doubt(image, arrived_at)
        if reason is None and self._users.is_doubted(node, image):
            reason = UnknownReason.NAMES_DIFFER
        return _UNREFERENCED[reason]

    def in_cluster(self, image: ContainerImage, first_seen: float | None = None) -> Reference:
        """Returns the reference of an image in the cluster; `first_seen` as in `ImageTimes`."""
        users = self._users.by_key.get(image.key)
        if users is not None:
            state, nodes = ReferenceState.REFERENCED, len(users.nodes)
            return Reference(state, None, users.running, users.finished, nodes, users.bytes)
        reason = self._doubt(image, first_seen)
        if reason is None and self.coverage.nodes is not None:
            reason = UnknownReason.NOT_READ
        if reason is None and image.key in self._users.doubted:
            reason = UnknownReason.NAMES_DIFFER
        return _UNREFERENCED[reason]

    def nodes_using(self, key: str) -> list[str]:
        """Returns the nodes on which pods use an image."""
        users = self._users.by_key.get(key)
        return [] if users is None else list(users.nodes)

    def users(self, key: str, node: str | None = None) -> Iterator[PodUse]:
        """Yields the uses of an image by pods, on one node or on all."""
        users = self._users.by_key.get(key)
        if users is None:
            return
        for name in users.nodes if node is None else (node,):
            local = users.nodes.get(name)
            for joined in local.pods if local is not None else ():
                for image, use in zip(joined.matches, joined.pod.images, strict=True):
                    if image is not None and image.key == key:
                        yield PodUse(joined.pod, use)

    def pods_on(self, node: str) -> Sequence[PodRecord]:
        """Returns the known pods of a node."""
        return tuple([joined.pod for joined in self._users.pods_on(node)])

    def not_referenced_bytes(
        self, index: ImageIndex, reported_bytes: int, times: ImageTimes
    ) -> int | None:
        """Returns the reported size of the images that no pod of their node refers to.

        None where pods are not known. `index`, `reported_bytes` and `times` are those of the same
        nodes. Images that may be referenced do not count. What is left is the most that could go:
        layers that images share count once for each.
        """
        coverage = self.coverage
        if coverage.nodes is not None or coverage.doubt(None) is not None:
            return None
        unknown = {image.key for image in index.unjoined}
        if coverage.known_at != inf:
            unknown |= {key for key in index.keys if coverage.doubt(times.first_seen(key))}
        total = reported_bytes - self._users.referenced_bytes - self._users.doubted_bytes
        for key in unknown:
            total -= index.total_bytes(index.entries(key)) - self._users.known_bytes(key)
        return total

    def not_referenced_on(
        self, record: NodeRecord, arrived: Mapping[str, float] = _NO_TIMES
    ) -> int | None:
        """Returns the same for one node; None where its pods are not known.

        `arrived` is when images arrived on the node, by key.
        """
        coverage = self.coverage
        covered = coverage.nodes is None or record.name in coverage.nodes
        if not covered or coverage.doubt(None) is not None:
            return None
        sizes = [
            image.size_bytes
            for image in record.images
            if self.on_node(record.name, image, arrived.get(image.key)).state
            is ReferenceState.NOT_REFERENCED
        ]
        return sum(sizes)

    def _doubt(self, image: ContainerImage, since: float | None) -> UnknownReason | None:
        if image.is_pause:
            return UnknownReason.SANDBOX
        return self.coverage.doubt(since) or (
            UnknownReason.NO_NAME if image.reference is None else None
        )


_UNREFERENCED: Mapping[UnknownReason | None, Reference] = {
    None: Reference(ReferenceState.NOT_REFERENCED),
    **{reason: Reference(ReferenceState.UNKNOWN, reason) for reason in UnknownReason},
}
"""The references of images that no pod is known to use, by the reason why it is not known."""
