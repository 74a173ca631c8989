"""The Deployments and StatefulSets of the demo: owners of pods, and some that are scaled to 0.

They are there from the start and follow neither roll-outs nor other changes of pods.
"""

from collections.abc import Iterable, Sequence

from kubeimg_gui.demo.containers import MAIN, ImageUse, images_used
from kubeimg_gui.demo.fleet import DemoNode
from kubeimg_gui.demo.kinds import DEPLOYMENT, POD, STATEFUL_SET, JsonObject, Kind
from kubeimg_gui.demo.pods import is_runnable
from kubeimg_gui.demo.store import ObjectStore
from kubeimg_gui.demo.workloads import SERVING, Workloads

SCALED_TO_ZERO = 6
"""Number of workloads that are scaled to 0, besides one of the model server."""

_KINDS = {"ReplicaSet": DEPLOYMENT, "StatefulSet": STATEFUL_SET}
_OF_TEMPLATE = ("initContainers", "containers", "volumes")


def create_controllers(store: ObjectStore, nodes: Sequence[DemoNode], workloads: Workloads) -> None:
    """Creates the owners of the pods of these nodes, and workloads that are scaled to 0.

    The latter use images that are on nodes and that no pod uses.
    """
    keys = [key for node in nodes for key in store.pods_on(node.name)]
    pods = [store.get(POD, name, namespace) for namespace, name in keys]
    if not pods:
        return  # the largest fleets have none
    _create_owners(store, pods)
    used = {name for pod in pods for name in images_used(pod)}
    for node, entry in _left_behind(nodes, used, workloads):
        workload = workloads.of_image(entry["names"][0])
        spec = {MAIN: [{"name": workload.app, "image": ImageUse.of(entry, node.runtime).asked}]}
        kind = _KINDS[workload.kind]
        name = f"{workload.app}-preview"
        if store.find(kind, name, workload.namespace) is None:
            _create(store, kind, workload.namespace, name, {"app": name}, spec, replicas=0)


def _create_owners(store: ObjectStore, pods: Iterable[JsonObject]) -> None:
    of_owner: dict[tuple[Kind, str, str], list[JsonObject]] = {}
    for pod in pods:
        metadata = pod["metadata"]
        kind = _KINDS.get(metadata["ownerReferences"][0]["kind"])
        if kind is not None:
            owner = kind, metadata["namespace"], metadata["labels"]["app"]
            of_owner.setdefault(owner, []).append(pod)
    for (kind, namespace, app), owned in of_owner.items():
        spec = {part: owned[0]["spec"][part] for part in _OF_TEMPLATE if part in owned[0]["spec"]}
        _create(store, kind, namespace, app, {"app": app}, spec, replicas=len(owned))


def _left_behind(
    nodes: Iterable[DemoNode], used: set[str], workloads: Workloads
) -> list[tuple[DemoNode, JsonObject]]:
    """Returns listed images that no pod uses, each with one of its nodes."""
    unused = {
        entry["names"][0]: (node, entry)
        for node in nodes
        if node.lists_images
        for entry in node.listed()
        if len(entry.get("names") or ()) > 1 and used.isdisjoint(entry["names"])
    }
    names = sorted(unused)
    ordinary = [
        name
        for name in names
        if is_runnable(unused[name][1]) and workloads.of_image(name).kind in _KINDS
    ]
    served = [name for name in names if name.startswith(SERVING)]
    chosen = ordinary[:: len(ordinary) // SCALED_TO_ZERO + 1]
    return [unused[name] for name in (*chosen, *served[:1])]


def _create(
    store: ObjectStore,
    kind: Kind,
    namespace: str,
    name: str,
    labels: JsonObject,
    spec: JsonObject,
    *,
    replicas: int,
) -> None:
    """Creates a workload; `spec` is that of its pods."""
    ready = ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas")
    store.create(
        kind,
        {
            "metadata": {"name": name, "namespace": namespace, "labels": labels},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
            "status": dict.fromkeys(ready, replicas),
        },
    )
