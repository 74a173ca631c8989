"""Objects that belong to a node: its lease, its pods and its events.

`kubectl describe node` shows them. The simulation does not remove images that a pod uses.
"""

import uuid

from kubeimg_gui.demo.catalog import make_digest
from kubeimg_gui.demo.fleet import COMMON_IMAGES, DemoNode
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.store import now_text

NAMESPACES = ("default", "kube-system", "kube-node-lease", "shop", "analytics", "ml")

_POD_NAMESPACES = ("kube-system", "default", "shop", "analytics", "ml")
_REQUESTS: JsonObject = {"requests": {"cpu": "100m", "memory": "256Mi"}}


def make_lease(node: DemoNode) -> JsonObject:
    """Returns the node's Lease, renewed now."""
    return {
        "metadata": {"name": node.name, "namespace": "kube-node-lease"},
        "spec": {
            "holderIdentity": node.name,
            "leaseDurationSeconds": 40,
            "renewTime": now_text().replace("Z", ".000000Z"),
        },
    }


def make_pods(node: DemoNode, count: int) -> list[JsonObject]:
    """Returns up to `count` pods: one of a common image, the others of the node's own images."""
    listed = {entry["names"][0] for entry in node.listed() if entry.get("names")}

    def runnable(entries: list[JsonObject]) -> list[JsonObject]:
        named = [e for e in entries if e.get("names") and e["names"][0] in listed]
        return [entry for entry in named if "/pause" not in entry["names"][0]]

    everywhere, own = node.held[:COMMON_IMAGES], node.held[COMMON_IMAGES:]
    chosen = [*runnable(everywhere)[:1], *runnable(own)][:count]
    return [_pod(node, number, entry) for number, entry in enumerate(chosen)]


def make_full_disk_event(node: DemoNode, number: int) -> JsonObject:
    """Returns the kubelet's event that image collection did not free enough space.

    Kubelets up to 1.34 set `involvedObject.uid` to the node's name, newer ones leave it empty.
    `kubectl describe node` shows only the former.
    """
    now = now_text()
    version = node.template["status"]["nodeInfo"]["kubeletVersion"]
    about = {"kind": "Node", "name": node.name}
    if int(version.split(".")[1]) < 35:
        about["uid"] = node.name
    return {
        "metadata": {"name": f"{node.name[:180]}.{number:016x}", "namespace": "default"},
        "involvedObject": about,
        "reason": "FreeDiskSpaceFailed",
        "message": "Insufficient free disk space on the node's image filesystem (91% of "
        f"{node.pool.disk}.0 GiB used). Failed to free sufficient space by deleting unused images "
        "(freed 0 bytes).",
        "source": {"component": "kubelet", "host": node.name},
        "firstTimestamp": now,
        "lastTimestamp": now,
        "count": 1,
        "type": "Warning",
    }


def _pod(node: DemoNode, number: int, entry: JsonObject) -> JsonObject:
    image: str = entry["names"][-1]
    app = image.rpartition("/")[2].partition(":")[0].partition("@")[0][:40]
    digest = make_digest(f"{node.name}{number}")[7:]
    started = node.template["metadata"]["creationTimestamp"]
    owner = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": f"{app}-{digest[:9]}",
        "uid": str(uuid.UUID(digest[:32])),
        "controller": True,
    }
    state = {
        "name": app,
        "image": image,
        "imageID": entry["names"][0],
        "ready": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": started}},
    }
    return {
        "metadata": {
            "name": f"{app}-{digest[:9]}-{digest[9:14]}",
            "namespace": _POD_NAMESPACES[number % len(_POD_NAMESPACES)],
            "creationTimestamp": started,
            "labels": {"app": app},
            "ownerReferences": [owner],
        },
        "spec": {
            "nodeName": node.name,
            "restartPolicy": "Always",
            "containers": [{"name": app, "image": image, "resources": _REQUESTS}],
        },
        "status": {
            "phase": "Running",
            "podIP": f"{node.template['spec']['podCIDR'].rpartition('.')[0]}.{number + 2}",
            "containerStatuses": [state],
        },
    }
