"""Creates the pods of nodes in the store, and changes them with the images of their nodes."""

import random

from kubeimg_gui.demo.collection import key_of
from kubeimg_gui.demo.containers import images_used
from kubeimg_gui.demo.fleet import DemoNode
from kubeimg_gui.demo.kinds import DAEMON_SET, POD, JsonObject, field_at
from kubeimg_gui.demo.odd_pods import OddPods
from kubeimg_gui.demo.pods import PodMaker, is_runnable
from kubeimg_gui.demo.store import ObjectStore, now_text
from kubeimg_gui.demo.workloads import Workload

_ROLLED_OUT = ("ReplicaSet", "DaemonSet", "StatefulSet")
_ENDING = ("ReplicaSet", "Job")


class PodChanges:
    """The pods of the simulation; confined to the event loop's thread.

    `most` is the maximum number of pods on a node, without odd ones. It deletes no pods of
    clients, except with their node.
    """

    def __init__(
        self,
        store: ObjectStore,
        maker: PodMaker,
        odd: OddPods,
        chance: random.Random,
        most: int,
    ) -> None:
        self._store = store
        self._maker = maker
        self._odd = odd
        self._chance = chance
        self._most = most
        self._kept = {key_of(pod) for pods in odd.values() for pod in pods}

    def open(self, node: DemoNode, uid: str) -> None:
        """Creates the pods of a new node; `uid` is that of its Node object."""
        if self._most:
            for pod in self._maker.first_pods(node, uid, self._most):
                self._create(pod)
            for pod in self._odd.pop(node.name, ()):
                self._create(pod)

    def open_without_node(self) -> None:
        """Creates the pods that are not scheduled."""
        for pod in self._odd.pop("", ()) if self._most else ():
            self._create(pod)

    def in_use(self, node: DemoNode) -> set[str]:
        """Returns the names of the images that the pods of a node use, those of clients too."""
        return {name for pod in self._pods(node) for name in images_used(pod)}

    def run(self, node: DemoNode, entry: JsonObject) -> None:
        """Runs an image that a node has just pulled.

        Its pod replaces one of the same app, as in a roll-out. Without one it is additional, if
        the node has room for it.
        """
        if not self._most or not is_runnable(entry):
            return
        workload = self._maker.workloads.of_image(entry["names"][0])
        old = self._replaced_by(node, workload)
        if old is None and len(self._store.pods_on(node.name)) >= self._most:
            return
        pod = self._maker.of_entry(node, entry, self._chance, now_text())
        if old is not None:
            self._delete(old)
            if workload.kind == "StatefulSet":
                pod["metadata"]["name"] = old["metadata"]["name"]
        self._create(pod)

    def end_one(self, node: DemoNode) -> None:
        """Ends a pod of a node that has more than half of the maximum, as scaling down does."""
        pods = self._pods(node)
        ending = [pod for pod in pods if _owner(pod)[0] in _ENDING and self._may_end(pod)]
        if ending and len(pods) * 2 > self._most:
            self._delete(self._chance.choice(ending))

    def close(self, node: str) -> None:
        """Deletes all pods of a node."""
        for namespace, pod in self._store.pods_on(node):
            self._store.delete(POD, pod, namespace)

    def _create(self, pod: JsonObject) -> None:
        """Creates a pod, and the DaemonSet that owns it."""
        self._store.create(POD, pod)
        owner, namespace = pod["metadata"]["ownerReferences"][0], pod["metadata"]["namespace"]
        is_daemon = owner["kind"] == "DaemonSet"
        if is_daemon and self._store.find(DAEMON_SET, owner["name"], namespace) is None:
            labels = pod["metadata"]["labels"]
            metadata = {"name": owner["name"], "namespace": namespace, "labels": labels}
            spec = {"selector": {"matchLabels": labels}}
            self._store.create(DAEMON_SET, {"metadata": metadata, "spec": spec})

    def _delete(self, pod: JsonObject) -> None:
        metadata = pod["metadata"]
        self._store.delete(POD, metadata["name"], metadata["namespace"])

    def _pods(self, node: DemoNode) -> list[JsonObject]:
        keys = self._store.pods_on(node.name)
        return [self._store.get(POD, name, namespace) for namespace, name in keys]

    def _replaced_by(self, node: DemoNode, workload: Workload) -> JsonObject | None:
        """Returns the pod of an older version that a roll-out of a workload replaces, if any."""
        if workload.kind not in _ROLLED_OUT:
            return None
        for pod in self._pods(node):
            app = field_at(pod, "metadata.labels.app", "")
            if app == workload.app and _owner(pod)[0] == workload.kind and self._may_end(pod):
                return pod
        return None

    def _may_end(self, pod: JsonObject) -> bool:
        """Returns whether the simulation made a pod, and not as an odd one."""
        return key_of(pod) not in self._kept and self._maker.workloads.has_owner(_owner(pod)[1])


def _owner(pod: JsonObject) -> tuple[str, str]:
    """Returns kind and uid of a pod's first owner, "" for those of a pod without one."""
    owners: list[JsonObject] = field_at(pod, "metadata.ownerReferences", [])
    return (owners[0].get("kind", ""), owners[0].get("uid", "")) if owners else ("", "")
