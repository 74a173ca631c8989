"""Pods whose objects are as large as real ones, created on a real API server."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.support.api import MERGE, Api, JsonObject, Login

PATH = "/api/v1/pods"
MARK = b"pods-"
"""Stands in the names of pods, of their owners and of their images."""
_COLLECTION = "/api/v1/namespaces/default/pods"
_PODS_PER_WORKLOAD = 20
_WRITERS = 8
_BEGAN = "2026-10-01T06:00:00Z"


def seed_pods(url: str, login: Login, numbers: Iterable[int]) -> None:
    """Creates pods with their status, several at a time."""
    clients = threading.local()
    opened: list[Api] = []

    def create(number: int) -> None:
        if not hasattr(clients, "api"):
            clients.api = Api(url, login)
            opened.append(clients.api)
        pod = _pod(number)
        code, answer = clients.api.call("POST", _COLLECTION, pod)
        assert code == 201, answer
        path = f"{_COLLECTION}/{pod['metadata']['name']}/status"
        code, answer = clients.api.call("PATCH", path, {"status": _status(number)}, MERGE)
        assert code == 200, answer

    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(create, numbers):
            pass
    for api in opened:
        api.close()


def _workload(number: int) -> str:
    return f"{MARK.decode()}service-{number // _PODS_PER_WORKLOAD:05}"


def _pod(number: int) -> JsonObject:
    workload = _workload(number)
    owner = f"{workload}-7d9f8b6c5d"
    return {
        "metadata": {
            "name": f"{owner}-{number:05}",
            "labels": {
                "app.kubernetes.io/name": workload,
                "app.kubernetes.io/part-of": "shop",
                "pod-template-hash": "7d9f8b6c5d",
            },
            "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9090"},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "ReplicaSet",
                    "name": owner,
                    "uid": f"{number // _PODS_PER_WORKLOAD:08x}-1c7d-4c4e-8f5a-53d0a4b7c9e2",
                    "controller": True,
                    "blockOwnerDeletion": True,
                }
            ],
        },
        "spec": {
            "nodeName": f"node-{number % 5000:05}",
            "initContainers": [_container("migrate", workload)],
            "containers": [_container("main", workload), _container("proxy", "mesh")],
            "volumes": [
                {"name": "config", "configMap": {"name": f"{workload}-config"}},
                {"name": "scratch", "emptyDir": {}},
                {"name": f"kube-api-access-{number:05}", "emptyDir": {}},
            ],
            "tolerations": [
                {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute"}
                for key in ("not-ready", "unreachable")
            ],
        },
    }


def _image(name: str, workload: str) -> str:
    return f"registry.example/team/{workload}/{name}"


def _container(name: str, workload: str) -> JsonObject:
    return {
        "name": name,
        "image": f"{_image(name, workload)}:v1.27.3",
        "env": [{"name": f"SETTING_{place}", "value": f"value-{place}"} for place in range(6)],
        "resources": {
            "requests": {"cpu": "250m", "memory": "512Mi"},
            "limits": {"memory": "1Gi"},
        },
        "volumeMounts": [
            {"name": "config", "mountPath": "/etc/config"},
            {"name": "scratch", "mountPath": "/scratch"},
        ],
    }


def _status(number: int) -> JsonObject:
    workload = _workload(number)
    kinds = ("Initialized", "Ready", "ContainersReady", "PodScheduled", "PodReadyToStartContainers")
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": _BEGAN, "lastProbeTime": None}
        for kind in kinds
    ]
    done = {"terminated": {"exitCode": 0, "reason": "Completed", "finishedAt": _BEGAN}}
    return {
        "phase": "Running",
        "conditions": conditions,
        "hostIP": "10.0.0.1",
        "podIP": "10.1.2.3",
        "podIPs": [{"ip": "10.1.2.3"}],
        "startTime": _BEGAN,
        "initContainerStatuses": [_container_status("migrate", workload, done)],
        "containerStatuses": [
            _container_status(name, owner, {"running": {"startedAt": _BEGAN}})
            for name, owner in (("main", workload), ("proxy", "mesh"))
        ],
    }


def _container_status(name: str, workload: str, state: JsonObject) -> JsonObject:
    return {
        "name": name,
        "image": f"{_image(name, workload)}:v1.27.3",
        "imageID": f"{_image(name, workload)}@sha256:{'5c' * 32}",
        "containerID": f"containerd://{'ab' * 32}",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "state": state,
    }
