"""Objects that belong to a node: its lease and its events. `kubectl describe node` shows them."""

from kubeimg_gui.demo.fleet import DemoNode
from kubeimg_gui.demo.kinds import JsonObject
from kubeimg_gui.demo.store import now_text


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
