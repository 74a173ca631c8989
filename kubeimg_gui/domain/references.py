"""Which images of which nodes pods refer to: the join of pods and image lists.

The API names no image of a node by an id that pods share, so the join goes by names. The kubelet
reports `imageID` and `image` of the first digest and tag of an image, which may be of another
repository than the one that the pod asks for. (`pkg/kubelet/kubelet_pods.go`;
containerd's `internal/cri/server/container_status.go`)
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from kubeimg_gui.domain.image import ContainerImage, parse_reference
from kubeimg_gui.domain.node import NodeRecord
from kubeimg_gui.domain.pod import PodImage, PodRecord

_PULLABLE = "docker-pullable://"
_FINISHED = frozenset({"Succeeded", "Failed"})
_CACHED = 4096


class ReferenceState(StrEnum):
    """Whether pods refer to an image; there is no fourth word, and none of them means unused."""

    REFERENCED = "referenced"
    NOT_REFERENCED = "not-referenced"
    UNKNOWN = "unknown"


class UnknownReason(StrEnum):
    """Why it is not known whether pods refer to an image."""

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
            While they are watched it is now.
        reason: why pods are not known, None where they are.
        nodes: the nodes whose pods are known; None for all.
    """

    known_at: float | None = None
    reason: UnknownReason | None = UnknownReason.NOT_READ
    nodes: frozenset[str] | None = None


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


class _Match(NamedTuple):
    """The images of its node that a pod uses, and the number of those not in the list."""

    node: str
    found: tuple[tuple[ContainerImage, PodImage], ...]
    unlisted: int


class References:
    """The references of all known pods to the images of all known nodes; confined to one thread.

    Attributes:
        coverage: what is known about pods; the owner sets it.
        referenced_bytes: reported size of the images that are referenced, on their nodes.
        unlisted: number of uses, of pods on known nodes, that match no image in the node's list.
    """

    def __init__(self) -> None:
        self.coverage = Coverage()
        self.referenced_bytes = 0
        self.unlisted = 0
        self._nodes: dict[str, NodeRecord] = {}
        self._pods: dict[str, dict[str, PodRecord]] = {}
        self._matches: dict[str, _Match] = {}
        self._users: dict[str, dict[str, dict[str, ContainerImage]]] = {}
        self._odd_nodes: Counter[str] = Counter()

    def update_node(self, old: NodeRecord | None, new: NodeRecord | None) -> set[str]:
        """Adds, removes or replaces a node; returns the keys of images whose references changed."""
        if old is not None and new is not None and old.images is new.images:
            self._nodes[new.name] = new
            return set()
        changed: set[str] = set()
        if new is not None:
            self._nodes[new.name] = new
            name = new.name
        elif old is not None:
            del self._nodes[old.name]
            name = old.name
        else:
            return changed
        for pod in self._pods.get(name, {}).values():
            changed |= self._match(pod)
        return changed

    def update_pod(self, old: PodRecord | None, new: PodRecord | None) -> set[str]:
        """Adds, removes or replaces a pod; returns the keys of images whose references changed."""
        changed: set[str] = set()
        if old is not None and (new is None or new.node != old.node):
            changed |= self._unmatch(old)
            self._pods.get(old.node, {}).pop(old.key, None)
        if new is not None and new.node:
            self._pods.setdefault(new.node, {})[new.key] = new
            changed |= self._match(new)
        return changed

    def on_node(
        self, node: str, image: ContainerImage, arrived_at: float | None = None
    ) -> Reference:
        """Returns the reference of an image on one node that lists it.

        `arrived_at` is when it arrived on the node, None where it was there from the start.
        """
        pods = self._users.get(image.key, {}).get(node, {})
        if pods:
            running, finished = self._count(node, pods)
            return Reference(
                ReferenceState.REFERENCED, None, running, finished, 1, image.size_bytes
            )
        reason = self._doubt(node, image, arrived_at)
        if reason is not None:
            return Reference(ReferenceState.UNKNOWN, reason)
        return Reference(ReferenceState.NOT_REFERENCED)

    def in_cluster(self, image: ContainerImage, first_seen: float | None = None) -> Reference:
        """Returns the reference of an image in the cluster; `first_seen` as in `ImageTimes`."""
        by_node = self._users.get(image.key)
        if by_node:
            counts = [self._count(node, pods) for node, pods in by_node.items()]
            return Reference(
                ReferenceState.REFERENCED,
                None,
                sum(running for running, _ in counts),
                sum(finished for _, finished in counts),
                len(by_node),
                sum(next(iter(pods.values())).size_bytes for pods in by_node.values()),
            )
        reason = self._general_doubt(image, first_seen)
        if reason is None and self.coverage.nodes is not None:
            reason = UnknownReason.NOT_READ
        if reason is not None:
            return Reference(ReferenceState.UNKNOWN, reason)
        return Reference(ReferenceState.NOT_REFERENCED)

    def users(self, key: str, node: str | None = None) -> Iterator[PodUse]:
        """Yields the uses of an image by pods, on one node or on all."""
        by_node = self._users.get(key, {})
        for name in by_node if node is None else (node,):
            for pod in by_node.get(name, {}):
                for image, use in self._matches[pod].found:
                    if image.key == key:
                        yield PodUse(self._pods[name][pod], use)

    def pods_on(self, node: str) -> Sequence[PodRecord]:
        """Returns the known pods of a node."""
        return tuple(self._pods.get(node, {}).values())

    # Internal.

    def _count(self, node: str, pods: Mapping[str, object]) -> tuple[int, int]:
        known = self._pods[node]
        finished = sum(known[pod].phase in _FINISHED for pod in pods)
        return len(pods) - finished, finished

    def _doubt(
        self, node: str, image: ContainerImage, arrived_at: float | None
    ) -> UnknownReason | None:
        covered = self.coverage.nodes
        if covered is not None and node not in covered:
            return UnknownReason.NOT_READ
        reason = self._general_doubt(image, arrived_at)
        if reason is None and self._odd_nodes[node] and not image.digests:
            return UnknownReason.NAMES_DIFFER
        return reason

    def _general_doubt(self, image: ContainerImage, since: float | None) -> UnknownReason | None:
        coverage = self.coverage
        if image.is_pause:
            return UnknownReason.SANDBOX
        if coverage.reason is not None or coverage.known_at is None:
            return coverage.reason or UnknownReason.READING
        if image.reference is None:
            return UnknownReason.NO_NAME
        if since is not None and since > coverage.known_at:
            return UnknownReason.PODS_STALE
        return None

    def _match(self, pod: PodRecord) -> set[str]:
        """Joins a pod again; returns the keys of images that it refers to now or did before."""
        changed = self._unmatch(pod)
        record = self._nodes.get(pod.node)
        if record is None:
            return changed
        found: list[tuple[ContainerImage, PodImage]] = []
        for use in pod.images:
            image = find_image(record.images, use)
            if image is None:
                self._odd_nodes[pod.node] += 1
                self.unlisted += 1
            else:
                found.append((image, use))
        self._matches[pod.key] = _Match(pod.node, tuple(found), len(pod.images) - len(found))
        for image, _ in found:
            changed.add(image.key)
            pods = self._users.setdefault(image.key, {}).setdefault(pod.node, {})
            if not pods:
                self.referenced_bytes += image.size_bytes
            pods.setdefault(pod.key, image)
        return changed

    def _unmatch(self, pod: PodRecord) -> set[str]:
        """Removes the references of a pod; returns the keys of their images."""
        match = self._matches.pop(pod.key, None)
        if match is None:
            return set()
        self.unlisted -= match.unlisted
        self._odd_nodes[match.node] -= match.unlisted
        keys = {image.key for image, _ in match.found}
        for key in keys:
            by_node = self._users[key]
            pods = by_node[match.node]
            image = pods.pop(pod.key)
            if not pods:
                self.referenced_bytes -= image.size_bytes
                del by_node[match.node]
            if not by_node:
                del self._users[key]
        return keys


def find_image(images: Sequence[ContainerImage], use: PodImage) -> ContainerImage | None:
    """Returns the image in a node's list that a pod uses.

    The keys are tried in this order: the imageID, its digest in any name, the image of the status,
    the requested reference in its full form. A digest comes before a tag, because the tag of the
    image that a container runs may have moved since.
    """
    image_id = use.image_id.removeprefix(_PULLABLE)
    if image_id:
        digest = image_id.rpartition("@")[2]
        for image in images:
            if image_id in image.names or digest in image.digests:
                return image
    for wanted in (use.image, full_reference(use.requested)):
        if wanted:
            for image in images:
                if wanted in image.names:
                    return image
    return None


@lru_cache(maxsize=_CACHED)
def full_reference(text: str) -> str:
    """Returns a requested image as a runtime lists it.

    The registry and `library/` are added where they are missing; of a tag beside a digest the
    digest stays; `latest` is the tag where there is neither. "" for text without a repository.
    """
    reference = parse_reference(text)
    if not reference.repository:
        return ""
    located = f"{reference.registry}/{reference.repository}"
    if reference.digest:
        return f"{located}@{reference.digest}"
    return f"{located}:{reference.tag or 'latest'}"
