"""Pods as an API server writes them in JSON."""

from typing import Any

DIGEST = "sha256:" + "ab" * 32


def pod_json(name: str = "web-1", version: str = "1", *, image: str = "nginx:1") -> dict[str, Any]:
    """A running pod of a ReplicaSet with an init container and one container."""
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-of-{name}",
            "resourceVersion": version,
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "ownerReferences": [
                {"kind": "Gadget", "name": "other"},
                {"kind": "ReplicaSet", "name": "web", "controller": True},
            ],
        },
        "spec": {
            "nodeName": "n1",
            "initContainers": [{"name": "prepare", "image": "busybox:1"}],
            "containers": [{"name": "main", "image": image}],
        },
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {"name": "main", "image": f"docker.io/library/{image}", "imageID": f"x@{DIGEST}"}
            ],
        },
    }


def pod_list_json(*pods: dict[str, Any], version: str = "10") -> dict[str, Any]:
    return {
        "kind": "PodList",
        "apiVersion": "v1",
        "metadata": {"resourceVersion": version},
        "items": list(pods),
    }
