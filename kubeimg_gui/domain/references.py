"""Which images of which nodes pods refer to: the join of pods and image lists, kept up to date."""

from collections.abc import Iterator, Mapping, Sequence, Set
from enum import StrEnum
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage
from kubeimg_gui.domain.image_index import ImageIndex
from kubeimg_gui.domain.image_users import ImageUsers
from kubeimg_gui.domain.newer_images import NewerImages
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord

_NO_KEYS: frozenset[str] = frozenset()


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

    @property
    def doubt(self) -> UnknownReason | None:
        """Why pods are not known, not even as of an earlier time; None if they are."""
        if self.known_at is None:
            return self.reason or UnknownReason.READING
        return self.reason


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
        self._newer: NewerImages | None = None

    @property
    def referenced_bytes(self) -> int:
        """The reported size of the images that are referenced, on their nodes."""
        return self._users.referenced_bytes

    @property
    def unlisted(self) -> int:
        """Number of uses, of pods on known nodes, that match no image in the node's list."""
        return self._users.unlisted

    def free(self) -> Iterator[None]:
        """Frees all nodes and pods in short steps; for any thread, once no other one uses it."""
        return self._users.free()

    def update_node(self, old: NodeRecord | None, new: NodeRecord | None) -> set[str]:
        """Adds, removes or replaces a node; returns the keys of images whose references changed."""
        record = new or old
        if record is None:
            return set()
        changed = self._users.set_list(record.name, None if new is None else new.images)
        if self._newer is not None:
            changed |= self._newer.update(old, new)
            self._measure_newer(record.name)
        return changed

    def update_pod(self, old: PodRecord | None, new: PodRecord | None) -> set[str]:
        """Adds, removes or replaces a pod; returns the keys of images whose references changed."""
        changed: set[str] = set()
        if old is not None and (new is None or (new.node, new.key) != (old.node, old.key)):
            changed |= self._users.remove_pod(old)
        if new is not None and new.node:
            changed |= self._users.set_pod(new)
        if self._newer is not None:
            for pod in (old, new):
                if pod is not None:
                    self._measure_newer(pod.node)
        return changed

    def note_newer(self) -> None:
        """Notes the images that nodes come to list: their pods are not known from now on."""
        if self._newer is None:
            self._newer = NewerImages()

    def forget_newer(self) -> bool:
        """Ends that: all pods are known now; returns whether there was any such image."""
        newer, self._newer = self._newer, None
        return newer is not None and bool(newer)

    def newer_on(self, node: str) -> Set[str]:
        """Returns the keys of the images whose pods on a node are not known, as noted."""
        return self._newer.on(node) if self._newer is not None else _NO_KEYS

    def on_node(self, node: str, image: ContainerImage) -> Reference:
        """Returns the reference of an image on one node that lists it."""
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
            newer = self._newer is not None and image.key in self._newer.on(node)
            reason = self._doubt(image, newer=newer)
        if reason is None and self._users.is_doubted(node, image):
            reason = UnknownReason.NAMES_DIFFER
        return _UNREFERENCED[reason]

    def in_cluster(self, image: ContainerImage) -> Reference:
        """Returns the reference of an image in the cluster."""
        users = self._users.by_key.get(image.key)
        if users is not None:
            state, nodes = ReferenceState.REFERENCED, len(users.nodes)
            return Reference(state, None, users.running, users.finished, nodes, users.bytes)
        newer = self._newer is not None and image.key in self._newer
        reason = self._doubt(image, newer=newer)
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

    def not_referenced_bytes(self, index: ImageIndex, reported_bytes: int) -> int | None:
        """Returns the reported size of the images that no pod of their node refers to.

        None where pods are not known. `index` and `reported_bytes` are those of the same nodes.
        Images that may be referenced do not count. What is left is the most that could go: layers
        that images share count once for each.
        """
        if self.coverage.nodes is not None or self.coverage.doubt is not None:
            return None
        total = reported_bytes - self._users.referenced_bytes - self._users.doubted_bytes
        for key in {image.key for image in index.unjoined}:
            total -= index.total_bytes(index.entries(key)) - self._users.known_bytes(key)
        return total - (self._newer.bytes if self._newer is not None else 0)

    def not_referenced_on(self, record: NodeRecord) -> int | None:
        """Returns the same for one node; None where its pods are not known."""
        coverage, name = self.coverage, record.name
        covered = coverage.nodes is None or name in coverage.nodes
        if not covered or coverage.doubt is not None:
            return None
        newer = self.newer_on(name)
        unused = self._unused(name, record.images)
        return sum([image.size_bytes for image in unused if image.key not in newer])

    def _measure_newer(self, node: str) -> None:
        """Measures the newer images of a node again."""
        if self._newer is not None and (newer := self._newer.on(node)):
            unused = self._unused(node, self._users.images_on(node))
            size = sum([image.size_bytes for image in unused if image.key in newer])
            self._newer.resize(node, size)

    def _unused(self, node: str, images: Sequence[ContainerImage]) -> list[ContainerImage]:
        """Returns the images of a node that no known pod refers to, as `on_node` does.

        It takes a tenth of its time: a table asks for each of 130,000 nodes.
        """
        by_key, doubted = self._users.by_key, self._users.doubted_on(node)
        return [
            image
            for image in images
            if not ((users := by_key.get(image.key)) is not None and node in users.nodes)
            and not image.is_pause
            and image.reference is not None
            and image not in doubted
        ]

    def _doubt(self, image: ContainerImage, *, newer: bool) -> UnknownReason | None:
        if image.is_pause:
            return UnknownReason.SANDBOX
        if self.coverage.doubt is not None:
            return self.coverage.doubt
        if newer:
            return UnknownReason.PODS_STALE
        return UnknownReason.NO_NAME if image.reference is None else None


_UNREFERENCED: Mapping[UnknownReason | None, Reference] = {
    None: Reference(ReferenceState.NOT_REFERENCED),
    **{reason: Reference(ReferenceState.UNKNOWN, reason) for reason in UnknownReason},
}
"""The references of images that no pod is known to use, by the reason why it is not known."""
