"""The pods that use each image of each node, and the images that an unmatched use might mean.

Only what a change concerns is joined again: an image that a kubelet adds to a list of 50 concerns
few of the node's pods.
"""

from collections.abc import Iterable, Iterator, Sequence
from operator import is_not

from kubeimg_gui.domain.image import ContainerImage, common_ends
from kubeimg_gui.domain.image_join import (
    find_image,
    has_id_without_digest,
    is_exact,
    possible_images,
)
from kubeimg_gui.domain.pod import PodRecord

ImageList = Sequence[ContainerImage]


class JoinedPod:
    """A pod and the images of its node that it uses.

    Attributes:
        matches: for each of the pod's images the entry in the node's list, None where there is
            none; empty while the list is not known.
        exact: every match is by imageID, so that only its departure changes it.
    """

    __slots__ = ("exact", "matches", "pod")

    def __init__(
        self, pod: PodRecord, matches: tuple[ContainerImage | None, ...], exact: bool
    ) -> None:
        self.pod = pod
        self.matches = matches
        self.exact = exact

    @property
    def keys(self) -> set[str]:
        """The keys of the images that the pod uses."""
        return {image.key for image in self.matches if image is not None}

    def unmatched(self) -> tuple[int, int]:
        """Returns how many uses match nothing, and of how many the imageID has no digest."""
        if self.exact:
            return 0, 0
        pairs = zip(self.matches, self.pod.images, strict=False)
        odd = [has_id_without_digest(use) for image, use in pairs if image is None]
        return len(odd), sum(odd)


class LocalUsers:
    """The pods of one node that use an image; `bytes` is its reported size there."""

    __slots__ = ("bytes", "pods")

    def __init__(self, size: int) -> None:
        self.bytes = size
        self.pods: tuple[JoinedPod, ...] = ()


class Users:
    """The pods that use an image, by node, with their sums; `running` are all not finished."""

    __slots__ = ("bytes", "finished", "nodes", "running")

    def __init__(self) -> None:
        self.nodes: dict[str, LocalUsers] = {}
        self.running = 0
        self.finished = 0
        self.bytes = 0


class _Node:
    """A node that has pods; `images` is None while its list is not known."""

    __slots__ = ("doubted", "images", "name", "pods", "unlisted", "without_digest")

    def __init__(self, name: str, images: ImageList | None) -> None:
        self.name = name
        self.images = images
        self.pods: dict[str, JoinedPod] = {}
        self.unlisted = 0
        self.without_digest = 0
        self.doubted: tuple[ContainerImage, ...] = ()


class ImageUsers:
    """The join of pods and image lists; confined to one thread.

    Attributes:
        referenced_bytes: reported size of the images that pods use, on their nodes.
        doubted_bytes: reported size of the images that no pod is known to use, on nodes where an
            unmatched use might mean them.
        unlisted: number of uses that match no image of their node.
        by_key: the users of each image that has any, by `ContainerImage.key`.
        doubted: the nodes where an unmatched use might mean an image, by key.
    """

    def __init__(self) -> None:
        self.referenced_bytes = 0
        self.doubted_bytes = 0
        self.unlisted = 0
        self.by_key: dict[str, Users] = {}
        self.doubted: dict[str, set[str]] = {}
        self._lists: dict[str, ImageList] = {}
        self._nodes: dict[str, _Node] = {}

    def set_list(self, name: str, images: ImageList | None) -> set[str]:
        """Gives a node another list, None where it is gone; returns the keys concerned."""
        if images is None:
            self._lists.pop(name, None)
        else:
            self._lists[name] = images
        node = self._nodes.get(name)
        if node is None or node.images is images:
            return set()
        doubted = self._clear_doubt(node)
        changed = self._relist(node, images)
        return changed | (doubted ^ self._set_doubt(node))

    def set_pod(self, pod: PodRecord) -> set[str]:
        """Adds or replaces a pod of a node; returns the keys concerned."""
        node = self._nodes.get(pod.node)
        if node is None:
            node = self._nodes[pod.node] = _Node(pod.node, self._lists.get(pod.node))
        key = pod.key
        known = node.pods.get(key)
        if known is not None and known.pod.images == pod.images:
            joined = JoinedPod(pod, known.matches, known.exact)
        else:
            joined = _join(node.images, pod)
        changed = self._replace(node, known, joined)
        node.pods[key] = joined
        return changed

    def remove_pod(self, pod: PodRecord) -> set[str]:
        """Removes a pod unless it is not known or another of its name took its place."""
        node = self._nodes.get(pod.node)
        known = node.pods.get(pod.key) if node is not None else None
        if node is None or known is None or known.pod.uid != pod.uid:
            return set()
        changed = self._replace(node, known, None)
        del node.pods[pod.key]
        if not node.pods:
            del self._nodes[node.name]
        return changed

    def images_on(self, name: str) -> ImageList:
        """Returns the image list of a node."""
        return self._lists.get(name, ())

    def pods_on(self, name: str) -> Iterable[JoinedPod]:
        """Returns the pods of a node."""
        node = self._nodes.get(name)
        return node.pods.values() if node is not None else ()

    def is_doubted(self, name: str, image: ContainerImage) -> bool:
        """Returns whether an unmatched use of a node might mean this image of the node."""
        return name in self.doubted.get(image.key, ()) and image in self._nodes[name].doubted

    def doubted_on(self, name: str) -> ImageList:
        """Returns the images of a node that an unmatched use may refer to."""
        node = self._nodes.get(name)
        return () if node is None else node.doubted

    def known_bytes(self, key: str) -> int:
        """Returns what an image adds to `referenced_bytes` and `doubted_bytes`."""
        users = self.by_key.get(key)
        doubting = (self._nodes[name] for name in self.doubted.get(key, ()))
        doubted = sum(self._doubted_size(node, key) for node in doubting)
        return doubted + (users.bytes if users is not None else 0)

    def free(self) -> Iterator[None]:
        """Frees everything in short steps; for any thread, once no other one uses it.

        To free 150,000 pods at once takes 0.4 s, during which no other thread runs.
        """
        for users in self.by_key.values():
            while users.nodes:
                users.nodes.popitem()
                yield
        for parts in (self.by_key, self._nodes, self.doubted, self._lists):
            while parts:
                parts.popitem()
                yield

    # Internal.

    def _replace(self, node: _Node, old: JoinedPod | None, new: JoinedPod | None) -> set[str]:
        doubted = self._clear_doubt(node)
        changed = self._swap(node, old, new)
        return changed | (doubted ^ self._set_doubt(node))

    def _relist(self, node: _Node, images: ImageList | None) -> set[str]:
        before, node.images = node.images, images
        if before is None or images is None:
            changed: set[str] = set()
            for known in tuple(node.pods.values()):
                changed |= self._take(node, known, _join(images, known.pod))
            return changed
        gone, came = _difference(before, images)
        sizes = {image.key: self._local_bytes(node, image.key) for image in (*gone, *came)}
        changed = self._update_pods(node, images, gone, came)
        for key in sizes:
            self._resize(node, key)
        return changed | {
            key for key, size in sizes.items() if size != self._local_bytes(node, key)
        }

    def _update_pods(
        self, node: _Node, images: ImageList, gone: ImageList, came: ImageList
    ) -> set[str]:
        """Joins the uses again whose image is gone, or that may be of an image that came."""
        concerned = [joined for joined in node.pods.values() if not joined.exact] if came else []
        for image in gone:
            local = self._local(node, image.key)
            concerned += local.pods if local is not None else ()
        changed: set[str] = set()
        missing = {id(image) for image in gone}
        for known in dict.fromkeys(concerned):
            matches = [
                find_image(images, use)
                if id(image) in missing or (not known.exact and find_image(came, use))
                else image
                for image, use in zip(known.matches, known.pod.images, strict=True)
            ]
            if any(map(is_not, matches, known.matches)):
                changed |= self._take(node, known, _joined(known.pod, matches))
        return changed

    def _take(self, node: _Node, known: JoinedPod, joined: JoinedPod) -> set[str]:
        """Replaces what is known of a pod; returns the keys of the images whose users changed."""
        node.pods[known.pod.key] = joined
        concerned = self._swap(node, known, joined)
        return concerned - (joined.keys & known.keys)

    def _swap(self, node: _Node, old: JoinedPod | None, new: JoinedPod | None) -> set[str]:
        """Replaces a pod's uses; returns the keys of the images that it uses or used."""
        changed: set[str] = set()
        for joined, step in ((old, -1), (new, 1)):
            if joined is None:
                continue
            unlisted, without_digest = joined.unmatched()
            self.unlisted += step * unlisted
            node.unlisted += step * unlisted
            node.without_digest += step * without_digest
            keys = joined.keys
            changed |= keys
            for key in keys:
                if step > 0:
                    self._add(node, key, joined)
                else:
                    self._remove(node, key, joined)
        return changed

    def _add(self, node: _Node, key: str, joined: JoinedPod) -> None:
        users = self.by_key.get(key)
        if users is None:
            users = self.by_key[key] = Users()
        local = users.nodes.get(node.name)
        if local is None:
            size = _size(node.images or (), key)
            local = users.nodes[node.name] = LocalUsers(size)
            users.bytes += size
            self.referenced_bytes += size
        local.pods += (joined,)
        if joined.pod.finished:
            users.finished += 1
        else:
            users.running += 1

    def _remove(self, node: _Node, key: str, joined: JoinedPod) -> None:
        users = self.by_key[key]
        local = users.nodes[node.name]
        if joined.pod.finished:
            users.finished -= 1
        else:
            users.running -= 1
        local.pods = tuple([other for other in local.pods if other is not joined])
        if not local.pods:
            users.bytes -= local.bytes
            self.referenced_bytes -= local.bytes
            del users.nodes[node.name]
        if not users.nodes:
            del self.by_key[key]

    def _local(self, node: _Node, key: str) -> LocalUsers | None:
        users = self.by_key.get(key)
        return users.nodes.get(node.name) if users is not None else None

    def _local_bytes(self, node: _Node, key: str) -> int | None:
        local = self._local(node, key)
        return local.bytes if local is not None else None

    def _resize(self, node: _Node, key: str) -> None:
        """Measures an image of a node again, whose pods may be the same."""
        local = self._local(node, key)
        if local is not None:
            more = _size(node.images or (), key) - local.bytes
            local.bytes += more
            self.by_key[key].bytes += more
            self.referenced_bytes += more

    def _clear_doubt(self, node: _Node) -> set[str]:
        """Forgets which images are doubted; returns their keys."""
        keys = {image.key for image in node.doubted}
        for key in keys:
            self.doubted_bytes -= self._doubted_size(node, key)
            nodes = self.doubted[key]
            nodes.discard(node.name)
            if not nodes:
                del self.doubted[key]
        node.doubted = ()
        return keys

    def _set_doubt(self, node: _Node) -> set[str]:
        """Notes which images are doubted; returns their keys."""
        node.doubted = possible_images(node.images or (), node.unlisted, node.without_digest)
        keys = {image.key for image in node.doubted}
        for key in keys:
            self.doubted.setdefault(key, set()).add(node.name)
            self.doubted_bytes += self._doubted_size(node, key)
        return keys

    def _doubted_size(self, node: _Node, key: str) -> int:
        return 0 if self._local(node, key) is not None else _size(node.doubted, key)


def _join(images: ImageList | None, pod: PodRecord) -> JoinedPod:
    if images is None:
        return JoinedPod(pod, (), True)
    return _joined(pod, [find_image(images, use) for use in pod.images])


def _joined(pod: PodRecord, matches: list[ContainerImage | None]) -> JoinedPod:
    exact = all(map(is_exact, matches, pod.images))
    return JoinedPod(pod, tuple(matches), exact)


def _difference(old: ImageList, new: ImageList) -> tuple[ImageList, ImageList]:
    """Returns the images that only the old list has, and those that only the new one has."""
    start, end = common_ends(old, new)
    before = {id(image): image for image in old[start : len(old) - end]}
    after = {id(image): image for image in new[start : len(new) - end]}
    gone = [image for key, image in before.items() if key not in after]
    return gone, [image for key, image in after.items() if key not in before]


def _size(images: ImageList, key: str) -> int:
    return sum([image.size_bytes for image in images if image.key == key])
